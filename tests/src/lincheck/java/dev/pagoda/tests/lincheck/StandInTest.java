package dev.pagoda.tests.lincheck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The classes that stand in front of the real ones are in front, and have what the real ones have. */
class StandInTest {
    @Test
    void standsInFront() {
        assertThat(home(RawMemory.class)).isEqualTo(home(StandInTest.class)).isEqualTo(home(Reservation.class));
        assertThat(home(FrameAllocator.class)).isNotEqualTo(home(StandInTest.class));
    }

    @Test
    void hasEveryMethodOfTheRealOne() throws Exception {
        try (URLClassLoader real = new URLClassLoader(new URL[] {home(FrameAllocator.class)}, null)) {
            for (Class<?> standIn : List.of(RawMemory.class, Reservation.class, PhysicalMemory.class)) {
                assertThat(methods(standIn)).containsAll(methods(real.loadClass(standIn.getName())));
            }
        }
    }

    private static URL home(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static Set<String> methods(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> (method.getModifiers() & java.lang.reflect.Modifier.PUBLIC) != 0)
                .map(Method::toString)
                .collect(Collectors.toSet());
    }
}

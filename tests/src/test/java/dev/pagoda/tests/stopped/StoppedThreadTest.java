package dev.pagoda.tests.stopped;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A thread that is stopped at any point of a map, a fault, a protect or an unmap keeps no other thread from finishing its own. */
class StoppedThreadTest {
    @Test
    @SuppressWarnings("unchecked")
    void nobodyWaitsForAStoppedThread() throws Exception {
        String operations = "dev.pagoda.tests.stopped.StoppedOperations";
        Class<?> type = new StoppingLoader(Set.of(operations)).loadClass(operations);
        Object run = type.getConstructor().newInstance();
        List<String> report = (List<String>) type.getMethod("run").invoke(run);
        report.forEach(System.out::println);
        assertThat(report)
                .hasSizeGreaterThan(20)
                .allSatisfy(line -> assertThat(line).doesNotContain("stopped at 0 "));
    }
}

package dev.pagoda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pagoda.mm.memory.HostMemory;
import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kernels that are booted with their memory touched, and machines that are too small. */
class KernelBootTest {
    private static final long MIB = 1L << 20;
    private static final long FRAME_MASK = PhysicalMemory.FRAME_BYTES - 1;

    private final KernelConfig config = KernelConfig.defaults().withCpus(1);

    @Test
    void memoryIsTouchedAtBootIfAskedFor() {
        List<Long> told = new ArrayList<>();
        try (Kernel kernel = Kernel.boot(config.withMemoryBytes(96 * MIB).withPrefault(2), told::add)) {
            assertThat(told).isSorted().endsWith(96 * MIB);
            assertThat(kernel.core().frames().memory().residentBytes()).isEqualTo(96 * MIB);
            assertThat(kernel.prefault()).hasValueSatisfying(cost -> {
                assertThat(cost.bytes()).isEqualTo(96 * MIB);
                assertThat(cost.threads()).isEqualTo(2);
            });
            assertThat(kernel.audit().differences()).isZero();
        }
    }

    @Test
    void elseItIsTouchedOnUse() {
        List<Long> told = new ArrayList<>();
        try (Kernel kernel = Kernel.boot(config.withMemoryBytes(96 * MIB), told::add)) {
            assertThat(told).isEmpty();
            assertThat(kernel.prefault()).isEmpty();
            assertThat(kernel.core().frames().memory().residentBytes()).isLessThan(48 * MIB);
        }
    }

    @Test
    void moreThanTheMachineHasIsRefused() throws IOException {
        long total = HostMemory.ofThisMachine().totalBytes();
        assumeThat(total).isLessThan(PhysicalMemory.MAX_FRAMES << PhysicalMemory.FRAME_SHIFT);
        long before = addressSpaceBytes();
        assertThatThrownBy(() -> Kernel.boot(config.withMemoryBytes((total | FRAME_MASK) + 1)))
                .isInstanceOf(MemoryRefused.class)
                .hasMessageContaining("this machine has " + total / MIB + "M");
        assertThat(addressSpaceBytes() - before).isLessThan(total / 2);
    }

    /** The machine's own size is reserved without a word, but not all of it is there to be touched. */
    @Test
    void aBootThatIsRefusedLeavesNothingMapped() throws IOException {
        long total = HostMemory.ofThisMachine().totalBytes() & ~FRAME_MASK;
        assumeThat(total).isLessThan(PhysicalMemory.MAX_FRAMES << PhysicalMemory.FRAME_SHIFT);
        Kernel.boot(config.withMemoryBytes(total)).close();
        long before = addressSpaceBytes();
        assertThatThrownBy(() -> Kernel.boot(config.withMemoryBytes(total).withPrefault(2)))
                .isInstanceOf(MemoryRefused.class)
                .hasMessageContaining("available: ask for at most");
        assertThat(addressSpaceBytes() - before).isLessThan(total / 2);
    }

    @Test
    void aNumberOfThreadsBelowZeroIsRefused() {
        assertThatThrownBy(() -> config.withPrefault(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not by -1");
    }

    private static long addressSpaceBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmSize:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("the host does not tell the size of the address space");
    }
}

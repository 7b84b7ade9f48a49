package dev.pagoda.mm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines that differ in what their files say. */
class HostMemoryTest {
    private static final long MIB = 1L << 20;

    @TempDir
    private Path root;

    private final String meminfo = "MemTotal:  1048576 kB\nMemFree:  1 kB\nMemAvailable:  524288 kB\n";

    private HostMemory machine() {
        return new HostMemory(root);
    }

    private void write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void thisMachineTells() {
        HostMemory machine = HostMemory.ofThisMachine();
        assertThat(machine.totalBytes()).isBetween(64 * MIB, 1L << 50);
        assertThat(machine.availableBytes()).isBetween(1L, machine.totalBytes());
    }

    @Test
    void withoutControlGroupsTheHostsFiguresHold() throws IOException {
        write("proc/meminfo", meminfo);
        assertThat(machine().totalBytes()).isEqualTo(1024 * MIB);
        assertThat(machine().availableBytes()).isEqualTo(512 * MIB);
    }

    @Test
    void whatTheHostDoesNotTellRefusesNothing() throws IOException {
        assertThat(machine().totalBytes()).isEqualTo(HostMemory.UNKNOWN);
        assertThat(machine().availableBytes()).isEqualTo(HostMemory.UNKNOWN);
        assertThat(machine().addressSpaceLimitBytes()).isEqualTo(HostMemory.UNKNOWN);
        write("proc/meminfo", "MemTotal:\nMemAvailable: many kB\n");
        write("proc/self/cgroup", "nonsense\n\n1:\n0::/gone\n");
        assertThat(machine().totalBytes()).isEqualTo(HostMemory.UNKNOWN);
        assertThat(machine().availableBytes()).isEqualTo(HostMemory.UNKNOWN);
    }

    @Test
    void theLowestGroupAboveBinds() throws IOException {
        write("proc/meminfo", meminfo);
        write("proc/self/cgroup", "0::/outer/inner\n");
        write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
        write("sys/fs/cgroup/outer/memory.max", 300 * MIB + "\n");
        write("sys/fs/cgroup/outer/memory.current", 200 * MIB + "\n");
        write("sys/fs/cgroup/outer/memory.stat", "anon 5\ninactive_file " + 50 * MIB + "\n");
        assertThat(machine().totalBytes()).isEqualTo(300 * MIB);
        assertThat(machine().availableBytes()).isEqualTo(150 * MIB);
    }

    @Test
    void inAContainerTheTopmostGroupIsItsOwn() throws IOException {
        write("proc/meminfo", meminfo);
        write("sys/fs/cgroup/memory.max", 256 * MIB + "\n");
        for (String seenFromOutside : new String[] {"/docker/0123", "/", "/../other"}) {
            write("proc/self/cgroup", "0::" + seenFromOutside + "\n");
            assertThat(machine().totalBytes()).as(seenFromOutside).isEqualTo(256 * MIB);
        }
    }

    @Test
    void separateControllersAreKnown() throws IOException {
        write("proc/meminfo", meminfo);
        write("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/b\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/b/memory.limit_in_bytes", 128 * MIB + "\n");
        write("sys/fs/cgroup/memory/b/memory.usage_in_bytes", 100 * MIB + "\n");
        write("sys/fs/cgroup/memory/b/memory.stat", "inactive_file 1\ntotal_inactive_file " + 2 * MIB + "\n");
        assertThat(machine().totalBytes()).isEqualTo(128 * MIB);
        assertThat(machine().availableBytes()).isEqualTo(30 * MIB);
    }

    @Test
    void theLimitOfAddressSpaceIsRead() throws IOException {
        write("proc/self/limits", "Limit   Soft Limit\nMax address space         1048576   unlimited   bytes\n");
        assertThat(machine().addressSpaceLimitBytes()).isEqualTo(MIB);
        write("proc/self/limits", "Limit   Soft Limit\nMax address space         unlimited   unlimited   bytes\n");
        assertThat(machine().addressSpaceLimitBytes()).isEqualTo(HostMemory.UNKNOWN);
    }

    @Test
    void hugePagesOfTheRangeAloneAreCounted() throws IOException {
        write("proc/self/smaps", """
                200000-400000 rw-p 00000000 00:00 0
                Rss:                2048 kB
                AnonHugePages:      2048 kB
                VmFlags: rd wr
                400000-c00000 rw-p 00000000 00:00 0
                AnonHugePages:      4096 kB
                c00000-e00000 rw-p 00000000 00:00 0
                AnonHugePages:      2048 kB
                """);
        assertThat(machine().hugePageBytes(4 * MIB, 8 * MIB)).isEqualTo(4 * MIB);
    }

    @Test
    void moreThanTheMachineHasIsRefusedWithBothFigures() throws IOException {
        write("proc/meminfo", "MemTotal:  9000 kB\n");
        assertThatThrownBy(() -> new PhysicalMemory((9000 * 1024 >> 12) + 1, machine()))
                .isInstanceOf(MemoryRefused.class)
                .hasMessage("memory of 9M was asked for, but this machine has 8M: ask for at most 8M");
        new PhysicalMemory(9000 * 1024 >> 12, machine()).close();
    }
}

package dev.pagoda.bench;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Maps that a space has beside those that are measured: each of one page, and none like its neighbours. */
public final class OtherMaps {
    private OtherMaps() {}

    /** In the process; it gives them up at exit. */
    @State(Scope.Benchmark)
    public static class OfProcess {
        /** How many. */
        @Param({"0", "10000"})
        public int others;

        /** Maps them. */
        @Setup(Level.Trial)
        public void map(BootedKernel kernel) {
            if (others == 0) {
                return;
            }
            long bytes = (long) others * HostMemory.PAGE_BYTES;
            LinuxCalls calls = kernel.attach();
            long address = calls.mmap(
                    0, bytes, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
            for (long page = 0; page < others; page += 2) {
                calls.mprotect(address + page * HostMemory.PAGE_BYTES, HostMemory.PAGE_BYTES, Linux.PROT_READ);
            }
            int maps = calls.view().space().countMaps(address, bytes);
            kernel.detach(calls);
            if (maps != others) {
                throw new IllegalStateException("there are " + maps + " maps instead of " + others);
            }
        }
    }

    /** In the host. */
    @State(Scope.Benchmark)
    public static class OfHost {
        /** How many. */
        @Param({"0", "10000"})
        public int others;

        private long address;

        /** Maps them. */
        @Setup(Level.Trial)
        public void map() {
            if (others == 0) {
                return;
            }
            address = HostMemory.map(bytes());
            for (long page = 0; page < others; page += 2) {
                HostMemory.protect(address + page * HostMemory.PAGE_BYTES, HostMemory.PAGE_BYTES, Linux.PROT_READ);
            }
        }

        /** Gives them back. */
        @TearDown(Level.Trial)
        public void unmap() {
            if (others != 0) {
                HostMemory.unmap(address, bytes());
            }
        }

        private long bytes() {
            return (long) others * HostMemory.PAGE_BYTES;
        }
    }
}

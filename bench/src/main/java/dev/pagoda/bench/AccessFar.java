package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What a load of eight bytes at random costs, in nanoseconds, in more memory than caches hold, each address depending on what was loaded before, as in a walk over a
 * program's objects: through a view, and beside it from the host's memory, by turns in the same JVM.
 */
@BenchGroup("access")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1, timeUnit = TimeUnit.SECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.SECONDS)
@Fork(3)
@State(Scope.Thread)
public class AccessFar {
    private static final int LOADS = 64;

    private AttachedThread thread;
    private FarOfProcess process;
    private FarOfHost host;
    private FarOfHostHuge hugeHost;
    private Walk walk;
    private Turns turns;

    /** Takes what is loaded from. */
    @Setup(Level.Trial)
    public void begin(
            AttachedThread attached,
            FarOfProcess ours,
            FarOfHost theirs,
            FarOfHostHuge theirsHuge,
            Walk own,
            ThreadParams params) {
        thread = attached;
        process = ours;
        host = theirs;
        hugeHost = theirsHuge;
        walk = own;
        turns = new Turns(this, params.getThreadIndex(), params.getThreadCount());
    }

    /** Gives it up. */
    @TearDown(Level.Trial)
    public void end() {
        turns.close();
    }

    /** All that follows, by turns. */
    @Benchmark
    public void byTurns() {
        turns.take();
    }

    /** Eight bytes at random, through a view. */
    @InTurn(operations = LOADS)
    @Compare(
            peer = {"loadFarHost", "loadFarHugeHost"},
            goals = @Goal(where = "mebibytes=1024", atMostTimesPeer = 1.3))
    public long loadFar() {
        long sum = 0;
        for (int i = 0; i < LOADS; i++) {
            long address = process.address + (walk.next() & process.mask);
            sum += walk.found(thread.view.load(address, Long.BYTES));
        }
        return sum;
    }

    /** The same from the host's memory. */
    @InTurn(operations = LOADS)
    public long loadFarHost() {
        return load(host);
    }

    /** The same from the host's memory in huge pages. */
    @InTurn(operations = LOADS)
    public long loadFarHugeHost() {
        return load(hugeHost);
    }

    private long load(FarOfHost far) {
        long sum = 0;
        for (int i = 0; i < LOADS; i++) {
            long address = far.address + (walk.next() & far.mask);
            sum += walk.found(HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address));
        }
        return sum;
    }

    /** Much populated memory of the process, for all threads. */
    @State(Scope.Benchmark)
    public static class FarOfProcess {
        /** How much. */
        @Param({"64", "1024"})
        public int mebibytes;

        private long address;
        private long mask;

        /** Maps and fills it; the process gives it up at exit. */
        @Setup(Level.Trial)
        public void fill(BootedKernel kernel) {
            long bytes = (long) mebibytes << 20;
            LinuxCalls calls = kernel.attach();
            address = calls.mmap(
                    0, bytes, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
            calls.view().fill(address, bytes, (byte) 1);
            kernel.detach(calls);
            mask = bytes - Long.BYTES;
        }
    }

    /** Much populated memory of the host, in small pages unless its policy is another. */
    @State(Scope.Benchmark)
    public static class FarOfHost {
        /** How much. */
        @Param({"64", "1024"})
        public int mebibytes;

        private long address;
        private long mask;

        /** Maps and fills it. */
        @Setup(Level.Trial)
        public void fill() {
            long bytes = (long) mebibytes << 20;
            address = HostMemory.map(bytes);
            advise(address, bytes);
            HostMemory.ALL.asSlice(address, bytes).fill((byte) 1);
            mask = bytes - Long.BYTES;
        }

        void advise(long from, long bytes) {}

        /** Gives it back. */
        @TearDown(Level.Trial)
        public void unmap() {
            HostMemory.unmap(address, mask + Long.BYTES);
        }
    }

    /** The same in huge pages, as far as the host has them. */
    @State(Scope.Benchmark)
    public static class FarOfHostHuge extends FarOfHost {
        @Override
        void advise(long from, long bytes) {
            HostMemory.advise(from, bytes, Linux.MADV_HUGEPAGE);
        }
    }

    /** A thread's walk: an xorshift generator that what was loaded is mixed into. */
    @State(Scope.Thread)
    public static class Walk {
        private long last;

        /** Each thread has a walk of its own. */
        @Setup(Level.Trial)
        public void begin(ThreadParams thread) {
            last = 0x9E3779B97F4A7C15L * (thread.getThreadIndex() + 1);
        }

        private long next() {
            long x = last;
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
            last = x;
            return x;
        }

        private long found(long loaded) {
            // Both sides hold the same bytes, so both walk the same way.
            last ^= loaded;
            return loaded;
        }
    }
}

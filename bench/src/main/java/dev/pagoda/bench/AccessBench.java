package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What an access through a view costs, in nanoseconds, beside a plain one to the host's memory: eight bytes in a loop over a page that is in the
 * cache; eight bytes at random in more memory than caches hold, each address depending on what was loaded before, as in a walk over a program's
 * objects; a page copied out.
 */
@BenchGroup(value = "access", about = "loads, stores and copies through a view, beside the host's memory")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class AccessBench {
    private static final int PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;
    /** Pages that are copied in turn: more than one, and all in the cache. */
    private static final int COPIED_PAGES = 8;
    /** Places that they are copied to, an eighth of a page and a quarter of a line apart. */
    private static final int COPY_PLACES = 8;

    private static final int PLACE_BYTES = PAGE_BYTES / COPY_PLACES + 16;

    /** Eight bytes of a page, one after another, through a view. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    @Compare(peer = "loopLoadHost", goals = @Goal(atMostNanosOver = 2))
    public long loopLoad(ProcessRange range) {
        View view = range.view;
        long address = range.address;
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += view.load(address + (long) i * Long.BYTES, Long.BYTES);
        }
        return sum;
    }

    /** The same from the host's memory. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public long loopLoadHost(HostRange range) {
        long address = range.address;
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address + (long) i * Long.BYTES);
        }
        return sum;
    }

    /** Eight bytes of a page, one after another, through a view. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    @Compare(peer = "loopStoreHost", goals = @Goal(atMostNanosOver = 2))
    public void loopStore(ProcessRange range) {
        View view = range.view;
        long address = range.address;
        for (int i = 0; i < WORDS; i++) {
            view.store(address + (long) i * Long.BYTES, Long.BYTES, i);
        }
    }

    /** The same to the host's memory. */
    @Benchmark
    @OperationsPerInvocation(WORDS)
    public void loopStoreHost(HostRange range) {
        long address = range.address;
        for (int i = 0; i < WORDS; i++) {
            HostMemory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address + (long) i * Long.BYTES, (long) i);
        }
    }

    /**
     * A thread's array for copies, and places in it, in turn: all that a place can be to the page that is copied. A copy takes up to twice as long if what it stores looks, by the lower twelve bits of
     * addresses, like what it is about to load, and a fifth longer if it begins inside a line. With one place for all copies that would be chance.
     */
    @State(Scope.Thread)
    public static class Copy {
        private final byte[] array = new byte[PAGE_BYTES + COPY_PLACES * PLACE_BYTES];
        private int next;

        private long nextOffset() {
            next++;
            return (long) (next / COPY_PLACES % COPIED_PAGES) * PAGE_BYTES;
        }

        private int place() {
            return next % COPY_PLACES * PLACE_BYTES;
        }
    }

    /** Copies 4 KiB into an array. */
    @Benchmark
    @Compare(peer = "copyOut4KHost", goals = @Goal(atMostTimesPeer = 1.1))
    public byte[] copyOut4K(ProcessRange range, Copy copy) {
        long offset = copy.nextOffset();
        range.view.read(range.address + offset, copy.array, copy.place(), PAGE_BYTES);
        return copy.array;
    }

    /** The same from the host's memory. */
    @Benchmark
    public byte[] copyOut4KHost(HostRange range, Copy copy) {
        long offset = copy.nextOffset();
        MemorySegment.copy(
                HostMemory.ALL, ValueLayout.JAVA_BYTE, range.address + offset, copy.array, copy.place(), PAGE_BYTES);
        return copy.array;
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

    /** Eight bytes at random, through a view. */
    @Benchmark
    @Compare(
            peer = {"loadFarHost", "loadFarHugeHost"},
            goals = @Goal(where = "mebibytes=1024", atMostTimesPeer = 1.3))
    public long loadFar(AttachedThread thread, FarOfProcess far, Walk walk) {
        View view = thread.view;
        return walk.found(view.load(far.address + (walk.next() & far.mask), Long.BYTES));
    }

    /** The same from the host's memory. */
    @Benchmark
    public long loadFarHost(FarOfHost far, Walk walk) {
        return walk.found(load(far, walk));
    }

    /** The same from the host's memory in huge pages. */
    @Benchmark
    public long loadFarHugeHost(FarOfHostHuge far, Walk walk) {
        return walk.found(load(far, walk));
    }

    private static long load(FarOfHost far, Walk walk) {
        return HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, far.address + (walk.next() & far.mask));
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What operations cost, in nanoseconds, when all threads do them on the same sixteen pages: an operation takes a page at random.
 *
 * <p>There is nothing to gain from a second thread, but it must not make the first one collapse: together they do at least half of what one does
 * alone. No page is ever unmapped or protected against the stores of another thread, because the host would end the benchmark for that.
 */
@BenchGroup("spaces")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceShared {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final int PRIVATE_ANONYMOUS = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
    private static final long PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int PAGES = 16;

    /** The pages of the process. */
    @State(Scope.Benchmark)
    public static class OfProcess {
        /** Maps them; the process gives them up at exit. */
        @Setup(Level.Trial)
        public void map(BootedKernel kernel) {
            LinuxCalls calls = kernel.attach();
            calls.mmap(
                    Places.ofAll(),
                    PAGES * PAGE_BYTES,
                    READ_WRITE,
                    PRIVATE_ANONYMOUS | Linux.MAP_FIXED_NOREPLACE,
                    -1,
                    0);
            kernel.detach(calls);
        }
    }

    /** The pages of the host. */
    @State(Scope.Benchmark)
    public static class OfHost {
        /** Maps them. */
        @Setup(Level.Trial)
        public void map() {
            HostMemory.mapAt(Places.ofAll(), PAGES * PAGE_BYTES);
        }

        /** Gives them back. */
        @TearDown(Level.Trial)
        public void unmap() {
            HostMemory.unmap(Places.ofAll(), PAGES * PAGE_BYTES);
        }
    }

    /** A thread's choice among the pages. */
    @State(Scope.Thread)
    public static class Choice {
        private RandomPlaces places;
        private boolean isSecond;

        /** Each thread has a sequence of its own. */
        @Setup(Level.Trial)
        public void begin(ThreadParams thread) {
            places = new RandomPlaces(PAGES, thread.getThreadIndex());
        }

        private long next() {
            return Places.ofAll() + places.next() * PAGE_BYTES;
        }
    }

    /** mmap with MAP_FIXED over one of the pages, one store. */
    @Benchmark
    @Compare(peer = "replaceTouchSharedHost", goals = @Goal(threads = 2, timesOneThread = 0.5))
    public void replaceTouchShared(AttachedThread thread, OfProcess pages, Choice choice) {
        LinuxCalls calls = thread.calls;
        View view = thread.view;
        long address = choice.next();
        calls.mmap(address, PAGE_BYTES, READ_WRITE, PRIVATE_ANONYMOUS | Linux.MAP_FIXED, -1, 0);
        view.store(address, 1, 1);
    }

    /** The same in the host. */
    @Benchmark
    public void replaceTouchSharedHost(OfHost pages, Choice choice) {
        long address = choice.next();
        HostMemory.mapOver(address, PAGE_BYTES);
        HostMemory.touch(address);
    }

    /** mprotect of one of the pages. */
    @Benchmark
    @Compare(peer = "protectSharedHost", goals = @Goal(threads = 2, timesOneThread = 0.5))
    public long protectShared(AttachedThread thread, OfProcess pages, Choice choice) {
        choice.isSecond = !choice.isSecond;
        return thread.calls.mprotect(choice.next(), PAGE_BYTES, choice.isSecond ? Linux.PROT_READ : READ_WRITE);
    }

    /** The same in the host. */
    @Benchmark
    public void protectSharedHost(OfHost pages, Choice choice) {
        choice.isSecond = !choice.isSecond;
        HostMemory.protect(choice.next(), PAGE_BYTES, choice.isSecond ? Linux.PROT_READ : READ_WRITE);
    }

    /** MADV_DONTNEED of one of the pages, one store. */
    @Benchmark
    @Compare(peer = "discardTouchSharedHost", goals = @Goal(threads = 2, timesOneThread = 0.5))
    public void discardTouchShared(AttachedThread thread, OfProcess pages, Choice choice) {
        LinuxCalls calls = thread.calls;
        View view = thread.view;
        long address = choice.next();
        calls.madvise(address, PAGE_BYTES, Linux.MADV_DONTNEED);
        view.store(address, 1, 1);
    }

    /** The same in the host. */
    @Benchmark
    public void discardTouchSharedHost(OfHost pages, Choice choice) {
        long address = choice.next();
        HostMemory.advise(address, PAGE_BYTES, Linux.MADV_DONTNEED);
        HostMemory.touch(address);
    }
}

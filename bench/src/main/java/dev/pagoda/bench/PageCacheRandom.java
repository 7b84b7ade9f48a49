package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs, in nanoseconds for a page, to have 32 threads read 4 KiB each at random places of a file that is in no cache: every page once, before the file is
 * given up, which is not counted, and read again.
 *
 * <p>Ours are guest threads on as many CPUs as the machine has; beside them are platform threads that read past the host's cache, which is the best that the
 * device gives with 32 reads in flight.
 */
@BenchGroup(value = "pagecache", mostThreads = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1000, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1000, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheRandom {
    private static final int THREADS = 32;
    /** Pages of one step; a power of two. */
    private static final int PAGES = 4096;

    private static final int MIX = 0x2545_F491;

    /** An order of all pages of a file in which neighbours are far apart: the same for all. */
    static long offset(int which, int pages) {
        int mask = pages - 1;
        int half = Integer.bitCount(mask) / 2;
        // Each step can be undone, so no page comes twice.
        int page = which * MIX & mask;
        page ^= page >>> half;
        page = page * MIX & mask;
        page ^= page >>> half;
        return (long) page * HostMemory.PAGE_BYTES;
    }

    /** The file in our cache, and a kernel with all CPUs. */
    @State(Scope.Benchmark)
    public static class OfKernel extends PagedFile.Cold {
        @Override
        KernelConfig config() {
            return super.config().withCpus(Runtime.getRuntime().availableProcessors());
        }
    }

    /** The next pages for 32 guest threads. */
    @State(Scope.Thread)
    public static class OfGuests {
        private final AtomicInteger next = new AtomicInteger();
        private OfKernel file;
        private LinuxCalls calls;
        private int end;

        /** Attaches. */
        @Setup(Level.Trial)
        public void attach(OfKernel cold) {
            file = cold;
            calls = cold.attach();
        }

        /** Goes on. */
        @Setup(Level.Invocation)
        public void go() throws IOException {
            if (end == file.pages()) {
                file.drop(calls);
                end = 0;
            }
            next.set(end);
            end += PAGES;
        }

        void read(LinuxCalls guest) {
            byte[] page = new byte[HostMemory.PAGE_BYTES];
            for (int which = next.getAndIncrement(); which < end; which = next.getAndIncrement()) {
                long offset = offset(which, file.pages());
                PagedFile.done(guest, guest.preadInto(file.descriptor, page, offset));
                PagedFile.check(page, offset);
            }
        }

        /** Detaches. */
        @TearDown(Level.Trial)
        public void detach() {
            file.detach(calls);
        }
    }

    /** The next pages for 32 platform threads. */
    @State(Scope.Thread)
    public static class OfHost {
        private final AtomicInteger next = new AtomicInteger();
        private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        private HostFile.Cold file;
        private int end;

        /** Remembers the file. */
        @Setup(Level.Trial)
        public void begin(HostFile.Cold cold) {
            file = cold;
        }

        /** Goes on; what is read past the host's cache stays out of it. */
        @Setup(Level.Invocation)
        public void go() {
            end = end == pages() ? 0 : end;
            next.set(end);
            end += PAGES;
        }

        private int pages() {
            return (int) (file.file.bytes() / HostMemory.PAGE_BYTES);
        }

        Void read(FileChannel channel) throws IOException {
            ByteBuffer page = BenchFile.aligned(HostMemory.PAGE_BYTES).order(ByteOrder.nativeOrder());
            for (int which = next.getAndIncrement(); which < end; which = next.getAndIncrement()) {
                long offset = offset(which, pages());
                BenchFile.check(
                        offset / HostMemory.PAGE_BYTES,
                        BenchFile.fill(channel, page, offset)
                                .order(ByteOrder.nativeOrder())
                                .getLong(0));
            }
            return null;
        }

        /** Ends the threads. */
        @TearDown(Level.Trial)
        public void end() {
            threads.close();
        }
    }

    /** By guest threads through the page cache. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare(peer = "randomDirect", goals = @Goal(timesFaster = 0.9))
    public void random(OfGuests step) throws InterruptedException {
        List<GuestThread> guests = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            guests.add(step.file.process.start("reader " + i, -1, step::read));
        }
        for (GuestThread guest : guests) {
            guest.join();
        }
    }

    /** By platform threads past the host's cache. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public void randomDirect(OfHost step) throws Exception {
        List<Future<Void>> reads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            reads.add(step.threads.submit(() -> step.read(step.file.direct)));
        }
        for (Future<Void> read : reads) {
            read.get();
        }
    }
}

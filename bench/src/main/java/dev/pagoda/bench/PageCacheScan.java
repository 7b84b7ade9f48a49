package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
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
 * What it costs, in nanoseconds for 1 MiB, to read a file from its beginning to its end that is in no cache, 1 MiB at a time: nobody says that it will be
 * read, so read-ahead has to find out. After its end the caches give it up, which is not counted, and it is read again.
 */
@BenchGroup(value = "pagecache", mostThreads = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1000, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class PageCacheScan {
    /** Of one step. */
    private static final int MEBIBYTES = 16;

    private static final int PART_BYTES = 1 << 20;
    private static final long STEP_BYTES = (long) MEBIBYTES * PART_BYTES;

    /** The next step through our cache. */
    @State(Scope.Thread)
    public static class OfProcess {
        private final byte[] part = new byte[PART_BYTES];
        private PagedFile.Cold file;
        private LinuxCalls calls;
        private long end;

        /** Attaches. */
        @Setup(Level.Trial)
        public void attach(PagedFile.Cold cold) {
            file = cold;
            calls = cold.attach();
        }

        /** Goes on. Takes no longer than the step itself but at the end of the file. */
        @Setup(Level.Invocation)
        public void go() throws IOException {
            if (end == file.file.bytes()) {
                file.drop(calls);
                end = 0;
            }
            end += STEP_BYTES;
        }

        /** Detaches. */
        @TearDown(Level.Trial)
        public void detach() {
            file.detach(calls);
        }
    }

    /** The next step through the host's cache, or past it. */
    @State(Scope.Thread)
    public static class OfHost {
        private final ByteBuffer part = BenchFile.aligned(PART_BYTES);
        private HostFile.Cold file;
        private long end;

        /** Remembers the file. */
        @Setup(Level.Trial)
        public void begin(HostFile.Cold cold) {
            file = cold;
        }

        /** As {@link OfProcess#go}. */
        @Setup(Level.Invocation)
        public void go() throws IOException {
            if (end == file.file.bytes()) {
                HostFiles.dropCached(file.file.path());
                end = 0;
            }
            end += STEP_BYTES;
        }
    }

    /** Through the page cache. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    @Compare(
            peer = {"scanChannel", "scanDirect"},
            goals = {@Goal(timesFaster = 0.95), @Goal(peer = 2, timesFaster = 0.95)})
    public void scan(OfProcess step) {
        for (long at = step.end - STEP_BYTES; at < step.end; at += PART_BYTES) {
            long read = PagedFile.done(step.calls, step.calls.preadInto(step.file.descriptor, step.part, at));
            if (read != PART_BYTES) {
                throw new IllegalStateException("read " + read + " bytes at " + at + " instead of " + PART_BYTES);
            }
        }
    }

    /** The same through the host's cache. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public void scanChannel(OfHost step) throws IOException {
        scan(step, step.file.channel);
    }

    /** The same past the host's cache. */
    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public void scanDirect(OfHost step) throws IOException {
        scan(step, step.file.direct);
    }

    private static void scan(OfHost step, FileChannel channel) throws IOException {
        for (long at = step.end - STEP_BYTES; at < step.end; at += PART_BYTES) {
            BenchFile.fill(channel, step.part, at);
        }
    }
}

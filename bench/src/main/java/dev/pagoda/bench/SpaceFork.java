package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.bench.command.LinuxTook;
import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Linux;
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
 * What it costs to fork a process that has touched 256 MiB, and what the parent's first store to a page costs that it shares with a child: nanoseconds
 * for one fork, and for one page.
 *
 * <p>Before each fork all pages are stored to, so that they are the parent's alone again; the child ends, and is waited for, after each. Neither is
 * measured. Both sides are asked not to use huge pages.
 *
 * <p>The host's process is this JVM, with much memory of its own. So it is forked without the 256 MiB too, and what that takes is subtracted from what
 * it takes with them: what is left, and shown, is the host's cost for the 256 MiB alone. Ours is shown whole.
 */
@BenchGroup(value = "spaces", mostThreads = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class SpaceFork {
    private static final long PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final long FORKED_BYTES = 256L << 20;
    private static final int COPIED_PAGES = 4096;
    private static final long COPIED_BYTES = COPIED_PAGES * PAGE_BYTES;
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;

    /** A process with touched memory. */
    @State(Scope.Thread)
    public static class OfProcess {
        private Process process;
        private AttachedThread thread;
        private long address;
        private Process child;

        /** Maps. */
        @Setup(Level.Trial)
        public void map(AttachedThread attached) {
            process = attached.process();
            thread = attached;
            address = thread.calls.mmap(0, bytes(), READ_WRITE, Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS, -1, 0);
            thread.calls.madvise(address, bytes(), Linux.MADV_NOHUGEPAGE);
        }

        /** Makes every page the parent's own. */
        @Setup(Level.Invocation)
        public void touch() {
            touchAll();
        }

        final void touchAll() {
            View view = thread.view;
            for (long at = address; at < address + bytes(); at += PAGE_BYTES) {
                view.store(at, 1, 1);
            }
        }

        long bytes() {
            return FORKED_BYTES;
        }

        final Process fork() {
            child = process.fork(thread.calls);
            return child;
        }

        /** Ends the child. */
        @TearDown(Level.Invocation)
        public void endChild() {
            child.close();
            process.awaitChild(child.pid(), true);
        }
    }

    /** A process that has just been forked. */
    @State(Scope.Thread)
    public static class ForkedProcess extends OfProcess {
        @Override
        public void touch() {
            touchAll();
            fork();
        }

        @Override
        long bytes() {
            return COPIED_BYTES;
        }
    }

    /** This JVM with touched memory. */
    @State(Scope.Thread)
    public static class OfHost {
        private long address;
        private int child;

        /** Maps. */
        @Setup(Level.Trial)
        public void map() {
            if (bytes() > 0) {
                address = HostMemory.map(bytes());
                HostMemory.advise(address, bytes(), Linux.MADV_NOHUGEPAGE);
            }
        }

        /** Makes every page the parent's own. */
        @Setup(Level.Invocation)
        public void touch() {
            touchAll();
        }

        final void touchAll() {
            for (long at = address; at < address + bytes(); at += PAGE_BYTES) {
                HostMemory.touch(at);
            }
        }

        long bytes() {
            return FORKED_BYTES;
        }

        final int fork() {
            child = HostFork.fork();
            return child;
        }

        /** Ends the child. */
        @TearDown(Level.Invocation)
        public void endChild() {
            HostFork.end(child);
        }

        /** Gives the memory back. */
        @TearDown(Level.Trial)
        public void unmap() {
            if (bytes() > 0) {
                HostMemory.unmap(address, bytes());
            }
        }
    }

    /** This JVM without the touched memory. */
    @State(Scope.Thread)
    public static class OfHostAlone extends OfHost {
        @Override
        long bytes() {
            return 0;
        }
    }

    /** This JVM, which has just been forked. */
    @State(Scope.Thread)
    public static class ForkedHost extends OfHost {
        @Override
        public void touch() {
            touchAll();
            fork();
        }

        @Override
        long bytes() {
            return COPIED_BYTES;
        }
    }

    /** fork with 256 MiB of touched pages. */
    @Benchmark
    @Compare(
            peer = "fork256MHost",
            less = "forkHostAlone",
            linux = @LinuxTook(threads = 1, nanos = 6_000_000),
            goals = @Goal(timesFaster = 5))
    public Process fork256M(OfProcess process) {
        return process.fork();
    }

    /** The host's fork of this JVM with 256 MiB of touched pages. */
    @Benchmark
    public int fork256MHost(OfHost host) {
        return host.fork();
    }

    /** The host's fork of this JVM alone. */
    @Benchmark
    public int forkHostAlone(OfHostAlone host) {
        return host.fork();
    }

    /** The first store to a page that a child shares. */
    @Benchmark
    @OperationsPerInvocation(COPIED_PAGES)
    @Compare(peer = "copyOnWriteHost", linux = @LinuxTook(threads = 1, nanos = 2850), goals = @Goal(timesFaster = 12))
    public void copyOnWrite(ForkedProcess process) {
        process.touchAll();
    }

    /** The same in the host. */
    @Benchmark
    @OperationsPerInvocation(COPIED_PAGES)
    public void copyOnWriteHost(ForkedHost host) {
        host.touchAll();
    }
}

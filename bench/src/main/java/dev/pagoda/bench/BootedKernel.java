package dev.pagoda.bench;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One kernel of 1.5 GiB with one process, which all threads of a benchmark share. */
@State(Scope.Benchmark)
public class BootedKernel {
    private static final long MEMORY_BYTES = 3L << 29;
    private static final long DETACH_NANOS = 10_000_000_000L;

    private final AtomicInteger attached = new AtomicInteger();

    /** The kernel. */
    Kernel kernel;
    /** The process. */
    Process process;

    /** Boots. */
    @Setup(Level.Trial)
    public void boot() {
        kernel = Kernel.boot(config());
        process = kernel.newProcess();
        begin();
    }

    /** What it is booted with. */
    KernelConfig config() {
        // The host has touched its memory long ago, and so has a kernel that runs for a while.
        return KernelConfig.defaults().withMemoryBytes(MEMORY_BYTES).withCpus(1).withPrefault(2);
    }

    /** What comes after the boot. */
    void begin() {}

    /** What comes before the process ends. */
    void end() {}

    /** What comes after the kernel is closed. */
    void stopped() {}

    /** Proves that the benchmark left the books in balance, then stops. */
    @TearDown(Level.Trial)
    public void stop() {
        end();
        awaitDetached();
        process.close();
        var audit = kernel.audit();
        kernel.close();
        stopped();
        if (audit.differences() != 0) {
            throw new IllegalStateException("the benchmark broke the books: " + audit);
        }
    }

    /** The process's calls for a benchmark's thread; given back with {@link #detach}. */
    LinuxCalls attach() {
        attached.incrementAndGet();
        return process.attach();
    }

    /** Ends a thread's use of the process. */
    void detach(LinuxCalls calls) {
        calls.close();
        attached.decrementAndGet();
    }

    /** JMH may stop the kernel in one thread while another still tears its own state down. */
    private void awaitDetached() {
        long limit = System.nanoTime() + DETACH_NANOS;
        while (attached.get() != 0) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(attached.get() + " threads were never detached");
            }
            Thread.yield();
        }
    }
}

package dev.pagoda.bench;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One kernel of 1 GiB with one process, which all threads of a benchmark share. */
@State(Scope.Benchmark)
public class BootedKernel {
    private static final long MEMORY_BYTES = 1L << 30;

    /** The kernel. */
    Kernel kernel;
    /** The process. */
    Process process;

    /** Boots. */
    @Setup(Level.Trial)
    public void boot() {
        kernel = Kernel.boot(
                KernelConfig.defaults().withMemoryBytes(MEMORY_BYTES).withCpus(1));
        process = kernel.newProcess();
    }

    /** Proves that the benchmark left the books in balance, then stops. */
    @TearDown(Level.Trial)
    public void stop() {
        process.exit();
        var audit = kernel.audit();
        kernel.close();
        if (audit.differences() != 0) {
            throw new IllegalStateException("the benchmark broke the books: " + audit);
        }
    }
}

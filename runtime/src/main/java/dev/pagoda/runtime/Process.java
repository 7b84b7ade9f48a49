package dev.pagoda.runtime;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import dev.pagoda.syscalls.ProcessState;
import dev.pagoda.syscalls.ThreadCalls;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A process: an address space, open files and the threads that use them.
 *
 * <p>Any thread may start guest threads in it or attach itself. It ends with {@link #exit}, when no thread uses it any more.
 */
public final class Process implements AutoCloseable {
    private final Kernel kernel;
    private final int pid;
    private final ProcessState state;
    private final AtomicBoolean ended = new AtomicBoolean();

    Process(Kernel kernel, int pid, ProcessState state) {
        this.kernel = kernel;
        this.pid = pid;
        this.state = state;
    }

    /** Its number in the kernel. */
    public int pid() {
        return pid;
    }

    /** Its memory. */
    public AddressSpace space() {
        return state.space();
    }

    /** Number of faults that its threads took. */
    public long faults() {
        return state.space().faults();
    }

    /**
     * The process's calls for the calling thread, which no CPU of the kernel runs.
     *
     * @return the calls; closed by the same thread
     */
    public LinuxCalls attach() {
        return new ThreadCalls(state, state.space().open(Thread.currentThread().getName()));
    }

    /**
     * Starts a guest thread in the process.
     *
     * @param name for reports
     * @param cpuOrMinus1 the CPU that it never leaves, or -1
     * @param body what it does; its calls are closed when it returns
     */
    public GuestThread start(String name, int cpuOrMinus1, Consumer<LinuxCalls> body) {
        return kernel.scheduler().start(name, cpuOrMinus1, () -> run(name, body));
    }

    private void run(String name, Consumer<LinuxCalls> body) {
        try (LinuxCalls calls = new ThreadCalls(state, openView(name))) {
            body.accept(calls);
        }
    }

    private View openView(String name) {
        return kernel.scheduler().ownsCpus()
                ? kernel.lending().openFor(GuestThread.current(), state.space())
                : state.space().open(name);
    }

    /** Ends the process: closes its files and gives its memory back. Its threads have ended or been closed. */
    public void exit() {
        if (ended.compareAndSet(false, true)) {
            kernel.ended(this);
            state.close();
        }
    }

    @Override
    public void close() {
        exit();
    }
}

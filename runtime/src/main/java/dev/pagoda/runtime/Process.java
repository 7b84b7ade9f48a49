package dev.pagoda.runtime;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Fork;
import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import dev.pagoda.syscalls.ProcessOwner;
import dev.pagoda.syscalls.ProcessState;
import dev.pagoda.syscalls.ThreadCalls;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A process: an address space, open files, the threads that use them, and children.
 *
 * <p>Any thread may start guest threads in it or attach itself. A child that was forked has none until then. It ends with {@link #exit}, as soon as no thread uses it any
 * more; its parent may wait for its status.
 */
public final class Process implements AutoCloseable {
    private static final int NOT_EXITED = -1;

    private final Kernel kernel;
    private final int pid;
    private final ProcessState state;
    /** Who may wait for it; null if nobody. */
    private volatile Process parent;

    private final Children children = new Children();
    private final ProcessOwner owner = new Owner();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger exitStatus = new AtomicInteger(NOT_EXITED);
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile boolean ended;

    Process(Kernel kernel, int pid, ProcessState state, Process parent) {
        this.kernel = kernel;
        this.pid = pid;
        this.state = state;
        this.parent = parent;
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
     * @throws IllegalStateException if the process has exited
     */
    public LinuxCalls attach() {
        return open(() -> state.space().open(Thread.currentThread().getName()));
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
        try (LinuxCalls calls = open(() -> openView(name))) {
            body.accept(calls);
        }
    }

    private View openView(String name) {
        return kernel.scheduler().ownsCpus()
                ? kernel.lending().openFor(GuestThread.current(), state.space())
                : state.space().open(name);
    }

    /** Shows the memory to a thread of another process; false if it has exited. */
    private boolean lend(Consumer<View> use) {
        threads.incrementAndGet();
        try {
            // Counted first: from here on the process does not end under the thread.
            if (exitStatus.get() != NOT_EXITED) {
                return false;
            }
            try (View view = state.space().open("process " + pid + " seen by another")) {
                use.accept(view);
            }
            return true;
        } finally {
            owner.detached();
        }
    }

    private interface Opening {
        View open();
    }

    private LinuxCalls open(Opening opening) {
        threads.incrementAndGet();
        try {
            // Counted first: from here on the process does not end under the thread.
            if (exitStatus.get() != NOT_EXITED) {
                throw new IllegalStateException("process " + pid + " has exited");
            }
            return new ThreadCalls(state, opening.open(), owner);
        } catch (RuntimeException | Error refused) {
            owner.detached();
            throw refused;
        }
    }

    /**
     * Makes a child: a copy of memory, shared until either side stores to it, and the same open files. Called by a thread of this process, while its
     * others go on.
     *
     * @param caller the calling thread's calls
     * @return the child, which no thread uses yet
     * @throws MemoryRefused if there is no memory for its page tables; nothing has changed then
     */
    public Process fork(LinuxCalls caller) {
        if (caller.view().space() != state.space()) {
            throw new IllegalArgumentException("the calls belong to another process than " + pid);
        }
        Process child = forkOrNull(caller.view());
        if (child == null) {
            throw new MemoryRefused("no frame is free for the page tables of a child of process " + pid
                    + "; end processes, or boot with more memory");
        }
        return child;
    }

    private Process forkOrNull(View view) {
        AddressSpace space = Fork.childOf(view);
        return space == null ? null : kernel.add(state.forChild(space), this);
    }

    /**
     * Waits for a child to end, and forgets it.
     *
     * @param childPid its number, or -1 for any child
     * @param mayWait whether to wait for one that is still running
     */
    public ProcessOwner.Awaited awaitChild(int childPid, boolean mayWait) {
        return children.await(childPid, mayWait);
    }

    /**
     * Ends the process: closes its files and gives its memory back, as soon as no thread uses it. The first status counts.
     *
     * @param status 0 to 255, for its parent
     */
    public void exit(int status) {
        exitStatus.compareAndSet(NOT_EXITED, status);
        endIfUnused();
    }

    private void endIfUnused() {
        if (exitStatus.get() != NOT_EXITED && threads.get() == 0 && ending.compareAndSet(false, true)) {
            kernel.ended(this);
            state.close();
            children.forget();
            ended = true;
            Process waiting = parent;
            if (waiting != null) {
                waiting.children.childEnded();
            }
        }
    }

    /** Whether it has given everything back. */
    public boolean hasEnded() {
        return ended;
    }

    /** Its exit status, of a process that has ended. */
    public int exitStatus() {
        return exitStatus.get();
    }

    /**
     * Ends the process with status 0, unless it has exited already.
     *
     * @throws IllegalStateException if a thread still uses it
     */
    @Override
    public void close() {
        exit(0);
        if (threads.get() != 0) {
            throw new IllegalStateException("process " + pid + " is still used by " + threads.get() + " threads");
        }
    }

    void adopt(Process child) {
        children.add(child);
    }

    /** Its parent has ended. */
    void orphan() {
        parent = null;
    }

    /** What its threads' calls ask. */
    private final class Owner implements ProcessOwner {
        @Override
        public int pid() {
            return pid;
        }

        @Override
        public int fork(View view) {
            Process child = forkOrNull(view);
            return child == null ? NO_MEMORY : child.pid;
        }

        @Override
        public boolean knows(int other) {
            return other == pid || kernel.process(other).isPresent() || children.has(other);
        }

        @Override
        public boolean onMemory(int other, Consumer<View> use) {
            return kernel.process(other).map(process -> process.lend(use)).orElse(false);
        }

        @Override
        public void exit(int status) {
            Process.this.exit(status);
        }

        @Override
        public Awaited awaitChild(int childPid, boolean mayWait) {
            return children.await(childPid, mayWait);
        }

        @Override
        public void detached() {
            threads.decrementAndGet();
            endIfUnused();
        }
    }
}

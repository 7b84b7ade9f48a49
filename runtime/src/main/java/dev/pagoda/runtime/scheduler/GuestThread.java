package dev.pagoda.runtime.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a program: a virtual thread whose continuations our own CPUs run.
 *
 * <p>Its run state is one word that changes by compare-and-set, so that a wake-up which arrives while the thread is still
 * leaving a CPU is neither lost nor lets a second CPU run the thread before the first has let go of it:
 *
 * <pre>
 *   WAITING --submit--> QUEUED --a CPU takes it--> RUNNING --parks--> WAITING
 *                          ^                          | submit, still on the CPU
 *                          +--------the CPU----- RUNNING_AGAIN
 * </pre>
 */
public final class GuestThread {
    /** What a guest thread is doing. */
    public enum State {
        /** Parked, or not started yet. */
        WAITING,
        /** Ready, in the queue of a CPU. */
        QUEUED,
        /** On a CPU. */
        RUNNING,
        /** On a CPU and already woken or yielding: it is queued again as soon as it has left. */
        RUNNING_AGAIN,
        /** Ended. */
        ENDED
    }

    private static final ThreadLocal<GuestThread> CURRENT = new ThreadLocal<>();
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(GuestThread.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Scheduler scheduler;
    private final String name;
    private final int homeCpu;
    private final boolean pinned;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile State state = State.WAITING;
    private volatile Throwable failure;
    private volatile boolean failureReported;

    /** Where the thread ran last; written by the CPU that mounts it, before it runs. */
    private volatile int lastCpu;

    /** What the kernel keeps for the thread; set and read by the CPU that mounts it and by the thread itself. */
    private volatile Object attachment;

    /** The continuation to run; written before the state says QUEUED, read after. */
    private Runnable continuation;

    GuestThread(Scheduler scheduler, String name, int homeCpu, boolean pinned, Runnable body) {
        this.scheduler = scheduler;
        this.name = name;
        this.homeCpu = homeCpu;
        this.pinned = pinned;
        this.lastCpu = homeCpu;
        Runnable watched = () -> runWatched(body);
        this.thread = scheduler.ownsCpus()
                ? VirtualThreadAccess.unstarted(name, this::submit, watched)
                : VirtualThreadAccess.unstartedOnJdkScheduler(name, watched);
    }

    /** The guest thread that the caller is, or null on any other thread. */
    public static GuestThread current() {
        return CURRENT.get();
    }

    /** What {@link #attach} left with the thread, or null. */
    public Object attachment() {
        return attachment;
    }

    /** Leaves something with the thread for the kernel's {@link Mounting}; only from there or from the thread itself. */
    public void attach(Object kernelState) {
        attachment = kernelState;
    }

    /** The name given at the start. */
    public String name() {
        return name;
    }

    /** The CPU the thread starts on, and never leaves when it is {@link #pinned()}. */
    public int homeCpu() {
        return homeCpu;
    }

    /** Whether the thread runs on its home CPU only. */
    public boolean pinned() {
        return pinned;
    }

    /** The CPU the thread runs on, or ran on last; stale as soon as it is read unless the thread itself asks. */
    public int lastCpu() {
        return lastCpu;
    }

    boolean isOf(Scheduler other) {
        return scheduler == other;
    }

    /** What the thread is doing; without our own CPUs only WAITING and ENDED are told apart from RUNNING. */
    public State state() {
        if (ended.getCount() == 0) {
            return State.ENDED;
        }
        return scheduler.ownsCpus() || thread.getState() == Thread.State.NEW ? state : State.RUNNING;
    }

    /** The virtual thread itself, for {@code LockSupport.unpark}. */
    public Thread thread() {
        return thread;
    }

    /** The exception that ended the thread, or null. Reading it does not count as having reported it. */
    public Throwable failure() {
        return failure;
    }

    /**
     * Waits until the thread has ended. Any thread may wait, guest threads too.
     *
     * @throws GuestFailure if the thread ended with an exception
     * @throws InterruptedException if the waiting thread was interrupted
     */
    public void join() throws InterruptedException {
        ended.await();
        reportFailure();
    }

    /**
     * Waits until the thread has ended, but no longer than the limit.
     *
     * @return whether it has ended
     * @throws GuestFailure if the thread ended with an exception
     * @throws InterruptedException if the waiting thread was interrupted
     */
    public boolean join(Duration limit) throws InterruptedException {
        boolean over = awaitEnd(limit);
        if (over) {
            reportFailure();
        }
        return over;
    }

    /** The JDK hands over the continuation when it is ready to run: at the start, at a yield, when it is unparked. */
    private void submit(Runnable readyContinuation) {
        continuation = readyContinuation;
        while (true) {
            State seen = state;
            if (seen == State.WAITING) {
                if (STATE.compareAndSet(this, State.WAITING, State.QUEUED)) {
                    scheduler.enqueue(this);
                    return;
                }
            } else if (seen == State.RUNNING) {
                if (STATE.compareAndSet(this, State.RUNNING, State.RUNNING_AGAIN)) {
                    return;
                }
            } else {
                throw new IllegalStateException("guest thread " + name + " was submitted twice, in state " + seen);
            }
        }
    }

    boolean awaitEnd(Duration limit) throws InterruptedException {
        return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    void start() {
        thread.start();
    }

    /** Runs the thread until it yields, parks or ends; only the CPU that took it from a queue may call. */
    void runOn(Cpu cpu, Mounting mounting) {
        Runnable ready = continuation;
        lastCpu = cpu.index();
        state = State.RUNNING;
        // Whatever a hook does, the thread runs and leaves the CPU: else it would be lost, and its joiners with it.
        try {
            mounting.mounted(cpu, this);
        } finally {
            try {
                ready.run();
            } finally {
                try {
                    mounting.unmounted(cpu, this);
                } finally {
                    leave(cpu);
                }
            }
        }
    }

    private void leave(Cpu cpu) {
        if (!STATE.compareAndSet(this, State.RUNNING, State.WAITING)) {
            state = State.QUEUED;
            cpu.enqueueLocally(this);
        }
    }

    private void runWatched(Runnable body) {
        CURRENT.set(this);
        try {
            body.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            CURRENT.remove();
            scheduler.ended(this);
            ended.countDown();
        }
    }

    /** Throws what ended the thread, if it was an exception and nobody has been told yet; close() uses it for all. */
    void reportFailureOnce() {
        if (!failureReported) {
            reportFailure();
        }
    }

    private void reportFailure() {
        Throwable cause = failure;
        if (cause != null) {
            failureReported = true;
            throw new GuestFailure(name, cause);
        }
    }

    @Override
    public String toString() {
        return name + " (" + state() + ", CPU " + lastCpu + (pinned ? ", pinned)" : ")");
    }
}

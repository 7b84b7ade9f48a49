package dev.pagoda.runtime.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * CPUs, and the guest threads that they share.
 *
 * <p>Guest threads are virtual threads that run on our own CPUs: a CPU is one platform thread, every guest thread has an
 * executor of its own, so that it is known whose continuation is ready. There is no preemption: a thread keeps its CPU until it
 * yields, parks or ends. Handing over work is lock-free; CPUs without work sleep.
 *
 * <p>Where the JDK does not let us schedule virtual threads ({@link #ownsCpus()} is false and {@link #fallbackReason()} says
 * why), guest threads run on the JDK's scheduler: nothing is mounted, nothing is pinned, there is no idle work, and the kernel has
 * to keep its per-CPU state for each thread.
 *
 * <p>Any thread may call any method; {@link #close()} only from a thread that is not a guest.
 */
public final class Scheduler implements AutoCloseable {
    /** How long {@link #close()} waits for guest threads before it names them and gives up. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final Cpu[] cpus;
    private final Mounting mounting;
    private final Device device;
    private final boolean ownsCpus;
    private final List<IdleWork> idleWork = new CopyOnWriteArrayList<>();
    private final Set<GuestThread> alive = ConcurrentHashMap.newKeySet();
    private final Set<GuestThread> failed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger nextHome = new AtomicInteger();
    private final Queue<Throwable> cpuFailures = new ConcurrentLinkedQueue<>();

    /** Changes when idle work may have something to do; a CPU that saw an older value does not go to sleep. */
    private final AtomicInteger idleTicket = new AtomicInteger();

    private volatile boolean closed;
    private volatile boolean stopping;

    /**
     * Starts the CPUs.
     *
     * @param cpus how many, at least 1
     * @param mounting what to do when a thread gets a CPU and leaves it
     */
    public Scheduler(int cpus, Mounting mounting) {
        this(cpus, mounting, Device.NONE);
    }

    /**
     * Starts the CPUs.
     *
     * @param cpus how many, at least 1
     * @param mounting what to do when a thread gets a CPU and leaves it
     * @param device what CPUs wait for that have no thread to run
     */
    public Scheduler(int cpus, Mounting mounting, Device device) {
        this(cpus, mounting, device, VirtualThreadAccess.refusal().isEmpty());
    }

    Scheduler(int cpus, Mounting mounting, boolean ownCpus) {
        this(cpus, mounting, Device.NONE, ownCpus);
    }

    private Scheduler(int cpus, Mounting mounting, Device device, boolean ownCpus) {
        if (cpus < 1) {
            throw new IllegalArgumentException("a scheduler needs at least 1 CPU, not " + cpus);
        }
        this.mounting = mounting;
        this.device = device;
        this.ownsCpus = ownCpus;
        this.cpus = new Cpu[cpus];
        for (int i = 0; i < cpus; i++) {
            this.cpus[i] = new Cpu(this, i);
        }
        if (ownCpus) {
            for (Cpu cpu : this.cpus) {
                cpu.start();
            }
        }
    }

    /** Whether guest threads run on our CPUs, with {@link Mounting} called at every switch. */
    public boolean ownsCpus() {
        return ownsCpus;
    }

    /** Why the JDK's scheduler is used instead of ours, with the remedy; empty when ours is used. */
    public String fallbackReason() {
        return ownsCpus ? "" : VirtualThreadAccess.refusal();
    }

    /** The number of CPUs. */
    public int cpuCount() {
        return cpus.length;
    }

    /** The CPU with this number. */
    public Cpu cpu(int index) {
        return cpus[index];
    }

    /** The CPU that the calling guest thread is on until it yields or parks; -1 for other threads, and where the JDK's scheduler is used. */
    public int currentCpu() {
        GuestThread self = GuestThread.current();
        return self != null && ownsCpus && self.isOf(this) ? self.lastCpu() : -1;
    }

    /** Adds work for CPUs that have no guest thread to run. */
    public void addIdleWork(IdleWork work) {
        idleWork.add(work);
        wakeForIdleWork();
    }

    /** Wakes the sleeping CPUs, because some idle work has something to do again. */
    public void wakeForIdleWork() {
        idleTicket.incrementAndGet();
        for (Cpu cpu : cpus) {
            cpu.wake();
        }
    }

    /**
     * Starts a guest thread.
     *
     * @param name for messages
     * @param homeCpuOrMinus1 the CPU that the thread never leaves, or -1 for a thread that runs where there is room
     * @param body what it does; an exception that it does not catch is kept for {@link GuestThread#join()}
     */
    public GuestThread start(String name, int homeCpuOrMinus1, Runnable body) {
        if (homeCpuOrMinus1 < -1 || homeCpuOrMinus1 >= cpus.length) {
            throw new IllegalArgumentException("guest thread " + name + " wants CPU " + homeCpuOrMinus1
                    + "; there are CPUs 0 to " + (cpus.length - 1) + ", and -1 for any");
        }
        boolean pinned = homeCpuOrMinus1 >= 0;
        int home = pinned ? homeCpuOrMinus1 : Math.floorMod(nextHome.getAndIncrement(), cpus.length);
        GuestThread thread = new GuestThread(this, name, home, pinned, body);
        alive.add(thread);
        if (closed) {
            alive.remove(thread);
            throw new IllegalStateException("guest thread " + name + " cannot start: the scheduler is closed");
        }
        thread.start();
        return thread;
    }

    /**
     * Waits for all guest threads to end, then stops the CPUs.
     *
     * @throws GuestFailure if a thread ended with an exception that no join has reported; more of them are suppressed in it
     * @throws IllegalStateException if threads are still there after ten seconds; they are named and never run again.
     *     Also if a {@link Mounting} or {@link IdleWork} threw an exception
     */
    @Override
    public void close() {
        close(CLOSE_LIMIT);
    }

    /** As {@link #close()}, with a limit of one's own. */
    public void close(Duration limit) {
        closed = true;
        List<GuestThread> left = waitForThreads(limit);
        stopping = true;
        stopCpus();
        RuntimeException trouble = null;
        if (!left.isEmpty()) {
            trouble = new IllegalStateException(left.size() + " guest threads had not ended after " + limit.toMillis()
                    + " ms: " + left.subList(0, Math.min(left.size(), 8)));
        }
        for (GuestThread thread : failed) {
            try {
                thread.reportFailureOnce();
            } catch (GuestFailure e) {
                trouble = together(trouble, e);
            }
        }
        for (Throwable e : cpuFailures) {
            trouble = together(trouble, new IllegalStateException("a hook or idle work failed on a CPU: " + e, e));
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private static RuntimeException together(RuntimeException first, RuntimeException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private List<GuestThread> waitForThreads(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        for (GuestThread thread : alive) {
            while (alive.contains(thread)) {
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    break;
                }
                try {
                    thread.awaitEnd(Duration.ofNanos(remaining));
                } catch (InterruptedException e) {
                    interrupted = true;
                    deadline = System.nanoTime();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new ArrayList<>(alive);
    }

    private void stopCpus() {
        if (!ownsCpus) {
            return;
        }
        boolean interrupted = false;
        for (Cpu cpu : cpus) {
            cpu.wakeToStop();
        }
        for (Cpu cpu : cpus) {
            try {
                cpu.carrier().join(CLOSE_LIMIT);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- for CPUs and guest threads ----

    Mounting mounting() {
        return mounting;
    }

    int idleTicket() {
        return idleTicket.get();
    }

    void keepCpuFailure(Throwable failure) {
        cpuFailures.add(failure);
    }

    boolean stopping() {
        return stopping;
    }

    Cpu[] cpus() {
        return cpus;
    }

    Device device() {
        return device;
    }

    void enqueue(GuestThread thread) {
        Cpu cpu = cpus[thread.lastCpu()];
        if (cpu.isTakingAnswers()) {
            cpu.enqueueLocally(thread);
        } else {
            cpu.enqueueFromOutside(thread);
        }
    }

    /** Wakes one sleeping CPU other than the given one, which has more work than it can do at once. */
    void wakeThief(Cpu busy) {
        for (int i = 1; i < cpus.length; i++) {
            if (cpus[(busy.index() + i) % cpus.length].wake()) {
                return;
            }
        }
    }

    boolean anythingFor(Cpu asking) {
        for (Cpu cpu : cpus) {
            if (cpu.hasWorkFor(asking)) {
                return true;
            }
        }
        return false;
    }

    boolean doIdleWork(Cpu cpu) {
        boolean did = false;
        for (IdleWork work : idleWork) {
            did |= work.runOnce(cpu);
        }
        return did;
    }

    void ended(GuestThread thread) {
        if (thread.failure() != null) {
            failed.add(thread);
        }
        alive.remove(thread);
    }
}

package dev.pagoda.runtime.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * A CPU: one platform thread that runs guest threads, one at a time, until each yields, parks or ends.
 *
 * <p>Threads wait in three places. The <em>run queue</em> holds what this CPU made ready itself; any CPU may take from it.
 * The <em>inbox</em> takes what others made ready; whoever holds its flag moves it into a run queue, so that work does not
 * get stuck behind a thread that keeps the CPU. The <em>pinned inbox</em> holds threads that may run nowhere else.
 * All are first in, first out; the two kinds take turns.
 *
 * <p>A CPU that finds nothing does idle work, then sleeps. Sleeping and waking are Dekker's pattern: the CPU says that it
 * is asleep, then looks again everywhere; whoever adds work adds it first, then looks for sleepers. A full fence stands
 * between the two halves on both sides, so that at least one of them sees the other.
 *
 * <p>With answers of the device to expect, a CPU waits for those instead of sleeping, and says so before it says that it is asleep. Whoever wakes it takes that word away first and
 * looks at how it rests then; if that has changed by now, it has looked everywhere once more (rest.pml). A CPU without such answers looks every millisecond after those of others,
 * which may be running a thread for long.
 */
public final class Cpu {
    /** Enough that an overflow, which goes the slower way of the inbox, is rare. */
    private static final int RUN_QUEUE_THREADS = 4096;

    private static final int INBOX_CHUNK_THREADS = 256;
    /** After this many turns from the run queue the inbox is looked at, full as the run queue may be. */
    private static final int TURNS_BETWEEN_INBOX_LOOKS = 61;
    /** So long an answer waits whose CPU is busy, at most, if this one is not: ten times what the device takes. */
    private static final long NANOS_BETWEEN_LOOKS_AT_OTHERS = 1_000_000;

    private static final VarHandle DRAINING;
    private static final VarHandle SWITCHES;
    private static final VarHandle STEALS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DRAINING = lookup.findVarHandle(Cpu.class, "draining", boolean.class);
            SWITCHES = lookup.findVarHandle(Cpu.class, "switches", long.class);
            STEALS = lookup.findVarHandle(Cpu.class, "steals", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Scheduler scheduler;
    private final int index;
    private final Thread carrier;
    private final Queue<GuestThread> runQueue = new MpmcVarHandleArrayQueue<>(RUN_QUEUE_THREADS);
    private final Queue<GuestThread> inbox = new MpscUnboundedVarHandleArrayQueue<>(INBOX_CHUNK_THREADS);
    private final Queue<GuestThread> pinnedInbox = new MpscUnboundedVarHandleArrayQueue<>(INBOX_CHUNK_THREADS);

    /** Set while someone, owner or thief, is the inbox's one consumer. */
    @SuppressWarnings("unused") // through DRAINING
    private volatile boolean draining;

    private volatile boolean asleep;
    /** How it is to be woken: by the device. Written before {@link #asleep}, read after. */
    private volatile boolean onDevice;
    /** The carrier is in {@link Device#take}: what becomes ready then, this CPU itself has made ready. */
    private boolean takingAnswers;

    /** Counters: written by this CPU only, opaque so that others see them grow. */
    private long switches;

    private long steals;

    private int turn;

    Cpu(Scheduler scheduler, int index) {
        this.scheduler = scheduler;
        this.index = index;
        this.carrier = Thread.ofPlatform().name("pagoda-cpu-" + index).daemon().unstarted(this::run);
    }

    /** The CPU's number, from 0. */
    public int index() {
        return index;
    }

    /** How often a guest thread was put on this CPU. */
    public long switches() {
        return (long) SWITCHES.getOpaque(this);
    }

    /** How many guest threads this CPU took from the queues of others. */
    public long steals() {
        return (long) STEALS.getOpaque(this);
    }

    /** The CPU's platform thread. */
    public Thread carrier() {
        return carrier;
    }

    /** Takes a thread that this CPU itself made ready, on its own platform thread. */
    void enqueueLocally(GuestThread thread) {
        boolean moreThanOne = hasWorkFor(this);
        if (thread.pinned()) {
            pinnedInbox.add(thread);
        } else if (!runQueue.offer(thread)) {
            inbox.add(thread);
        }
        if (moreThanOne) {
            VarHandle.fullFence();
            scheduler.wakeThief(this);
        }
    }

    /** Takes a thread from whoever made it ready; wakes this CPU, or one that can steal it. */
    void enqueueFromOutside(GuestThread thread) {
        (thread.pinned() ? pinnedInbox : inbox).add(thread);
        VarHandle.fullFence();
        if (!wake() && !thread.pinned()) {
            scheduler.wakeThief(this);
        }
    }

    /** Wakes the CPU if it sleeps; tells whether it did. */
    boolean wake() {
        if (asleep) {
            asleep = false;
            rouse();
            return true;
        }
        return false;
    }

    private void rouse() {
        if (onDevice) {
            scheduler.device().wake(index);
        } else {
            LockSupport.unpark(carrier);
        }
    }

    /** Has the CPU see that the scheduler stops. */
    void wakeToStop() {
        rouse();
    }

    /** Whether the caller is this CPU, taking answers of the device. */
    boolean isTakingAnswers() {
        return Thread.currentThread() == carrier && takingAnswers;
    }

    void start() {
        carrier.start();
    }

    private void run() {
        while (!scheduler.stopping()) {
            try {
                runOnce();
            } catch (Throwable e) {
                scheduler.keepCpuFailure(e);
            }
        }
    }

    private void takeAnswers() {
        takingAnswers = true;
        try {
            scheduler.device().take(index);
        } finally {
            takingAnswers = false;
        }
        if (turn % TURNS_BETWEEN_INBOX_LOOKS == 0) {
            scheduler.device().help(index);
        }
    }

    private void runOnce() {
        takeAnswers();
        int ticket = scheduler.idleTicket();
        GuestThread thread = next();
        if (thread == null) {
            thread = steal();
        }
        if (thread != null) {
            SWITCHES.setOpaque(this, switches + 1);
            thread.runOn(this, scheduler.mounting());
        } else if (!scheduler.doIdleWork(this)) {
            sleepUntilWoken(ticket);
        }
    }

    private GuestThread next() {
        turn++;
        if (turn % TURNS_BETWEEN_INBOX_LOOKS == 0) {
            drainInboxOf(this);
        }
        boolean pinnedFirst = (turn & 1) == 0;
        GuestThread thread = pinnedFirst ? pinnedInbox.poll() : nextMovable();
        if (thread == null) {
            thread = pinnedFirst ? nextMovable() : pinnedInbox.poll();
        }
        return thread;
    }

    private GuestThread nextMovable() {
        GuestThread thread = runQueue.poll();
        if (thread == null && drainInboxOf(this)) {
            thread = runQueue.poll();
        }
        return thread;
    }

    /** One thread from another CPU; the rest of an inbox found on the way becomes this CPU's own. */
    private GuestThread steal() {
        Cpu[] cpus = scheduler.cpus();
        for (int i = 1; i < cpus.length; i++) {
            Cpu victim = cpus[(index + i) % cpus.length];
            GuestThread thread = victim.runQueue.poll();
            if (thread == null && drainInboxOf(victim)) {
                thread = runQueue.poll();
            }
            if (thread != null) {
                STEALS.setOpaque(this, steals + 1);
                return thread;
            }
        }
        return null;
    }

    /**
     * Moves what waits in an inbox into this CPU's run queue, as far as it has room.
     *
     * @return whether something was moved; false also when another CPU is at it, which then has the threads
     */
    private boolean drainInboxOf(Cpu owner) {
        if (owner.inbox.isEmpty() || !DRAINING.compareAndSet(owner, false, true)) {
            return false;
        }
        int moved = 0;
        try {
            GuestThread thread;
            while (moved < RUN_QUEUE_THREADS / 2 && (thread = owner.inbox.poll()) != null) {
                moved++;
                if (!runQueue.offer(thread)) {
                    inbox.add(thread);
                    break;
                }
            }
        } finally {
            DRAINING.setVolatile(owner, false);
        }
        VarHandle.fullFence();
        if (moved > 1) {
            scheduler.wakeThief(this);
        }
        return moved > 0;
    }

    private void sleepUntilWoken(int idleTicket) {
        Device device = scheduler.device();
        boolean answers = device.isUnderWay(index);
        onDevice = answers;
        asleep = true;
        VarHandle.fullFence();
        while (asleep
                && !scheduler.stopping()
                && scheduler.idleTicket() == idleTicket
                && !scheduler.anythingFor(this)) {
            long limit = device.isUnderWayElsewhere(index) ? NANOS_BETWEEN_LOOKS_AT_OTHERS : 0;
            if (answers) {
                device.await(index, limit);
            } else if (limit == 0) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, limit);
            }
            if (limit != 0) {
                device.help(index);
            }
            if (answers) {
                // There may be some.
                break;
            }
        }
        asleep = false;
    }

    /** Whether a thread waits here that the asking CPU could run. */
    boolean hasWorkFor(Cpu asking) {
        return !runQueue.isEmpty() || !inbox.isEmpty() || (asking == this && !pinnedInbox.isEmpty());
    }

    @Override
    public String toString() {
        return "pagoda-cpu-" + index;
    }
}

package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.runtime.trace.Plan.PlanThread;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;

/**
 * One carrying-out of a plan on a machine: processes, guest threads, and what they share: where each placement
 * lies here, which number each descriptor has here, and how far each thread has come.
 *
 * <p>The arrays are written by one step and read by steps that come after it, through {@link Progress} or in the same thread.
 */
final class Replay {
    /** The use of memory is sampled, and the watcher told, after so many steps of a thread. */
    private static final int STEPS_BETWEEN_SAMPLES = 16;

    private final Machine machine;
    private final Plan plan;
    private final StandIns standIns;
    private final TouchExtent extent;
    private final IntConsumer onSteps;
    private final Progress progress;
    private final long[] bases;
    private final int[] numbers;
    private final Step[] previousInOrder;
    private final Machine.Guest[] guests;
    private final AtomicReferenceArray<Tally> tallies;
    private final Queue<GuestThread> started = new ConcurrentLinkedQueue<>();

    /**
     * Prepares one run.
     *
     * @param inOrder whether all steps keep the recorded order; else only those that work on the same things do
     * @param onSteps told now and then how many more steps are done; called from guest threads
     */
    Replay(Machine machine, Plan plan, StandIns standIns, TouchExtent extent, boolean inOrder, IntConsumer onSteps) {
        this.machine = machine;
        this.plan = plan;
        this.standIns = standIns;
        this.extent = extent;
        this.onSteps = onSteps;
        this.progress = new Progress(plan.threads().size());
        this.bases = new long[plan.placements()];
        this.numbers = new int[plan.descriptors()];
        this.previousInOrder = inOrder ? previousSteps(plan) : new Step[0];
        this.guests = new Machine.Guest[plan.processes()];
        this.tallies = new AtomicReferenceArray<>(plan.threads().size());
    }

    /** What the run brought. */
    record Outcome(Tally tally, long faults, long nanoseconds) {}

    /** Carries the plan out and ends all its processes. The calling thread waits, and is no guest. */
    Outcome run() throws InterruptedException {
        for (int i = 0; i < guests.length; i++) {
            guests[i] = plan.isThereFromTheBeginning(i) ? machine.newGuest() : null;
        }
        long start = System.nanoTime();
        for (PlanThread thread : plan.threads()) {
            if (!thread.startedByStep()) {
                start(thread.number());
            }
        }
        RuntimeException broken = null;
        GuestThread thread;
        // A thread is in the queue before the one that started it ends.
        while ((thread = started.poll()) != null) {
            try {
                thread.join();
            } catch (RuntimeException e) {
                broken = e;
            }
        }
        long nanoseconds = System.nanoTime() - start;
        Tally sum = new Tally();
        for (int i = 0; i < tallies.length(); i++) {
            if (tallies.get(i) != null) {
                sum.add(tallies.get(i));
            }
        }
        long faults = 0;
        for (Machine.Guest guest : guests) {
            // Null if its fork failed.
            if (guest != null) {
                faults += guest.faults();
                guest.exit();
            }
        }
        if (broken != null) {
            throw broken;
        }
        return new Outcome(sum, faults, nanoseconds);
    }

    /** Starts a guest thread for a thread of the plan. */
    void start(int threadNumber) {
        PlanThread thread = plan.threads().get(threadNumber);
        Machine.Guest guest = guests[thread.process()];
        try {
            started.add(guest.start(thread.name(), calls -> carryOut(thread, calls)));
        } catch (RuntimeException | OutOfMemoryError e) {
            abandon(thread, "its thread could not be started: " + e.getMessage());
            throw e;
        }
    }

    /** Forks the process of a running thread; false if there is no memory. */
    boolean fork(int parentProcess, LinuxCalls calls, int threadNumber) {
        PlanThread thread = plan.threads().get(threadNumber);
        Machine.Guest child = guests[parentProcess].fork(calls);
        if (child == null) {
            return false;
        }
        guests[thread.process()] = child;
        start(threadNumber);
        return true;
    }

    /** A thread that its step did not start. */
    void abandon(int threadNumber, String why) {
        abandon(plan.threads().get(threadNumber), why);
    }

    /** Nobody carries these steps out: they count as differing, and nobody waits for them. */
    private void abandon(PlanThread thread, String why) {
        Tally tally = new Tally();
        tallies.set(thread.number(), tally);
        for (Step step : thread.steps()) {
            if (step.operation() != null) {
                tally.differ(step, Difference.of(step, false, why));
            }
            if (step.operation() instanceof Operation.Fork fork) {
                abandon(fork.thread(), why);
            }
            for (Operation preparation : step.preparations()) {
                if (preparation instanceof Operation.Start start) {
                    abandon(start.thread(), why);
                }
            }
            progress.advance(thread.number());
        }
    }

    private void carryOut(PlanThread thread, LinuxCalls calls) {
        Tally tally = new Tally();
        tallies.set(thread.number(), tally);
        ReplayThread carrier = new ReplayThread(this, thread.process(), calls, tally);
        int unreported = 0;
        for (Step step : thread.steps()) {
            awaitTurn(step);
            try {
                carrier.carryOut(step);
            } finally {
                progress.advance(thread.number());
            }
            if (++unreported == STEPS_BETWEEN_SAMPLES || !step.touches().isEmpty()) {
                machine.sampleUse();
                onSteps.accept(unreported);
                unreported = 0;
            }
        }
        machine.sampleUse();
        onSteps.accept(unreported);
    }

    private void awaitTurn(Step step) {
        for (Step before : step.waitsFor()) {
            progress.await(before.thread(), before.position());
        }
        if (previousInOrder.length > 0) {
            Step previous = previousInOrder[step.number()];
            if (previous != null && previous.thread() != step.thread()) {
                progress.await(previous.thread(), previous.position());
            }
        }
    }

    private static Step[] previousSteps(Plan plan) {
        Step[] previous = new Step[plan.steps().size()];
        Step last = null;
        for (Step step : plan.steps()) {
            previous[step.number()] = last;
            if (step.thread() >= 0 && step.hasWork()) {
                last = step;
            }
        }
        return previous;
    }

    // ---- what the threads share ----

    Plan plan() {
        return plan;
    }

    StandIns standIns() {
        return standIns;
    }

    TouchExtent extent() {
        return extent;
    }

    /** Where a placement lies here. */
    long baseOf(Placement placement) {
        return bases[placement.number()];
    }

    void placed(Placement placement, long base) {
        bases[placement.number()] = base;
    }

    /** Which number a descriptor has here. */
    int numberOf(Descriptor descriptor) {
        return numbers[descriptor.number()];
    }

    void opened(Descriptor descriptor, int number) {
        numbers[descriptor.number()] = number;
    }

    /** The steps of the plan that have something to do, for a progress bar. */
    static long workOf(Plan plan) {
        List<PlanThread> threads = new ArrayList<>(plan.threads());
        return threads.stream().mapToLong(thread -> thread.steps().size()).sum();
    }
}

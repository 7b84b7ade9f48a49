package dev.pagoda.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures methods by turns of some milliseconds in one JVM, each with one thread and with all: what disturbs the machine for seconds disturbs all of them, so what
 * is left of it in their ratios is little. One object for a thread; one thread calls it.
 *
 * <p>The clock says whose turn it is, so threads agree without a word. A turn's first part is not counted: it brings into the caches what the turn before drove out. Where one thread is measured, the others sleep.
 *
 * <p>Each iteration ends with a value for each method and number of threads, which {@link TurnProfiler} gives to JMH; what JMH itself measures means nothing.
 */
final class Turns implements AutoCloseable {
    private static final long TURN_NANOS = 20_000_000;
    private static final long SETTLE_NANOS = 8_000_000;

    private static final List<Turns> ALL = new CopyOnWriteArrayList<>();

    private final Object owner;
    private final List<Method> methods = new ArrayList<>();
    /** Operations that a call of each makes. */
    private final int[] batches;

    private final int thread;
    /** The numbers of threads that each method is measured with. */
    private final int[] threads;
    /** What each turn of the round took, and how many operations it made. */
    private final long[] nanos;

    private final long[] operations;
    /** Plain, as the counts are: JMH waits for its threads before it asks. */
    private boolean closed;
    /** What the methods returned: someone might read it. */
    private volatile long result;

    /**
     * Takes the methods of an object.
     *
     * @param thread the calling thread's number, from 0
     * @param all the number of threads
     */
    Turns(Object owner, int thread, int all) {
        this.owner = owner;
        this.thread = thread;
        this.threads = all == 1 ? new int[] {1} : new int[] {1, all};
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (method.isAnnotationPresent(InTurn.class)) {
                    methods.add(method);
                }
            }
        }
        // Reflection has no order, and threads must agree.
        methods.sort(Comparator.comparing(Method::getName));
        batches = methods.stream()
                .mapToInt(method -> method.getAnnotation(InTurn.class).operations())
                .toArray();
        nanos = new long[methods.size() * threads.length];
        operations = new long[nanos.length];
        ALL.add(this);
    }

    /** Calls the method whose turn it is once, or sleeps until the turn's end where the thread has no part in it. */
    void take() {
        long now = System.nanoTime();
        int turn = (int) Long.remainderUnsigned(now / TURN_NANOS, nanos.length);
        long inTurn = now % TURN_NANOS;
        if (thread >= threads[turn % threads.length]) {
            LockSupport.parkNanos(TURN_NANOS - inTurn);
            return;
        }
        int which = turn / threads.length;
        long sum = call(methods.get(which));
        long after = System.nanoTime();
        if (inTurn >= SETTLE_NANOS) {
            nanos[turn] += after - now;
            operations[turn] += batches[which];
        }
        result = sum;
    }

    private long call(Method method) {
        try {
            return (Long) method.invoke(owner);
        } catch (InvocationTargetException failure) {
            throw new IllegalStateException(method.getName() + " failed", failure.getCause());
        } catch (IllegalAccessException notPublic) {
            throw new IllegalStateException(method.getName() + " cannot be called", notPublic);
        }
    }

    /** Forgets what was counted. No thread may be in {@link #take}. */
    static void forget() {
        ALL.removeIf(one -> one.closed);
        for (Turns one : ALL) {
            Arrays.fill(one.nanos, 0);
            Arrays.fill(one.operations, 0);
        }
    }

    /** Nanoseconds for one operation of one thread since then, by method and number of threads, as {@link TurnProfiler#label} puts them together. No thread may be in {@link #take}. */
    static SortedMap<String, Double> counted() {
        SortedMap<String, Double> counted = new TreeMap<>();
        if (ALL.isEmpty()) {
            return counted;
        }
        Turns first = ALL.getFirst();
        for (int turn = 0; turn < first.nanos.length; turn++) {
            long nanos = 0;
            long operations = 0;
            for (Turns one : ALL) {
                nanos += one.nanos[turn];
                operations += one.operations[turn];
            }
            if (operations > 0) {
                String method = first.methods.get(turn / first.threads.length).getName();
                counted.put(
                        TurnProfiler.label(method, first.threads[turn % first.threads.length]),
                        (double) nanos / operations);
            }
        }
        return counted;
    }

    /** To be called by the thread, at its end. What it counted stays until it is forgotten: JMH ends a benchmark within its last iteration. */
    @Override
    public void close() {
        closed = true;
    }
}

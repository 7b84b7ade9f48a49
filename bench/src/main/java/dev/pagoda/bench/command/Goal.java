package dev.pagoda.bench.command;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a benchmark must reach: a time, a relation to the time of a peer, or a throughput by number of threads. Part of {@link Compare}. */
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Goal {
    /** Most nanoseconds for one operation; 0 when the goal is another. */
    double atMostNanos() default 0;

    /** Times faster than the peer, at least; 0 when the goal is another. */
    double timesFaster() default 0;

    /** Most nanoseconds for one operation more than the peer takes; 0 when the goal is another. */
    double atMostNanosOver() default 0;

    /** Most times what the peer takes; 0 when the goal is another. */
    double atMostTimesPeer() default 0;

    /**
     * Times as many operations in the same time as one thread, at least; 0 when the goal is another. Judged where the run measured
     * one thread too.
     */
    double timesOneThread() default 0;

    /** Which peer it is measured against: the number in {@link Compare#peer}, from 1, where one that was left out does not count. */
    int peer() default 1;

    /** The number of threads that it holds for; 0 for any. */
    int threads() default 0;

    /** The parameters that it holds for, such as {@code order=0}; empty for any. */
    String[] where() default {};
}

package dev.pagoda.bench.command;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What LLFree, the allocator of "LLFree: Scalable and Optionally-Persistent Page-Frame Allocation" (USENIX ATC '23), took for the same work. Ours
 * must not be slower. Part of {@link Compare}.
 *
 * <p>It is recorded and not measured in the run, so it is shown as it is: the bare CAS of the run tells how far the two days differ.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface LlFree {
    /** Where the figures come from. */
    String PROVENANCE =
            "recorded: LLFree in C, -O3, same class of machine, another day, beside a bare CAS of 2.7 ns; not scaled";

    /** Nanoseconds for one operation of one thread. */
    double nanos();

    /** The number of threads. */
    int threads();

    /** The parameters, such as {@code order=0}; empty for any. */
    String[] where() default {};
}

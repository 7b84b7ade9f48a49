package dev.pagoda.bench.command;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What Linux took for the same work on another day. Part of {@link Compare}.
 *
 * <p>It is shown beside what the host takes in the run, and nothing is judged by it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface LinuxTook {
    /** Where the figures come from. */
    String PROVENANCE = "recorded: Linux on the same class of machine, another day; not scaled, and no goal";

    /** Nanoseconds for one operation of one thread. */
    double nanos();

    /** The number of threads. */
    int threads();

    /** The parameters, such as {@code others=0}; empty for any. */
    String[] where() default {};
}

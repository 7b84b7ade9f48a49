package dev.pagoda.bench.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a benchmark as ours, to be shown beside peers that do the same work, and says what it must reach. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Compare {
    /**
     * Benchmarks to show it beside: a method of the same class, or {@code Class.method}. A peer that ran with other values of a parameter only is
     * left out.
     */
    String[] peer() default {};

    /**
     * A benchmark of the same class that measures what the peers do beside the work, which ours does not: it is subtracted from their times before
     * anything is compared or shown. Empty for none.
     */
    String less() default "";

    /** What LLFree took, where it is known. */
    LlFree[] llFree() default {};

    /** What Linux took on another day, where it is known. */
    LinuxTook[] linux() default {};

    /** What it must reach. Times faster are measured against the first peer, unless the goal names another. */
    Goal[] goals() default {};
}

package dev.pagoda.bench.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a benchmark as ours, to be shown beside peers that do the same work, and says what it must reach. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Compare {
    /** Benchmarks of the same group to show it beside: a method of the same class, or {@code Class.method}. */
    String[] peer() default {};

    /** What it must reach. Times faster are measured against the first peer. */
    Goal[] goals() default {};
}

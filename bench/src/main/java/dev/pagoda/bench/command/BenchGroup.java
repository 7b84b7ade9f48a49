package dev.pagoda.bench.command;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The groups of {@code pagoda bench} that a class of benchmarks belongs to, usually one; a class without one is run by JMH's own command line only. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BenchGroup {
    /** The names of the groups. */
    String[] value();

    /** What the group measures, in a few words; one class of a group says it. */
    String about() default "";

    /** Most threads that the class is measured with. */
    int mostThreads() default Integer.MAX_VALUE;
}

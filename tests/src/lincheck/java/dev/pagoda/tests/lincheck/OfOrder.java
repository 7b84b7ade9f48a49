package dev.pagoda.tests.lincheck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks an operation that allocates: {@link AllocatorVerifier} takes one without the mark for one that frees. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OfOrder {
    /** The order that it asks for. */
    int value();
}

package dev.pagoda.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A method that {@link Turns} measures: public, of no arguments, and with a result that depends on all that it did. It is a row of the table as a benchmark of its own is. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface InTurn {
    /** Operations that one call makes: some ten microseconds of them, so that reading the clock costs nothing beside. */
    int operations();
}

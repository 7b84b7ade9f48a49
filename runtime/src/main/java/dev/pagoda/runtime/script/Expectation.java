package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.Errno;
import java.util.Arrays;

/** What a line should give. */
sealed interface Expectation {
    /** Anything at all. */
    record Any() implements Expectation {}

    /** Anything that is no error and no signal. */
    record Ok() implements Expectation {}

    /** A word; a call that failed never meets it, whatever its value. */
    record Number(Expression expression) implements Expectation {}

    /** A string. */
    record Text(byte[] bytes) implements Expectation {}

    /** The string that a name holds. */
    record NamedText(String name) implements Expectation {}

    /** The errno of a call that fails. */
    record Error(int errno) implements Expectation {}

    /** The signal and code of an access that memory refuses, as {@code SIGSEGV SEGV_MAPERR}. */
    record Signal(String linuxName) implements Expectation {}

    /** Whether a result is what was expected. */
    default boolean isMetBy(Result result, Names names) {
        return switch (this) {
            case Any any -> !(result instanceof Result.Skipped);
            case Ok ok ->
                result instanceof Result.Word || result instanceof Result.Text || result instanceof Result.Ended;
            case Number(Expression expression) ->
                result instanceof Result.Word(long value) && value == expression.evaluate(names);
            case Text(byte[] expected) -> result instanceof Result.Text(byte[] bytes) && Arrays.equals(bytes, expected);
            case NamedText(String name) ->
                result instanceof Result.Text(byte[] bytes) && Arrays.equals(bytes, names.text(name));
            case Error(int errno) -> result instanceof Result.Failure(int actual, String reason) && actual == errno;
            case Signal(String linuxName) ->
                result instanceof Result.Fault(var fault) && fault.linuxName().equals(linuxName);
        };
    }

    /**
     * The expectation as text.
     *
     * @param kind how a number of this line is printed
     */
    default String print(Kind kind, Names names) {
        return switch (this) {
            case Any any -> "ANY";
            case Ok ok -> "OK";
            case Number(Expression expression) -> {
                long value = expression.evaluate(names);
                yield kind == Kind.TEXT ? Kind.VALUE.print(value) : kind.print(value);
            }
            case Text(byte[] bytes) -> Quoted.print(bytes);
            case NamedText(String name) -> Quoted.print(names.text(name));
            case Error(int errno) -> "-1 " + Errno.name(errno) + " (" + Errno.message(errno) + ")";
            case Signal(String linuxName) -> linuxName;
        };
    }
}

package dev.pagoda.runtime.script;

import java.util.List;

/** One line of a script, read. */
sealed interface Line {
    /** Where it stands. */
    SourceLine source();

    /**
     * The start of a case.
     *
     * @param source where it stands
     * @param id short name of the case
     * @param title what it is about
     */
    record CaseStart(SourceLine source, String id, String title) implements Line {}

    /**
     * A call or an expression.
     *
     * @param source where it stands
     * @param process name of the process that runs it, or null for the first one
     * @param name name that keeps the result, or null
     * @param body what is to be done
     * @param text the body as written
     * @param expectation what it should give, or null
     */
    record Action(SourceLine source, String process, String name, Body body, String text, Expectation expectation)
            implements Line {}

    /** What an action does. */
    sealed interface Body {
        /** How its number is printed. */
        Kind resultKind();
    }

    /**
     * One call.
     *
     * @param signature the call
     * @param arguments at least the required ones
     */
    record Call(Signature signature, List<Argument> arguments) implements Body {
        @Override
        public Kind resultKind() {
            return signature.result();
        }
    }

    /**
     * A number to be worked out.
     *
     * @param expression the number
     */
    record Calculation(Expression expression) implements Body {
        @Override
        public Kind resultKind() {
            return Kind.VALUE;
        }
    }

    /** One argument, and the column where it starts. */
    sealed interface Argument {
        /** Column counted from 1. */
        int column();
    }

    /** A number. */
    record NumberArgument(int column, Expression expression) implements Argument {}

    /** A string. */
    record TextArgument(int column, byte[] bytes) implements Argument {}

    /** The string that a name holds. */
    record NamedTextArgument(int column, String name) implements Argument {}
}

package dev.pagoda.runtime.script;

import java.util.ArrayList;
import java.util.List;

/**
 * A number to be worked out: unsigned 64-bit words under C's operators.
 *
 * <p>Kept in postfix order, so that evaluating a line of any length needs no deep stack. Immutable.
 */
final class Expression {
    private final SourceLine line;
    private final List<Step> steps;
    private final int deepest;

    private Expression(SourceLine line, List<Step> steps) {
        this.line = line;
        this.steps = List.copyOf(steps);
        this.deepest = steps.size();
    }

    /** One step: push a number, push what a name holds, or apply an operator to the top of the stack. */
    private record Step(Operator operator, long value, String name, int column) {}

    /** The operators, with C's precedence: the higher binds the tighter. */
    enum Operator {
        NUMBER("", 0),
        NAME("", 0),
        MINUS("-", 0),
        NOT("~", 0),
        MULTIPLY("*", 7),
        DIVIDE("/", 7),
        ADD("+", 6),
        SUBTRACT("-", 6),
        SHIFT_LEFT("<<", 5),
        SHIFT_RIGHT(">>", 5),
        LESS("<", 4),
        GREATER(">", 4),
        EQUAL("==", 3),
        AND("&", 2),
        OR("|", 1);

        static final List<Operator> BINARY =
                List.of(MULTIPLY, DIVIDE, ADD, SUBTRACT, SHIFT_LEFT, SHIFT_RIGHT, LESS, GREATER, EQUAL, AND, OR);

        final String sign;
        final int precedence;

        Operator(String sign, int precedence) {
            this.sign = sign;
            this.precedence = precedence;
        }
    }

    /** Whether the expression is one number as written, so that repeating its value would say nothing. */
    boolean isLiteral() {
        return steps.size() == 1 && steps.getFirst().operator() == Operator.NUMBER;
    }

    /**
     * Works the value out.
     *
     * @throws ScriptError on a division by zero
     * @throws NotRun if a name has no value
     */
    long evaluate(Names names) {
        long[] stack = new long[deepest];
        int depth = 0;
        for (Step step : steps) {
            switch (step.operator()) {
                case NUMBER -> stack[depth++] = step.value();
                case NAME -> stack[depth++] = names.number(step.name());
                case MINUS -> stack[depth - 1] = -stack[depth - 1];
                case NOT -> stack[depth - 1] = ~stack[depth - 1];
                default -> {
                    long right = stack[--depth];
                    stack[depth - 1] = apply(step, stack[depth - 1], right);
                }
            }
        }
        return stack[0];
    }

    private long apply(Step step, long left, long right) {
        return switch (step.operator()) {
            case MULTIPLY -> left * right;
            case DIVIDE -> {
                if (right == 0) {
                    throw line.error(step.column(), "expected a divisor other than 0");
                }
                yield Long.divideUnsigned(left, right);
            }
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            // C leaves shifts of 64 and more open; here all bits are gone then.
            case SHIFT_LEFT -> Long.compareUnsigned(right, 64) < 0 ? left << right : 0;
            case SHIFT_RIGHT -> Long.compareUnsigned(right, 64) < 0 ? left >>> right : 0;
            case LESS -> Long.compareUnsigned(left, right) < 0 ? 1 : 0;
            case GREATER -> Long.compareUnsigned(left, right) > 0 ? 1 : 0;
            case EQUAL -> left == right ? 1 : 0;
            case AND -> left & right;
            case OR -> left | right;
            case NUMBER, NAME, MINUS, NOT ->
                throw new IllegalStateException(step.operator() + " takes no two operands");
        };
    }

    /** Collects the steps of one expression. */
    static final class Builder {
        private final SourceLine line;
        private final List<Step> steps = new ArrayList<>();

        Builder(SourceLine line) {
            this.line = line;
        }

        void push(long value, int column) {
            steps.add(new Step(Operator.NUMBER, value, null, column));
        }

        void push(String name, int column) {
            steps.add(new Step(Operator.NAME, 0, name, column));
        }

        void apply(Operator operator, int column) {
            steps.add(new Step(operator, 0, null, column));
        }

        Expression build() {
            return new Expression(line, steps);
        }
    }
}

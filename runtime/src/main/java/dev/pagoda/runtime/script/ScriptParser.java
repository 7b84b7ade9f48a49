package dev.pagoda.runtime.script;

import dev.pagoda.runtime.script.Expression.Operator;
import dev.pagoda.runtime.script.Signature.Parameter;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads lines of a script one after the other.
 *
 * <p>It remembers which names the lines of the case have set, so that a name that nobody set is found before anything
 * runs. A line that cannot be read changes nothing. One thread.
 */
final class ScriptParser {
    /** Nested deeper than this, a line is a mistake, and reading it might exhaust the stack. */
    private static final int DEEPEST_NESTING = 100;

    private static final Set<String> RESERVED = Set.of("NULL", "OK", "ANY");
    private static final Set<String> SIGNALS = Set.of(
            "SIGSEGV SEGV_MAPERR",
            "SIGSEGV SEGV_ACCERR",
            "SIGBUS BUS_ADRERR",
            "SIGBUS BUS_ADRALN",
            "SIGKILL SI_KERNEL");

    /** The names of the case, and whether they hold a string. */
    private final Map<String, Boolean> holdsText = new HashMap<>();

    private Scanner scanner;
    private int nesting;

    /** The names that are set, for completion. */
    Set<String> names() {
        return holdsText.keySet();
    }

    /**
     * Reads one line.
     *
     * @return the line, or null where there is nothing but blanks and comment
     * @throws ScriptError if it cannot be read
     */
    Line parse(SourceLine source) {
        scanner = new Scanner(source);
        nesting = 0;
        if (scanner.atEnd()) {
            return null;
        }
        return scanner.accept("@") ? caseStart(source) : action(source);
    }

    private Line caseStart(SourceLine source) {
        if (scanner.atEnd()) {
            throw scanner.expected("the identifier of the case after '@'");
        }
        String id = scanner.word();
        holdsText.clear();
        return new Line.CaseStart(source, id, scanner.rest());
    }

    private Line action(SourceLine source) {
        String process = processPrefix();
        String name = nameToSet();
        int start = scanner.column() - 1;
        Line.Body body = body();
        String text = scanner.textSince(start);
        Expectation expectation = null;
        if (scanner.accept("=")) {
            expectation = expectation();
            if (!scanner.atEnd()) {
                throw scanner.expected("the end of the line after what is expected");
            }
        } else if (!scanner.atEnd()) {
            String more = body instanceof Line.Calculation ? "an operator (+ - * / | & << >> == < >), " : "";
            throw scanner.expected(more + "'=' and what the line should give, or the end of the line");
        }
        if (name != null) {
            holdsText.put(name, body.resultKind() == Kind.TEXT);
        }
        return new Line.Action(source, process, name, body, text, expectation);
    }

    private String processPrefix() {
        if (!scanner.accept("[")) {
            return null;
        }
        int column = scanner.column();
        String process = scanner.name();
        if (process == null) {
            throw scanner.expected("the name of a process");
        }
        if (!Boolean.FALSE.equals(holdsText.get(process))) {
            throw scanner.line().error(column, "expected a name that holds a process, found '" + process + "'");
        }
        if (!scanner.accept("]")) {
            throw scanner.expected("']' after the name of the process");
        }
        return process;
    }

    /** The name in front of a single {@code =}, or null. */
    private String nameToSet() {
        int column = scanner.column();
        int mark = scanner.mark();
        String name = scanner.name();
        if (name == null || !scanner.accept("=")) {
            scanner.reset(mark);
            return null;
        }
        if (RESERVED.contains(name)) {
            throw scanner.line().error(column, "expected a name to set, found the reserved word '" + name + "'");
        }
        return name;
    }

    private Line.Body body() {
        int column = scanner.column();
        int mark = scanner.mark();
        String name = scanner.name();
        if (name != null && scanner.accept("(")) {
            return call(name, column);
        }
        scanner.reset(mark);
        return new Line.Calculation(expression("a call or an expression"));
    }

    private Line.Body call(String name, int column) {
        Signature signature = Calls.find(name);
        if (signature == null) {
            throw scanner.line().error(column, "expected the name of a call, found '" + name + "'");
        }
        List<Line.Argument> arguments = new ArrayList<>();
        if (!scanner.accept(")")) {
            do {
                if (arguments.size() == signature.parameters().size()) {
                    throw scanner.line().error(scanner.column(), tooMany(signature));
                }
                arguments.add(argument(signature.parameters().get(arguments.size())));
            } while (scanner.accept(","));
            if (!scanner.accept(")")) {
                throw scanner.expected("an operator, ',' or ')'");
            }
        }
        if (arguments.size() < signature.required()) {
            String counts = signature.required() + " arguments, found " + arguments.size();
            throw scanner.line().error(column, "expected " + signature.form() + " with " + counts);
        }
        return new Line.Call(signature, List.copyOf(arguments));
    }

    private static String tooMany(Signature signature) {
        int most = signature.parameters().size();
        return "expected " + signature.form() + " with "
                + (most == 0 ? "no arguments" : "at most " + most + " arguments");
    }

    private Line.Argument argument(Parameter parameter) {
        int column = scanner.column();
        if (parameter.kind() != Kind.TEXT) {
            return new Line.NumberArgument(column, expression("a number for " + parameter.name()));
        }
        if (scanner.peek() == '"') {
            return new Line.TextArgument(column, scanner.string());
        }
        int mark = scanner.mark();
        String name = scanner.name();
        if (name != null && Boolean.TRUE.equals(holdsText.get(name))) {
            return new Line.NamedTextArgument(column, name);
        }
        scanner.reset(mark);
        throw scanner.expected("a string for " + parameter.name());
    }

    private Expectation expectation() {
        if (scanner.peek() == '"') {
            return new Expectation.Text(scanner.string());
        }
        Expectation error = expectedError();
        if (error != null) {
            return error;
        }
        int column = scanner.column();
        int mark = scanner.mark();
        String name = scanner.name();
        if (name != null && Boolean.TRUE.equals(holdsText.get(name))) {
            return new Expectation.NamedText(name);
        }
        if ("OK".equals(name)) {
            return new Expectation.Ok();
        }
        if ("ANY".equals(name)) {
            return new Expectation.Any();
        }
        if (name != null && name.startsWith("SIG") && !holdsText.containsKey(name)) {
            String code = scanner.name();
            if (!SIGNALS.contains(name + " " + code)) {
                throw scanner.line()
                        .error(column, "expected SIGSEGV SEGV_MAPERR, SIGSEGV SEGV_ACCERR or SIGBUS BUS_ADRERR");
            }
            return new Expectation.Signal(name + " " + code);
        }
        scanner.reset(mark);
        return new Expectation.Number(expression("a number, a string, OK, ANY, -1 and an errno, or a signal"));
    }

    /** {@code -1 ERRNO (text)}, or null if something else stands here. */
    private Expectation expectedError() {
        int mark = scanner.mark();
        if (scanner.accept("-") && scanner.peek() == '1' && scanner.number() == 1 && scanner.seesName()) {
            int column = scanner.column();
            String name = scanner.name();
            OptionalInt errno = Errno.number(name);
            if (errno.isEmpty()) {
                throw scanner.line().error(column, "expected the name of an errno after -1, found '" + name + "'");
            }
            if (scanner.sees("(")) {
                scanner.skipRemark();
            }
            return new Expectation.Error(errno.getAsInt());
        }
        scanner.reset(mark);
        return null;
    }

    private Expression expression(String what) {
        Expression.Builder builder = new Expression.Builder(scanner.line());
        binary(builder, 1, what);
        return builder.build();
    }

    /** Operators that bind at least as tight as the level, by precedence climbing. */
    private void binary(Expression.Builder builder, int level, String what) {
        operand(builder, what);
        for (Operator operator = operatorFrom(level); operator != null; operator = operatorFrom(level)) {
            int column = scanner.column();
            scanner.accept(operator.sign);
            binary(builder, operator.precedence + 1, "a number after '" + operator.sign + "'");
            builder.apply(operator, column);
        }
    }

    private Operator operatorFrom(int level) {
        for (Operator operator : Operator.BINARY) {
            if (operator.precedence >= level && scanner.sees(operator.sign)) {
                return operator;
            }
        }
        return null;
    }

    private void operand(Expression.Builder builder, String what) {
        int column = scanner.column();
        if (++nesting > DEEPEST_NESTING) {
            throw scanner.line().error(column, "expected at most " + DEEPEST_NESTING + " nested operands");
        }
        if (scanner.accept("-")) {
            operand(builder, "a number after '-'");
            builder.apply(Operator.MINUS, column);
        } else if (scanner.accept("~")) {
            operand(builder, "a number after '~'");
            builder.apply(Operator.NOT, column);
        } else if (scanner.accept("+")) {
            operand(builder, "a number after '+'");
        } else if (scanner.accept("(")) {
            binary(builder, 1, "a number after '('");
            if (!scanner.accept(")")) {
                throw scanner.expected("an operator or ')'");
            }
        } else if (scanner.peek() == '\'') {
            builder.push(scanner.character(), column);
        } else if (scanner.peek() >= '0' && scanner.peek() <= '9') {
            builder.push(scanner.number(), column);
        } else {
            named(builder, column, what);
        }
        nesting--;
    }

    private void named(Expression.Builder builder, int column, String what) {
        int mark = scanner.mark();
        String name = scanner.name();
        if (name == null) {
            throw scanner.expected(what);
        }
        if (scanner.sees("(")) {
            throw scanner.line()
                    .error(
                            column,
                            "expected a number, found the call " + name
                                    + "(...): a line holds one call; keep its result in a name first");
        }
        Boolean text = holdsText.get(name);
        OptionalLong constant = constant(name);
        if (Boolean.TRUE.equals(text)) {
            throw scanner.line().error(column, "expected a number, found '" + name + "', which holds a string");
        } else if (text != null) {
            builder.push(name, column);
        } else if (constant.isPresent()) {
            builder.push(constant.getAsLong(), column);
        } else {
            scanner.reset(mark);
            throw scanner.line()
                    .error(
                            column,
                            "expected " + what + ", found '" + name
                                    + "', which is no constant and was not set in this case");
        }
    }

    private static OptionalLong constant(String name) {
        return switch (name) {
            case "NULL" -> OptionalLong.of(0);
            case "PAGE" -> OptionalLong.of(Linux.PAGE_SIZE);
            case "K" -> OptionalLong.of(1L << 10);
            case "M" -> OptionalLong.of(1L << 20);
            case "G" -> OptionalLong.of(1L << 30);
            default -> Linux.valueOf(name);
        };
    }
}

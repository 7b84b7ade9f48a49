package dev.pagoda.runtime.script;

/**
 * One line and what it gave, as strace would print it.
 *
 * @param action the line
 * @param call the call with its arguments worked out, or null for an expression or a line that was not run
 * @param result what it gave
 */
record Report(Line.Action action, Invocation call, Result result) {
    String text() {
        String process = action.process() == null ? "" : "[" + action.process() + "] ";
        if (call != null) {
            return process + call.print() + " = " + value();
        }
        String name = action.name() == null ? "" : action.name() + " = ";
        boolean obvious = action.body() instanceof Line.Calculation(Expression expression)
                && expression.isLiteral()
                && action.expectation() == null;
        return process + name + action.text() + (obvious ? "" : " = " + value());
    }

    private String value() {
        return switch (result) {
            case Result.Word(long value) -> action.body().resultKind().print(value);
            case Result.Text(byte[] bytes) -> Quoted.print(bytes);
            case Result.Failure failure -> failure.text();
            case Result.Fault(var fault) -> fault.linuxName();
            case Result.Ended ended -> "?";
            case Result.Skipped skipped -> "?";
        };
    }
}

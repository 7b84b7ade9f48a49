package dev.pagoda.runtime.script;

import static dev.pagoda.runtime.script.Kind.DECIMAL;
import static dev.pagoda.runtime.script.Kind.INT;

import java.util.List;

/** Processes, their limits and their rights. */
final class ProcessCalls {
    static final List<Signature> SIGNATURES = List.of(
            Signature.of("fork", DECIMAL, "makes a child; a line that starts with [NAME] runs in it"),
            Signature.of("exit", DECIMAL, "ends the process").with("status", INT),
            Signature.of("wait", DECIMAL, "waits for a child; gives its exit status")
                    .with("pid", INT),
            Signature.of("getpid", DECIMAL, "the number of the process"),
            Signature.of("pidfd_open", DECIMAL, "a descriptor for a process")
                    .with("pid", INT)
                    .with("flags", Kind.VALUE),
            Signature.of("setrlimit", DECIMAL, "sets a soft limit")
                    .with("resource", Kind.RESOURCE)
                    .with("limit", Kind.LENGTH),
            Signature.of("dropcap", DECIMAL, "gives a capability up").with("capability", Kind.CAPABILITY));

    private ProcessCalls() {}

    static Result run(String name, Invocation call) {
        ScriptProcess process = call.process();
        return switch (name) {
            case "fork" -> fork(call);
            case "exit" -> exit(call);
            case "wait" -> call.result(process.waitFor(call.number(0)));
            case "setrlimit" -> call.result(process.limit(call.word(0), call.number(1)));
            case "dropcap" -> call.result(process.dropCapability(call.word(0)));
            default -> call.result(MemoryCalls.byNumber(name, call));
        };
    }

    private static Result fork(Invocation call) {
        Result result = call.result(call.process().fork());
        if (result instanceof Result.Word(long pid)) {
            call.process().child(pid).ifPresent(child -> call.session().adopt(pid, child));
        }
        return result;
    }

    private static Result exit(Invocation call) {
        Result result = call.result(call.process().exit(call.word(0)));
        if (result instanceof Result.Word) {
            call.running().end();
            return new Result.Ended();
        }
        return result;
    }
}

package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;

/** One call with its arguments worked out, in the process that makes it. One thread. */
final class Invocation {
    private final SourceLine source;
    private final Line.Call call;
    private final ScriptSession session;
    private final ScriptSession.Running running;
    private final List<Object> values = new ArrayList<>();

    Invocation(SourceLine source, Line.Call call, ScriptSession session, ScriptSession.Running running) {
        this.source = source;
        this.call = call;
        this.session = session;
        this.running = running;
        for (Line.Argument argument : call.arguments()) {
            values.add(
                    switch (argument) {
                        case Line.NumberArgument(int column, Expression expression) ->
                            expression.evaluate(session.names());
                        case Line.TextArgument(int column, byte[] bytes) -> bytes;
                        case Line.NamedTextArgument(int column, String name) ->
                            session.names().text(name);
                    });
        }
    }

    ScriptSession session() {
        return session;
    }

    ScriptSession.Running running() {
        return running;
    }

    ScriptProcess process() {
        return running.process();
    }

    LinuxCalls calls() {
        return running.process().calls();
    }

    int count() {
        return values.size();
    }

    /** An argument that is a number; 0 where an optional one was left out. */
    long number(int index) {
        return index < values.size() ? (Long) values.get(index) : 0;
    }

    /** The low 32 bits of an argument, as the kernel takes an int. */
    int word(int index) {
        return (int) number(index);
    }

    /** Whether an argument is made of bits of protection, or flags of a call that takes them as a word. */
    boolean isBits(int index) {
        return switch (call.signature().parameters().get(index).kind()) {
            case PROTECTION, MAP_FLAGS, REMAP_FLAGS -> true;
            default -> false;
        };
    }

    /** An argument that is a string. */
    byte[] text(int index) {
        return (byte[]) values.get(index);
    }

    /** The error that an argument is not what the notation allows. */
    ScriptError refused(int index, String problem) {
        return source.error(call.arguments().get(index).column(), problem);
    }

    /** The result of a system call, with the kernel's reason if it failed. */
    Result result(long returned) {
        return Result.ofCall(returned, returned < 0 ? calls().reason() : "");
    }

    /** The call as strace prints it. */
    String print() {
        StringBuilder text = new StringBuilder(call.signature().name()).append('(');
        for (int i = 0; i < values.size(); i++) {
            Kind kind = call.signature().parameters().get(i).kind();
            text.append(i == 0 ? "" : ", ");
            text.append(values.get(i) instanceof byte[] bytes ? Quoted.print(bytes) : kind.print(number(i)));
        }
        return text.append(')').toString();
    }
}

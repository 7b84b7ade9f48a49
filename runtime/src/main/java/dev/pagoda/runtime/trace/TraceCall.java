package dev.pagoda.runtime.trace;

import java.util.List;

/**
 * One recorded system call.
 *
 * @param firstLine the line in which the call begins, from 1
 * @param lastLine the line in which it returns; the first line again for a call that never did
 * @param pid the recorded thread, 0 in a recording without a pid column
 * @param name the call's name
 * @param arguments the text of each argument
 * @param result what it returned
 */
public record TraceCall(int firstLine, int lastLine, int pid, String name, List<String> arguments, TraceResult result) {
    private static final int SHOWN_CHARACTERS = 160;

    /**
     * The line at which the call takes effect, for the order of calls that overlap. A call that gives something up (an
     * address range, a descriptor) may already have done so when another call, which begins later and returns earlier, takes
     * it; one that gets something has it when it returns. A new thread may run before the call that made it returns.
     */
    int effectLine() {
        return switch (name) {
            case "munmap", "close", "clone", "clone3", "fork", "vfork" -> firstLine;
            default -> lastLine;
        };
    }

    /** The call as strace prints it, without the result and cut to a readable length. */
    @Override
    public String toString() {
        String text = name + '(' + String.join(", ", arguments) + ')';
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...)";
    }
}

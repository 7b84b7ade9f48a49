package dev.pagoda.syscalls;

import java.util.List;

/**
 * A call of the table.
 *
 * @param number on x86-64
 * @param name Linux's
 * @param group whose page it stands on
 * @param manual its manual page
 * @param summary what it does, or why it is refused: a phrase without a full stop
 * @param arguments in order
 * @param errors what it may answer, in the order in which that is looked at as far as there is one
 * @param rules its SCML rules where they do not follow from the arguments; else empty
 * @param errno 0, or what every use of it answers
 */
public record CallRow(
        int number,
        String name,
        CallGroup group,
        String manual,
        String summary,
        List<CallArgument> arguments,
        List<CallError> errors,
        List<String> rules,
        int errno) {
    /** What becomes of the call itself. */
    public Verdict verdict() {
        return errno == 0 ? Verdict.SUPPORTED : Verdict.REFUSED;
    }

    /** The call as a prototype: its name and its arguments. */
    public String prototype() {
        return name
                + '('
                + String.join(", ", arguments.stream().map(CallArgument::name).toList())
                + ')';
    }
}

package dev.pagoda.syscalls;

/**
 * An errno that a call may answer.
 *
 * @param errno positive
 * @param when a phrase without a full stop
 */
public record CallError(int errno, String when) {
    static CallError of(int errno, String when) {
        return new CallError(errno, when);
    }
}

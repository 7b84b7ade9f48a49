package dev.pagoda.runtime.script;

/**
 * What was counted.
 *
 * @param calls calls made
 * @param checks lines with an expectation
 * @param failed checks that were not met
 */
public record Tally(long calls, long checks, long failed) {
    /** Nothing counted yet. */
    static final Tally NONE = new Tally(0, 0, 0);

    Tally plus(Tally other) {
        return new Tally(calls + other.calls, checks + other.checks, failed + other.failed);
    }

    /** As the last line of a run says it. */
    @Override
    public String toString() {
        return calls + " calls, " + checks + " checks, " + failed + " failed";
    }
}

package dev.pagoda.mm.epoch;

import java.util.Locale;

/**
 * A participant that holds up a grace period for long: no memory that was retired since it entered can be used again.
 *
 * @param reader who
 * @param heldNanos for how long at least it has been inside: from the time at which the one who noticed first began to wait
 * @param waiting who or what waits, in words
 */
public record StuckReader(EpochReader reader, long heldNanos, String waiting) {
    private static final double NANOS_A_SECOND = 1e9;

    /** In one line, for reports. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s, and has held up memory that was retired for %.1f s; %s waits for it",
                reader,
                heldNanos / NANOS_A_SECOND,
                waiting);
    }
}

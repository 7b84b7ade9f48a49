package dev.pagoda.mm.epoch;

/**
 * A participant that was inside an epoch when somebody looked.
 *
 * @param participant its name
 * @param entered the epoch in which it entered
 * @param epochsAgo how many grace periods were begun since; each of them waits for it
 */
public record EpochReader(String participant, long entered, long epochsAgo) {
    /** In words, for reports. */
    @Override
    public String toString() {
        return "participant '" + participant + "' is inside an epoch, entered " + epochsAgo
                + (epochsAgo == 1 ? " epoch ago" : " epochs ago");
    }
}

package dev.pagoda.mm.epoch;

/**
 * A participant inside an epoch until this is closed. Opened after whatever waits for its leaving, so that a test that fails keeps nobody waiting.
 */
final class Stay implements AutoCloseable {
    private final Participant participant;

    Stay(Participant participant) {
        this.participant = participant;
        participant.enter();
    }

    @Override
    public void close() {
        end();
    }

    /** Leaves, if it is still inside. */
    void end() {
        if (participant.isInside()) {
            participant.leave();
        }
    }
}

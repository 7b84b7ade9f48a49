package dev.pagoda.runtime.stress;

import dev.pagoda.mm.epoch.Participant;

/** A worker that goes from space to space, with one side of the epochs for all its views, as a CPU has. */
final class ForkWorker extends Worker {
    final Participant participant;
    /** What it stored last into each page that all spaces share. */
    final long[] shared;

    private long stamps;

    ForkWorker(int index, Participant participant, int sharedPages, long seed) {
        super(index, seed);
        this.participant = participant;
        this.shared = new long[sharedPages];
    }

    /** A number that no worker has stored yet. */
    long nextNumber() {
        return (long) index << 40 | ++stamps;
    }

    @Override
    public String state() {
        return super.state() + "; " + participant.describe();
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.View;

/** A worker with a view of an address space. */
public final class SpaceWorker extends Worker {
    /** Its view. */
    public final View view;

    SpaceWorker(int index, View view, long seed) {
        super(index, seed);
        this.view = view;
    }

    @Override
    public String state() {
        return super.state() + "; " + view.participant().describe();
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;

/**
 * Loads and stores of one thread that follow each other closely, in one epoch: for an interpreter or an emulator between two of its safe points. What each of them costs without the
 * epoch of its own is a look at the place of the page among the recent ones, the compare of the slot's word, and the access.
 *
 * <p>One for each view, {@link View#run}, used by the view's thread: {@link #begin}, any accesses, {@link #end}. Between the two it must not wait, and should not stay for more than some
 * microseconds, for memory that others give up is not free before; and it must not use the view otherwise. Permissions are looked at by every access, as {@link View} does it: a page that was
 * taken away or protected meanwhile refuses, and another thread's munmap or mprotect that has to know this waits for the end of the run. Allocates nothing.
 *
 * <p>What is remembered is believed by the space's retire sequence, which is read once, after entering: a table that was in the tree then is no other's before the run has left.
 */
public final class AccessRun {
    private final View view;
    private final RecentPages recent;
    private Participant inside;

    AccessRun(View view, RecentPages recent) {
        this.view = view;
        this.recent = recent;
    }

    /**
     * Enters an epoch. Wait-free.
     *
     * @throws IllegalStateException if the view was closed, or the run has begun
     */
    public void begin() {
        if (inside != null) {
            throw new IllegalStateException("the run has begun");
        }
        Participant self = view.participant();
        self.enter();
        inside = self;
        recent.believe();
    }

    /**
     * Leaves it; nothing if the run has not begun. Wait-free.
     */
    public void end() {
        if (inside != null) {
            Participant self = inside;
            inside = null;
            recent.endBelief();
            self.leave();
        }
    }

    /** As {@link View#load}. A page that has to be made or read first is, outside of the epoch, which is entered again. */
    public long load(long address, int size) {
        long raw = recent.rawForLoadInRun(address, size);
        return raw != 0 ? View.loadRaw(raw, size) : loadUnknown(address, size);
    }

    /** As {@link View#store}, otherwise as {@link #load}. */
    public void store(long address, int size, long value) {
        long raw = recent.rawForStoreInRun(address, size);
        if (raw != 0) {
            View.storeRaw(raw, size, value);
        } else {
            storeUnknown(address, size, value);
        }
    }

    private long loadUnknown(long address, int size) {
        requireBegun();
        long raw = view.rawForAccess(address, size, false);
        if (raw != 0) {
            return View.loadRaw(raw, size);
        }
        end();
        try {
            return view.load(address, size);
        } finally {
            begin();
        }
    }

    private void storeUnknown(long address, int size, long value) {
        requireBegun();
        long raw = view.rawForAccess(address, size, true);
        if (raw != 0) {
            View.storeRaw(raw, size, value);
            return;
        }
        end();
        try {
            view.store(address, size, value);
        } finally {
            begin();
        }
    }

    private void requireBegun() {
        if (inside == null) {
            throw new IllegalStateException("the run has not begun");
        }
    }
}

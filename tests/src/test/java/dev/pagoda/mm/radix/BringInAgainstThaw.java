package dev.pagoda.mm.radix;

import dev.pagoda.mm.epoch.Epochs;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.tests.stopped.StoppedRace;

/**
 * A table is given back, in which another brings a page in behind the look for pages; he takes it away again while the words before it are frozen, and leaves the table to who froze them. Watches that the
 * latter looks again when he has thawed them: else an empty table stays.
 */
final class BringInAgainstThaw implements StoppedRace {
    private static final long MEMORY_BYTES = 1 << 20;
    /** The page that went, whose slot is frozen first: the first below the second slot of the root. */
    private static final long GONE = Tables.pagesAt(1);
    /** The page that comes: its slot is the next. */
    private static final long PAGE = GONE + 1;

    /** Tables that stay: the root, and the one that was the root before. */
    private static final long STAYING = 2;

    private static final long WORD = ObjectWord.valid(1);

    private final Frames frames = new Frames(MEMORY_BYTES);
    private final Epochs epochs = new Epochs((record, stripe) -> frames.drop(stripe, Retirement.value(record)));
    private final Participant first = epochs.join("gives back");
    private final Participant second = epochs.join("brings in");
    private final ObjectTree tree = new ObjectTree(new Tables(frames));
    private final long freeFrames = frames.countFree();

    private boolean foundFrozen;

    /** A table whose last page has just gone. */
    BringInAgainstThaw() {
        tree.ensureSlot(GONE, 0);
        first.makeRoom(ObjectTree.MOST_GIVEN_BACK);
        second.makeRoom(ObjectTree.MOST_GIVEN_BACK);
    }

    @Override
    public void stopped() {
        tree.giveBack(GONE, first);
    }

    @Override
    public void meanwhile() {
        second.enter();
        boolean isIn = RawMemory.compareAndSet(tree.ensureSlot(PAGE, 0), ObjectWord.ABSENT, WORD);
        second.leave();
        if (!isIn) {
            throw new AssertionError("words are frozen before the page comes");
        }
    }

    @Override
    public void waiting() {
        second.enter();
        foundFrozen = tree.word(GONE) == ObjectWord.FROZEN;
        RawMemory.setRelease(tree.slot(PAGE), ObjectWord.ABSENT);
        second.leave();
        tree.giveBack(PAGE, second);
    }

    /** Whether there were frozen words when the page went: they are just before it is met, and after that until they are thawed. */
    @Override
    public boolean isMet() {
        return foundFrozen;
    }

    @Override
    public void check() {
        epochs.reclaimAll(0);
        long[] found = new long[2];
        tree.forEachAtRest(table -> found[0]++, word -> found[1]++);
        if (found[0] != STAYING || found[1] != 0) {
            throw new AssertionError(found[0] + " tables with " + found[1] + " words are left");
        }
        if (freeFrames - frames.countFree() != STAYING) {
            throw new AssertionError("the tables take " + (freeFrames - frames.countFree()) + " frames");
        }
    }

    @Override
    public void close() {
        tree.drain(word -> {});
        first.close();
        second.close();
        epochs.close();
        frames.close();
    }
}

package dev.pagoda.mm.radix;

import dev.pagoda.mm.epoch.Epochs;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.epoch.Retired;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Two pages of an object's tree whose table is given back when both are gone, and made again, as Lincheck runs it. Each subclass is a start.
 *
 * <p>Invariant: linearizable against two plain pages: none is lost with a table, and none is found that a table held before. At rest each dirty page is found by the bits of the tables' words, no table is
 * left without a page, no word frozen, no frame lost.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "page", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "1:3")
public abstract class PagesOfATree {
    private static final long MEMORY_BYTES = 1 << 20;
    /** For three threads, and for the start and the end of a scenario. */
    private static final int THREADS = 4;
    /** The first page below the second slot of the root. */
    private static final long FIRST = Tables.pagesAt(1);
    /** Not in the way of any bit of a page's word but those of its frame. */
    private static final long NO_PAGE = 0;

    private final Participant[] participants = new Participant[THREADS];
    private final Frames frames;
    private final Tables tables;
    private final Epochs epochs;
    private final ObjectTree tree;
    private final long freeFrames;

    PagesOfATree() {
        RawMemory.forgetAll();
        frames = boot();
        tables = new Tables(frames);
        epochs = new Epochs(new Disposal(frames, tables));
        tree = new ObjectTree(tables);
        freeFrames = frames.countFree();
        join();
        begin();
    }

    private static Frames boot() {
        return new Frames(MEMORY_BYTES);
    }

    private void join() {
        for (int i = 0; i < THREADS; i++) {
            participants[i] = epochs.join("thread");
        }
    }

    /** What a scenario starts with; Lincheck does not look into it. */
    abstract void begin();

    /** Gives a table's frame back, with words in it that are no tables, pages or tickets. A class and no lambda, because Lincheck cannot look into one and says so. */
    private static final class Disposal implements Retired {
        private static final long NONSENSE = 0xbad << 12 | 1 << 11;

        private final Frames frames;
        private final Tables tables;

        Disposal(Frames frames, Tables tables) {
            this.frames = frames;
            this.tables = tables;
        }

        @Override
        public void dispose(long record, int stripe) {
            long table = Retirement.value(record);
            long address = tables.tableAddress(table);
            for (int i = 0; i < 2; i++) {
                RawMemory.setPlain(Tables.slotAt(address, i), NONSENSE);
            }
            frames.drop(stripe, table);
        }
    }

    private Participant self(int thread) {
        return participants[thread % THREADS];
    }

    /** Brings a page in that is not there, dirty; answers what is there then. */
    @Operation
    public long bringIn(
            @Param(name = "thread") int thread, @Param(name = "page") int page, @Param(name = "value") int value) {
        Participant self = self(thread);
        long found = ObjectWord.FROZEN;
        while (found == ObjectWord.FROZEN) {
            self.enter();
            found = bringInOnce(page, ObjectWord.withDirty(ObjectWord.valid(value)));
            self.leave();
        }
        return ObjectWord.frame(found);
    }

    private long bringInOnce(int page, long word) {
        long slot = tree.ensureSlot(FIRST + page, 0);
        if (slot <= 0) {
            return ObjectWord.FROZEN;
        }
        long found = RawMemory.compareAndExchange(slot, ObjectWord.ABSENT, word);
        if (found != ObjectWord.ABSENT) {
            return found;
        }
        tree.noteDirty(FIRST + page);
        return word;
    }

    /** Takes a page away, and its table if that is empty; answers what was there. */
    @Operation
    public long cut(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        Participant self = self(thread);
        self.enter();
        long slot = tree.slot(FIRST + page);
        long word = slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
        while (!ObjectWord.isVacant(word) && !RawMemory.compareAndSet(slot, word, ObjectWord.ABSENT)) {
            word = RawMemory.getAcquire(slot);
        }
        self.leave();
        if (ObjectWord.isVacant(word)) {
            return NO_PAGE;
        }
        tree.giveBack(FIRST + page, self);
        return ObjectWord.frame(word);
    }

    /** What is there. */
    @Operation
    public long look(@Param(name = "thread") int thread, @Param(name = "page") int page) {
        Participant self = self(thread);
        self.enter();
        long word = tree.word(FIRST + page);
        self.leave();
        return ObjectWord.frame(word);
    }

    /** A walk that takes away the bits, finds nothing worth a write, and notes what it found again. */
    @Operation(nonParallelGroup = "walk")
    public void walk(@Param(name = "thread") int thread) {
        tree.walkDirty(0, 2 * FIRST, true).run(self(thread), new NoteAgain(tree));
    }

    /** Leaves pages dirty. */
    private static final class NoteAgain implements PageWalk.Slots {
        private final ObjectTree tree;

        NoteAgain(ObjectTree tree) {
            this.tree = tree;
        }

        @Override
        public boolean take(long slot, long index, long word) {
            tree.noteDirty(index);
            return true;
        }
    }

    /** Has what was retired disposed of, after a grace period. */
    @Operation
    public void reuse(@Param(name = "thread") int thread) {
        epochs.reclaimAll(thread);
    }

    /** Audits. */
    @Validate
    public void atRest() {
        audit();
    }

    private void audit() {
        epochs.reclaimAll(0);
        long[] count = new long[3];
        tree.forEachAtRest(table -> count[0]++, word -> {
            count[1]++;
            if (!ObjectWord.isValid(word)) {
                throw new IllegalStateException("a word was left: " + Long.toHexString(word));
            }
        });
        tree.walkDirty(0, 2 * FIRST, true).run(participants[0], (slot, index, word) -> {
            tree.noteDirty(index);
            return ++count[2] > 0;
        });
        if (count[1] != count[2]) {
            throw new IllegalStateException(count[1] + " pages are dirty, " + count[2] + " are found");
        }
        long most = count[1] > 0 ? 3 : 2;
        if (count[0] > most) {
            throw new IllegalStateException(count[0] + " tables for " + count[1] + " pages");
        }
        if (freeFrames - frames.countFree() != count[0]) {
            throw new IllegalStateException(
                    count[0] + " tables, " + (freeFrames - frames.countFree()) + " frames in use");
        }
    }

    /** One page in the table. */
    public static final class One extends PagesOfATree {
        @Override
        void begin() {
            bringIn(0, 1, 3);
        }
    }

    /** No page, and no table but the root. */
    public static final class None extends PagesOfATree {
        @Override
        void begin() {
            bringIn(0, 0, 3);
            cut(0, 0);
            reuse(0);
        }
    }

    /** Two plain pages. */
    public static class Model {
        final long[] pages = new long[2];

        /** As {@link None} starts. */
        public Model() {}

        /** As the tree's. */
        public long bringIn(int thread, int page, int value) {
            if (pages[page] == NO_PAGE) {
                pages[page] = value;
            }
            return pages[page];
        }

        /** As the tree's. */
        public long cut(int thread, int page) {
            long was = pages[page];
            pages[page] = NO_PAGE;
            return was;
        }

        /** As the tree's. */
        public long look(int thread, int page) {
            return pages[page];
        }

        /** Changes nothing. */
        public void walk(int thread) {}

        /** Changes nothing. */
        public void reuse(int thread) {}
    }

    /** Two plain pages. */
    public static class ModelOfOne extends Model {
        /** As {@link One} starts. */
        public ModelOfOne() {
            pages[1] = 3;
        }
    }
}

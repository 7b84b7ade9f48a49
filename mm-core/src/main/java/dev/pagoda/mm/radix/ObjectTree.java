package dev.pagoda.mm.radix;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameAllocator;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * The pages of one object: a radix tree of {@link ObjectWord}s by page index, as high as its highest page needs.
 *
 * <p>Slots are found and made without a lock. Tables go back while the object lives, as soon as a caller of {@link #giveBack} finds them empty; so a look-up, the read of the word and the
 * compare-and-set that expects it share one epoch. A slot stays valid outside of one only while its page's word keeps it so by something that nobody but the caller takes away: WRITEBACK, or leaving.
 * A ticket does not: a cut may take it away. An object that never calls {@link #giveBack} has slots that stay until {@link #drain}.
 *
 * <p>A table goes in two steps. Its words are frozen, each by compare-and-set from absent, from the first on, so that of two who try the first word decides; then the word above swings to absent. Who finds
 * another's page thaws what he froze and looks again, for whoever made a word absent meanwhile and met frozen ones has left the table to him (tables.pml). Who wants a frozen page leaves
 * its epoch and comes again: that wait, of up to 512 compare-and-sets of another thread, is the only one here.
 *
 * <p>The tables on the way to page 0 are those that were the root once. They stay until the object goes, at most {@value Tables#LEVELS}; the others are counted by a {@link TableRoom}.
 *
 * <pre>
 *  root word  63      32 31  28 27                          0
 *             +---------+------+-----------------------------+
 *             | 1       | level| table's frame               |     0: the object has no page yet
 *             +---------+------+-----------------------------+
 * </pre>
 */
public final class ObjectTree {
    /** Pages that a tree can hold: 256 TiB. */
    public static final long MAX_PAGES = Tables.pagesAt(Tables.LEVELS);

    /** What {@link #ensureSlot} answers if there is no frame for a table. */
    public static final long REFUSED = 0;
    /** What {@link #ensureSlot} answers if a table on the way is just being given back: to be tried again, outside of the epoch. */
    public static final long BUSY = -1;
    /** What {@link #ensureSlot} answers if there is no room for a table. */
    public static final long NO_ROOM = -2;

    /** Tables that one call of {@link #giveBack} retires at most. */
    public static final int MOST_GIVEN_BACK = Tables.LEVELS - 1;

    private static final long EXISTS = 1L << 32;
    private static final int LEVEL_SHIFT = 28;
    private static final long TABLE_MASK = (1L << LEVEL_SHIFT) - 1;
    private static final VarHandle ROOT;
    private static final VarHandle RETIRE_SEQUENCE;

    static {
        try {
            ROOT = MethodHandles.lookup().findVarHandle(ObjectTree.class, "root", long.class);
            RETIRE_SEQUENCE = MethodHandles.lookup().findVarHandle(ObjectTree.class, "retireSequence", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Tables tables;
    private final TableRoom room;
    private volatile long root;
    private volatile long retireSequence;

    /**
     * Starts without a page; its tables count nowhere.
     *
     * @param tables where tables come from
     */
    public ObjectTree(Tables tables) {
        this(tables, TableRoom.ENDLESS);
    }

    /**
     * Starts without a page.
     *
     * @param tables where tables come from
     * @param room where they are counted, and told of those that go with the object; of those that go before, the {@link Retirement#countedTable} tells
     */
    public ObjectTree(Tables tables, TableRoom room) {
        this.tables = tables;
        this.room = room;
    }

    /**
     * Finds a page's slot. In the epoch of its use; wait-free.
     *
     * @param index the page's index, not negative
     * @return the slot's address, or 0 if neither the page nor a neighbour is in memory
     */
    public long slot(long index) {
        long top = root;
        int level = level(top);
        if (top == 0 || index >= Tables.pagesAt(level + 1)) {
            return 0;
        }
        long table = table(top);
        for (; level > 0; level--) {
            long word = RawMemory.getAcquire(tables.slot(table, index, level));
            if (!ObjectWord.isTable(word)) {
                return 0;
            }
            table = ObjectWord.frame(word);
        }
        return tables.slot(table, index, 0);
    }

    /**
     * Raised for each table that is given back, after it was taken out and before it is retired: who remembers a slot over epochs reads this before the walk that finds it, and compares it after he has
     * entered the epoch of its use.
     */
    public long retireSequence() {
        return retireSequence;
    }

    /** A page's word; in an epoch, wait-free. */
    public long word(long index) {
        long slot = slot(index);
        return slot == 0 ? ObjectWord.ABSENT : RawMemory.getAcquire(slot);
    }

    /** How many tables that count are wanting on the way to a page now. In an epoch; wait-free. */
    public int missingTables(long index) {
        long top = root;
        int level = level(top);
        if (top == 0 || index >= Tables.pagesAt(level + 1)) {
            // Those that are put on top do not count, and the page is not below the first slot of the last of them.
            while (index >= Tables.pagesAt(level + 1)) {
                level++;
            }
            return level;
        }
        long table = table(top);
        for (; level > 0; level--) {
            long word = RawMemory.getAcquire(tables.slot(table, index, level));
            if (!ObjectWord.isTable(word)) {
                return level;
            }
            table = ObjectWord.frame(word);
        }
        return 0;
    }

    /** As {@link #ensureSlot(long, int, TableRoom)}, with the room of this tree. */
    public long ensureSlot(long index, int stripe) {
        return ensureSlot(index, stripe, room);
    }

    /**
     * Finds or makes a page's slot. In the epoch of its use; lock-free. Who does not put anything into the page's word then, or is not answered a slot, calls {@link #giveBack}, since
     * tables may have been made.
     *
     * @param index the page's index, below {@link #MAX_PAGES}
     * @param stripe the caller's stripe
     * @param from where room for tables is taken
     * @return the slot's address, or {@link #REFUSED}, {@link #BUSY} or {@link #NO_ROOM}, which are not positive
     */
    public long ensureSlot(long index, int stripe, TableRoom from) {
        if (index < 0 || index >= MAX_PAGES) {
            throw new IllegalArgumentException(
                    "page " + index + " is beyond the largest object of " + MAX_PAGES + " pages");
        }
        long top = root;
        while (top == 0 || index >= Tables.pagesAt(level(top) + 1)) {
            if (!grow(top, stripe)) {
                return REFUSED;
            }
            top = root;
        }
        long table = table(top);
        for (int level = level(top); level > 0; level--) {
            long slot = tables.slot(table, index, level);
            long word = RawMemory.getAcquire(slot);
            if (word == ObjectWord.ABSENT) {
                word = makeTable(slot, stripe, from);
                if (word <= 0) {
                    return word;
                }
            }
            if (!ObjectWord.isTable(word)) {
                return BUSY;
            }
            table = ObjectWord.frame(word);
        }
        return tables.slot(table, index, 0);
    }

    /** The slot's word then, which is another's if that was faster; or {@link #REFUSED} or {@link #NO_ROOM}. */
    private long makeTable(long slot, int stripe, TableRoom from) {
        if (!from.take()) {
            return NO_ROOM;
        }
        long fresh = tables.allocate(stripe, ObjectWord.ABSENT, false);
        if (fresh == Frames.REFUSED) {
            from.giveBack(1);
            return REFUSED;
        }
        long word = SpaceWord.table(fresh);
        long found = RawMemory.compareAndExchange(slot, ObjectWord.ABSENT, word);
        if (found == ObjectWord.ABSENT) {
            return word;
        }
        tables.discard(stripe, fresh);
        from.giveBack(1);
        return found;
    }

    /** Adds a level on top; true if this or another caller did, false if there is no frame for it. */
    private boolean grow(long top, int stripe) {
        long fresh = tables.allocate(stripe, ObjectWord.ABSENT, false);
        if (fresh == Frames.REFUSED) {
            return false;
        }
        int level = 0;
        if (top != 0) {
            level = level(top) + 1;
            // Somebody may just be making a page dirty who saw the lower tree, and has no bit to set for it.
            RawMemory.setPlain(tables.tableAddress(fresh), SpaceWord.table(table(top)) | ObjectWord.dirtyBelow());
        }
        if (!ROOT.compareAndSet(this, top, EXISTS | (long) level << LEVEL_SHIFT | fresh)) {
            tables.discard(stripe, fresh);
        }
        return true;
    }

    /**
     * Walks a range.
     *
     * @param first where to begin; below 0 is as 0
     * @param end one above the last page
     */
    public PageWalk walk(long first, long end) {
        return new PageWalk(this, first, end, false, false);
    }

    /**
     * Walks those pages of a range that are dirty or under write-back: every page that {@link #noteDirty} was called for before this call, and that nobody has written since, is among them.
     *
     * <p>A walk that takes bits away hides from others what it has not come to yet. So only one that was alone when it began may rely on the bits, and takes them away from tables that it
     * goes through as a whole; it counts as under way until the pages that it was told are written, or noted again. A walk that begins meanwhile looks at every table.
     *
     * @param alone whether no other walk was under way when this one began; it costs a look at 512 words for each table that has a dirty page, else for each table
     */
    public PageWalk walkDirty(long first, long end, boolean alone) {
        return new PageWalk(this, first, end, true, alone);
    }

    /**
     * The first page of a range whose word is one of those looked for, or {@code end} if there is none. Outside of epochs; lock-free; skips what has no table.
     */
    public long first(long first, long end, Participant self, LongPredicate words) {
        PageWalk walk = walk(first, end);
        walk.run(self, (slot, index, word) -> !words.test(word));
        return walk.at();
    }

    /**
     * Notes that a page was made dirty, so that a walk over dirty pages finds it. After the compare-and-set that made it so, in its epoch. Lock-free.
     *
     * <p>A bit in each table's word on the way down says that a page below may be dirty. It is set here from the lowest up, after the page's own; a walk takes it away before it looks
     * below, from the highest down. So of the two at least one sees the other: the walk sees the page, or this sees that the bit is gone. A table on the way that is no more the page's has none of its
     * own: the page is gone with it. So the bit is put to a table's word by compare-and-set, never to whatever stands there by now. A tree that grew meanwhile is gone through once more: a walk may
     * have taken away the bit that it grew with.
     */
    public void noteDirty(long index) {
        VarHandle.fullFence();
        long seen = 0;
        for (long top = root; top != seen; top = root) {
            seen = top;
            if (level(top) > 0 && index < Tables.pagesAt(level(top) + 1)) {
                noteDirty(table(top), level(top), index);
            }
        }
    }

    private void noteDirty(long table, int level, long index) {
        long slot = tables.slot(table, index, level);
        long word = RawMemory.getAcquire(slot);
        if (!ObjectWord.isTable(word)) {
            return;
        }
        if (level > 1) {
            noteDirty(ObjectWord.frame(word), level - 1, index);
        }
        word = RawMemory.getVolatile(slot);
        while (ObjectWord.isTable(word) && (word & ObjectWord.dirtyBelow()) == 0) {
            word = RawMemory.compareAndExchange(slot, word, word | ObjectWord.dirtyBelow());
        }
    }

    /**
     * Gives back those tables on the way to a page that have nothing in them any more; they are retired. After the page's word was made absent, by whoever did so, and after tables were made in vain. Enters
     * an epoch of its own. Lock-free. Where neighbours are in memory it costs a walk and a look or two, else a look at 512 words and as many compare-and-sets for a table.
     *
     * @param self has made room for {@link #MOST_GIVEN_BACK} records
     * @return how many tables were retired
     */
    public int giveBack(long index, Participant self) {
        // The word is absent before the others are looked at: of two who make the last pages of a table absent, one at
        // least sees both.
        VarHandle.fullFence();
        self.enter();
        try {
            long top = root;
            return level(top) > 0 && index < Tables.pagesAt(level(top) + 1)
                    ? giveBack(table(top), level(top), index, self)
                    : 0;
        } finally {
            self.leave();
        }
    }

    /** From the lowest table up, the given one left out. */
    private int giveBack(long table, int level, long index, Participant self) {
        long slot = tables.slot(table, index, level);
        long word = RawMemory.getAcquire(slot);
        if (!ObjectWord.isTable(word) || Tables.slotStart(index, level) == 0 && level == 1) {
            return 0;
        }
        long below = ObjectWord.frame(word);
        int given = level > 1 ? giveBack(below, level - 1, index, self) : 0;
        if (Tables.slotStart(index, level) == 0 || !freezeIfEmpty(below, index, level - 1)) {
            return given;
        }
        // Nobody else takes a frozen table out, and the one above keeps this word as long as it is there; only the bit
        // of dirty pages may still change.
        word = RawMemory.getAcquire(slot);
        for (long found = 0; found != word; ) {
            found = RawMemory.compareAndExchange(slot, word, ObjectWord.ABSENT);
            if (found != word) {
                word = found;
                found = 0;
            }
        }
        RETIRE_SEQUENCE.getAndAdd(this, 1L);
        self.retire(room == TableRoom.ENDLESS ? Retirement.frame(below) : Retirement.countedTable(below));
        return given + 1;
    }

    private boolean freezeIfEmpty(long table, long index, int level) {
        while (isEmpty(table, index, level)) {
            int frozen = freeze(table);
            if (frozen == Tables.SLOTS) {
                return true;
            }
            thaw(table, frozen);
            if (frozen == 0) {
                // Somebody's page, or another who freezes, and looks again if he has to thaw.
                return false;
            }
        }
        return false;
    }

    /** Looks at the page's own slot first and then at those behind it: the neighbours that are most likely there. */
    private boolean isEmpty(long table, long index, int level) {
        long address = tables.tableAddress(table);
        int own = (int) (tables.slot(table, index, level) - address >>> 3);
        for (int i = 0; i < Tables.SLOTS; i++) {
            if (RawMemory.getAcquire(Tables.slotAt(address, own + i & Tables.SLOTS - 1)) != ObjectWord.ABSENT) {
                return false;
            }
        }
        return true;
    }

    /** Freezes words from the first on up to one that is not absent; returns how many. */
    private int freeze(long table) {
        long address = tables.tableAddress(table);
        int frozen = 0;
        while (frozen < Tables.SLOTS
                && RawMemory.compareAndSet(Tables.slotAt(address, frozen), ObjectWord.ABSENT, ObjectWord.FROZEN)) {
            frozen++;
        }
        return frozen;
    }

    private void thaw(long table, int frozen) {
        long address = tables.tableAddress(table);
        for (int i = frozen - 1; i >= 0; i--) {
            // Nobody else changes a frozen word.
            RawMemory.setRelease(Tables.slotAt(address, i), ObjectWord.ABSENT);
        }
        VarHandle.fullFence();
    }

    /** Gives back all tables and the object's reference to every page. Only when no thread can reach the object any more. */
    public void drain(Tables.DrainedWords words) {
        long top = (long) ROOT.getAndSet(this, 0L);
        if (top != 0) {
            long count = tables.drain(FrameAllocator.stripeOfThread(), table(top), level(top), words);
            room.giveBack(count - (level(top) + 1));
        }
    }

    /** Tells the frame of every table and the word of every page that is not absent: at rest, when nobody changes anything. */
    public void forEachAtRest(LongConsumer tableFrames, LongConsumer words) {
        long top = root;
        if (top != 0) {
            forEachAtRest(table(top), level(top), tableFrames, words);
        }
    }

    private void forEachAtRest(long table, int level, LongConsumer tableFrames, LongConsumer words) {
        tableFrames.accept(table);
        for (int i = 0; i < Tables.SLOTS; i++) {
            long word = RawMemory.getAcquire(Tables.slotAt(tables.tableAddress(table), i));
            if (level > 0 && ObjectWord.isTable(word)) {
                forEachAtRest(ObjectWord.frame(word), level - 1, tableFrames, words);
            } else if (word != ObjectWord.ABSENT) {
                words.accept(word);
            }
        }
    }

    Tables tables() {
        return tables;
    }

    /** The word of the root, or 0. */
    long root() {
        return root;
    }

    static long table(long top) {
        return top & TABLE_MASK;
    }

    static int level(long top) {
        return (int) (top >>> LEVEL_SHIFT) & 0xf;
    }
}

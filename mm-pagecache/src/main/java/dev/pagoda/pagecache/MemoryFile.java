package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.radix.TableRoom;
import dev.pagoda.mm.space.Core;

/**
 * A file that lives in memory only (memfd): pages are zero at first, are never evicted and go with the file, which starts empty.
 *
 * <p>Seals take rights away for ever. A write seal is refused while a shared map that may write exists, so a map is checked against the seals after it was
 * made as well as before: see {@link #allowsSharedWriter}. Any thread may call. Nothing waits for a device; seals wait for writes that are under way.
 */
public final class MemoryFile extends PagedObject {
    /** No further seals. */
    public static final int SEAL_SEAL = 1;
    /** The file cannot become shorter. */
    public static final int SEAL_SHRINK = 2;
    /** The file cannot become longer. */
    public static final int SEAL_GROW = 4;
    /** Nobody can write. */
    public static final int SEAL_WRITE = 8;
    /** Nobody can write but through the maps that exist. */
    public static final int SEAL_FUTURE_WRITE = 0x10;

    /** Whether it may be executed does not change any more. */
    public static final int SEAL_EXEC = 0x20;

    /** What {@link #SEAL_EXEC} brings along for a file that may be executed: what is executed is not written. */
    private static final int WITH_EXEC = SEAL_SHRINK | SEAL_GROW | SEAL_WRITE | SEAL_FUTURE_WRITE;

    private static final int ALL_SEALS = SEAL_SEAL | WITH_EXEC | SEAL_EXEC;

    private final String name;
    /** Changed under {@link #resizing}. */
    private volatile int seals;

    private final boolean executable;

    MemoryFile(Core core, Actors actors, FrameGuesses guesses, String name, int seals, boolean executable) {
        super(core, actors, guesses, TableRoom.ENDLESS, 0, core.nextHolderNumber());
        this.name = "/memfd:" + name + " (deleted)";
        this.seals = seals;
        this.executable = executable;
    }

    /** The seals of this moment. */
    public int seals() {
        return seals;
    }

    /**
     * Adds seals, all of them or none. Waits for writes that are under way.
     *
     * @return 0, or the negated errno: EINVAL for a seal that does not exist, EPERM after {@link #SEAL_SEAL}, EBUSY for {@link #SEAL_WRITE} while a
     *     shared map exists that may write
     */
    public int addSeals(int added) {
        if ((added & ~ALL_SEALS) != 0) {
            return -HostErrors.EINVAL;
        }
        resizing().lock();
        try {
            int before = seals;
            if ((before & SEAL_SEAL) != 0) {
                return -HostErrors.EPERM;
            }
            boolean ends = (added & ~before & SEAL_WRITE) != 0;
            if (ends && mappings().hasSharedWriter()) {
                return -HostErrors.EBUSY;
            }
            seals = before | added | ((added & SEAL_EXEC) != 0 && executable ? WITH_EXEC : 0);
            // A map made between the look above and the store shows now, or sees the seal when it looks again.
            if (ends && mappings().hasSharedWriter()) {
                seals = before;
                return -HostErrors.EBUSY;
            }
        } finally {
            resizing().unlock();
        }
        Actor actor = actors().borrow();
        try {
            actor.participant().awaitGrace();
        } finally {
            actors().giveBack(actor);
        }
        return 0;
    }

    /** Whether it may be executed. */
    public boolean isExecutable() {
        return executable;
    }

    /** Whether a shared map may write: asked before such a map is made, and again after it. */
    public boolean allowsSharedWriter() {
        return (seals & (SEAL_WRITE | SEAL_FUTURE_WRITE)) == 0;
    }

    @Override
    long largestSize() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean isOnlyMemory() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int sync(long firstIndex, long endIndex, Object description) {
        return 0;
    }

    @Override
    public void willNeed(long firstIndex, long endIndex) {
        // Nothing to read: its pages are in memory or zero.
    }

    @Override
    int refusesWrite() {
        return allowsSharedWriter() ? 0 : -HostErrors.EPERM;
    }

    @Override
    int refusesSize(long bytes) {
        int forbidden = bytes < size() ? SEAL_SHRINK : bytes > size() ? SEAL_GROW : 0;
        return (seals & forbidden) == 0 ? 0 : -HostErrors.EPERM;
    }

    @Override
    PageRoom takeRoom(long index, int stripe) {
        return PageRoom.uncounted(core().frames().allocate(stripe, FrameKind.OBJECT));
    }

    @Override
    void dropFrame(long frame) {
        core().frames().drop(frame);
    }

    /** A page of zeroes, under a ticket as a page that is read: truncation takes it away. */
    @Override
    long fetch(long index, int wanted, ReadAhead window, ReadAhead.Advice advice, int stripe) {
        long frame = core().frames().allocate(stripe, FrameKind.OBJECT);
        if (frame == Frames.REFUSED) {
            return NO_MEMORY;
        }
        RawMemory.clear(core().frames().address(frame), PAGE_BYTES);
        long answer = actors().inEpoch(() -> publish(index, frame, stripe));
        if (answer != 0) {
            dropFrame(frame);
            giveBackTables(index);
        }
        return answer;
    }

    private long publish(long index, long frame, int stripe) {
        long slot = tree().ensureSlot(index, stripe);
        if (slot <= 0) {
            return slot == ObjectTree.REFUSED ? NO_MEMORY : ABSENT;
        }
        long ticket = ObjectWord.reading(frame);
        if (!RawMemory.compareAndSet(slot, ObjectWord.ABSENT, ticket)) {
            return ABSENT;
        }
        // The size is read again under the ticket: a truncation that comes later finds the ticket.
        boolean inside = index < pagesOf(size());
        if (inside && RawMemory.compareAndSet(slot, ticket, announce(index, frame))) {
            return 0;
        }
        RawMemory.compareAndSet(slot, ticket, ObjectWord.ABSENT);
        return inside ? ABSENT : BEYOND_END;
    }

    @Override
    void readOn(long index, ReadAhead window, ReadAhead.Advice advice) {
        // No page of such a file carries a marker.
    }

    @Override
    long newWord(long frame) {
        return ObjectWord.valid(frame);
    }

    @Override
    void cameIn(long index, long word) {
        // Nobody looks for pages to evict here.
    }

    @Override
    void becameDirty(long index) {
        throw new IllegalStateException("page " + index + " of a file in memory counts as dirty");
    }

    @Override
    void becameClean(long pages) {
        throw new IllegalStateException("a page of a file in memory counted as dirty");
    }

    @Override
    void throttle() {
        // Nothing to be written.
    }

    @Override
    boolean hasStore() {
        return false;
    }

    /** What was read through a map counts as well, as on tmpfs (mm/filemap.c, folio_seek_hole_data); room that was asked for does not. */
    @Override
    boolean holdsContent(long word) {
        return ObjectWord.isValid(word);
    }

    @Override
    long dataInStore(long offset) {
        return Long.MAX_VALUE;
    }

    @Override
    long holeInStore(long offset) {
        return offset;
    }

    @Override
    int resizeStore(long bytes) {
        return 0;
    }

    @Override
    int reserveStore(long first, long end) {
        return 0;
    }

    @Override
    int allocateStore(long first, long end) {
        return 0;
    }

    @Override
    int zeroStore(long first, long end) {
        return 0;
    }

    @Override
    void finish() {
        // Nothing to write.
    }

    @Override
    void gone() {
        // Nothing to close.
    }
}

package dev.pagoda.mm.radix;

/**
 * The word of one page of an object: of a file in the page cache, or of shared memory.
 *
 * <pre>
 *  63          40 39             12 11 10 9 8 7 6 5 4 3 2 1 0
 *  +-------------+-----------------+--+--+-+-+-+-+-+-+-+-+-+-+
 *  | 0 0 ... tag |  frame          |F |E |D|A|N|B|w|r|S|V|P|T|
 *  +-------------+-----------------+--+--+-+-+-+-+-+-+-+-+-+-+
 *   T TABLE    P PRESENT   the frame field names the page's frame
 *   V VALID    the content is the file's       S STORES  under write-back, and stores may land: it is copied
 *   r MARKER   starts the next read-ahead      w WRITTEN  to the file, since it is in memory
 *   B WRITEBACK  being written                 N NEW  not used since it came in: its first use is what it came in for
 *   A ACCESSED, once more   D DIRTY   E WRITE_FAILED, still dirty    F FROZEN
 *   tag        3 bits that tell apart, in most cases, pages that had the same frame one after the other
 *
 *   table       T, the table's frame, and D if a page below may be dirty
 *   absent      the whole word is 0
 *   frozen      F alone: absent, in a table that is about to be given back
 *   reading     P off, A on; the frame field is the reader's ticket: the frame that it fills and nobody else can see
 *   leaving     P on, V off: being evicted, or taken away by a hole; it becomes absent, or valid again, by whoever made it so
 *   valid       P and V on
 * </pre>
 *
 * <p>A live word changes by compare-and-set only. All methods are pure functions.
 */
public final class ObjectWord {
    /** The word of a page that is not in memory. */
    public static final long ABSENT = 0;
    /** The word of a page that is not in memory, in a table that may be about to go: who wants the page comes again. */
    public static final long FROZEN = 1 << 11;

    private static final long TABLE = 1;
    private static final long PRESENT = 1 << 1;
    private static final long VALID = 1 << 2;
    private static final long STORES = 1 << 3;
    private static final long MARKER = 1 << 4;
    private static final long WRITTEN = 1 << 5;
    private static final long WRITEBACK = 1 << 6;
    private static final long NEW = 1 << 7;
    private static final long ACCESSED = 1 << 8;
    private static final long DIRTY = 1 << 9;
    private static final long WRITE_FAILED = 1 << 10;
    /** A hit that has nothing to write: these bits, and of them those that are set. */
    private static final long HIT_BITS = TABLE | PRESENT | VALID | MARKER | NEW | ACCESSED;

    private static final long HIT = PRESENT | VALID | ACCESSED;
    private static final int FRAME_SHIFT = 12;
    private static final long FRAME_MASK = ((1L << 28) - 1) << FRAME_SHIFT;
    private static final int TAG_SHIFT = 40;
    private static final long TAG_MASK = 7;

    /** Tags that a page can have: from 0 to one below this. */
    public static final int TAGS = 7;

    private ObjectWord() {}

    /** The bits of a table's word that say that a page below may be dirty. */
    static long dirtyBelow() {
        return DIRTY;
    }

    /** Whether the word leads to a table. */
    public static boolean isTable(long word) {
        return (word & TABLE) != 0;
    }

    /** Whether the word names a frame. */
    public static boolean isPresent(long word) {
        return (word & (PRESENT | TABLE)) == PRESENT;
    }

    /** Whether the frame holds the object's content. */
    public static boolean isValid(long word) {
        return (word & (PRESENT | VALID | TABLE)) == (PRESENT | VALID);
    }

    /** Whether a read of the page has nothing to do but the copy: it is valid, carries no marker, and its use is noted. One compare. */
    public static boolean isPlainHit(long word) {
        return (word & HIT_BITS) == HIT;
    }

    /** Whether the page is being written to its file. */
    public static boolean isWriteback(long word) {
        return (word & WRITEBACK) != 0;
    }

    /** Whether the page may be written now; not between the beginning of its write-back and the moment when that has a copy. */
    public static boolean allowsStores(long word) {
        return (word & (WRITEBACK | STORES)) != WRITEBACK;
    }

    /** Whether the page is newer than its file. */
    public static boolean isDirty(long word) {
        return (word & DIRTY) != 0;
    }

    /** Whether the page was written to its file since it came into memory. */
    public static boolean isWritten(long word) {
        return (word & WRITTEN) != 0;
    }

    /** Whether the page is newer than its file, or is being written. */
    public static boolean isDirtyOrWriteback(long word) {
        return (word & (DIRTY | WRITEBACK)) != 0;
    }

    /** Whether a write of the page failed and it waits to be written again. */
    public static boolean isWriteFailed(long word) {
        return (word & WRITE_FAILED) != 0;
    }

    /** Whether whoever comes to the page is to start the next read-ahead. */
    public static boolean isMarker(long word) {
        return (word & MARKER) != 0;
    }

    /** Whether the page was used since the hand passed, its first use left out. */
    public static boolean isAccessed(long word) {
        return (word & ACCESSED) != 0;
    }

    /** Whether the page was not used since it came in. */
    public static boolean isNew(long word) {
        return (word & NEW) != 0;
    }

    /** The page's frame. */
    public static long frame(long word) {
        return (word & FRAME_MASK) >>> FRAME_SHIFT;
    }

    /** As {@link #valid}, not used yet, with a tag. */
    public static long fresh(long frame, int tag) {
        return PRESENT | VALID | NEW | frame << FRAME_SHIFT | (long) tag << TAG_SHIFT;
    }

    /** The page's tag. */
    public static int tag(long word) {
        return (int) (word >>> TAG_SHIFT & TAG_MASK);
    }

    /** A word for a page with its content in memory, clean. */
    public static long valid(long frame) {
        return PRESENT | VALID | ACCESSED | frame << FRAME_SHIFT;
    }

    /**
     * The word of a page that is being read into a frame that nobody else can see. The frame is the ticket: no other reader has the same, so
     * whoever takes the word away (truncation, punching) makes this reader's publishing fail, whatever came since.
     */
    public static long reading(long frame) {
        return ACCESSED | frame << FRAME_SHIFT;
    }

    /** Whether the page is being read, and the frame field is a ticket. */
    public static boolean isReading(long word) {
        return (word & (PRESENT | TABLE | ACCESSED)) == ACCESSED;
    }

    /** Whether the page is neither in memory nor being read: absent or frozen. */
    public static boolean isVacant(long word) {
        return (word & ~FROZEN) == ABSENT;
    }

    /** The word of a valid, clean page that is being evicted: no new map, no store. */
    public static long leaving(long word) {
        return word & ~VALID;
    }

    /** The word of a valid page that a hole takes away, whatever is in it: no new map, no store, no use. */
    public static long leavingForGood(long word) {
        return word & ~(VALID | DIRTY | WRITE_FAILED | WRITTEN | MARKER | ACCESSED | NEW);
    }

    /** Whether the page is being evicted, or taken away by a hole. */
    public static boolean isLeaving(long word) {
        return (word & (PRESENT | VALID | TABLE)) == PRESENT;
    }

    /** The word of a page that was leaving and stays. */
    public static long stayed(long word) {
        return word | VALID;
    }

    /** The word, newer than the file. */
    public static long withDirty(long word) {
        return word | DIRTY;
    }

    /** The word of a page that starts the next read-ahead. */
    public static long withMarker(long word) {
        return word | MARKER;
    }

    /** The word, without a marker. */
    public static long withoutMarker(long word) {
        return word & ~MARKER;
    }

    /** The word, used: once more, or for the first time since it came in. */
    public static long used(long word) {
        return (word & NEW) != 0 ? word & ~NEW : word | ACCESSED;
    }

    /** Whether a use would not change the word. */
    public static boolean isUsed(long word) {
        return (word & (ACCESSED | NEW)) == ACCESSED;
    }

    /** The word, not used since the hand passed. */
    public static long withoutAccessed(long word) {
        return word & ~ACCESSED;
    }

    /** The word of a page that has been of use: the next use is one more, even if it is the first. */
    public static long cold(long word) {
        return word & ~(ACCESSED | NEW);
    }

    /** The word of a dirty page whose write begins. */
    public static long withWritebackBegun(long word) {
        return word & ~(DIRTY | WRITE_FAILED | STORES) | WRITEBACK;
    }

    /** The word of a page under write-back that is copied: what is stored from here on is for the next time. */
    public static long withStoresAllowed(long word) {
        return word | STORES;
    }

    /** The word of a page whose write has ended well. */
    public static long withWritebackDone(long word) {
        return word & ~(WRITEBACK | STORES) | WRITTEN;
    }

    /** The word of a page whose write has failed: dirty again, in the same step. */
    public static long withWritebackFailed(long word) {
        return word & ~(WRITEBACK | STORES) | DIRTY | WRITE_FAILED;
    }
}

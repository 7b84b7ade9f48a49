package dev.pagoda.mm.radix;

/**
 * The word of one slot of an address space: the whole truth about the pages it covers.
 *
 * <pre>
 *  63          40 39             12 11 10 9 8 7 6 5 4 3 2 1 0
 *  +-------------+-----------------+--+--+-+-+-+-+-+-+-+-+-+-+
 *  |   region    |  frame / ticket |F |L |D|A|O|C|o|X|W|R|P|T|
 *  +-------------+-----------------+--+--+-+-+-+-+-+-+-+-+-+-+
 *   T TABLE     the frame is a table of 512 slots; all other bits but F are 0
 *   P PRESENT   the frame field names the page's frame
 *   R W X       loads allowed (any protection asked), write asked, exec asked;  o asked without read
 *   C COW       the next store copies or takes over      O OWN  the frame is this mapping's own, not an object's
 *   A ACCESSED  used since the hand passed               D DIRTY  written since clean
 *   L LOCKED    mlock                                    F FROZEN  the table this word stands in is leaving
 * </pre>
 *
 * <table>
 * <caption>Kinds of word (region not 0 but for the first two)</caption>
 * <tr><th>kind</th><th>P</th><th>C O A D</th><th>frame field</th></tr>
 * <tr><td>unmapped</td><td>the whole word is 0</td></tr>
 * <tr><td>table</td><td>T</td><td></td><td>the table's frame</td></tr>
 * <tr><td>reserved, at any level</td><td>0</td><td>0 0 0 0</td><td>0</td></tr>
 * <tr><td>swapped: the page is in a slot of the swap area; of private anonymous memory, at level 0</td><td>0</td><td>0 1 0 0</td><td>swap slot</td></tr>
 * <tr><td>busy: the target of a move that has not arrived; counts as mapped</td><td>0</td><td>1 0 0 0</td><td>ticket</td></tr>
 * <tr><td>tentative: part of an unfinished claim; counts as unmapped</td><td>0</td><td>1 0 1 0</td><td>ticket</td></tr>
 * <tr><td>private, alone</td><td>1</td><td>0 1 a d</td><td>frame; of a huge page, at level 1 or 2, the first of its block or part of one</td></tr>
 * <tr><td>private, shared by fork or on its way to swap</td><td>1</td><td>1 1 a d</td><td>frame</td></tr>
 * <tr><td>private, still the object's or the zero frame</td><td>1</td><td>1 0 a 0</td><td>frame</td></tr>
 * <tr><td>shared</td><td>1</td><td>0 0 a d</td><td>the object's frame</td></tr>
 * </table>
 *
 * <p>A live word changes by compare-and-set only. All methods are pure functions.
 */
public final class SpaceWord {
    /** The word of pages that nothing maps. */
    public static final long UNMAPPED = 0;
    /** Most regions: the field has 24 bits. */
    public static final int MAX_REGIONS = 1 << 24;
    /** Most tickets: the frame field has 28 bits. */
    public static final int MAX_TICKETS = 1 << 28;

    private static final long TABLE = 1;
    private static final long PRESENT = 1 << 1;
    private static final long READ = 1 << 2;
    private static final long WRITE = 1 << 3;
    private static final long EXEC = 1 << 4;
    private static final long WITHOUT_READ = 1 << 5;
    private static final long COW = 1 << 6;
    private static final long OWN = 1 << 7;
    private static final long ACCESSED = 1 << 8;
    private static final long DIRTY = 1 << 9;
    private static final long LOCKED = 1 << 10;
    private static final long FROZEN = 1 << 11;
    private static final int FRAME_SHIFT = 12;
    private static final long FRAME_MASK = ((1L << 28) - 1) << FRAME_SHIFT;
    private static final int REGION_SHIFT = 40;

    private static final long PROTECTION = READ | WRITE | EXEC | WITHOUT_READ;
    private static final long IDENTITY = PROTECTION | LOCKED | -1L << REGION_SHIFT;
    private static final long LOAD_MASK = TABLE | PRESENT | READ | ACCESSED | FROZEN;
    private static final long LOAD_ALLOWED = PRESENT | READ | ACCESSED;
    private static final long STORE_MASK = TABLE | PRESENT | WRITE | ACCESSED | DIRTY | COW | FROZEN;
    private static final long STORE_ALLOWED = PRESENT | WRITE | ACCESSED | DIRTY;

    /** Protection bits as Linux numbers them. */
    private static final int PROT_READ = 1;

    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private SpaceWord() {}

    // What an access may do

    /** Whether a load may go on: one mask, one compare. */
    public static boolean allowsLoad(long word) {
        return (word & LOAD_MASK) == LOAD_ALLOWED;
    }

    /** Whether a store may go on: one mask, one compare. */
    public static boolean allowsStore(long word) {
        return (word & STORE_MASK) == STORE_ALLOWED;
    }

    /** Whether the protection allows a load, whatever else is missing. */
    public static boolean isReadable(long word) {
        return (word & READ) != 0;
    }

    /** Whether the protection allows a store, whatever else is missing. */
    public static boolean isWritable(long word) {
        return (word & WRITE) != 0;
    }

    // Kinds

    /** Whether the word leads to a table. */
    public static boolean isTable(long word) {
        return (word & TABLE) != 0;
    }

    /** Whether the table that the word stands in is leaving: start again from the root. */
    public static boolean isFrozen(long word) {
        return (word & FROZEN) != 0;
    }

    /** Whether the word counts as mapped: not empty, not a table, not tentative. */
    public static boolean isMapped(long word) {
        return word >>> REGION_SHIFT != 0 && !isTentative(word);
    }

    /** Whether the word names its page's frame. */
    public static boolean isPresent(long word) {
        return (word & (PRESENT | TABLE)) == PRESENT;
    }

    /** Whether the pages are mapped and none is populated: the word may stand at any level. */
    public static boolean isReserved(long word) {
        return word >>> REGION_SHIFT != 0 && (word & (PRESENT | COW | OWN | ACCESSED | DIRTY)) == 0;
    }

    /** Whether the word belongs to a claim that is not finished. */
    public static boolean isTentative(long word) {
        return (word & (TABLE | PRESENT | COW | ACCESSED)) == (COW | ACCESSED);
    }

    /** Whether the word is the target of a move that has not arrived yet. */
    public static boolean isBusy(long word) {
        return (word & (TABLE | PRESENT | COW | ACCESSED)) == COW;
    }

    /** Whether the page is in a slot of the swap area, frozen or not. */
    public static boolean isSwapped(long word) {
        return (word & (TABLE | PRESENT | OWN)) == OWN;
    }

    /** Whether the next store must copy. */
    public static boolean isCopyOnWrite(long word) {
        return (word & COW) != 0;
    }

    /** Whether the frame is the mapping's own. */
    public static boolean isOwn(long word) {
        return (word & OWN) != 0;
    }

    /** Whether the page was used since the hand passed. */
    public static boolean isAccessed(long word) {
        return (word & ACCESSED) != 0;
    }

    /** Whether the page was written since it was clean. */
    public static boolean isDirty(long word) {
        return (word & DIRTY) != 0;
    }

    /** Whether the page is locked into memory. */
    public static boolean isLocked(long word) {
        return (word & LOCKED) != 0;
    }

    // Fields

    /** The frame, or the table's frame. */
    public static long frame(long word) {
        return (word & FRAME_MASK) >>> FRAME_SHIFT;
    }

    /** The ticket of a busy or tentative word. */
    public static int ticket(long word) {
        return (int) ((word & FRAME_MASK) >>> FRAME_SHIFT);
    }

    /** The slot of the swap area that a swapped word names. */
    public static long swapSlot(long word) {
        return (word & FRAME_MASK) >>> FRAME_SHIFT;
    }

    /** The region's id; 0 where nothing is mapped. */
    public static int region(long word) {
        return (int) (word >>> REGION_SHIFT);
    }

    /** The protection as asked, in Linux's bits. */
    public static int protection(long word) {
        return ((word & READ) != 0 && (word & WITHOUT_READ) == 0 ? PROT_READ : 0)
                | ((word & WRITE) != 0 ? PROT_WRITE : 0)
                | ((word & EXEC) != 0 ? PROT_EXEC : 0);
    }

    /** What makes two neighbours one line of maps: protection, lock and region. */
    public static long identity(long word) {
        return word & IDENTITY;
    }

    /**
     * Whether a word is mapped with an identity and at rest: neither busy, tentative nor frozen. Without a branch, for those who look at many words at once: they
     * combine the answers by or.
     *
     * @param identity of a mapped word
     * @return 0 if so
     */
    public static long unlike(long word, long identity) {
        // Of busy and tentative words COW is set and PRESENT is not.
        return (word ^ identity) & IDENTITY | word & FROZEN | word >>> 6 & ~(word >>> 1) & 1;
    }

    // Making words

    /** A word that leads to a table. */
    public static long table(long frame) {
        return TABLE | frame << FRAME_SHIFT;
    }

    /** A word for pages that are mapped and not populated. */
    public static long reserved(int region, int protection, boolean locked) {
        return protectionBits(protection) | (locked ? LOCKED : 0) | (long) region << REGION_SHIFT;
    }

    /** The same pages, with nothing populated. */
    public static long reservedLike(long word) {
        return word & IDENTITY;
    }

    /** The same pages, as part of a claim that is not finished. */
    public static long tentative(long reserved, int ticket) {
        return reserved & IDENTITY | COW | ACCESSED | (long) ticket << FRAME_SHIFT;
    }

    /** The same pages, as the target of a move that has not arrived. */
    public static long busy(long reserved, int ticket) {
        return reserved & IDENTITY | COW | (long) ticket << FRAME_SHIFT;
    }

    /** The same pages, their content in a slot of the swap area. */
    public static long swapped(long word, long slot) {
        return word & IDENTITY | OWN | slot << FRAME_SHIFT;
    }

    /** The word populated with a frame of its own, written. */
    public static long populatedOwn(long word, long frame) {
        return word & IDENTITY | PRESENT | OWN | ACCESSED | DIRTY | frame << FRAME_SHIFT;
    }

    /** The word populated with a frame of its own that was set aside: it counts as written, and is not used yet. */
    public static long populatedUnused(long word, long frame) {
        return word & IDENTITY | PRESENT | OWN | DIRTY | frame << FRAME_SHIFT;
    }

    /** The word populated with a frame that is copied before it is written. */
    public static long populatedCow(long word, long frame) {
        return word & IDENTITY | PRESENT | COW | ACCESSED | frame << FRAME_SHIFT;
    }

    /** The word populated with a frame of a shared object, clean. */
    public static long populatedShared(long word, long frame) {
        return word & IDENTITY | PRESENT | ACCESSED | frame << FRAME_SHIFT;
    }

    /** The page of {@code content}, under the identity of {@code place}: how a page arrives at the target of a move, or in a child. */
    public static long moved(long content, long place) {
        return content & ~(IDENTITY | FROZEN) | place & IDENTITY;
    }

    /** The word of a part of a huge page: the same page, from a later frame of its block on. */
    public static long part(long word, long framesIn) {
        return word + (framesIn << FRAME_SHIFT);
    }

    // Changing words

    /** The word, used. */
    public static long withAccessed(long word) {
        return word | ACCESSED;
    }

    /** The word, not used since the hand passed: the next load or store faults. */
    public static long withoutAccessed(long word) {
        return word & ~ACCESSED;
    }

    /** The word, written. */
    public static long withDirty(long word) {
        return word | ACCESSED | DIRTY;
    }

    /** The word, clean: the next store faults. */
    public static long withoutDirty(long word) {
        return word & ~DIRTY;
    }

    /** The word, clean and not used: its private content may be dropped. */
    public static long withoutDirtyAndAccessed(long word) {
        return word & ~(DIRTY | ACCESSED);
    }

    /** The word, its frame shared with another space: the next store copies or takes over. */
    public static long withCopyOnWrite(long word) {
        return word | COW;
    }

    /** The word, its frame no longer shared, written. */
    public static long takenOver(long word) {
        return word & ~COW | ACCESSED | DIRTY;
    }

    /** The word, in a table that is leaving. */
    public static long withFrozen(long word) {
        return word | FROZEN;
    }

    /** A frozen word's content. */
    public static long withoutFrozen(long word) {
        return word & ~FROZEN;
    }

    /** The word with another protection. */
    public static long withProtection(long word, int protection) {
        return word & ~PROTECTION | protectionBits(protection);
    }

    /** The word with another region. */
    public static long withRegion(long word, int region) {
        return word & (1L << REGION_SHIFT) - 1 | (long) region << REGION_SHIFT;
    }

    /** The word, locked or not. */
    public static long withLocked(long word, boolean locked) {
        return locked ? word | LOCKED : word & ~LOCKED;
    }

    private static long protectionBits(int protection) {
        long bits = 0;
        if ((protection & (PROT_READ | PROT_WRITE | PROT_EXEC)) != 0) {
            bits |= READ;
        }
        if ((protection & PROT_WRITE) != 0) {
            bits |= WRITE;
        }
        if ((protection & PROT_EXEC) != 0) {
            bits |= EXEC;
        }
        if (bits != 0 && (protection & PROT_READ) == 0) {
            bits |= WITHOUT_READ;
        }
        return bits;
    }
}

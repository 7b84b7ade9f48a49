package dev.pagoda.mm.space;

/**
 * What a map is, beside its protection: flags that split a line of maps.
 *
 * <p>For private anonymous memory these bits <em>are</em> the region's id, so that it needs no object:
 *
 * <pre>
 *  15 14 13 12 11 10 9  8 7 6 5 4 3 2  1 0
 *  +--+-----+--+-----+----+-+-+-+-+-+----+-+
 *  |s | tlb |D |huge |adv.|d|g|w|f|o|chg |1|
 *  +--+-----+--+-----+----+-+-+-+-+-+----+-+
 *   chg   0 accounted, 1 not yet (never writable), 2 NORESERVE     o lock on fault
 *   f DONTFORK   w WIPEONFORK   g GROWSDOWN   d DONTDUMP
 *   adv.  access advice: 0 normal, 1 random, 2 sequential          huge  1 advised, 2 refused     D DROPPABLE
 *   s     MAP_SYNC                tlb   MAP_HUGETLB: the level of its pages, 1 for 2 MiB, 2 for 1 GiB
 * </pre>
 */
public final class Attributes {
    /** Private anonymous memory, accounted, without anything special. */
    public static final int PLAIN = 1;
    /** Not accounted yet, because it never was writable. */
    public static final int NOT_ACCOUNTED_YET = 1 << 1;
    /** Never accounted: MAP_NORESERVE. */
    public static final int NORESERVE = 2 << 1;
    /** Locked when touched, and not filled before: MLOCK_ONFAULT. Means something on locked maps only. */
    public static final int LOCK_ON_FAULT = 1 << 3;
    /** Left out of a child at fork. */
    public static final int DONTFORK = 1 << 4;
    /** Zero in a child after fork. */
    public static final int WIPEONFORK = 1 << 5;
    /** Grows downwards at a fault below it. */
    public static final int GROWSDOWN = 1 << 6;
    /** Left out of core dumps. */
    public static final int DONTDUMP = 1 << 7;
    /** Accessed at random. */
    public static final int RANDOM = 1 << 8;
    /** Accessed in ascending order. */
    public static final int SEQUENTIAL = 2 << 8;
    /** The bits of the access advice. */
    public static final int ACCESS_MASK = 3 << 8;
    /** Huge pages are welcome. */
    public static final int HUGEPAGE = 1 << 10;
    /** Huge pages are not wanted. */
    public static final int NOHUGEPAGE = 2 << 10;
    /** The bits of the advice about huge pages. */
    public static final int HUGE_MASK = 3 << 10;
    /** The bits of the size of MAP_HUGETLB's pages. */
    public static final int HUGETLB_MASK = 3 << 13;

    static final int HUGETLB_SHIFT = 13;
    /** May be dropped at any time, written or not: MAP_DROPPABLE. */
    public static final int DROPPABLE = 1 << 12;
    /** Asked for with MAP_SYNC, which means nothing here but keeps lines of maps apart. */
    public static final int SYNC = 1 << 15;
    /** The bits about accounting. */
    public static final int CHARGE_MASK = 3 << 1;

    /** Ids from here on name an object's region; those below are private anonymous memory. */
    static final int FIRST_OBJECT_REGION = 1 << 16;

    private Attributes() {}

    /** MAP_HUGETLB with pages of a level: 1 for 2 MiB, 2 for 1 GiB. */
    public static int hugetlb(int level) {
        return level << HUGETLB_SHIFT;
    }

    /** Level of the pages that MAP_HUGETLB promised for a region, 0 where it did not. */
    public static int hugeLevel(int region) {
        return isAnonymous(region) ? (region & HUGETLB_MASK) >>> HUGETLB_SHIFT : 0;
    }

    /**
     * What tells lines of maps apart, of an id of private anonymous memory: all but whether it was accounted already, which Linux forgets again
     * when a map loses the right to be written before it was touched.
     */
    static int lineOf(int region) {
        return isAnonymous(region) ? region & ~NOT_ACCOUNTED_YET : region;
    }

    /** Whether the id of a region stands for private anonymous memory. */
    public static boolean isAnonymous(int region) {
        return region != 0 && region < FIRST_OBJECT_REGION;
    }

    /** Whether the region's pages are private: every id says so in its lowest bit. */
    public static boolean isPrivate(int region) {
        return (region & 1) != 0;
    }
}

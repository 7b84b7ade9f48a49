package dev.pagoda.syscalls;

import dev.pagoda.mm.space.HugeTlb;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.View;
import java.util.function.LongBinaryOperator;

/** What Linux asks of calls on maps of huge pages (MAP_HUGETLB): sizes, alignment, and what such a map does not take. From mm/hugetlb.c, fs/hugetlbfs/inode.c and mm/madvise.c. */
final class HugeTlbRules {
    /** No page of the size that was asked for. */
    static final int NO_SUCH_SIZE = -1;

    private static final int LOG_2MB = 21;
    private static final int LOG_1GB = 30;
    private static final int LEVEL_BITS = 9;

    private HugeTlbRules() {}

    /** Level of the pages that the flags of mmap or memfd_create ask for: 1 for 2 MiB, which is the default, 2 for 1 GiB, or {@link #NO_SUCH_SIZE}. */
    static int level(int flags) {
        return switch (flags >>> Linux.MAP_HUGE_SHIFT & Linux.MAP_HUGE_MASK) {
            case 0, LOG_2MB -> 1;
            case LOG_1GB -> 2;
            default -> NO_SUCH_SIZE;
        };
    }

    /** Bytes of a page of a level; 0 stands for small pages. */
    static long pageBytes(int level) {
        return 1L << Pages.SHIFT + LEVEL_BITS * level;
    }

    /** Rounds up to pages of a level; 0 if that wraps. */
    static long roundUp(long bytes, int level) {
        return bytes + pageBytes(level) - 1 & -pageBytes(level);
    }

    /** Whether a change of the range would cut a huge page: what munmap and a fixed map refuse with EINVAL. */
    static boolean cuts(View view, long address, long bytes) {
        long page = address >>> Pages.SHIFT;
        return HugeTlb.firstCut(view, page, page + (bytes >>> Pages.SHIFT)) >= 0;
    }

    /**
     * Does something to a range up to where a huge page would be cut.
     *
     * @param cut the first page that must not be changed, or -1
     * @param operation takes the first page and the number of pages
     * @return what the operation answered, or {@link Refusal#INVALID}
     */
    static int upTo(long cut, long page, long pages, LongBinaryOperator operation) {
        if (cut < 0) {
            return (int) operation.applyAsLong(page, pages);
        }
        // A hole before it is reported only if nothing worse follows.
        int refused = cut > page ? (int) operation.applyAsLong(page, cut - page) : 0;
        return refused == 0 || refused == Refusal.NO_MEMORY ? Refusal.INVALID : refused;
    }

    /**
     * Gives advice about a range that may hold huge pages.
     *
     * @param operation takes the first page and the number of pages
     */
    static int advise(View view, long page, long pages, int advice, LongBinaryOperator operation) {
        return switch (advice) {
            case Linux.MADV_DONTNEED, Linux.MADV_DONTNEED_LOCKED -> discard(view, page, pages, operation);
            case Linux.MADV_FREE, Linux.MADV_COLD, Linux.MADV_PAGEOUT, Linux.MADV_WIPEONFORK, Linux.MADV_COLLAPSE ->
                upTo(HugeTlb.firstIn(view, page, page + pages), page, pages, operation);
            case Linux.MADV_WILLNEED, Linux.MADV_POPULATE_READ, Linux.MADV_POPULATE_WRITE ->
                (int) operation.applyAsLong(page, pages);
            default -> upTo(HugeTlb.firstCut(view, page, page + pages), page, pages, operation);
        };
    }

    /** A start inside a huge page is refused; an end inside one leaves that page out, for fear of losing data. */
    private static int discard(View view, long page, long pages, LongBinaryOperator operation) {
        if (HugeTlb.isInside(view, page)) {
            return Refusal.INVALID;
        }
        long end = page + pages;
        int level = HugeTlb.levelAt(view, end - 1);
        if (level > 0) {
            end &= -(pageBytes(level) >>> Pages.SHIFT);
        }
        int refused = end > page ? (int) operation.applyAsLong(page, end - page) : 0;
        HugeTlb.refill(view, page, end);
        return refused;
    }
}

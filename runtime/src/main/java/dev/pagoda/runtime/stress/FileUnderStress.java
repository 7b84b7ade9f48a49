package dev.pagoda.runtime.stress;

import java.util.concurrent.locks.ReentrantLock;

/**
 * One file with its disk and what is known of it.
 *
 * <p>Every second zone of pages is one worker's from end to end, so that he can store many pages at once; in the others neighbouring sectors belong to different workers,
 * who meet in every page.
 *
 * @param number among the files
 * @param name in its directory
 * @param disk where its content is kept
 * @param contents of its sectors
 * @param size how long it is
 * @param setting held by whoever sets its size
 */
record FileUnderStress(
        int number, String name, Disk disk, FileContents contents, FileSize size, ReentrantLock setting) {
    static final int PAGE_SHIFT = 12;
    static final int PAGE = 1 << PAGE_SHIFT;
    static final int SECTORS_OF_PAGE = PAGE / FileStamp.SECTOR_BYTES;
    static final int ZONE_PAGES = 16;
    static final int ZONE_SECTORS = ZONE_PAGES * SECTORS_OF_PAGE;

    int pages() {
        return contents.sectors() / SECTORS_OF_PAGE;
    }

    long bytes() {
        return (long) contents.sectors() << FileStamp.SECTOR_SHIFT;
    }

    static boolean isWholeZone(int sector) {
        return sector / ZONE_SECTORS % 2 == 0;
    }

    /** A sector that is a worker's, near another, or -1 if there is none. */
    int ownSectorNear(int sector, int worker, int workers) {
        int zone = sector / ZONE_SECTORS;
        int own;
        if (isWholeZone(sector)) {
            int pair = zone / 2;
            own = sector + (pair - pair % workers + worker - pair) * 2 * ZONE_SECTORS;
        } else {
            own = sector - sector % workers + worker;
            own = own / ZONE_SECTORS == zone ? own : -1;
        }
        return own < contents.sectors() ? own : -1;
    }

    /** How many sectors from one that is a worker's on are his. */
    int ownSectorsFrom(int sector) {
        return isWholeZone(sector) ? Math.min(ZONE_SECTORS - sector % ZONE_SECTORS, contents.sectors() - sector) : 1;
    }
}

package dev.pagoda.runtime.stress;

import java.util.Arrays;

/** What one worker reads of a file, and what was known of it before. Used by its worker. */
final class FileLook {
    private FileContents.Stored[] before = new FileContents.Stored[64];
    private long[] zeroed = new long[64];
    private FileUnderStress file;
    private int first;
    private FileSize.Known known;

    /** To be called before some sectors are read. */
    void begin(FileUnderStress of, int firstSector, int endSector) {
        file = of;
        first = firstSector;
        int count = Math.min(endSector, of.contents().sectors()) - firstSector;
        if (count > before.length) {
            before = Arrays.copyOf(before, count);
            zeroed = Arrays.copyOf(zeroed, count);
        }
        for (int i = 0; i < count; i++) {
            before[i] = of.contents().done(firstSector + i);
            zeroed[i] = of.contents().lastZeroStart(firstSector + i);
        }
        known = of.size().known();
    }

    /** As {@link #begin(FileUnderStress, int, int)}, of bytes. */
    void begin(FileUnderStress of, long offset, long end) {
        begin(of, (int) (offset >>> FileStamp.SECTOR_SHIFT), (int)
                (end + FileStamp.SECTOR_BYTES - 1 >>> FileStamp.SECTOR_SHIFT));
    }

    FileSize.Known known() {
        return known;
    }

    /** Whether the file was certainly as long as that since the look began. */
    boolean reaches(long end) {
        return known.least() >= end && known.isStableUntil(file.size().known());
    }

    /** Judges how much a read moved. */
    void judgeCount(long offset, long asked, long moved) {
        FileSize.Known now = file.size().known();
        if (!known.isStableUntil(now)) {
            return;
        }
        long least = Math.clamp(known.least() - offset, 0, asked);
        long most = Math.clamp(now.most() - offset, 0, asked);
        if (moved < least || moved > most) {
            throw new IllegalStateException("a read of " + asked + " bytes at " + offset + " of file " + file.number()
                    + " moved " + moved + "; the file has between " + known.least() + " and " + now.most() + " bytes");
        }
    }

    /**
     * Judges what was read, whole words of it.
     *
     * @param bytes from its beginning on
     * @param offset where in the file, a multiple of 8
     * @param mayBeBehindEnd whether it was read where what is behind the end can be seen
     */
    void judge(byte[] bytes, long offset, int count, boolean mayBeBehindEnd) {
        forEachSector(
                file,
                bytes,
                offset,
                count,
                (sector, hasZeroes, low, high) -> file.contents()
                        .judge(
                                sector,
                                before[sector - first],
                                zeroed[sector - first],
                                hasZeroes,
                                low,
                                high,
                                mayBeBehindEnd));
    }

    /** A sync of what was looked at has returned well. */
    void synced(int firstSector, int endSector) {
        for (int sector = firstSector;
                sector < Math.min(endSector, file.contents().sectors());
                sector++) {
            file.contents().synced(sector, before[sector - first], zeroed[sector - first]);
        }
    }

    /** What was found in a sector. */
    @FunctionalInterface
    interface Found {
        /** Whether words were zero, and the lowest and highest version in the others, low above high if there were none. */
        void in(int sector, boolean hasZeroes, int low, int high);
    }

    /** Takes apart what was read. */
    static void forEachSector(FileUnderStress file, byte[] bytes, long offset, int count, Found found) {
        int at = 0;
        while (at + Long.BYTES <= count) {
            int sector = (int) (offset + at >>> FileStamp.SECTOR_SHIFT);
            boolean hasZeroes = false;
            int low = Integer.MAX_VALUE;
            int high = 0;
            int word = (int) (offset + at >>> 3) & FileStamp.WORDS - 1;
            for (; word < FileStamp.WORDS && at + Long.BYTES <= count; word++, at += Long.BYTES) {
                long value = FileStamp.word(bytes, at);
                if (value == 0) {
                    hasZeroes = true;
                    continue;
                }
                FileStamp.check(value, file.number(), sector, word);
                int version = FileStamp.version(value);
                low = Math.min(low, version);
                high = Math.max(high, version);
            }
            found.in(sector, hasZeroes, low, high);
        }
    }
}

package dev.pagoda.pagecache;

import java.util.concurrent.atomic.LongAdder;

/** What a page cache has done since boot. Counted for each thread apart and summed when read, by any thread: exact at rest, else each number for itself. */
public final class Statistics {
    final LongAdder pagesRead = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder readsOfGuests = new LongAdder();
    final LongAdder pagesReadAhead = new LongAdder();
    final LongAdder pagesWritten = new LongAdder();
    final LongAdder throttled = new LongAdder();
    final LongAdder missesWithoutRoom = new LongAdder();
    final LongAdder waitsInVain = new LongAdder();
    final LongAdder pagesEvicted = new LongAdder();
    final LongAdder pagesLost = new LongAdder();
    final LongAdder failedReads = new LongAdder();
    final LongAdder failedWrites = new LongAdder();

    Statistics() {}

    /** Pages read from the host. */
    public long pagesRead() {
        return pagesRead.sum();
    }

    /** Calls in which they were read. */
    public long reads() {
        return reads.sum();
    }

    /** Of the calls, those that a guest thread made without another thread's help. */
    public long readsOfGuests() {
        return readsOfGuests.sum();
    }

    /** Of the pages, those that were read in the background or on advice, before anybody waited for them. */
    public long pagesReadAhead() {
        return pagesReadAhead.sum();
    }

    /** Pages written to the host. */
    public long pagesWritten() {
        return pagesWritten.sum();
    }

    /** Times that somebody was held up because too many pages were dirty. */
    public long throttled() {
        return throttled.sum();
    }

    /** Times that somebody who brought a page in found no room and had to evict himself. */
    public long missesWithoutRoom() {
        return missesWithoutRoom.sum();
    }

    /** Times that somebody who brought a page in waited for room as long as anybody does, and was refused. */
    public long waitsInVain() {
        return waitsInVain.sum();
    }

    /** Pages given up to make room. */
    public long pagesEvicted() {
        return pagesEvicted.sum();
    }

    /** Dirty pages that the host refused to the last and that went with their file. */
    public long pagesLost() {
        return pagesLost.sum();
    }

    /** Reads that the host failed. */
    public long failedReads() {
        return failedReads.sum();
    }

    /** Writes that the host failed. */
    public long failedWrites() {
        return failedWrites.sum();
    }
}

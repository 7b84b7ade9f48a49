package dev.pagoda.pagecache;

/**
 * A range that is being taken away from a file by truncation or punching: what its store still holds there is void.
 *
 * <p>A reader looks for it after its ticket is in the page's word, a write-back after it has set WRITEBACK; whoever cuts sets it first and then goes
 * through the words. So either the cut is seen, or the cutter meets the ticket or the WRITEBACK.
 *
 * @param from first byte
 * @param end one above the last byte
 */
record Cut(long from, long end) {
    boolean meets(long first, long stop) {
        return first < end && stop > from;
    }
}

package dev.pagoda.runtime.stress;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What each page of a space should hold. A page is changed by one thread only, its owner, in numbered changes that are noted before they begin; whoever forks
 * the space meanwhile learns from that what the child's page may hold: what it held at one moment between the beginning and the end of the fork.
 */
final class Contents {
    /** Nothing is mapped there. */
    static final long GONE = -1;
    /** The owner does not know itself. */
    static final long UNKNOWN = -2;

    private static final int KEPT = 32;

    private final int pages;
    private final AtomicIntegerArray begun;
    private final AtomicIntegerArray done;
    private final AtomicLongArray kept;
    /** Of pages that are not certain: what they may hold; empty if that is anything. For the owner. */
    private final long[][] candidates;

    /** Pages of which all are gone. */
    Contents(int pages) {
        this.pages = pages;
        begun = new AtomicIntegerArray(pages);
        done = new AtomicIntegerArray(pages);
        kept = new AtomicLongArray(pages * KEPT);
        candidates = new long[pages][];
        for (int page = 0; page < pages; page++) {
            kept.set(page * KEPT, GONE);
        }
    }

    // For the owner of a page

    boolean isCertain(int page) {
        return candidates[page] == null;
    }

    /** What a page holds that is certain. */
    long of(int page) {
        return kept.get(at(page, done.get(page)));
    }

    /** Before a change. */
    void begin(int page, long content) {
        int number = begun.get(page) + 1;
        kept.set(at(page, number), content);
        begun.set(page, number);
    }

    /** After it. */
    void end(int page) {
        done.set(page, begun.get(page));
    }

    /** The change that was begun may have happened or not. */
    void doubt(int page, long... may) {
        begin(page, UNKNOWN);
        end(page);
        candidates[page] = may;
    }

    /** Whether a page that is not certain may hold that. */
    boolean mayBe(int page, long content) {
        long[] may = candidates[page];
        return may.length == 0 || Arrays.stream(may).anyMatch(one -> one == content);
    }

    /** A page that was not certain holds that. */
    void settle(int page, long content) {
        begin(page, content);
        end(page);
        candidates[page] = null;
    }

    String describe(int page) {
        return isCertain(page) ? Long.toHexString(of(page)) : Arrays.toString(candidates[page]);
    }

    // For whoever forks the space

    /** Which changes are over: before a fork. */
    int[] changesDone() {
        int[] numbers = new int[pages];
        for (int page = 0; page < pages; page++) {
            numbers[page] = done.get(page);
        }
        return numbers;
    }

    /** What a child may hold: after the fork. */
    Contents ofChild(int[] doneBefore) {
        Contents child = new Contents(pages);
        for (int page = 0; page < pages; page++) {
            int first = doneBefore[page];
            int last = begun.get(page);
            long[] may = new long[Math.min(last - first, KEPT) + 1];
            for (int i = 0; i < may.length; i++) {
                may[i] = kept.get(at(page, first + i));
            }
            // What was overwritten while this looked is not known any more.
            boolean lost = begun.get(page) - first >= KEPT - 1;
            if (lost || Arrays.stream(may).anyMatch(one -> one == UNKNOWN)) {
                child.doubt(page);
            } else if (may.length > 1) {
                child.doubt(page, may);
            } else {
                child.settle(page, may[0]);
            }
        }
        return child;
    }

    private static int at(int page, int number) {
        return page * KEPT + number % KEPT;
    }
}

package dev.pagoda.mm.epoch;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reader and a reclaimer for the jcstress tests of epochs, and the memory that they meet in.
 *
 * <p>One pair serves all samples of a JVM: jcstress runs each actor on one thread at a time, so each participant has one user
 * at a time. The memory of a sample is a <em>cell</em>: a link, and the object that it leads to, a chain of words. Cells are used in turn,
 * and there are far more than live samples.
 *
 * <pre>
 *   cell   link ──► word 0 ──► word 1 ──► ... ──► last word: the content
 * </pre>
 *
 * <p>Two things make the window wide in which a missing fence shows. Before it enters, the reader stores to memory that no cache has, so
 * that its store to the slot waits in the processor's store buffer behind those, while its loads go ahead. And it reaches the content
 * through a chain of loads, so that time passes between the load of the link and that of the content.
 *
 * <p>{@code -Dpagoda.jcstress.without=enter|membarrier|grace} leaves a rule out, to see that the tests notice.
 */
final class EpochPair {
    private static final String WITHOUT = System.getProperty("pagoda.jcstress.without", "");
    private static final boolean ENTER = !WITHOUT.equals("enter");
    private static final boolean MEMBARRIER = !WITHOUT.equals("membarrier");
    private static final boolean GRACE = !WITHOUT.equals("grace");

    /** What a reader reads as long as the object may not be reused. */
    private static final long CONTENT = 0x600d;
    /** What the next owner of the object's memory writes. */
    private static final long OVERWRITTEN = 0xbad;

    private static final int CELLS = 1 << 13;
    private static final int CELL_BYTES = 1 << 11;
    /** The object is on other lines than its link, also where the processor fetches lines in pairs. */
    private static final int OBJECT_OFFSET = 128;

    private static final int CONTENT_OFFSET = CELL_BYTES - OBJECT_OFFSET - Long.BYTES;

    /** A reader that never meets the reclaimer gives up: jcstress also runs it alone. */
    private static final int READER_TURNS = 10_000;

    private static final int COLD_STORES = 32;
    /** Larger than any cache, and visited in steps that no prefetcher follows. */
    private static final long COLD_BYTES = 1L << 27;

    private static final long COLD_STEP = 5 * 4096 + 320;

    private static final Epochs EPOCHS = new Epochs((record, stripe) -> overwrite(record));
    private static final Participant READER = EPOCHS.join("reader");
    private static final Participant RECLAIMER = EPOCHS.join("reclaimer");
    private static final Reservation CELL_MEMORY = new Reservation((long) CELLS * CELL_BYTES);
    private static final Reservation COLD_MEMORY = new Reservation(COLD_BYTES);
    private static final AtomicInteger NEXT_CELL = new AtomicInteger();

    private EpochPair() {}

    /** A cell whose link leads to its object. */
    static long newCell() {
        long cell = CELL_MEMORY.address() + (long) (NEXT_CELL.getAndIncrement() & CELLS - 1) * CELL_BYTES;
        long object = cell + OBJECT_OFFSET;
        for (long word = 0; word < CONTENT_OFFSET; word += Long.BYTES) {
            RawMemory.setPlain(object + word, object + word + Long.BYTES);
        }
        RawMemory.setPlain(object + CONTENT_OFFSET, CONTENT);
        RawMemory.setRelease(cell, object);
        return cell;
    }

    /** Follows the link again and again until it is gone, each time in an epoch of its own; says whether all it read was intact. */
    static String readUntilGone(long cell) {
        long cold = cell * COLD_STEP;
        for (int turn = 0; turn < READER_TURNS; turn++) {
            for (int i = 0; i < COLD_STORES; i++) {
                cold = cold + COLD_STEP & COLD_BYTES - Long.BYTES;
                RawMemory.setPlain(COLD_MEMORY.address() + cold, turn);
            }
            if (ENTER) {
                READER.enter();
            }
            long object = RawMemory.getAcquire(cell);
            long content = object == 0 ? CONTENT : content(object);
            if (ENTER) {
                READER.leave();
            }
            if (content != CONTENT) {
                return "overwritten";
            }
            if (object == 0) {
                break;
            }
        }
        return "intact";
    }

    private static long content(long object) {
        long word = object;
        for (int offset = 0; offset < CONTENT_OFFSET; offset += Long.BYTES) {
            word = RawMemory.getPlain(word);
        }
        return RawMemory.getPlain(word);
    }

    /** Takes the object out of the cell, waits for a grace period and reuses its memory at once. */
    static void unlinkWaitOverwrite(long cell) {
        long object = unlink(cell);
        if (GRACE && MEMBARRIER) {
            EPOCHS.awaitGrace();
        } else {
            awaitWeakly();
        }
        overwrite(object);
    }

    /** Takes the object out of the cell and retires it; the disposal reuses its memory. */
    static void unlinkRetireDrain(long cell) {
        RECLAIMER.retire(unlink(cell));
        if (GRACE && MEMBARRIER) {
            RECLAIMER.drain();
        } else {
            RetireRing ring = RECLAIMER.ring();
            long upTo = ring.end();
            awaitWeakly();
            EPOCHS.backlog().disposeUpTo(ring, upTo, RECLAIMER.index(), new long[1]);
        }
    }

    /** A grace period without what is left out. */
    private static void awaitWeakly() {
        if (GRACE) {
            EPOCHS.gracePeriods()
                    .await(RawMemory.getAndAdd(EPOCHS.gracePeriods().epochWord(), 1));
        }
    }

    private static long unlink(long cell) {
        long object = RawMemory.getAcquire(cell);
        if (!RawMemory.compareAndSet(cell, object, 0)) {
            throw new IllegalStateException("somebody else changed the link");
        }
        return object;
    }

    private static void overwrite(long object) {
        RawMemory.setPlain(object + CONTENT_OFFSET, OVERWRITTEN);
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.memory.RawMemory;

/** A page's words as a chain, each telling where the next one lies: read through one look at the page's word, it takes long enough for another to reuse the frame, if anybody lets him. Used by one thread. */
final class Chain {
    /** The word in which others store, late in the chain. */
    static final int LATE_OFFSET = 480 * Long.BYTES;

    /** What is stored there by others: leads to the chain's start. */
    static final long FOREIGN = 0;

    private static final int STEPS = 500;
    private static final long OFFSET_MASK = 4095 & -Long.BYTES;

    private final View.RawUse follow = this::follow;
    private long end;

    /** Writes the chain into a page. */
    static void write(View view, long address) {
        view.access(address, true, raw -> {
            for (long offset = 0; offset <= OFFSET_MASK; offset += Long.BYTES) {
                RawMemory.setPlain(raw + offset, offset + Long.BYTES);
            }
        });
    }

    /** Whether the chain of a page leads where it should. */
    boolean isIntact(View view, long address) {
        view.access(address, false, follow);
        return end == (long) STEPS * Long.BYTES
                && view.load(address + LATE_OFFSET, Long.BYTES) == LATE_OFFSET + Long.BYTES;
    }

    /** Reads a page again and again until it is gone; says whether all that was read was its chain. */
    String readUntilGone(View view, long address, int turns) {
        try {
            for (int turn = 0; turn < turns; turn++) {
                if (!isIntact(view, address)) {
                    return "overwritten";
                }
            }
        } catch (MemoryFault gone) {
            return "intact";
        }
        return "intact";
    }

    /** The same by loads, each turn's in one run. */
    static String readInRunsUntilGone(AccessRun run, long address, int turns) {
        for (int turn = 0; turn < turns; turn++) {
            run.begin();
            try {
                long at = 0;
                for (int step = 0; step < STEPS; step++) {
                    long next = run.load(address + (at & OFFSET_MASK), Long.BYTES);
                    if (next != at + Long.BYTES) {
                        return "overwritten";
                    }
                    at = next;
                }
            } catch (MemoryFault gone) {
                return "intact";
            } finally {
                run.end();
            }
        }
        return "intact";
    }

    private void follow(long raw) {
        long at = 0;
        for (int step = 0; step < STEPS; step++) {
            at = RawMemory.getOpaque(raw + (at & OFFSET_MASK));
        }
        end = at;
    }
}

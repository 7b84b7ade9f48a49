package dev.pagoda.mm.space;

import dev.pagoda.mm.swap.SwapArea;
import dev.pagoda.tests.stopped.StoppedRace;

/** A small kernel with one space, in which each thread of a race has a view; what is stored is a number in a word of a page. */
abstract class SpaceRace implements StoppedRace {
    static final int READ_WRITE = 3;
    /** In the first slot of each table above, so that fork comes there soon. */
    static final long PAGE = 16;

    static final long MEMORY_BYTES = 4 << 20;

    final Core core;
    final AddressSpace space;
    /** For the thread that is stopped. */
    final View first;
    /** For who comes meanwhile. */
    final View second;
    /** For who may wait. */
    final View third;

    /** What happens when a slot of swap was read, before the reader goes on. */
    volatile Runnable afterRead = () -> {};

    SpaceRace() {
        this(MEMORY_BYTES);
    }

    SpaceRace(long memoryBytes) {
        core = new Core(memoryBytes);
        space = new AddressSpace(core);
        first = space.open("first");
        second = space.open("second");
        third = space.open("third");
    }

    /** Has pages go to swap in memory of so many slots. */
    final void swapTo(int slots) {
        core.setSwap(new SwapArea(new MemorySwap(slots) {
            @Override
            public int read(long slot, long[] pages, int count) {
                int refused = super.read(slot, pages, count);
                afterRead.run();
                return refused;
            }
        }));
    }

    static void map(View view, long page) {
        if (Map.anonymous(view, Map.Where.FIXED, page, 1, READ_WRITE, 0, false) != page) {
            throw new AssertionError("a fixed map was refused");
        }
    }

    static void store(View view, long page, int word, long value) {
        view.store((page << 12) + (long) word * Long.BYTES, Long.BYTES, value);
    }

    static void expect(View view, long page, int word, long value) {
        long found = view.load((page << 12) + (long) word * Long.BYTES, Long.BYTES);
        if (found != value) {
            throw new AssertionError("word " + word + " of page " + page + " is " + found + ", not " + value);
        }
    }

    /** Has what was retired so far disposed of, and looks whether the books balance. */
    final void audit() {
        core.epochs().reclaimAll(0);
        Audit audit = Audit.run(core);
        if (audit.differences() != 0) {
            throw new AssertionError(audit.toString());
        }
    }

    @Override
    public void close() {
        first.close();
        second.close();
        third.close();
        space.destroy();
        core.close();
    }
}

package dev.pagoda.mm.space;

/**
 * A page comes back from swap for another thread, which stores to it, and goes to the same slot again, while a first one is about to read that slot. Watches the second look of a page-in at the word
 * that named the slot: without it what was read before the slot was written anew is put where the new content should come from.
 */
final class PageInAgainstPageOut extends SpaceRace {
    /** Time for a page-out that does not wait. */
    private static final long CHANCE_NANOS = 5_000_000;

    private volatile boolean gone;

    /** A page in swap, in the only slot. */
    PageInAgainstPageOut() {
        swapTo(1);
        map(first, PAGE);
        store(first, PAGE, 0, 1);
        PageOut.range(first, PAGE, 1, true);
    }

    @Override
    public void stopped() {
        expect(first, PAGE, 0, 1);
    }

    @Override
    public void meanwhile() {
        store(second, PAGE, 1, 2);
        afterRead = this::awaitPageOut;
    }

    private void awaitPageOut() {
        long start = System.nanoTime();
        while (!gone && System.nanoTime() - start < CHANCE_NANOS) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void waiting() {
        PageOut.range(third, PAGE, 1, true);
        gone = true;
    }

    @Override
    public void check() {
        expect(first, PAGE, 0, 1);
        expect(first, PAGE, 1, 2);
        audit();
    }
}

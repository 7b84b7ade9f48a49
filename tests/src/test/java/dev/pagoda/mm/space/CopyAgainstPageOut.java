package dev.pagoda.mm.space;

/**
 * A store copies a page that a child shared when it looked; the child gives it up, another thread takes the page over and stores to it, and then it is on its way to swap: its word is the same again.
 * Watches the first grace period of the page-out: without it the copy goes through, and the other's store is not in it.
 */
final class CopyAgainstPageOut extends SpaceRace {
    private final AddressSpace childSpace;
    private final View child;

    /** The page is shared, and was not used since. */
    CopyAgainstPageOut() {
        swapTo(8);
        map(first, PAGE);
        store(first, PAGE, 0, 1);
        childSpace = Fork.childOf(first);
        child = childSpace.open("child");
        PageOut.range(first, PAGE, 1, false);
    }

    @Override
    public void stopped() {
        store(first, PAGE, 2, 3);
    }

    @Override
    public void meanwhile() {
        Unmap.range(child, PAGE, 1);
        store(second, PAGE, 1, 2);
    }

    @Override
    public void waiting() {
        PageOut.range(third, PAGE, 1, true);
    }

    @Override
    public void check() {
        expect(first, PAGE, 0, 1);
        expect(first, PAGE, 1, 2);
        expect(first, PAGE, 2, 3);
        audit();
    }

    @Override
    public void close() {
        child.close();
        childSpace.destroy();
        super.close();
    }
}

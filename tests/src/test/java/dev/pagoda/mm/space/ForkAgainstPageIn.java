package dev.pagoda.mm.space;

/** A fork shares a slot of swap while its page comes back and another page goes to the same slot. Watches the second look of the fork at the word that named the slot. */
final class ForkAgainstPageIn extends SpaceRace {
    private static final long OTHER = PAGE + 1;

    private AddressSpace childSpace;

    /** One page in swap, in the only slot, and one in memory. */
    ForkAgainstPageIn() {
        swapTo(1);
        map(first, PAGE);
        map(first, OTHER);
        store(first, PAGE, 0, 1);
        store(first, OTHER, 0, 2);
        PageOut.range(first, PAGE, 1, true);
    }

    @Override
    public int points() {
        return 400;
    }

    @Override
    public void stopped() {
        childSpace = Fork.childOf(first);
    }

    @Override
    public void meanwhile() {
        expect(second, PAGE, 0, 1);
    }

    @Override
    public void waiting() {
        PageOut.range(third, OTHER, 1, true);
    }

    @Override
    public void check() {
        try (View child = childSpace.open("child")) {
            expect(child, PAGE, 0, 1);
            expect(child, OTHER, 0, 2);
        }
        expect(first, PAGE, 0, 1);
        expect(first, OTHER, 0, 2);
        childSpace.destroy();
        audit();
    }
}

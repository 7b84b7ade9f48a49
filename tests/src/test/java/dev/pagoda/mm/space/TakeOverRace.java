package dev.pagoda.mm.space;

/** A store takes over a page that was shared, while another thread maps a fresh one in its place. Watches the CAS of the take-over. */
final class TakeOverRace extends SpaceRace {
    /** The page was shared with a child that is gone. */
    TakeOverRace() {
        map(first, PAGE);
        store(first, PAGE, 0, 1);
        Fork.childOf(first).destroy();
        core.epochs().reclaimAll(0);
    }

    @Override
    public void stopped() {
        store(first, PAGE, 0, 2);
    }

    @Override
    public void meanwhile() {
        map(second, PAGE);
        store(second, PAGE, 1, 3);
    }

    @Override
    public void check() {
        expect(first, PAGE, 1, 3);
        audit();
    }
}

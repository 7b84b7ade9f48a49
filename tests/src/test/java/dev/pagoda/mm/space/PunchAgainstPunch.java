package dev.pagoda.mm.space;

/** Two threads take the same page out of shared memory. Watches the CAS that marks it as leaving: of two one has it. */
final class PunchAgainstPunch extends SpaceRace {
    private final SharedMemory object = new SharedMemory(core, 1);

    /** A page with content. */
    PunchAgainstPunch() {
        Map.object(first, Map.Where.FIXED, PAGE, 1, READ_WRITE, false, new Map.Source(object, object, true, 0, 7, 0));
        store(first, PAGE, 0, 1);
    }

    @Override
    public void stopped() {
        object.punchPages(0, 1);
    }

    @Override
    public void meanwhile() {
        // All of the other's work may wait.
    }

    @Override
    public void waiting() {
        object.punchPages(0, 1);
    }

    @Override
    public void check() {
        expect(first, PAGE, 0, 0);
        audit();
    }

    @Override
    public void close() {
        object.letGo();
        super.close();
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.FreeRuns;
import dev.pagoda.mm.radix.Tables;

/**
 * A search makes the hint about a table that is full, while another thread unmaps a page there, maps it, and unmaps it again. Watches that an announcement is made before it is counted: else the
 * second time there seems to be nothing to take away.
 */
final class SearchAgainstUnmap extends SpaceRace {
    private static final long FIRST = Tables.pagesAt(1);

    private final long table;

    /** A leaf table without a free page. */
    SearchAgainstUnmap() {
        Map.anonymous(first, Map.Where.FIXED, FIRST, Tables.SLOTS, READ_WRITE, 0, false);
        store(first, FIRST, 0, 1);
        table = core.tables().tableOf(first.leafSlot(FIRST << 12));
    }

    @Override
    public void stopped() {
        Participant self = first.participant();
        self.enter();
        try {
            first.holeHints().make(table, 0, FIRST);
        } finally {
            self.leave();
        }
    }

    @Override
    public void meanwhile() {
        Unmap.range(second, FIRST, 1);
        map(second, FIRST);
    }

    @Override
    public void waiting() {
        Unmap.range(second, FIRST, 1);
    }

    @Override
    public void check() {
        long hint = core.frames().tableNote(table);
        if (FreeRuns.isKnown(hint) && FreeRuns.longest(hint) == 0) {
            throw new AssertionError("a free page is hidden: " + FreeRuns.describe(hint));
        }
        audit();
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.space.Mappings;
import dev.pagoda.mm.space.Pager;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that stops a thread which marks a page dirty: after the first mark of a fault, or before the second. */
final class StoppedPager implements Pager {
    private final CachedFile file;
    /** Which mark stops: 1, 2, or 0 for none. */
    final AtomicInteger stopAt = new AtomicInteger();
    /** At which mark a thread stands. */
    final AtomicInteger stopped = new AtomicInteger();

    StoppedPager(CachedFile file) {
        this.file = file;
    }

    @Override
    public boolean markDirty(long index, long frame, Participant participant) {
        if (stopAt.get() == 2 && stopped.get() == 1) {
            stopped.set(2);
            standWhile(2);
        }
        boolean marked = file.markDirty(index, frame, participant);
        if (stopAt.get() == 1) {
            stopped.set(1);
            standWhile(1);
        }
        return marked;
    }

    private void standWhile(int mark) {
        while (stopAt.get() == mark) {
            Thread.onSpinWait();
        }
    }

    @Override
    public long map(long index) {
        return file.map(index);
    }

    @Override
    public long bringIn(long index, int stripe, Object description, int attributes) {
        return file.bringIn(index, stripe, description, attributes);
    }

    @Override
    public int sync(long firstIndex, long endIndex, Object description) {
        return file.sync(firstIndex, endIndex, description);
    }

    @Override
    public void willNeed(long firstIndex, long endIndex) {
        file.willNeed(firstIndex, endIndex);
    }

    @Override
    public int punchPages(long firstIndex, long endIndex) {
        return file.punchPages(firstIndex, endIndex);
    }

    @Override
    public boolean isResident(long index) {
        return file.isResident(index);
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public Mappings mappings() {
        return file.mappings();
    }

    @Override
    public boolean hold() {
        return file.hold();
    }

    @Override
    public void letGo() {
        file.letGo();
    }
}

package dev.pagoda.mm.frame;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether it is known that no page of an object can leave memory: somebody has waited for that in vain, and nothing has changed since.
 *
 * <p>For whoever bounds the pages of objects: who finds none that can leave {@link #watch watches}, goes on looking, and {@link #declare declares} a standstill when he has looked long enough; others need not
 * wait then. Told of a change is whoever does something after which a page may leave that could not: brings one in, writes one back, gives up a reference to one of which others remain, or unlocks some.
 *
 * <p><b>Invariant.</b> At a standstill nothing has changed since the watch began, and nothing is under way. A change is made first and told afterwards: so whoever begins to watch after it was told
 * sees it, and every watch that began before ends.
 *
 * <p>Thread-safe, lock-free. A change costs one load, of a line that is written only while somebody waits in vain; what is under way costs two additions to a counter of the thread's.
 */
public final class Standstill {
    /** The watch since whose beginning nothing has changed; null if there is none. */
    private final AtomicReference<Watch> current = new AtomicReference<>();

    private final LongAdder underWay = new LongAdder();

    Standstill() {}

    /** A time in which nothing changes, and what was looked at in it, by all who watch. Thread-safe. */
    public static final class Watch {
        private final LongAdder looked = new LongAdder();
        private volatile boolean declared;

        private Watch() {}

        /** Adds pages that were looked at, from first to last in the time of this watch. */
        public void addLooked(long pages) {
            looked.add(pages);
        }

        /** Pages that were looked at, each as often as it was. */
        public long looked() {
            return looked.sum();
        }
    }

    /** Tells of a change, after it was made. May be inside an epoch. */
    public void changed() {
        if (current.get() != null) {
            current.set(null);
        }
    }

    /** Tells that a page was passed over because it was used: who watches has not seen whether it can leave. Who has declared a standstill has seen that, so it goes on. */
    public void passedOver() {
        Watch watch = current.get();
        if (watch != null && !watch.declared) {
            current.compareAndSet(watch, null);
        }
    }

    /** Something begins after which a page may leave: room for one was taken, or one is being written. Followed by {@link #end}; may be inside an epoch. */
    public void begin() {
        underWay.increment();
        changed();
    }

    /** It has ended; by any thread. */
    public void end() {
        changed();
        underWay.decrement();
    }

    /** The watch that is on, or one that begins now. */
    public Watch watch() {
        while (true) {
            Watch seen = current.get();
            if (seen != null) {
                return seen;
            }
            Watch fresh = new Watch();
            if (current.compareAndSet(null, fresh)) {
                return fresh;
            }
        }
    }

    /** Whether nothing has changed since the watch began. */
    public boolean isUnchangedSince(Watch watch) {
        return current.get() == watch;
    }

    /** Declares a standstill, unless something is under way; without effect if something has changed since the watch began. */
    public void declare(Watch watch) {
        // Whatever begins behind the sum is a change that ends the watch.
        if (underWay.sum() == 0) {
            watch.declared = true;
        }
    }

    /** Whether there is a standstill. */
    public boolean isDeclared() {
        Watch watch = current.get();
        return watch != null && watch.declared;
    }
}

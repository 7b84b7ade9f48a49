package dev.pagoda.runtime.stress;

import dev.pagoda.mm.frame.Frames;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Has frames refused now and then, in every second round. Any thread may ask for it. */
final class RefusedFrames {
    private static final int MOST_BEFORE = 100;
    private static final int MOST_REFUSED = 300;

    private final Frames frames;
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean possible;

    RefusedFrames(Frames frames) {
        this.frames = frames;
    }

    /** Whether a frame may be refused for no reason in this round. */
    boolean arePossible() {
        return possible;
    }

    /** Begins a round; at rest. */
    void begin(boolean withRefusals) {
        possible = withRefusals && Frames.canRefuse();
    }

    /** Ends a round: from here on nothing is refused without a reason; at rest. */
    void end() {
        if (Frames.canRefuse()) {
            frames.injectRefusals(-1, 0);
        }
        possible = false;
    }

    /** Has some of the next allocations refused, one after another; nothing in a round without refusals. */
    void inject(Random random) {
        if (possible) {
            long count = 1 + random.nextInt(random.nextInt(4) == 0 ? MOST_REFUSED : 4);
            frames.injectRefusals(random.nextInt(MOST_BEFORE), count);
            asked.addAndGet(count);
        }
    }

    /** Refusals asked for. */
    long asked() {
        return asked.get();
    }

    /** What there is to say at the end. */
    String account() {
        return account(asked.get());
    }

    /** What there is to say of so many refusals asked for. */
    static String account(long asked) {
        return Frames.canRefuse()
                ? asked + " refusals of a frame asked for"
                : "no frame was refused on purpose: that needs a JVM started with -Dpagoda.refusals=true";
    }
}

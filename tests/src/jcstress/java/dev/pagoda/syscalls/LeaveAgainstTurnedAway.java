package dev.pagoda.syscalls;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Invariant: a call that comes after the end was announced is turned away, and if the last that was in sees it in its stripe and so leaves the release to it, it does release the file.
 *
 * <p>Watches the look of who was turned away in {@code DescriptionUsers.enter} against that of {@code leave}.
 */
@JCStressTest
@State
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one of them has released it")
public class LeaveAgainstTurnedAway {
    private static final int IN = 0;
    private static final int LATE = 5;

    private final ReleasedFile file = new ReleasedFile();
    private final DescriptionUsers users = new DescriptionUsers();

    /** One is in, and the end was announced. */
    public LeaveAgainstTurnedAway() {
        if (users.enter(IN) != DescriptionUsers.Entry.IN || users.removeDescriptor()) {
            throw new IllegalStateException("no call is in");
        }
    }

    /** Leaves. */
    @Actor
    public void leaver() {
        if (users.leave(IN)) {
            file.release();
        }
    }

    /** Comes too late. */
    @Actor
    public void late() {
        DescriptionUsers.Entry entry = users.enter(LATE);
        if (entry == DescriptionUsers.Entry.IN) {
            throw new IllegalStateException("let in after the end");
        }
        if (entry == DescriptionUsers.Entry.LAST) {
            file.release();
        }
    }

    /** Counts. */
    @Arbiter
    public void atRest(I_Result result) {
        result.r1 = file.releases();
    }
}

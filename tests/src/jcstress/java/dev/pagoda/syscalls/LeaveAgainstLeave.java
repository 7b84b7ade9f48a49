package dev.pagoda.syscalls;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Invariant: of two calls that are in when the last descriptor has gone, in stripes of their own, the last to leave releases the file, and nobody else.
 *
 * <p>Watches the atomic change of the stripe before the look at the others in {@code DescriptionUsers.leave}, on both sides, and the CAS that decides where both see nobody left.
 */
@JCStressTest
@State
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one of them has released it")
public class LeaveAgainstLeave {
    private static final int ONE = 0;
    private static final int OTHER = 5;

    private final ReleasedFile file = new ReleasedFile();
    private final DescriptionUsers users = new DescriptionUsers();

    /** Both are in, and the end was announced. */
    public LeaveAgainstLeave() {
        boolean areIn =
                users.enter(ONE) == DescriptionUsers.Entry.IN && users.enter(OTHER) == DescriptionUsers.Entry.IN;
        if (!areIn || users.removeDescriptor()) {
            throw new IllegalStateException("two calls are not in");
        }
    }

    private void leave(int stripe) {
        if (users.leave(stripe)) {
            file.release();
        }
    }

    /** Leaves. */
    @Actor
    public void one() {
        leave(ONE);
    }

    /** Leaves. */
    @Actor
    public void other() {
        leave(OTHER);
    }

    /** Counts. */
    @Arbiter
    public void atRest(I_Result result) {
        result.r1 = file.releases();
    }
}

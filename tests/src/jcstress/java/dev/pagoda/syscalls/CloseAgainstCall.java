package dev.pagoda.syscalls;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLI_Result;

/**
 * Invariant: a call that was let in uses a file that nobody has released, however the last descriptor is closed beside it; and one of the two releases it.
 *
 * <p>Watches the atomic change of the stripe before the look at the state in {@code DescriptionUsers.enter}, against the announcement before the look at the stripes in
 * {@code removeDescriptor}.
 */
@JCStressTest
@State
@Outcome(id = "used, released, 1", expect = Expect.ACCEPTABLE, desc = "the call was over, or began it")
@Outcome(id = "turned away, released, 1", expect = Expect.ACCEPTABLE, desc = "the close came first")
public class CloseAgainstCall {
    private static final int STRIPE = 3;

    private final ReleasedFile file = new ReleasedFile();
    private final DescriptionUsers users = new DescriptionUsers();

    /** Calls twice, so that it may also come when the first has left. */
    @Actor
    public void caller(LLI_Result result) {
        String first = call();
        String second = call();
        boolean isUnderUse = first.equals("used after release") || second.equals("used after release");
        boolean isFirst = first.equals("used");
        result.r1 = isUnderUse ? "used after release" : isFirst ? first : second;
    }

    private String call() {
        DescriptionUsers.Entry entry = users.enter(STRIPE);
        if (entry != DescriptionUsers.Entry.IN) {
            if (entry == DescriptionUsers.Entry.LAST) {
                file.release();
            }
            return "turned away";
        }
        boolean isThere = file.isThere();
        if (users.leave(STRIPE)) {
            file.release();
        }
        return isThere ? "used" : "used after release";
    }

    /** Closes the last descriptor. */
    @Actor
    public void closer(LLI_Result result) {
        if (users.removeDescriptor()) {
            file.release();
        }
    }

    /** Counts. */
    @Arbiter
    public void atRest(LLI_Result result) {
        result.r2 = file.isThere() ? "leaked" : "released";
        result.r3 = file.releases();
    }
}

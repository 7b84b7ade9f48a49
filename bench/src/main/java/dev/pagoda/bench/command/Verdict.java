package dev.pagoda.bench.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How one goal of a benchmark came out.
 *
 * @param goal in words
 * @param reached what was measured, in the unit of the goal
 * @param met whether that is enough
 */
record Verdict(String goal, double reached, boolean met) {
    /**
     * Judges all that holds for a benchmark with these threads and parameters.
     *
     * @param peer the first peer; null where there is none
     * @param timesFaster than the first peer; 0 where there is none
     * @param timesOneThread as much as one thread; 0 where one thread was not measured
     */
    static List<Verdict> of(Compare compare, Measured ours, Measured peer, double timesFaster, double timesOneThread) {
        // The most that is allowed and LLFree's time are one goal: the smaller of the two.
        double most = llFreeNanos(compare, ours);
        List<Verdict> others = new ArrayList<>();
        for (Goal goal : compare.goals()) {
            if (goal.threads() != 0 && goal.threads() != ours.threads() || !ours.has(goal.where())) {
                continue;
            }
            if (goal.atMostNanos() > 0) {
                most = most > 0 ? Math.min(most, goal.atMostNanos()) : goal.atMostNanos();
            }
            if (goal.timesFaster() > 0 && timesFaster > 0) {
                others.add(new Verdict(
                        ">= " + number(goal.timesFaster()) + " times", timesFaster, timesFaster >= goal.timesFaster()));
            }
            if (goal.atMostNanosOver() > 0 && peer != null) {
                double over = ours.median() - peer.median();
                others.add(new Verdict(
                        "over <= " + number(goal.atMostNanosOver()) + " ns", over, over <= goal.atMostNanosOver()));
            }
            if (goal.atMostTimesPeer() > 0 && timesFaster > 0) {
                double times = 1 / timesFaster;
                others.add(new Verdict(
                        "<= " + number(goal.atMostTimesPeer()) + " times peer",
                        times,
                        times <= goal.atMostTimesPeer()));
            }
            if (goal.timesOneThread() > 0 && timesOneThread > 0) {
                others.add(new Verdict(
                        "scaling >= " + number(goal.timesOneThread()),
                        timesOneThread,
                        timesOneThread >= goal.timesOneThread()));
            }
        }
        List<Verdict> all = new ArrayList<>();
        if (most > 0) {
            all.add(new Verdict("<= " + number(most) + " ns", ours.median(), ours.median() <= most));
        }
        all.addAll(others);
        return all;
    }

    /** What LLFree took for the same; 0 where that is not known. */
    static double llFreeNanos(Compare compare, Measured ours) {
        double nanos = 0;
        for (LlFree recorded : compare.llFree()) {
            if (recorded.threads() == ours.threads() && ours.has(recorded.where())) {
                nanos = recorded.nanos();
            }
        }
        return nanos;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}

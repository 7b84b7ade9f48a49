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
     * @param peers all that ran, which goals number from 1; empty where there is none
     * @param timesFaster than each of them
     * @param timesOneThread as much as one thread; 0 where one thread was not measured
     */
    static List<Verdict> of(
            Compare compare, Measured ours, List<Measured> peers, List<Double> timesFaster, double timesOneThread) {
        // The most that is allowed and LLFree's time are one goal: the smaller of the two.
        double most = llFreeNanos(compare, ours);
        List<Verdict> others = new ArrayList<>();
        for (Goal goal : compare.goals()) {
            if (goal.threads() != 0 && goal.threads() != ours.threads() || !ours.has(goal.where())) {
                continue;
            }
            int number = goal.peer() - 1;
            boolean isPeerThere = number < peers.size();
            double times = isPeerThere ? timesFaster.get(number) : 0;
            // The first is the one that a goal means if it does not say so.
            String which = goal.peer() == 1 ? "" : " " + goal.peer();
            if (goal.atMostNanos() > 0) {
                most = most > 0 ? Math.min(most, goal.atMostNanos()) : goal.atMostNanos();
            }
            if (goal.timesFaster() > 0 && times > 0) {
                others.add(new Verdict(
                        ">= " + number(goal.timesFaster()) + " times" + (which.isEmpty() ? "" : " peer" + which),
                        times,
                        times >= goal.timesFaster()));
            }
            if (goal.atMostNanosOver() > 0 && isPeerThere) {
                double over = ours.median() - peers.get(number).median();
                others.add(new Verdict(
                        "over" + which + " <= " + number(goal.atMostNanosOver()) + " ns",
                        over,
                        over <= goal.atMostNanosOver()));
            }
            if (goal.atMostTimesPeer() > 0 && times > 0) {
                double taken = 1 / times;
                others.add(new Verdict(
                        "<= " + number(goal.atMostTimesPeer()) + " times peer" + which,
                        taken,
                        taken <= goal.atMostTimesPeer()));
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

    /** As few decimals as say it, two at most. */
    private static String number(double value) {
        if (value == Math.rint(value)) {
            return String.valueOf((long) value);
        }
        double tenths = value * 10;
        return String.format(Locale.ROOT, Math.abs(tenths - Math.rint(tenths)) < 1e-9 ? "%.1f" : "%.2f", value);
    }
}

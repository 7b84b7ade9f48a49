package dev.pagoda.bench.command;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * One of our benchmarks beside one of its peers.
 *
 * @param ours what ours took
 * @param peer what the peer took; null where there is none
 * @param ratio how many times faster ours was: the middle of all pairs of a value of the peer and one of ours; 0 without a peer
 * @param ratioLow the ratio that one in ten of the pairs is below
 * @param ratioHigh the ratio that one in ten of the pairs is above
 * @param goal in words; empty where there is none
 * @param met whether the goal is met; true without a goal
 */
record Comparison(
        Measured ours, Measured peer, double ratio, double ratioLow, double ratioHigh, String goal, boolean met) {
    /** One row for each of our benchmarks and each of its peers, in the order of what was measured; goals stand in the first of a benchmark's. */
    static List<Comparison> of(List<Class<?>> classes, List<Measured> all) {
        List<Comparison> rows = new ArrayList<>();
        for (Measured ours : all) {
            for (Class<?> type : classes) {
                for (Method method : BenchClasses.benchmarks(type)) {
                    Compare compare = method.getAnnotation(Compare.class);
                    if (compare != null && ours.name().equals(type.getSimpleName() + "." + method.getName())) {
                        compare(type, compare, ours, all, rows);
                    }
                }
            }
        }
        return rows;
    }

    private static void compare(
            Class<?> type, Compare compare, Measured ours, List<Measured> all, List<Comparison> rows) {
        List<Goal> goals = Arrays.stream(compare.goals())
                .filter(goal -> holdsFor(goal, ours))
                .toList();
        if (compare.peer().length == 0) {
            rows.add(row(ours, null, goals));
        }
        for (String peer : compare.peer()) {
            String name = peer.contains(".") ? peer : type.getSimpleName() + "." + peer;
            Measured found = all.stream()
                    .filter(other -> other.name().equals(name) && ours.isComparable(other))
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalStateException(ours.name() + " names the peer " + name + ", which did not run"));
            rows.add(row(ours, found, goals));
            goals = List.of();
        }
    }

    private static boolean holdsFor(Goal goal, Measured ours) {
        boolean holds = goal.threads() == 0 || goal.threads() == ours.threads();
        for (String where : goal.where()) {
            String[] parts = where.split("=", 2);
            holds &= parts.length == 2 && parts[1].equals(ours.parameters().get(parts[0]));
        }
        return holds;
    }

    private static Comparison row(Measured ours, Measured peer, List<Goal> goals) {
        List<Double> ratios = new ArrayList<>();
        if (peer != null) {
            peer.nanos().forEach(theirs -> ours.nanos().forEach(own -> ratios.add(theirs / own)));
        }
        Collections.sort(ratios);
        double ratio = ratios.isEmpty() ? 0 : Measured.percentile(ratios, 50);
        List<String> words = new ArrayList<>();
        boolean met = true;
        for (Goal goal : goals) {
            if (goal.atMostNanos() > 0) {
                words.add("<= " + number(goal.atMostNanos()) + " ns");
                met &= ours.median() <= goal.atMostNanos();
            }
            if (goal.timesFaster() > 0) {
                words.add(">= " + number(goal.timesFaster()) + " times");
                met &= ratio >= goal.timesFaster();
            }
        }
        return new Comparison(
                ours,
                peer,
                ratio,
                ratios.isEmpty() ? 0 : Measured.percentile(ratios, 10),
                ratios.isEmpty() ? 0 : Measured.percentile(ratios, 90),
                String.join(", ", words),
                met);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.format(Locale.ROOT, "%.1f", value);
    }
}

package dev.pagoda.bench.command;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of our benchmarks beside one of its peers.
 *
 * @param ours what ours took
 * @param llFreeNanos what LLFree took; 0 where that is not known
 * @param linuxNanos what Linux took on another day; 0 where that is not known
 * @param peer what the peer took; null where there is none
 * @param ratio how many times faster ours was: the middle of {@link Measured#timesTakenBy}; 0 without a peer
 * @param ratioLow the ratio that one in ten of the pairs is below
 * @param ratioHigh the ratio that one in ten of the pairs is above
 * @param verdicts on the benchmark's goals; they stand in the first of its rows
 */
record Comparison(
        Measured ours,
        double llFreeNanos,
        double linuxNanos,
        Measured peer,
        double ratio,
        double ratioLow,
        double ratioHigh,
        List<Verdict> verdicts) {
    /** One row for each of our benchmarks and each of its peers, in the order of what was measured. */
    static List<Comparison> of(List<Class<?>> classes, List<Measured> all) {
        List<Comparison> rows = new ArrayList<>();
        for (Measured ours : all) {
            for (Class<?> type : classes) {
                for (Method method : BenchClasses.benchmarks(type)) {
                    Compare compare = method.getAnnotation(Compare.class);
                    if (compare != null && ours.name().equals(BenchClasses.name(method))) {
                        rows.addAll(compare(type, compare, ours, all));
                    }
                }
            }
        }
        return rows;
    }

    private static List<Comparison> compare(Class<?> type, Compare compare, Measured ours, List<Measured> all) {
        List<Measured> peers = new ArrayList<>();
        for (String peer : compare.peer()) {
            String name = peer.contains(".") ? peer : type.getSimpleName() + "." + peer;
            List<Measured> runs = all.stream()
                    .filter(one -> one.name().equals(name) && one.threads() == ours.threads())
                    .toList();
            if (runs.isEmpty()) {
                throw new IllegalStateException(ours.name() + " names the peer " + name + ", which did not run");
            }
            runs.stream()
                    .filter(ours::isComparable)
                    .findFirst()
                    .map(run -> run.less(besideTheWork(type, compare, ours, all)))
                    .ifPresent(peers::add);
        }
        List<List<Double>> ratios = peers.stream().map(ours::timesTakenBy).toList();
        List<Double> timesFaster =
                ratios.stream().map(each -> Measured.percentile(each, 50)).toList();
        List<Verdict> verdicts = Verdict.of(compare, ours, peers, timesFaster, timesOneThread(ours, all));
        List<Comparison> rows = new ArrayList<>();
        for (int i = 0; i < Math.max(1, peers.size()); i++) {
            boolean hasPeer = i < peers.size();
            List<Double> spread = hasPeer ? ratios.get(i) : List.of(0.0);
            rows.add(new Comparison(
                    ours,
                    Verdict.llFreeNanos(compare, ours),
                    linuxNanos(compare, ours),
                    hasPeer ? peers.get(i) : null,
                    Measured.percentile(spread, 50),
                    Measured.percentile(spread, 10),
                    Measured.percentile(spread, 90),
                    i == 0 ? verdicts : List.of()));
        }
        return rows;
    }

    private static double besideTheWork(Class<?> type, Compare compare, Measured ours, List<Measured> all) {
        if (compare.less().isEmpty()) {
            return 0;
        }
        String name = type.getSimpleName() + "." + compare.less();
        return all.stream()
                .filter(one -> one.name().equals(name) && ours.isComparable(one))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(ours.name() + " is compared less " + name + ", which did not run"))
                .median();
    }

    private static double linuxNanos(Compare compare, Measured ours) {
        double nanos = 0;
        for (LinuxTook recorded : compare.linux()) {
            if (recorded.threads() == ours.threads() && ours.has(recorded.where())) {
                nanos = recorded.nanos();
            }
        }
        return nanos;
    }

    /** What is known of another day: LLFree's time, or Linux's; 0 where there is neither. */
    double recordedNanos() {
        return llFreeNanos > 0 ? llFreeNanos : linuxNanos;
    }

    /** How many times the operations of one thread all threads together made; 0 where one thread was not measured, or is what this is. */
    static double timesOneThread(Measured measured, List<Measured> all) {
        Optional<Measured> one = all.stream()
                .filter(other -> other.threads() == 1
                        && other.name().equals(measured.name())
                        && other.parameters().equals(measured.parameters()))
                .findFirst();
        if (measured.threads() == 1 || one.isEmpty()) {
            return 0;
        }
        boolean byTurns = !measured.inOrder().isEmpty();
        double times = byTurns
                ? Measured.percentile(measured.timesTakenBy(one.get()), 50)
                : one.get().median() / measured.median();
        return measured.threads() * times;
    }
}

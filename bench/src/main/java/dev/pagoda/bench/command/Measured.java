package dev.pagoda.bench.command;

import dev.pagoda.bench.TurnProfiler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * What one benchmark took, with one number of threads and one choice of parameters.
 *
 * @param name class and method, such as {@code FrameRepeat.repeatPair}
 * @param threads threads that ran it at the same time
 * @param parameters values by name
 * @param nanos one value for each iteration of each fork, ascending
 * @param inOrder the same in the order of the iterations, if others were measured by turns in each of them; else empty
 * @param events how often something happened that the benchmark counts, such as a refusal, for each operation; by name
 */
record Measured(
        String name,
        int threads,
        SortedMap<String, String> parameters,
        List<Double> nanos,
        List<Double> inOrder,
        SortedMap<String, Double> events) {
    /** The unit in which JMH reports a counter; its other secondary results are the parts of a group. */
    private static final String EVENTS = "#";

    Measured(
            String name,
            int threads,
            SortedMap<String, String> parameters,
            List<Double> nanos,
            SortedMap<String, Double> events) {
        this(name, threads, parameters, nanos, List.of(), events);
    }

    static Measured of(RunResult result) {
        BenchmarkParams params = result.getParams();
        List<Double> nanos = new ArrayList<>();
        SortedMap<String, Double> events = new TreeMap<>();
        long operations = 0;
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                nanos.add(iteration.getPrimaryResult().getScore());
                operations += iteration.getMetadata().getMeasuredOps();
                iteration.getSecondaryResults().forEach((name, counted) -> {
                    if (counted.getScoreUnit().equals(EVENTS)) {
                        events.merge(name, counted.getScore(), Double::sum);
                    }
                });
            }
        }
        Collections.sort(nanos);
        double all = operations;
        events.replaceAll((name, count) -> count / all);
        return new Measured(name(params), params.getThreads(), parameters(params), nanos, events);
    }

    /** What was measured by turns in one benchmark: each method with each number of threads. */
    static List<Measured> byTurns(RunResult result) {
        SortedMap<String, List<Double>> values = new TreeMap<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                iteration.getSecondaryResults().forEach((label, counted) -> {
                    if (counted.getScoreUnit().equals(TurnProfiler.UNIT)) {
                        values.computeIfAbsent(label, unseen -> new ArrayList<>())
                                .add(counted.getScore());
                    }
                });
            }
        }
        BenchmarkParams params = result.getParams();
        String type = name(params).substring(0, name(params).indexOf('.') + 1);
        List<Measured> all = new ArrayList<>();
        values.forEach((label, nanos) -> all.add(new Measured(
                type + TurnProfiler.method(label),
                TurnProfiler.threads(label),
                parameters(params),
                nanos.stream().sorted().toList(),
                List.copyOf(nanos),
                new TreeMap<>())));
        return all;
    }

    private static String name(BenchmarkParams params) {
        String qualified = params.getBenchmark();
        return qualified.substring(qualified.lastIndexOf('.', qualified.lastIndexOf('.') - 1) + 1);
    }

    private static SortedMap<String, String> parameters(BenchmarkParams params) {
        SortedMap<String, String> parameters = new TreeMap<>();
        for (Object key : params.getParamsKeys()) {
            parameters.put(key.toString(), params.getParam(key.toString()));
        }
        return parameters;
    }

    /**
     * How many times what this took another took, ascending: of each iteration if both were measured by turns in the same ones, else of all pairs of a value of the one and one of the other.
     */
    List<Double> timesTakenBy(Measured other) {
        List<Double> ratios = new ArrayList<>();
        if (!inOrder.isEmpty() && inOrder.size() == other.inOrder.size()) {
            for (int i = 0; i < inOrder.size(); i++) {
                ratios.add(other.inOrder.get(i) / inOrder.get(i));
            }
        } else {
            other.nanos.forEach(theirs -> nanos.forEach(own -> ratios.add(theirs / own)));
        }
        Collections.sort(ratios);
        return ratios;
    }

    /** The middle value. */
    double median() {
        return percentile(nanos, 50);
    }

    /** The same with every time less by so much. */
    Measured less(double fewerNanos) {
        return fewerNanos == 0
                ? this
                : new Measured(
                        name,
                        threads,
                        parameters,
                        nanos.stream().map(each -> each - fewerNanos).toList(),
                        inOrder.stream().map(each -> each - fewerNanos).toList(),
                        events);
    }

    /** The method, and the parameters if there are any; of a file its name alone. */
    String label() {
        SortedMap<String, String> shown = new TreeMap<>(parameters);
        shown.replaceAll((parameter, value) -> value.substring(value.lastIndexOf('/') + 1));
        return shown.isEmpty() ? method() : method() + shown;
    }

    /** The name as it reads beside a benchmark of the same class. */
    String nameBeside(Measured other) {
        String type = other.name.substring(0, other.name.indexOf('.') + 1);
        return name.startsWith(type) ? method() : name;
    }

    private String method() {
        return name.substring(name.indexOf('.') + 1);
    }

    /** Whether its parameters have the values that are wanted, such as {@code order=0}. */
    boolean has(String... wanted) {
        for (String one : wanted) {
            String[] parts = one.split("=", 2);
            if (parts.length != 2 || !parts[1].equals(parameters.get(parts[0]))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the other ran with the same threads, and with the same values of the parameters that both have. */
    boolean isComparable(Measured other) {
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String others = other.parameters.get(parameter.getKey());
            if (others != null && !others.equals(parameter.getValue())) {
                return false;
            }
        }
        return threads == other.threads;
    }

    /** A value of an ascending list that so many in a hundred are not above. */
    static double percentile(List<Double> ascending, int percent) {
        int last = ascending.size() - 1;
        return ascending.get((int) Math.round(last * percent / 100.0));
    }
}

package dev.pagoda.bench;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Gives what {@link Turns} counted in an iteration to JMH, as results beside the benchmark's own. Other benchmarks it leaves alone. For JMH, which makes it by its name. */
public final class TurnProfiler implements InternalProfiler {
    /** The unit that tells its results from others. */
    public static final String UNIT = "ns/op, in turn";

    /** For JMH. */
    public TurnProfiler() {}

    /** The name of a result: the method and the number of threads. */
    static String label(String method, int threads) {
        return method + "@" + threads;
    }

    /** The method that a result's label names. */
    public static String method(String label) {
        return label.substring(0, label.indexOf('@'));
    }

    /** The number of threads that a result's label names. */
    public static int threads(String label) {
        return Integer.parseInt(label.substring(label.indexOf('@') + 1));
    }

    @Override
    public String getDescription() {
        return "times of methods that are measured by turns";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Turns.forget();
    }

    @Override
    public List<Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<Result<?>> results = new ArrayList<>();
        Turns.counted()
                .forEach((label, nanos) -> results.add(new ScalarResult(label, nanos, UNIT, AggregationPolicy.AVG)));
        return results;
    }
}

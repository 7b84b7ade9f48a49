package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

/** Ratios, goals and the table, from numbers made up here. */
class ComparisonTest {
    /** What the numbers belong to; never run. */
    public static class Pairs {
        @Benchmark
        @Compare(
                peer = {"theirs", "others"},
                goals = {
                    @Goal(threads = 1, timesFaster = 50),
                    @Goal(threads = 2, timesFaster = 200),
                    @Goal(where = "order=0", atMostNanos = 9)
                })
        public void ours() {}

        @Benchmark
        public void theirs() {}

        @Benchmark
        public void others() {}
    }

    private static Measured measured(String name, int threads, String order, Double... nanos) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (order != null) {
            parameters.put("order", order);
        }
        return new Measured("Pairs." + name, threads, parameters, List.of(nanos));
    }

    private static List<Comparison> compare(Measured... all) {
        return Comparison.of(List.of(Pairs.class), List.of(all));
    }

    @Test
    void theGoalOfTheThreadsHoldsAgainstTheFirstPeer() {
        List<Comparison> rows = compare(
                measured("ours", 1, null, 10.0, 10.0, 20.0),
                measured("theirs", 1, null, 1000.0),
                measured("others", 1, null, 5.0),
                measured("ours", 2, null, 10.0),
                measured("theirs", 2, null, 1000.0),
                measured("others", 2, null, 5.0));
        assertThat(rows).extracting(Comparison::goal).containsExactly(">= 50 times", "", ">= 200 times", "");
        assertThat(rows).extracting(Comparison::met).containsExactly(true, true, false, true);
        assertThat(rows.getFirst().ratio()).isCloseTo(100, within(1e-9));
        assertThat(rows.getFirst().ratioLow()).isCloseTo(50, within(1e-9));
        assertThat(rows.getFirst().ratioHigh()).isCloseTo(100, within(1e-9));
    }

    @Test
    void aPeerHasTheSameValuesOfSharedParameters() {
        List<Comparison> rows = compare(
                measured("ours", 4, "0", 9.1),
                measured("ours", 4, "9", 8.0),
                measured("theirs", 4, "9", 16.0),
                measured("theirs", 4, "0", 91.0),
                measured("others", 4, null, 8.0));
        assertThat(rows).extracting(Comparison::goal).containsExactly("<= 9 ns", "", "", "");
        assertThat(rows.get(0).met()).isFalse();
        assertThat(rows.get(0).ratio()).isCloseTo(10, within(1e-9));
        assertThat(rows.get(2).ratio()).isCloseTo(2, within(1e-9));
    }

    @Test
    void theTableSaysMetAndMissed() {
        List<Comparison> rows = compare(
                measured("ours", 1, "0", 8.0), measured("theirs", 1, null, 8000.0), measured("others", 1, null, 4.0));
        StringWriter text = new StringWriter();
        BenchText.printTable(new PrintWriter(text, true), 1, rows, List.of(measured("cas", 1, null, 2.75)));
        assertThat(text.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "1 thread ours ns peer peer ns times faster, 10..90 % goal",
                        "ours{order=0} 8.0 Pairs.theirs 8,000.0 1000.0 (1000.0..1000.0) >= 50 times, <= 9 ns met",
                        "Pairs.others 4.0 0.50 (0.50..0.50) -",
                        "yardstick cas 2.8");
    }
}

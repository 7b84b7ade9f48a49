package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;

/** Ratios, goals, the tables and the JSON, from numbers made up here. */
class ComparisonTest {
    /** What the numbers belong to; never run. */
    public static class Pairs {
        @Benchmark
        @Compare(
                peer = {"theirs", "others"},
                llFree = {
                    @LlFree(threads = 1, where = "order=0", nanos = 50),
                    @LlFree(threads = 2, where = "order=3", nanos = 7)
                },
                linux = @LinuxTook(threads = 1, where = "order=9", nanos = 3738),
                goals = {
                    @Goal(threads = 1, timesFaster = 50),
                    @Goal(threads = 2, timesFaster = 200),
                    @Goal(threads = 2, where = "order=3", timesOneThread = 1.9),
                    @Goal(where = "order=0", atMostNanos = 9)
                })
        public void ours() {}

        @Benchmark
        @Compare(
                peer = "others",
                goals = {@Goal(atMostNanosOver = 2), @Goal(atMostTimesPeer = 2.5)})
        public void near() {}

        @Benchmark
        @Compare(
                peer = {"theirs", "others"},
                goals = {
                    @Goal(peer = 2, timesFaster = 0.95),
                    @Goal(peer = 2, atMostTimesPeer = 2),
                    @Goal(peer = 2, atMostNanosOver = 2),
                    @Goal(timesFaster = 1.5),
                    @Goal(peer = 3, timesFaster = 1)
                })
        public void second() {}

        @Benchmark
        @Compare(peer = "theirs", less = "others")
        public void net() {}

        @Benchmark
        public void theirs() {}

        @Benchmark
        public void others() {}
    }

    /** What only one thread can do; never run. */
    @BenchGroup(value = "alone", mostThreads = 1)
    public static class Alone {
        @Benchmark
        public void one() {}
    }

    /** Methods that only run together; never run. */
    public static class Together {
        @Benchmark
        @Group("both")
        @Compare(goals = @Goal(atMostNanos = 100))
        public void give() {}

        @Benchmark
        @Group("both")
        @GroupThreads(2)
        public void take() {}
    }

    private static Measured measured(String name, int threads, String order, Double... nanos) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (order != null) {
            parameters.put("order", order);
        }
        return new Measured(name, threads, parameters, List.of(nanos), new TreeMap<>());
    }

    private static List<Comparison> compare(Measured... all) {
        return Comparison.of(List.of(Pairs.class, Together.class), List.of(all));
    }

    private static List<String> verdicts(Comparison row) {
        return row.verdicts().stream()
                .map(one -> one.goal() + (one.met() ? " met" : " missed"))
                .toList();
    }

    @Test
    void theGoalOfTheThreadsHoldsAgainstTheFirstPeer() {
        List<Comparison> rows = compare(
                measured("Pairs.ours", 1, null, 10.0, 10.0, 20.0),
                measured("Pairs.theirs", 1, null, 1000.0),
                measured("Pairs.others", 1, null, 5.0),
                measured("Pairs.ours", 2, null, 10.0),
                measured("Pairs.theirs", 2, null, 1000.0),
                measured("Pairs.others", 2, null, 5.0));
        assertThat(rows.stream().map(ComparisonTest::verdicts))
                .containsExactly(List.of(">= 50 times met"), List.of(), List.of(">= 200 times missed"), List.of());
        assertThat(rows.getFirst().ratio()).isCloseTo(100, within(1e-9));
        assertThat(rows.getFirst().ratioLow()).isCloseTo(50, within(1e-9));
        assertThat(rows.getFirst().ratioHigh()).isCloseTo(100, within(1e-9));
    }

    @Test
    void aPeerHasTheSameValuesOfSharedParameters() {
        List<Comparison> rows = compare(
                measured("Pairs.ours", 4, "0", 9.1),
                measured("Pairs.ours", 4, "9", 8.0),
                measured("Pairs.theirs", 4, "9", 16.0),
                measured("Pairs.theirs", 4, "0", 91.0),
                measured("Pairs.others", 4, null, 8.0));
        assertThat(rows.stream().map(ComparisonTest::verdicts))
                .containsExactly(List.of("<= 9 ns missed"), List.of(), List.of(), List.of());
        assertThat(rows.get(0).ratio()).isCloseTo(10, within(1e-9));
        assertThat(rows.get(2).ratio()).isCloseTo(2, within(1e-9));
    }

    @Test
    void aPeerThatRanWithOtherParametersOnlyIsLeftOut() {
        List<Comparison> rows = compare(
                measured("Pairs.ours", 1, "9", 8.0),
                measured("Pairs.theirs", 1, "0", 91.0),
                measured("Pairs.others", 1, "0", 91.0));
        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst().peer()).isNull();
        assertThat(rows.getFirst().verdicts()).isEmpty();
    }

    @Test
    void aPeerThatNeverRanIsAMistake() {
        assertThatThrownBy(() -> compare(measured("Pairs.ours", 1, "9", 8.0), measured("Pairs.theirs", 2, "9", 9.0)))
                .hasMessageContaining("Pairs.theirs, which did not run");
    }

    @Test
    void llFreeIsAGoalUnlessOursIsStricter() {
        List<Comparison> rows = compare(
                measured("Pairs.ours", 1, "0", 10.0),
                measured("Pairs.theirs", 1, "9", 1.0),
                measured("Pairs.others", 1, "9", 1.0),
                measured("Pairs.ours", 2, "3", 6.0),
                measured("Pairs.theirs", 2, "9", 1.0),
                measured("Pairs.others", 2, "9", 1.0));
        assertThat(rows).extracting(Comparison::llFreeNanos).containsExactly(50.0, 7.0);
        assertThat(rows.stream().map(ComparisonTest::verdicts))
                .containsExactly(List.of("<= 9 ns missed"), List.of("<= 7 ns met"));
    }

    @Test
    void whatLinuxTookIsShownAndJudgesNothing() {
        List<Comparison> rows = compare(
                measured("Pairs.ours", 1, "9", 9000.0),
                measured("Pairs.theirs", 1, "0", 1.0),
                measured("Pairs.others", 1, "0", 1.0));
        assertThat(rows.getFirst().linuxNanos()).isEqualTo(3738);
        assertThat(rows.getFirst().recordedNanos()).isEqualTo(3738);
        assertThat(rows.getFirst().verdicts()).isEmpty();
    }

    @Test
    void aGoalMayBeADifferenceOrAMultipleOfThePeer() {
        assertThat(verdicts(compare(measured("Pairs.near", 1, null, 5.0), measured("Pairs.others", 1, null, 3.0))
                        .getFirst()))
                .containsExactly("over <= 2 ns met", "<= 2.5 times peer met");
        assertThat(verdicts(compare(measured("Pairs.near", 1, null, 5.2), measured("Pairs.others", 1, null, 2.0))
                        .getFirst()))
                .containsExactly("over <= 2 ns missed", "<= 2.5 times peer missed");
    }

    @Test
    void aGoalMayBeMeasuredAgainstAnotherPeer() {
        List<Comparison> rows = compare(
                measured("Pairs.second", 1, null, 10.0),
                measured("Pairs.theirs", 1, null, 14.0),
                measured("Pairs.others", 1, null, 9.6));
        assertThat(rows.stream().map(ComparisonTest::verdicts))
                .containsExactly(
                        List.of(
                                ">= 0.95 times peer 2 met",
                                "<= 2 times peer 2 met",
                                "over 2 <= 2 ns met",
                                ">= 1.5 times missed"),
                        List.of());
        assertThat(rows.getFirst().verdicts().get(1).reached()).isCloseTo(10 / 9.6, within(1e-9));
        assertThat(rows.getFirst().verdicts().get(2).reached()).isCloseTo(0.4, within(1e-9));
    }

    @Test
    void whatAPeerDoesBesideTheWorkIsSubtracted() {
        Comparison row = compare(
                        measured("Pairs.net", 1, null, 10.0),
                        measured("Pairs.theirs", 1, null, 100.0, 110.0, 120.0),
                        measured("Pairs.others", 1, null, 60.0))
                .getFirst();
        assertThat(row.peer().nanos()).containsExactly(40.0, 50.0, 60.0);
        assertThat(row.ratio()).isCloseTo(5, within(1e-9));
        assertThatThrownBy(() -> compare(measured("Pairs.net", 1, null, 1.0), measured("Pairs.theirs", 1, null, 2.0)))
                .hasMessageContaining("Pairs.others, which did not run");
    }

    @Test
    void scalingIsJudgedAgainstOneThreadOfTheSameParameters() {
        Measured[] all = {
            measured("Pairs.ours", 1, "0", 1.0),
            measured("Pairs.ours", 1, "3", 10.0),
            measured("Pairs.ours", 2, "3", 10.5),
            measured("Pairs.theirs", 1, "9", 1.0),
            measured("Pairs.others", 1, "9", 1.0),
            measured("Pairs.theirs", 2, "9", 1.0),
            measured("Pairs.others", 2, "9", 1.0)
        };
        Verdict verdict = compare(all).getLast().verdicts().getLast();
        assertThat(verdict.goal()).isEqualTo("scaling >= 1.9");
        assertThat(verdict.reached()).isCloseTo(20 / 10.5, within(1e-9));
        assertThat(verdict.met()).isTrue();
        assertThat(Comparison.timesOneThread(all[0], List.of(all))).isZero();
        assertThat(Comparison.timesOneThread(measured("Pairs.ours", 2, "7", 3.0), List.of(all)))
                .isZero();
    }

    @Test
    void methodsThatWorkTogetherAreOneBenchmarkAndNeedAllTheirThreads() {
        assertThat(compare(measured("Together.both", 3, null, 99.0))).hasSize(1);
        assertThat(BenchClasses.runsWith(Together.class, 3)).isTrue();
        assertThat(BenchClasses.runsWith(Together.class, 6)).isTrue();
        assertThat(BenchClasses.runsWith(Together.class, 2)).isFalse();
        assertThat(BenchClasses.runsWith(Pairs.class, 1)).isTrue();
        assertThat(BenchClasses.runsWith(Alone.class, 1)).isTrue();
        assertThat(BenchClasses.runsWith(Alone.class, 2)).isFalse();
    }

    @Test
    void theTableHasALineForEachPeerAndGoal() {
        Measured ours = measured("Pairs.ours", 2, "3", 8.0);
        ours.events().put("refused", 0.0123);
        List<Measured> all = List.of(
                measured("Pairs.ours", 1, "3", 10.0),
                measured("Pairs.theirs", 1, null, 8000.0),
                measured("Pairs.others", 1, null, 4.0),
                ours,
                measured("Pairs.theirs", 2, null, 8000.0),
                measured("Pairs.others", 2, "9", 4.0),
                measured("Yardsticks.cas", 1, null, 2.75),
                measured("Yardsticks.cas", 2, null, 2.5));
        List<Comparison> rows = Comparison.of(List.of(Pairs.class), all);
        StringWriter text = new StringWriter();
        BenchTable table = new BenchTable(new PrintWriter(text, true), all, rows);
        table.print(1, all.subList(6, 8));
        table.print(2, all.subList(6, 8));
        table.printSummary();
        assertThat(text.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(140));
        assertThat(text.toString().lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "1 thread ours ns LLFree peer peer ns times faster, 10..90 % goal",
                        "ours{order=3} 10.0 theirs 8,000.0 800 (800..800) >= 50 times met",
                        "others 4.0 0.40 (0.40..0.40)",
                        "yardstick cas 2.8",
                        "2 threads ours ns LLFree peer peer ns times faster, 10..90 % goal",
                        "ours{order=3} 8.0 7.0 theirs 8,000.0 1000 (1000..1000) <= 7 ns missed",
                        ">= 200 times met",
                        "scaling >= 1.9: 2.50 met",
                        "refused: 1.2300 of 100 operations",
                        "yardstick cas 2.5 scaling: 2.20",
                        LlFree.PROVENANCE,
                        "goals: 3 met, 1 missed");
    }

    @Test
    void theJsonHasValuesEventsAndGoals() {
        Measured ours = measured("Pairs.ours", 1, "0", 8.0, 9.5);
        ours.events().put("refused", 0.0123);
        List<Measured> all =
                List.of(ours, measured("Pairs.theirs", 1, "0", 80.0), measured("Pairs.others", 1, "9", 4.0));
        StringWriter text = new StringWriter();
        BenchJson.print(
                new PrintWriter(text, true), "pairs", true, all, Comparison.of(List.of(Pairs.class), all), List.of());
        assertThat(text.toString().lines().map(String::strip))
                .contains(
                        "\"group\": \"pairs\",",
                        "\"quick\": true,",
                        "{\"name\": \"Pairs.ours\", \"threads\": 1, \"parameters\": {\"order\": \"0\"}, \"median\": 9.500,"
                                + " \"values\": [8.0, 9.5], \"eventsPerOperation\": {\"refused\": 0.012300000}},",
                        "{\"ours\": {\"name\": \"Pairs.ours\", \"threads\": 1, \"parameters\": {\"order\": \"0\"}},"
                                + " \"llFreeRecorded\": 50.0, \"peer\": {\"name\": \"Pairs.theirs\", \"threads\": 1,"
                                + " \"parameters\": {\"order\": \"0\"}}, \"timesFaster\": 10.0000, \"low\": 8.4211,"
                                + " \"high\": 10.0000, \"goals\": [{\"goal\": \"<= 9 ns\", \"reached\": 9.500, \"met\":"
                                + " false}, {\"goal\": \">= 50 times\", \"reached\": 10.000, \"met\": false}]}");
    }
}

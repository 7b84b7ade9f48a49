package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pagoda.bench.InTurn;
import dev.pagoda.bench.PageCacheBench;
import dev.pagoda.bench.TurnProfiler;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What is measured by turns becomes rows as other benchmarks do, and is compared within its iterations. */
class ByTurnsTest {
    /** What the numbers belong to; never run. */
    public static class Rows {
        @InTurn(operations = 1)
        @Compare(
                peer = "theirs",
                goals = {@Goal(timesFaster = 2), @Goal(threads = 2, timesOneThread = 1.9)})
        public void ours() {}

        @InTurn(operations = 1)
        public void theirs() {}
    }

    private static Measured measured(String name, int threads, Double... inOrder) {
        return new Measured(
                name,
                threads,
                new TreeMap<>(),
                Stream.of(inOrder).sorted().toList(),
                List.of(inOrder),
                new TreeMap<>());
    }

    @Test
    void whatSlowsAnIterationSlowsBoth() {
        List<Measured> all = List.of(
                measured("Rows.ours", 1, 10.0, 40.0, 10.0),
                measured("Rows.theirs", 1, 21.0, 84.0, 20.0),
                measured("Rows.ours", 2, 10.0, 40.0, 10.0),
                measured("Rows.theirs", 2, 11.0, 44.0, 11.0));
        List<Comparison> rows = Comparison.of(List.of(Rows.class), all);
        assertThat(rows.getFirst().ratio()).isCloseTo(2.1, within(1e-9));
        assertThat(rows.getFirst().ratioLow()).isCloseTo(2.0, within(1e-9));
        assertThat(rows.getFirst().ratioHigh()).isCloseTo(2.1, within(1e-9));
        assertThat(rows.getLast().verdicts()).extracting(Verdict::met).containsExactly(false, true);
        assertThat(rows.getLast().verdicts().getLast().reached()).isCloseTo(2, within(1e-9));
    }

    @Test
    void pairsAreOfAllIterationsIfOneSideMissedSome() {
        Measured ours = measured("Rows.ours", 1, 10.0, 20.0);
        Measured theirs = measured("Rows.theirs", 1, 40.0);
        assertThat(ours.timesTakenBy(theirs)).containsExactly(2.0, 4.0);
    }

    @Test
    void methodsInTurnAreBenchmarksOfTheirClass() {
        assertThat(BenchClasses.isByTurns(Rows.class)).isTrue();
        assertThat(BenchClasses.isByTurns(ComparisonTest.Pairs.class)).isFalse();
        assertThat(BenchClasses.benchmarks(Rows.class).stream().map(BenchClasses::name))
                .containsExactlyInAnyOrder("Rows.ours", "Rows.theirs");
    }

    /** Run until each method had its turn, which other work on the machine may put off. */
    @Test
    void eachMethodBecomesTwoRows() throws RunnerException {
        System.setProperty("jmh.ignoreLock", "true");
        SortedMap<String, Measured> rows = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        BenchClasses.benchmarks(PageCacheBench.class).stream()
                .filter(method -> method.isAnnotationPresent(InTurn.class))
                .map(BenchClasses::name)
                .forEach(name -> expected.addAll(List.of(name + " 1", name + " 2")));
        for (int i = 0; i < 20 && rows.size() < expected.size(); i++) {
            RunResult result = run();
            Measured.byTurns(result).forEach(one -> rows.put(one.name() + " " + one.threads(), one));
        }
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(rows.values()).allSatisfy(one -> {
            assertThat(one.nanos()).isNotEmpty().allMatch(nanos -> nanos > 0).isSorted();
            assertThat(one.inOrder()).containsExactlyInAnyOrderElementsOf(one.nanos());
            assertThat(one.parameters()).containsEntry("mebibytes", "16");
        });
    }

    private static RunResult run() throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include("^" + PageCacheBench.class.getName().replace(".", "\\.") + "\\.")
                        .param("mebibytes", "16")
                        .addProfiler(TurnProfiler.class)
                        .threads(2)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(500))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .runSingle();
    }
}

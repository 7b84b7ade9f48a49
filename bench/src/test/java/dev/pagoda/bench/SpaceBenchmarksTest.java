package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.FaultParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of spaces and accesses for a moment each, on two threads: at its end each proves that the books balance. What they measure here means nothing. */
class SpaceBenchmarksTest {
    @BeforeAll
    static void measureBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void mapsAndFaults() throws RunnerException {
        run(options(), SpaceMaps.class, SpaceFaults.class, SpaceDiscard.class);
    }

    @Test
    void protectionAndMoves() throws RunnerException {
        run(options(), SpaceProtect.class, SpaceRemap.class);
    }

    @Test
    void forks() throws RunnerException {
        OptionsBuilder options = options();
        options.threads(1);
        run(options, SpaceFork.class);
    }

    @Test
    void calls() throws RunnerException {
        OptionsBuilder options = options();
        options.threads(1);
        run(options, ThinCalls.class);
    }

    @Test
    void theParts() throws RunnerException {
        OptionsBuilder options = options();
        options.threads(1);
        run(options, FaultParts.class);
    }

    @Test
    void sharedPages() throws RunnerException {
        run(options(), SpaceShared.class);
    }

    @Test
    void accesses() throws RunnerException {
        OptionsBuilder options = options();
        options.param("mebibytes", "64");
        run(options, AccessBench.class);
    }

    @Test
    void aRecording(@TempDir Path directory) throws RunnerException, IOException {
        Path file = Files.writeString(directory.resolve("trace"), "s 0x1fffff50 1\nl 0x1fffff58 1\nl 0xffffffff 2\n");
        OptionsBuilder options = options();
        options.param(AddressReplay.FILE, file.toString());
        run(options, AddressReplay.class, AddressReplayFresh.class);
    }

    private static OptionsBuilder options() {
        OptionsBuilder options = new OptionsBuilder();
        options.threads(2)
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(20))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(20))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        return options;
    }

    private static void run(OptionsBuilder options, Class<?>... classes) throws RunnerException {
        for (Class<?> type : classes) {
            options.include("^" + type.getName().replace(".", "\\.") + "\\.");
        }
        List<RunResult> results = List.copyOf(new Runner(options.build()).run());
        assertThat(results)
                .hasSizeGreaterThanOrEqualTo(classes.length)
                .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore())
                        .as(result.getParams().getBenchmark())
                        .isPositive());
    }
}

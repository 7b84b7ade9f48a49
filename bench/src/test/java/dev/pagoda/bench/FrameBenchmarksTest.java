package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of frames for a moment each, on two threads: at its end each proves that it lost no frame. What they measure here means nothing. */
class FrameBenchmarksTest {
    @BeforeAll
    static void measureBesideOthers() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void singleFrames() throws RunnerException {
        run("0", FrameRepeat.class, FrameBulk.class, FrameRandomPut.class, FrameHandOver.class, FrameTableBench.class);
    }

    @Test
    void runsAndTheMix() throws RunnerException {
        run("3", FrameRepeat.class, FrameBulk.class, FrameRandomPut.class, FrameHandOver.class, FrameSteady.class);
        run("mixed", FrameRepeat.class, FrameBulk.class, FrameRandomPut.class, FrameHandOver.class, FrameSteady.class);
    }

    @Test
    void hugeFrames() throws RunnerException {
        run("9", FrameRepeat.class, FrameBulk.class, FrameRandomPut.class, FrameHandOver.class, FrameSteady.class);
    }

    private static void run(String order, Class<?>... classes) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.param("order", order)
                .threads(2)
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(20))
                .measurementIterations(2)
                .measurementTime(TimeValue.milliseconds(20))
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
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

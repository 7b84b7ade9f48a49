package dev.pagoda.bench;

import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The same as {@link AddressReplay} in fresh memory, faults included; what maps it afresh before each replay is not counted. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class AddressReplayFresh {
    /** A range, mapped afresh for each replay. */
    @State(Scope.Thread)
    public static class FreshOfProcess extends AddressReplay.OfProcess {
        /** Takes away what the last replay touched. */
        @Setup(Level.Invocation)
        public void refresh() {
            unmap();
            map();
        }
    }

    /** A range, mapped afresh for each replay. */
    @State(Scope.Thread)
    public static class FreshOfHost extends AddressReplay.OfHost {
        /** Takes away what the last replay touched. */
        @Setup(Level.Invocation)
        public void refresh() {
            unmap();
            map();
        }
    }

    /** The recording through a view, in fresh memory. */
    @Benchmark
    @Compare(peer = "replayFreshHost", goals = @Goal(atMostTimesPeer = 2.5))
    public long replayFresh(FreshOfProcess range) {
        return range.run();
    }

    /** The same, in runs of one epoch each. */
    @Benchmark
    @Compare(peer = "replayFreshHost", goals = @Goal(atMostTimesPeer = 2.5))
    public long replayFreshRuns(FreshOfProcess range) {
        return range.runs();
    }

    /** The recording on a segment, in fresh memory. */
    @Benchmark
    public long replayFreshHost(FreshOfHost range) {
        return range.run();
    }
}

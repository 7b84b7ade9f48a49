package dev.pagoda.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/** A class whose {@link InTurn} methods are measured by {@link Turns}: to JMH it is one benchmark. What a class has to set up ends with {@link #start}. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2, timeUnit = TimeUnit.SECONDS)
@Measurement(iterations = 10, time = 2, timeUnit = TimeUnit.SECONDS)
@Fork(3)
@State(Scope.Thread)
public abstract class ByTurns {
    private Turns turns;

    /** Has this thread's turns come. */
    final void start(ThreadParams thread) {
        turns = new Turns(this, thread.getThreadIndex(), thread.getThreadCount());
    }

    /** All methods, by turns. */
    @Benchmark
    public void byTurns() {
        turns.take();
    }

    /** Gives the turns up. */
    @TearDown(Level.Trial)
    public void end() {
        turns.close();
    }
}

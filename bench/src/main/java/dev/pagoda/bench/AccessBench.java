package dev.pagoda.bench;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What an access through a view costs, in nanoseconds, beside a plain one to the host's memory: eight bytes in a loop over a page that is in the
 * cache, a page copied out. All are measured by turns in the same JVM.
 */
@BenchGroup(value = "access", about = "loads, stores and copies through a view, beside the host's memory")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1, timeUnit = TimeUnit.SECONDS)
@Measurement(iterations = 10, time = 1, timeUnit = TimeUnit.SECONDS)
@Fork(3)
@State(Scope.Thread)
public class AccessBench {
    private static final int PAGE_BYTES = HostMemory.PAGE_BYTES;
    private static final int WORDS = PAGE_BYTES / Long.BYTES;
    /** Pages that are looped over, or copied, in turn: more than one, and all in the cache. */
    private static final int PAGES = 4;
    /** Loops of a batch. */
    private static final int LOOPS = 32;
    /** Copies of a batch. */
    private static final int COPIES = 256;
    /**
     * Places that pages are copied to, an eighth of a page and a quarter of a line apart: all that a place can be to the page that is copied. A copy takes up to twice as long if what it stores looks, by the lower twelve bits of
     * addresses, like what it is about to load, and a fifth longer if it begins inside a line. With one place for all copies that would be chance.
     */
    private static final int COPY_PLACES = 8;

    private static final int PLACE_BYTES = PAGE_BYTES / COPY_PLACES + 16;

    private ProcessRange process;
    private HostRange host;
    private final byte[] array = new byte[PAGE_BYTES + COPY_PLACES * PLACE_BYTES];
    private Turns turns;

    /** Takes what is accessed. */
    @Setup(Level.Trial)
    public void begin(ProcessRange ours, HostRange theirs, ThreadParams thread) {
        process = ours;
        host = theirs;
        turns = new Turns(this, thread.getThreadIndex(), thread.getThreadCount());
    }

    /** Gives it up. */
    @TearDown(Level.Trial)
    public void end() {
        turns.close();
    }

    /** All that follows, by turns. */
    @Benchmark
    public void byTurns() {
        turns.take();
    }

    private static long page(int which) {
        return (long) (which % PAGES) * PAGE_BYTES;
    }

    /** Eight bytes of a page, one after another, through a view. */
    @InTurn(operations = LOOPS * WORDS)
    @Compare(peer = "loopLoadHost", goals = @Goal(atMostNanosOver = 2))
    public long loopLoad() {
        View view = process.view;
        long sum = 0;
        for (int loop = 0; loop < LOOPS; loop++) {
            long address = process.address + page(loop);
            for (int i = 0; i < WORDS; i++) {
                sum += view.load(address + (long) i * Long.BYTES, Long.BYTES);
            }
        }
        return sum;
    }

    /** The same from the host's memory. */
    @InTurn(operations = LOOPS * WORDS)
    public long loopLoadHost() {
        long sum = 0;
        for (int loop = 0; loop < LOOPS; loop++) {
            long address = host.address + page(loop);
            for (int i = 0; i < WORDS; i++) {
                sum += HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address + (long) i * Long.BYTES);
            }
        }
        return sum;
    }

    /** Eight bytes of a page, one after another, through a view. */
    @InTurn(operations = LOOPS * WORDS)
    @Compare(peer = "loopStoreHost", goals = @Goal(atMostNanosOver = 2))
    public long loopStore() {
        View view = process.view;
        for (int loop = 0; loop < LOOPS; loop++) {
            long address = process.address + page(loop);
            for (int i = 0; i < WORDS; i++) {
                view.store(address + (long) i * Long.BYTES, Long.BYTES, i);
            }
        }
        return view.load(process.address, Long.BYTES);
    }

    /** The same to the host's memory. */
    @InTurn(operations = LOOPS * WORDS)
    public long loopStoreHost() {
        for (int loop = 0; loop < LOOPS; loop++) {
            long address = host.address + page(loop);
            for (int i = 0; i < WORDS; i++) {
                HostMemory.ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address + (long) i * Long.BYTES, (long) i);
            }
        }
        return HostMemory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, host.address);
    }

    /** Copies 4 KiB into an array. */
    @InTurn(operations = COPIES)
    @Compare(peer = "copyOut4KHost", goals = @Goal(atMostTimesPeer = 1.1))
    public long copyOut4K() {
        for (int i = 0; i < COPIES; i++) {
            process.view.read(process.address + page(i / COPY_PLACES), array, place(i), PAGE_BYTES);
        }
        return array[PAGE_BYTES];
    }

    /** The same from the host's memory. */
    @InTurn(operations = COPIES)
    public long copyOut4KHost() {
        for (int i = 0; i < COPIES; i++) {
            long address = host.address + page(i / COPY_PLACES);
            MemorySegment.copy(HostMemory.ALL, ValueLayout.JAVA_BYTE, address, array, place(i), PAGE_BYTES);
        }
        return array[PAGE_BYTES];
    }

    private static int place(int which) {
        return which % COPY_PLACES * PLACE_BYTES;
    }
}

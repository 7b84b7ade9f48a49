package dev.pagoda.mm.space;

import dev.pagoda.bench.command.BenchGroup;
import dev.pagoda.bench.command.Compare;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.FrameOwner;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the first store to a page of private memory consists of: nanoseconds for each part alone and for the whole, on the same 4096 pages in ascending
 * order, in a core without idle CPUs that would zero frames in advance.
 *
 * <p>The parts are the kernel's own, called as {@link Fault} calls them; that is why this class is in its package. Alone, a part finds the processor
 * idle and its own lines in the cache, so the sum of the parts is not exactly the whole. Zeroing includes the way of the frame into the cache, which the
 * program's first access would pay otherwise.
 */
@BenchGroup(value = "fault", mostThreads = 1, about = "the parts that the first store to a page consists of")
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class FaultParts {
    private static final int PAGES = 4096;
    private static final int READ_WRITE = 3;
    private static final long MEMORY_BYTES = 256L << 20;

    /** A space with a map that nobody has touched, and as many frames beside it. */
    @State(Scope.Thread)
    public static class Fresh {
        private final long[] frames = new long[PAGES];
        private Core core;
        private AddressSpace space;
        private View view;
        private long page;
        private int taken;

        /** Boots. */
        @Setup(Level.Trial)
        public void boot() {
            core = new Core(MEMORY_BYTES);
            space = new AddressSpace(core);
            view = space.open("bench");
        }

        /** Maps. */
        @Setup(Level.Invocation)
        public void map() {
            page = Map.anonymous(view, Map.Where.ANYWHERE, 0, PAGES, READ_WRITE, Attributes.NOHUGEPAGE, false);
        }

        /** Takes the map away, and gives the frames back. */
        @TearDown(Level.Invocation)
        public void unmap() {
            Unmap.range(view, page, PAGES);
            for (int i = 0; i < taken; i++) {
                core.frames().drop(view.stripe(), frames[i]);
            }
            taken = 0;
        }

        /** Proves that nothing was lost. */
        @TearDown(Level.Trial)
        public void stop() {
            view.close();
            space.destroy();
            Audit audit = Audit.run(core);
            if (audit.differences() != 0 || !audit.isAllFree()) {
                throw new IllegalStateException("the benchmark broke the books: " + audit);
            }
            core.close();
        }

        final void takeAll() {
            Frames all = core.frames();
            int stripe = view.stripe();
            for (int i = 0; i < PAGES; i++) {
                frames[i] = all.allocate(stripe, FrameKind.ANONYMOUS);
            }
            taken = PAGES;
        }
    }

    /** A map whose pages are all there. */
    @State(Scope.Thread)
    public static class Populated extends Fresh {
        @Override
        public void map() {
            super.map();
            for (long at = super.page; at < super.page + PAGES; at++) {
                super.view.store(at << 12, 1, 1);
            }
        }
    }

    /** Frames that were taken, with any content. */
    @State(Scope.Thread)
    public static class Taken extends Fresh {
        @Override
        public void map() {
            super.map();
            takeAll();
        }
    }

    /** All of it: the first store to a page. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public void whole(Fresh fresh) {
        for (long at = fresh.page; at < fresh.page + PAGES; at++) {
            fresh.view.store(at << 12, 1, 1);
        }
    }

    /** The store that finds its page, before the fault and after it: two of these. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public void access(Populated populated) {
        Fresh fresh = populated;
        for (long at = fresh.page; at < fresh.page + PAGES; at++) {
            fresh.view.store(at << 12, 1, 1);
        }
    }

    /** Being ready to retire, entering an epoch and leaving it, tidying up. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public void epoch(Fresh fresh) {
        for (int i = 0; i < PAGES; i++) {
            fresh.core.payBack(fresh.view.stripe());
            fresh.view.makeRoom(2);
            Participant self = fresh.view.participant();
            self.enter();
            self.leave();
            self.tidy();
        }
    }

    /** From the root to the slot of the page: four loads. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public long walk(Populated populated) {
        Fresh fresh = populated;
        Tables tables = fresh.core.tables();
        long sum = 0;
        for (long at = fresh.page; at < fresh.page + PAGES; at++) {
            long table = fresh.space.root();
            for (int level = Tables.ROOT_LEVEL; level > 0; level--) {
                table = SpaceWord.frame(RawMemory.getAcquire(tables.slot(table, at, level)));
            }
            sum += RawMemory.getAcquire(tables.slot(table, at, 0));
        }
        return sum;
    }

    /** Taking a frame, with any content, and noting whose it is. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public void frame(Fresh fresh) {
        fresh.takeAll();
        Frames frames = fresh.core.frames();
        for (int i = 0; i < PAGES; i++) {
            frames.setOwner(fresh.frames[i], FrameOwner.of(fresh.space.number(), fresh.page + i));
        }
    }

    /** Clearing a frame that was just taken. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare(peer = "Yardsticks.clearFrame")
    public void zeroing(Taken taken) {
        Fresh fresh = taken;
        Frames frames = fresh.core.frames();
        for (int i = 0; i < PAGES; i++) {
            RawMemory.fill(frames.address(fresh.frames[i]), 4096, (byte) 0);
        }
    }

    /** The compare-and-set of a page's slot, which it leaves as it is. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare(peer = "Yardsticks.bareCas")
    public int cas(Populated populated) {
        Fresh fresh = populated;
        int changed = 0;
        fresh.view.participant().enter();
        try {
            for (long at = fresh.page; at < fresh.page + PAGES; at++) {
                long slot = fresh.view.leafSlot(at << 12);
                long word = RawMemory.getPlain(slot);
                changed += RawMemory.compareAndSet(slot, word, SpaceWord.withAccessed(word)) ? 1 : 0;
            }
        } finally {
            fresh.view.participant().leave();
        }
        return changed;
    }

    /** The two counters that a fault adds to. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    @Compare
    public void accounting(Fresh fresh) {
        Counters counters = fresh.view.counters();
        for (int i = 0; i < PAGES; i++) {
            // As many up as down, so that the books balance at the end.
            counters.add(Counters.OWN_FRAMES, 1 - 2 * (i & 1));
            counters.add(Counters.FAULTS, 1);
        }
    }
}

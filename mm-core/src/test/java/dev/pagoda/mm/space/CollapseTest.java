package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small pages become huge ones: with every byte, whoever else is at work, or not at all. */
@Timeout(120)
class CollapseTest {
    private static final long HUGE = 2 * MIB;
    private static final int EXEC = 4;

    private static int collapse(TestSpace t, long address, long bytes) {
        return Collapse.range(t.view, address >>> 12, bytes >>> 12);
    }

    private static void numberPages(TestSpace t, long address, long bytes) {
        for (long at = 0; at < bytes; at += PAGE) {
            t.view.store(address + at + at % 4088 / 8 * 8, 8, at + 1);
        }
    }

    private static void compareNumbers(TestSpace t, long address, long bytes) {
        for (long at = 0; at < bytes; at += PAGE) {
            assertThat(t.view.load(address + at + at % 4088 / 8 * 8, 8)).isEqualTo(at + 1);
        }
    }

    @Test
    void smallPagesBecomeHugeOnesWithEveryByte() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * HUGE, READ_WRITE);
            numberPages(t, A, 3 * HUGE);
            long tables = t.space.tables();
            assertThat(collapse(t, A + PAGE, 3 * HUGE - PAGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(2 * HUGE);
            assertThat(t.space.ownBytes()).isEqualTo(3 * HUGE);
            assertThat(t.space.tables()).isEqualTo(tables - 2);
            compareNumbers(t, A, 3 * HUGE);
            numberPages(t, A, 3 * HUGE);
            assertThat(collapse(t, A, 3 * HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(3 * HUGE);
            compareNumbers(t, A, 3 * HUGE);
        }
    }

    @Test
    void whatIsNotPopulatedBecomesZero() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            t.store(A + 7 * PAGE, 3);
            assertThat(t.load(A + 9 * PAGE)).isZero();
            assertThat(collapse(t, A, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(t.load(A + 7 * PAGE)).isEqualTo(3);
            assertThat(t.same(A, 7 * PAGE, 0)).isTrue();
            assertThat(t.same(A + 8 * PAGE, HUGE - 8 * PAGE, 0)).isTrue();
        }
    }

    @Test
    void aSplitPageComesTogetherAgain() {
        try (TestSpace t = new TestSpace()) {
            t.core.setHugePages(HugePages.ALWAYS);
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            assertThat(t.protect(A + PAGE, PAGE, READ)).isZero();
            assertThat(collapse(t, A, HUGE)).as("three maps, none with room").isEqualTo(Refusal.INVALID);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.protect(A + PAGE, PAGE, READ_WRITE)).isZero();
            assertThat(collapse(t, A, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            compareNumbers(t, A, HUGE);
        }
    }

    @Test
    void aMapThatMayNotBeWrittenIsCollapsedToo() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            assertThat(t.protect(A, HUGE, READ)).isZero();
            assertThat(collapse(t, A, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            compareNumbers(t, A, HUGE);
            t.refusesStore(A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
        }
    }

    @Test
    void refusesWhatDoesNotTakeHugePages() {
        try (TestSpace t = new TestSpace()) {
            t.fixedShared(A, HUGE, READ_WRITE);
            t.fill(A, HUGE, 1);
            assertThat(collapse(t, A, HUGE)).isEqualTo(Refusal.INVALID);
            t.fixed(B, HUGE, READ_WRITE);
            assertThat(collapse(t, B, HUGE)).as("nothing is populated").isEqualTo(Refusal.INVALID);
            t.fill(B, HUGE, 1);
            Advise.attribute(t.view, B >>> 12, 512, Attributes.HUGE_MASK, Attributes.NOHUGEPAGE, false);
            assertThat(collapse(t, B, HUGE)).isEqualTo(Refusal.INVALID);
            Advise.attribute(t.view, B >>> 12, 512, Attributes.HUGE_MASK, 0, false);
            assertThat(collapse(t, B + PAGE, HUGE - PAGE))
                    .as("no whole 2 MiB are asked for")
                    .isZero();
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(collapse(t, B, 2 * HUGE)).as("a hole behind").isEqualTo(Refusal.NO_MEMORY);
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            t.fixed(A, HUGE, READ_WRITE);
            assertThat(t.unmap(A, PAGE)).isZero();
            t.fill(A + PAGE, PAGE, 1);
            assertThat(collapse(t, A + PAGE, PAGE))
                    .as("the map has no room for one")
                    .isEqualTo(Refusal.INVALID);
        }
    }

    @Test
    void whatAChildSharesIsCopiedFirst() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            AddressSpace child = Fork.childOf(t.view);
            assertThat(collapse(t, A, HUGE)).isZero();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            compareNumbers(t, A, HUGE);
            t.fill(A, HUGE, 0);
            try (View inChild = child.open("child")) {
                assertThat(inChild.load(A, 8)).isEqualTo(1);
                assertThat(Collapse.range(inChild, A >>> 12, 512)).isZero();
                assertThat(inChild.load(A + PAGE + PAGE % 4088 / 8 * 8, 8)).isEqualTo(PAGE + 1);
            }
            child.destroy();
        }
    }

    @Test
    void aPinnedPageStaysWhereItIs() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            try (Pin pin = Pin.of(t.view, A + 5 * PAGE, 8, true)) {
                assertThat(pin).isNotNull();
                assertThat(collapse(t, A, HUGE)).isEqualTo(Refusal.AGAIN);
            }
            assertThat(collapse(t, A, HUGE)).isZero();
            compareNumbers(t, A, HUGE);
        }
    }

    @Test
    void withoutABlockNothingChanges() {
        try (TestSpace t = new TestSpace(8 * MIB)) {
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            long pages = t.exhaust(B);
            assertThat(collapse(t, A, HUGE)).isEqualTo(Refusal.NO_MEMORY);
            compareNumbers(t, A, HUGE);
            assertThat(t.space.hugeBytes()).isZero();
            assertThat(t.unmap(B, pages * PAGE)).isZero();
        }
    }

    /** The store has looked at its word and not stored yet when the words are frozen. */
    @Test
    void aStoreThatBeganBeforeTheFreezeIsNotLost() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService others = Executors.newCachedThreadPool()) {
            t.fixed(A, HUGE, READ_WRITE);
            numberPages(t, A, HUGE);
            CountDownLatch inside = new CountDownLatch(1);
            AtomicBoolean collapsed = new AtomicBoolean();
            Future<?> storer = others.submit(() -> {
                try (View view = t.space.open("storer")) {
                    view.access(A + 100 * PAGE, true, raw -> {
                        inside.countDown();
                        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
                        while (!collapsed.get() && System.nanoTime() < limit) {
                            Thread.onSpinWait();
                        }
                        RawMemory.setLong(raw, 77);
                    });
                }
            });
            inside.await();
            assertThat(collapse(t, A, HUGE)).isZero();
            collapsed.set(true);
            storer.get();
            assertThat(t.space.hugeBytes()).isEqualTo(HUGE);
            assertThat(t.view.load(A + 100 * PAGE, 8)).isEqualTo(77);
        }
    }

    /** Threads count in pages of their own, while others collapse and split what is around them. */
    @Test
    void nothingIsLostWhileOthersCollapseAndSplit() throws Exception {
        try (TestSpace t = new TestSpace(64 * MIB);
                ExecutorService others = Executors.newCachedThreadPool()) {
            t.fixed(A, 2 * HUGE, READ_WRITE);
            numberPages(t, A, 2 * HUGE);
            AtomicBoolean end = new AtomicBoolean();
            List<Future<?>> threads = new ArrayList<>();
            for (int storer = 0; storer < 2; storer++) {
                long first = A + (storer + 3) * PAGE + 2048;
                threads.add(others.submit(() -> count(t, end, first)));
            }
            threads.add(others.submit(() -> {
                try (View view = t.space.open("splitter")) {
                    for (int i = 0; !end.get(); i++) {
                        long page = (A >>> 12) + i * 37 % 1024;
                        Protect.range(view, page, 1, READ_WRITE | EXEC);
                        Protect.range(view, page, 1, READ_WRITE);
                    }
                }
            }));
            long huge = 0;
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() < until) {
                int answer = collapse(t, A, 2 * HUGE);
                assertThat(answer).isIn(0, Refusal.AGAIN, Refusal.INVALID);
                huge += answer == 0 ? 1 : 0;
            }
            end.set(true);
            for (Future<?> thread : threads) {
                thread.get();
            }
            assertThat(collapse(t, A, 2 * HUGE)).isZero();
            System.out.println("CollapseTest: " + huge + " collapses under load");
            compareNumbers(t, A + 8 * PAGE, 2 * HUGE - 8 * PAGE - 16 * PAGE, 8 * PAGE);
        }
    }

    private static void compareNumbers(TestSpace t, long address, long bytes, long base) {
        for (long at = base; at < base + bytes; at += PAGE) {
            assertThat(t.view.load(address - base + at + at % 4088 / 8 * 8, 8)).isEqualTo(at + 1);
        }
    }

    private static void count(TestSpace t, AtomicBoolean end, long address) {
        try (View view = t.space.open("counter")) {
            long stride = HUGE;
            for (long i = 1; !end.get(); i++) {
                for (long at = address; at < A + 2 * HUGE; at += stride) {
                    long before = view.load(at, 8);
                    assertThat(before).as("round %d", i).isEqualTo(i == 1 ? 0 : i - 1);
                    view.store(at, 8, i);
                }
            }
        }
    }

    /** Everything that splits, takes away or brings together, on the same pages; what is read is zero or what was stored there. */
    @Test
    void faultsSplitsUnmapsAndCollapsesMeet() throws Exception {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        System.out.println("CollapseTest seed " + seed);
        try (TestSpace t = new TestSpace(128 * MIB);
                ExecutorService others = Executors.newCachedThreadPool()) {
            t.core.setHugePages(HugePages.ALWAYS);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
            List<Future<?>> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Random random = new Random(seed + i);
                threads.add(others.submit(() -> {
                    try (View view = t.space.open("actor")) {
                        while (System.nanoTime() < until) {
                            act(view, random);
                        }
                    }
                }));
            }
            for (Future<?> thread : threads) {
                thread.get();
            }
        }
    }

    /** Who finds between its look and its freezing that another has made the huge page keeps no block. */
    @Test
    void collapsesOfTheSamePagesKeepOneBlock() throws Exception {
        try (TestSpace t = new TestSpace(128 * MIB);
                ExecutorService others = Executors.newCachedThreadPool()) {
            AtomicBoolean end = new AtomicBoolean();
            t.fixed(A, HUGE, READ_WRITE);
            t.view.store(A, 8, 1);
            List<Future<?>> threads = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                threads.add(others.submit(() -> {
                    try (View view = t.space.open("collapser")) {
                        while (!end.get()) {
                            Collapse.range(view, A >>> 12, 512);
                        }
                    }
                }));
            }
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            for (int i = 0; System.nanoTime() < until; i++) {
                Protect.range(t.view, (A >>> 12) + i % 512, 1, READ_WRITE | EXEC);
                Protect.range(t.view, (A >>> 12) + i % 512, 1, READ_WRITE);
            }
            end.set(true);
            for (Future<?> thread : threads) {
                thread.get();
            }
            assertThat(t.view.load(A, 8)).isEqualTo(1);
        }
    }

    private static void act(View view, Random random) {
        long first = (A >>> 12) + random.nextInt(3) * 512;
        long page = first + random.nextInt(512);
        long pages = 1 + random.nextInt(8);
        switch (random.nextInt(12)) {
            case 0, 1 -> Map.anonymous(view, Map.Where.FIXED, first, 512, READ_WRITE, 0, false);
            case 2 -> Unmap.range(view, page, pages);
            case 3 -> Unmap.range(view, first, 512);
            case 4 -> Protect.range(view, page, pages, READ_WRITE | EXEC);
            case 5 -> Advise.discard(view, page, pages, false);
            case 6 -> Collapse.range(view, first, 512);
            case 7 -> Remap.run(view, new Remap.Request(first, 512, 512, true, (B >>> 12) + random.nextInt(2), false));
            case 8 -> Remap.run(view, new Remap.Request(B >>> 12, 512, 512, true, first, false));
            default -> touch(view, page);
        }
    }

    private static void touch(View view, long page) {
        try {
            long found = view.load(page << 12, 8);
            assertThat(found == 0 || (found & 0xffff) == 0x5a5a).isTrue();
            view.store(page << 12, 8, page << 16 | 0x5a5a);
        } catch (MemoryFault fault) {
            assertThat(fault.signal()).isEqualTo(MemoryFault.SIGSEGV);
        }
    }
}

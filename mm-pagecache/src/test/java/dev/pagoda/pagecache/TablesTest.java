package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of files: they go with the pages that they lead to, and count with them. */
@Timeout(180)
class TablesTest {
    /** 64 GiB, nearly all of it a hole. */
    private static final long SPARSE_BYTES = 64L << 30;

    private static final long SPARSE_PAGES = SPARSE_BYTES / PAGE;
    /** Tables that a file keeps: of 64 GiB the root, and two that were the root once. */
    private static final int KEPT = 3;

    @TempDir
    Path directory;

    private Path sparse(String name) throws IOException {
        Path path = directory.resolve(name);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(SPARSE_BYTES);
        }
        return path;
    }

    /** What a page holds before anybody wrote it is zero; who writes it writes its number. */
    private static void put(OpenFile file, long page) {
        byte[] bytes = new byte[8];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (page >>> 8 * i);
        }
        assertThat(file.pwrite(bytes, 0, 8, page * PAGE)).isEqualTo(8);
    }

    private static long get(OpenFile file, long page) {
        byte[] bytes = new byte[8];
        assertThat(file.pread(bytes, 0, 8, page * PAGE)).as("page " + page).isEqualTo(8);
        long found = 0;
        for (int i = 7; i >= 0; i--) {
            found = found << 8 | bytes[i] & 0xff;
        }
        return found;
    }

    private static long tablesOf(OpenFile file) {
        long[] count = new long[1];
        file.object().tree().forEachAtRest(table -> count[0]++, word -> {});
        return count[0];
    }

    /** Frames that pages and tables of files fill; the space has none but its root and what maps need. */
    private static long frames(TestKernel kernel) {
        long count = 0;
        for (long frame = 0; frame < kernel.core.frames().total(); frame++) {
            int kind = kernel.core.frames().kind(frame);
            count += kernel.core.frames().isAllocated(frame) && (kind == FrameKind.OBJECT || kind == FrameKind.TABLE)
                    ? 1
                    : 0;
        }
        return count;
    }

    private static void emptied(TestKernel kernel) {
        kernel.cache.awaitRest();
        for (int i = 0; i < 1000 && kernel.cache.pages() > 0; i++) {
            kernel.cache.evict(64);
        }
        kernel.core.epochs().reclaimAll(0);
        assertThat(kernel.cache.pages()).isZero();
        assertThat(kernel.cache.tables()).isZero();
    }

    @Test
    void aReadOfAFarPageCountsItsTables() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            assertThat(get(file, 0)).isZero();
            assertThat(kernel.cache.tables())
                    .as("the first pages' tables do not count")
                    .isZero();
            get(file, SPARSE_PAGES - 1);
            // The root is of level 2.
            assertThat(kernel.cache.tables()).isEqualTo(2);
            get(file, SPARSE_PAGES - 2);
            assertThat(kernel.cache.tables()).isEqualTo(2);
            get(file, SPARSE_PAGES - 513);
            assertThat(kernel.cache.tables()).isEqualTo(3);
            assertThat(kernel.cache.pagesAndTables()).isEqualTo(7);
            emptied(kernel);
            assertThat(tablesOf(file)).isEqualTo(KEPT);
        }
    }

    /** Random pages of a sparse file are read and written by several threads, through calls and maps; all the time somebody looks at the bound, and at rest at the frames. */
    @ParameterizedTest
    @ValueSource(ints = {16, 40, 512})
    void neverMoreMemoryThanTheBound(int bound) throws Exception {
        long seed = System.nanoTime();
        System.out.println("TablesTest.neverMoreMemoryThanTheBound " + bound + " seed " + seed);
        try (TestKernel kernel = new TestKernel(directory, bound)) {
            long framesBefore = frames(kernel);
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            int threads = 3;
            AtomicInteger running = new AtomicInteger(threads);
            AtomicLong most = new AtomicLong();
            AtomicLong mostTables = new AtomicLong();
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                Random random = new Random(seed + number);
                tasks.add(() -> {
                    try {
                        for (int i = 0; i < 3000; i++) {
                            long page = random.nextInt(3) == 0
                                    ? random.nextLong(1L << random.nextInt(1, 24))
                                    : random.nextLong(SPARSE_PAGES);
                            if (random.nextInt(4) == 0) {
                                put(file, page);
                                assertThat(get(file, page)).as("seed " + seed).isEqualTo(page);
                            } else {
                                assertThat(get(file, page)).as("seed " + seed).isIn(0L, page);
                            }
                        }
                    } finally {
                        running.getAndDecrement();
                    }
                    return null;
                });
            }
            tasks.add(() -> {
                while (running.get() > 0) {
                    most.accumulateAndGet(kernel.cache.pagesAndTables(), Math::max);
                    mostTables.accumulateAndGet(kernel.cache.tables(), Math::max);
                    Thread.yield();
                }
                return null;
            });
            TestKernel.together(tasks);
            assertThat(most.get()).as("seed " + seed).isLessThanOrEqualTo(bound);
            assertThat(mostTables.get()).isPositive();
            kernel.audit();
            kernel.core.epochs().reclaimAll(0);
            assertThat(frames(kernel) - framesBefore)
                    .as("seed " + seed)
                    .isEqualTo(kernel.cache.pagesAndTables() + KEPT);
            emptied(kernel);
            assertThat(tablesOf(file)).isEqualTo(KEPT);
            assertThat(frames(kernel) - framesBefore).isEqualTo(KEPT);
        }
    }

    @Test
    void whatIsCutOrPunchedTakesItsTablesAlong() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, 512)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            for (long page = 0; page < SPARSE_PAGES; page += SPARSE_PAGES / 64 + 1) {
                put(file, page);
            }
            put(file, 600);
            put(file, 1100);
            assertThat(kernel.cache.tables()).isGreaterThan(100);
            assertThat(file.truncate(SPARSE_BYTES / 2)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.cache.tables()).isLessThan(80);
            CachedFile cached = (CachedFile) file.object();
            assertThat(cached.punch(0, SPARSE_BYTES / 4)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.cache.tables()).isLessThan(40).isPositive();
            assertThat(cached.punch(0, SPARSE_BYTES)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.cache.tables()).isZero();
            assertThat(tablesOf(file)).isEqualTo(KEPT);
            assertThat(file.fsync()).isZero();
        }
    }

    /** A table half of which is cut off stays, and one that a map still shows comes again at a fault. */
    @Test
    void aTableStaysWithAnyPage() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            long far = SPARSE_PAGES / 2;
            put(file, far);
            put(file, far + 511);
            CachedFile cached = (CachedFile) file.object();
            assertThat(cached.punch((far + 511) * PAGE, PAGE)).isZero();
            assertThat(kernel.cache.tables()).isEqualTo(2);
            assertThat(get(file, far)).isEqualTo(far);
            assertThat(cached.punch(far * PAGE, PAGE)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.cache.tables()).isZero();
            assertThat(get(file, far)).isZero();
            assertThat(kernel.cache.tables()).isEqualTo(2);
        }
    }

    @Test
    void aReadThatFailsLeavesNoTable() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            List<FaultyStore> stores = new ArrayList<>();
            kernel.cache.setLayer((path, host) -> {
                stores.add(new FaultyStore(host));
                return stores.getLast();
            });
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            stores.getLast().failsReads = true;
            for (int i = 1; i < 20; i++) {
                assertThat(file.pread(new byte[1], 0, 1, i * (SPARSE_BYTES / 20)))
                        .isNegative();
            }
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.cache.pagesAndTables()).isZero();
            stores.getLast().failsReads = false;
            assertThat(tablesOf(file)).isEqualTo(KEPT);
        }
    }

    /** More threads than can have their tables at one time: nobody holds a part and waits for the rest. */
    @Test
    void manyReadersOfASmallCacheAllComeThrough() throws Exception {
        long seed = System.nanoTime();
        System.out.println("TablesTest.manyReadersOfASmallCacheAllComeThrough seed " + seed);
        try (TestKernel kernel = new TestKernel(directory, PageCache.LEAST_PAGES)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 24; number++) {
                Random random = new Random(seed + number);
                tasks.add(() -> {
                    for (int i = 0; i < 100; i++) {
                        assertThat(get(file, random.nextLong(SPARSE_PAGES)))
                                .as("seed " + seed)
                                .isZero();
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
            emptied(kernel);
            assertThat(tablesOf(file)).isEqualTo(KEPT);
        }
    }

    /** Threads bring pages of few tables in, make them dirty, evict, cut, punch and sync, so that the same tables go and come; what was written last is there after a sync. */
    @Test
    void tablesGoAndComeUnderLoad() throws Exception {
        long seed = System.nanoTime();
        System.out.println("TablesTest.tablesGoAndComeUnderLoad seed " + seed);
        int threads = 4;
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            long far = SPARSE_PAGES / 3 & -512;
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int self = number;
                Random random = new Random(seed + number);
                tasks.add(() -> {
                    // Each has a page of its own in each of three tables.
                    boolean[] written = new boolean[3];
                    try (View view = kernel.space.open("thread " + self)) {
                        TestKernel.map(view, file, true, A + self * (1L << 36), 4, READ | WRITE);
                        for (int i = 0; i < 1500; i++) {
                            int which = random.nextInt(3);
                            long page = far + 512L * which + self;
                            switch (random.nextInt(8)) {
                                case 0, 1 -> {
                                    put(file, page);
                                    written[which] = true;
                                }
                                case 2 -> {
                                    assertThat(file.object().punchPages(page, page + 1))
                                            .isZero();
                                    written[which] = false;
                                }
                                case 3 -> kernel.cache.evict(8);
                                case 4 -> assertThat(file.fdatasync()).isZero();
                                case 5 -> file.object().pageOut(far, far + 1536);
                                default -> {
                                    assertThat(get(file, page))
                                            .as("seed " + seed)
                                            .isEqualTo(written[which] ? page : 0);
                                }
                            }
                        }
                    }
                    for (int which = 0; which < 3; which++) {
                        if (!written[which]) {
                            put(file, far + 512L * which + self);
                        }
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
            assertThat(file.fsync()).isZero();
            assertThat(kernel.cache.dirtyPages()).as("seed " + seed).isZero();
            emptied(kernel);
            for (int i = 0; i < 3 * threads; i++) {
                long page = far + 512L * (i / threads) + i % threads;
                assertThat(get(file, page)).as("seed " + seed).isEqualTo(page);
            }
        }
    }

    /** The frame of a table that a cursor remembers is another's by now, with a page where that of the cursor was. */
    @Test
    void aCursorLooksAgainWhenATableWent() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, 512)) {
            OpenFile file = kernel.open(sparse("file"), READ_WRITE);
            long far = SPARSE_PAGES / 2 + 7;
            put(file, far);
            try (FileCursor cursor = file.cursor(kernel.view)) {
                for (int round = 0; round < 3; round++) {
                    assertThat(cursor.getLong(far * PAGE)).isEqualTo(far);
                    assertThat(cursor.getLong(far * PAGE)).isEqualTo(far);
                    assertThat(file.fsync()).isZero();
                    emptied(kernel);
                    for (int i = 0; i < 100; i++) {
                        put(file, 512L * (i + 1) + 7);
                        assertThat(get(file, 512L * (i + 1) + 7)).isEqualTo(512L * (i + 1) + 7);
                    }
                    assertThat(cursor.getLong(far * PAGE)).isEqualTo(far);
                }
            }
        }
    }

    @Test
    void theTablesOfAFileInMemoryGoToo() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.keep(OpenFile.inMemory(kernel.cache, "tables", true));
            assertThat(file.truncate(SPARSE_BYTES)).isZero();
            long before = frames(kernel);
            for (int i = 0; i < 50; i++) {
                put(file, i * (SPARSE_PAGES / 50));
            }
            assertThat(kernel.cache.tables()).as("they do not count").isZero();
            assertThat(file.object().punch(0, SPARSE_BYTES)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(frames(kernel) - before).isEqualTo(KEPT);
        }
    }
}

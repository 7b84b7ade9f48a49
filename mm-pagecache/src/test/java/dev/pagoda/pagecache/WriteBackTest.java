package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Pin;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Sync;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Write-back, eviction and devices that fail. */
class WriteBackTest {
    private static final long BOUND = 64;

    @TempDir
    Path directory;

    @Test
    void aFileFourTimesTheBoundIsReadAndWrittenWithinIt() throws IOException {
        int pages = (int) (4 * BOUND);
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            OpenFile file = kernel.open(kernel.file("big", pages * PAGE), READ_WRITE);
            kernel.mapShared(file, A, pages, READ | WRITE);
            for (int page = 0; page < pages; page++) {
                assertThat(kernel.load(A + (long) page * PAGE)).isEqualTo(TestKernel.letter(page));
                kernel.store(A + (long) page * PAGE + 1, page * 7);
                assertThat(kernel.cache.pages()).isLessThanOrEqualTo(BOUND);
            }
            for (int page = 0; page < pages; page++) {
                assertThat((byte) kernel.load(A + (long) page * PAGE + 1)).isEqualTo((byte) (page * 7));
                assertThat(kernel.cache.pages()).isLessThanOrEqualTo(BOUND);
            }
            assertThat(kernel.cache.statistics().pagesEvicted()).isGreaterThan(pages);
            byte[] found = TestKernel.content(file);
            for (int page = 0; page < pages; page++) {
                assertThat(found[page * PAGE + 1]).isEqualTo((byte) (page * 7));
                assertThat(found[page * PAGE + 2]).isEqualTo(TestKernel.letter(page));
            }
        }
        byte[] host = Files.readAllBytes(directory.resolve("big"));
        for (int page = 0; page < pages; page++) {
            assertThat(host[page * PAGE + 1]).isEqualTo((byte) (page * 7));
        }
    }

    @Test
    void theKernelsReclaimTakesPagesOfFiles() {
        // More pages of a file than half of memory, then private memory that needs them.
        try (TestKernel kernel = new TestKernel(directory, 4000)) {
            OpenFile file = kernel.open(kernel.file("big", 3000 * PAGE), READ_WRITE);
            assertThat(TestKernel.content(file)).hasSize(3000 * PAGE);
            assertThat(kernel.cache.pages()).isEqualTo(3000);
            long memory = A + (1L << 40);
            dev.pagoda.mm.space.Map.anonymous(
                    kernel.view, dev.pagoda.mm.space.Map.Where.FIXED, memory / PAGE, 3000, READ | WRITE, 0, false);
            kernel.view.fill(memory, 3000L * PAGE, (byte) 9);
            assertThat(kernel.cache.pages()).isLessThan(1100);
            assertThat(kernel.load(memory + 2999L * PAGE)).isEqualTo(9);
            kernel.unmap(memory, 3000);
        }
    }

    @Test
    void storesOfTwoThreadsSurviveSyncsOfAThird() throws Exception {
        storeWhileSyncing(1024, 20_000);
    }

    @Test
    void storesOfTwoThreadsSurviveSyncsAndEvictions() throws Exception {
        storeWhileSyncing(20, 4_000);
    }

    private void storeWhileSyncing(long bound, int stores) throws Exception {
        long seed = System.nanoTime();
        System.out.println("WriteBackTest.storeWhileSyncing bound " + bound + " seed " + seed);
        int pages = 40;
        int slots = pages * PAGE / 8;
        long[][] last = new long[2][slots];
        try (TestKernel kernel = new TestKernel(directory, bound)) {
            OpenFile file = kernel.open(kernel.file("shared", pages * PAGE), READ_WRITE);
            AtomicInteger running = new AtomicInteger(2);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 2; number++) {
                int self = number;
                tasks.add(() -> {
                    Random random = new Random(seed + self);
                    try (View view = kernel.space.open("storer " + self)) {
                        long address = A + self * (1L << 40);
                        TestKernel.map(view, file, true, address, pages, READ | WRITE);
                        byte[] eight = new byte[8];
                        for (int n = 1; n <= stores; n++) {
                            // Each thread has its own half of the slots, so that the last store is known.
                            int slot = random.nextInt(slots / 2) * 2 + self;
                            long value = (long) n << 8 | self;
                            if (n % 3 == 0) {
                                java.nio.ByteBuffer.wrap(eight)
                                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                                        .putLong(value);
                                assertThat(file.pwrite(eight, 0, 8, slot * 8L)).isEqualTo(8);
                            } else {
                                view.store(address + slot * 8L, 8, value);
                            }
                            last[self][slot] = value;
                            if (n % 5 == 0) {
                                int own = random.nextInt(slots / 2) * 2 + self;
                                long found = view.load(address + own * 8L, 8);
                                if (last[self][own] != 0) {
                                    assertThat(found).as("seed " + seed).isEqualTo(last[self][own]);
                                }
                            }
                        }
                    } finally {
                        running.decrementAndGet();
                    }
                    return null;
                });
            }
            tasks.add(() -> {
                try (View view = kernel.space.open("syncer")) {
                    Random random = new Random(seed + 2);
                    TestKernel.map(view, file, true, A + (3L << 40), pages, READ);
                    while (running.get() > 0) {
                        int first = random.nextInt(pages);
                        int error = random.nextBoolean()
                                ? Sync.range(view, (A + (3L << 40)) / PAGE + first, pages - first, true, false)
                                : (int) file.fdatasync();
                        assertThat(error).isZero();
                        assertThat(kernel.cache.pages()).isLessThanOrEqualTo(bound);
                    }
                }
                return null;
            });
            TestKernel.together(tasks);
            assertThat(file.fsync()).isZero();
            compare(seed, last);
        }
        compare(seed, last);
    }

    private void compare(long seed, long[][] last) throws IOException {
        java.nio.LongBuffer host = java.nio.ByteBuffer.wrap(Files.readAllBytes(directory.resolve("shared")))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        for (int slot = 0; slot < host.capacity(); slot++) {
            long expected = last[slot & 1][slot];
            if (expected != 0) {
                assertThat(host.get(slot)).as("seed %d slot %d", seed, slot).isEqualTo(expected);
            }
        }
    }

    @Test
    void aFailedWriteIsReportedAndThePageStaysDirty() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            Path path = kernel.file("faulty", 4 * PAGE);
            FaultyStore store = new FaultyStore(FileStore.open(path));
            OpenFile file = kernel.keep(OpenFile.of(kernel.cache.enter(store, "faulty", "faulty", null), READ_WRITE));
            kernel.mapShared(file, A, 4, READ | WRITE);
            kernel.store(A, 'x');
            kernel.store(A + 3 * PAGE, 'y');
            store.failsWrites = true;
            assertThat(Sync.range(kernel.view, A / PAGE, 4, true, false)).isEqualTo(Refusal.IO_ERROR);
            assertThat(file.fsync()).isEqualTo(Refusal.IO_ERROR);
            store.message = "No space left on device";
            assertThat(file.fsync()).isEqualTo(-28);
            assertThat(kernel.cache.evict(4)).isZero();
            assertThat(Files.readAllBytes(path)[0]).isEqualTo((byte) 'a');
            store.failsWrites = false;
            // The eviction's attempt failed too, and nobody was told of that yet.
            assertThat(Sync.range(kernel.view, A / PAGE, 4, true, false)).isEqualTo(-28);
            assertThat(Sync.range(kernel.view, A / PAGE, 4, true, false)).isZero();
            byte[] host = Files.readAllBytes(path);
            assertThat(host[0]).isEqualTo((byte) 'x');
            assertThat(host[3 * PAGE]).isEqualTo((byte) 'y');
            assertThat(kernel.cache.statistics().pagesLost()).isZero();
        }
    }

    @Test
    void whatIsBehindTheEndIsClearedWhenThePageIsWritten() {
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            OpenFile file = kernel.open(kernel.file("short", PAGE + 100), READ_WRITE);
            kernel.mapShared(file, A, 2, READ | WRITE);
            kernel.view.fill(A, 2 * PAGE, (byte) 'x');
            assertThat(Sync.range(kernel.view, A / PAGE, 2, true, false)).isZero();
            assertThat(kernel.load(A + PAGE - 1)).isEqualTo('x');
            assertThat(kernel.load(A + PAGE + 99)).isEqualTo('x');
            assertThat(kernel.load(A + PAGE + 100)).isZero();
            assertThat(kernel.load(A + 2 * PAGE - 1)).isZero();
            kernel.store(A + PAGE + 100, 'y');
            assertThat(file.fsync()).isZero();
            assertThat(kernel.load(A + PAGE + 100)).isZero();
        }
    }

    /** The file grows, and a device stores to where it grew, while a write-back is somewhere between the size that it has read and the page that holds the end. */
    @Test
    void aWriteBackClearsNothingThatAGrowingFileTakesIn() throws Exception {
        int pages = 48;
        int step = 8;
        int first = pages * PAGE + step;
        try (TestKernel kernel = new TestKernel(directory, 4L * BOUND)) {
            FaultyStore store = new FaultyStore(FileStore.open(kernel.file("growing", first)));
            CachedFile cached = kernel.cache.enter(store, "growing", "growing", null);
            OpenFile file = kernel.keep(OpenFile.of(cached, READ_WRITE));
            AtomicBoolean growing = new AtomicBoolean(true);
            TestKernel.together(List.of(
                    () -> {
                        try (View view = kernel.space.open("grower")) {
                            TestKernel.map(view, file, true, A, pages + 1, READ | WRITE);
                            for (int n = 1; n <= 100; n++) {
                                int size = first + n * step;
                                for (int page = 0; page <= pages; page++) {
                                    view.store(A + (long) page * PAGE, 1, n);
                                }
                                // Later and later behind its beginning.
                                long nanos = n * 200L;
                                store.onResize = () -> waitForWriteback(cached, pages, view, nanos);
                                // Stores through views and writes wait for the copy; a device does not.
                                try (Pin pin = Pin.of(view, A + (long) pages * PAGE, PAGE, true)) {
                                    MemorySegment device = pin.segments().getFirst();
                                    assertThat(file.truncate(size)).isZero();
                                    device.set(ValueLayout.JAVA_LONG, (size - step) % PAGE, n);
                                    waitWhile(() -> ObjectWord.isWriteback(word(cached, pages)));
                                }
                                assertThat(view.load(A + size - step, step))
                                        .as("growth " + n)
                                        .isEqualTo(n);
                            }
                        } finally {
                            growing.set(false);
                        }
                        return null;
                    },
                    () -> {
                        while (growing.get()) {
                            assertThat(cached.writeBack(0, pages + 1, true)).isZero();
                        }
                        return null;
                    }));
        }
    }

    private static void waitForWriteback(CachedFile file, int index, View view, long nanosLonger) {
        // Stored to again and again, lest it was written before.
        waitWhile(() -> {
            view.store(A + (long) index * PAGE, 1, 1);
            return !ObjectWord.isWriteback(word(file, index));
        });
        long start = System.nanoTime();
        waitWhile(() -> System.nanoTime() - start < nanosLonger);
    }

    private static long word(CachedFile file, int index) {
        return RawMemory.getAcquire(file.tree().slot(index));
    }

    private static void waitWhile(BooleanSupplier condition) {
        long limit = System.nanoTime() + 20_000_000_000L;
        while (condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for twenty seconds").isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    @Test
    void whatTheHostRefusesToTheLastIsCountedAsLost() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            FaultyStore store = new FaultyStore(FileStore.open(kernel.file("faulty", PAGE)));
            OpenFile file = kernel.keep(OpenFile.of(kernel.cache.enter(store, "faulty", "faulty", null), READ_WRITE));
            file.pwrite(filled(10, 'x'), 0, 10, 0);
            store.failsWrites = true;
            kernel.close(file);
            assertThat(kernel.cache.statistics().pagesLost()).isEqualTo(1);
        }
    }

    @Test
    void aFailedReadIsABusErrorAndIsTriedAgain() throws IOException {
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            FaultyStore store = new FaultyStore(FileStore.open(kernel.file("faulty", 2 * PAGE)));
            OpenFile file = kernel.keep(OpenFile.of(kernel.cache.enter(store, "faulty", "faulty", null), READ_WRITE));
            kernel.mapShared(file, A, 2, READ | WRITE);
            store.failsReads = true;
            MemoryFault fault = catchThrowableOfType(MemoryFault.class, () -> kernel.load(A));
            assertThat(fault.linuxName()).isEqualTo("SIGBUS BUS_ADRERR");
            assertThat(file.pread(new byte[10], 0, 10, 0)).isEqualTo(Refusal.IO_ERROR);
            assertThat(file.pwrite(new byte[10], 0, 10, 0)).isEqualTo(Refusal.IO_ERROR);
            // A page that is new from end to end needs no read.
            assertThat(file.pwrite(filled(PAGE, 'w'), 0, PAGE, PAGE)).isEqualTo(PAGE);
            store.failsReads = false;
            assertThat(kernel.load(A)).isEqualTo('a');
            assertThat(kernel.load(A + PAGE)).isEqualTo('w');
        }
    }

    @Test
    void everythingAtOnceLeavesTheBooksBalanced() throws Exception {
        long seed = System.nanoTime();
        System.out.println("WriteBackTest.everythingAtOnce seed " + seed);
        int pages = 60;
        try (TestKernel kernel = new TestKernel(directory, 24)) {
            Path path = kernel.file("busy", pages * PAGE);
            kernel.open(path, READ_WRITE);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                int self = number;
                tasks.add(() -> {
                    disturb(kernel, path, pages, self, new Random(seed + self));
                    return null;
                });
            }
            TestKernel.together(tasks);
            kernel.audit();
            OpenFile file = kernel.open(path, READ_WRITE);
            assertThat(file.fsync()).isZero();
            assertThat(Files.readAllBytes(path)).as("seed " + seed).isEqualTo(TestKernel.content(file));
        }
    }

    private static void disturb(TestKernel kernel, Path path, int pages, int self, Random random) {
        OpenFile.Opening opening = OpenFile.open(kernel.cache, path, READ_WRITE, 0);
        OpenFile file = opening.file();
        long address = A + self * (1L << 40);
        try (View view = kernel.space.open("thread " + self)) {
            TestKernel.map(view, file, self % 2 == 0, address, pages, READ | WRITE);
            byte[] bytes = new byte[3 * PAGE];
            for (int n = 0; n < 1500; n++) {
                int offset = random.nextInt(pages * PAGE);
                switch (random.nextInt(10)) {
                    case 0 -> file.truncate(random.nextInt(pages * PAGE));
                    case 1 -> file.fallocate(3, offset, 1 + random.nextInt(5 * PAGE));
                    case 2 -> file.fdatasync();
                    case 3 -> kernel.cache.evict(4);
                    case 4, 5 ->
                        assertThat(file.pwrite(bytes, 0, Math.min(bytes.length, pages * PAGE - offset), offset))
                                .isGreaterThan(0);
                    case 6 ->
                        assertThat(file.pread(view, address, 2 * PAGE, offset)).isGreaterThanOrEqualTo(-14);
                    default -> {
                        try {
                            if (random.nextBoolean()) {
                                view.store(address + offset, 1, n);
                            } else {
                                view.load(address + offset, 1);
                            }
                        } catch (MemoryFault fault) {
                            assertThat(fault.linuxName()).isEqualTo("SIGBUS BUS_ADRERR");
                        }
                    }
                }
                assertThat(kernel.cache.pages()).isLessThanOrEqualTo(24);
            }
            dev.pagoda.mm.space.Unmap.range(view, address / PAGE, pages);
        } finally {
            file.close();
        }
    }

    @Test
    void filesThatAreClosedAndOpenedAgainLoseNothing() throws Exception {
        try (TestKernel kernel = new TestKernel(directory, BOUND)) {
            Path path = kernel.file("reopened", 2 * PAGE);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                int self = number;
                tasks.add(() -> {
                    for (int n = 1; n < 300; n++) {
                        OpenFile file =
                                OpenFile.open(kernel.cache, path, READ_WRITE, 0).file();
                        byte[] one = new byte[1];
                        file.pread(one, 0, 1, self * 1000L);
                        if (n > 1) {
                            assertThat(one[0]).isEqualTo((byte) (n - 1));
                        }
                        one[0] = (byte) n;
                        file.pwrite(one, 0, 1, self * 1000L);
                        file.close();
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
            assertThat(kernel.cache.openFiles()).isZero();
        }
    }
}

package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.FADV_DONTNEED;
import static dev.pagoda.pagecache.TestKernel.FADV_NORMAL;
import static dev.pagoda.pagecache.TestKernel.FADV_RANDOM;
import static dev.pagoda.pagecache.TestKernel.FADV_SEQUENTIAL;
import static dev.pagoda.pagecache.TestKernel.FADV_WILLNEED;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a miss reads beside the page that was missed, what is read before it is missed, and what comes of it when something is in the way. */
class ReadAheadTest extends FaultyFile {
    private static final int PAGES = 1024;

    ReadAheadTest() {
        super(2048, PAGES);
    }

    private void readPage(long page) {
        readPages(page, 1);
    }

    private void readPages(long page, int count) {
        byte[] bytes = new byte[count * PAGE];
        assertThat(file.pread(bytes, 0, bytes.length, page * PAGE)).isEqualTo(bytes.length);
        for (int i = 0; i < count; i++) {
            assertThat(bytes[i * PAGE]).isEqualTo(TestKernel.letter(page + i));
            assertThat(bytes[i * PAGE + PAGE - 1]).isEqualTo(TestKernel.letter(page + i));
        }
    }

    private boolean isIn(long page) {
        long slot = cached.tree().slot(page);
        return slot != 0 && ObjectWord.isValid(RawMemory.getAcquire(slot));
    }

    /** First page and number of pages of every read so far. */
    private List<String> reads() {
        List<String> all = new ArrayList<>();
        store.reads.forEach(read -> all.add(read.first() + "+" + (read.end() - read.first())));
        return all;
    }

    /** A slow device is no reason to refuse memory to a program, which would be killed for it. */
    @Test
    void aMissWaitsWhileAllPagesAreOnTheirWay() throws Exception {
        try (TestKernel small = new TestKernel(directory, 16)) {
            FaultyStore slow = new FaultyStore(FileStore.open(small.file("small", 32 * PAGE)));
            OpenFile inSmall = small.keep(OpenFile.of(small.cache.enter(slow, "small", "small", null), READ_WRITE));
            slow.gate = new CountDownLatch(1);
            List<CompletableFuture<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                long page = i;
                reads.add(CompletableFuture.supplyAsync(
                        () -> inSmall.pread(new byte[PAGE], 0, PAGE, page * PAGE), other));
            }
            await(() -> slow.arrived.get() == 16);
            CompletableFuture<Long> last = new CompletableFuture<>();
            Thread reader = new Thread(() -> last.complete(inSmall.pread(new byte[PAGE], 0, PAGE, 20L * PAGE)));
            reader.start();
            await(() -> !reader.isAlive() || reader.getState() == Thread.State.TIMED_WAITING);
            slow.gate.countDown();
            for (CompletableFuture<Long> read : reads) {
                assertThat(read.get()).isEqualTo(PAGE);
            }
            assertThat(last.get()).isEqualTo(PAGE);
        }
    }

    @Test
    void neighboursThatAreMissedComeInOneRead() {
        readPages(100, 64);
        assertThat(reads()).containsExactly("100+64");
        readPages(90, 20);
        assertThat(reads()).containsExactly("100+64", "90+10");
        // What is there in the middle is left out.
        readPages(160, 8);
        readPage(200);
        readPages(195, 10);
        assertThat(reads()).containsExactly("100+64", "90+10", "164+4", "200+1", "195+5", "201+4");
    }

    @Test
    void theNextWindowIsReadBeforeItIsNeeded() {
        file.advise(0, 0, FADV_NORMAL);
        readPage(0);
        assertThat(reads()).containsExactly("0+4");
        store.gate = new CountDownLatch(1);
        // The marker: the reader goes on, another thread reads.
        readPage(1);
        await(() -> store.reads.size() == 2);
        assertThat(reads()).containsExactly("0+4", "4+16");
        assertThat(store.reads.get(1).thread()).startsWith("page cache I/O");
        readPages(2, 2);
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> readPage(4), other);
        store.gate.countDown();
        late.join();
        await(() -> store.reads.size() == 3);
        assertThat(reads()).containsExactly("0+4", "4+16", "20+32");
    }

    @Test
    void aFileThatIsReadStraightOnMissesOnce() {
        file.advise(0, 0, FADV_NORMAL);
        for (int page = 0; page < PAGES; page++) {
            readPage(page);
            await(kernel.cache.io()::isIdle);
        }
        long inForeground = store.reads.stream()
                .filter(read -> !read.thread().startsWith("page cache I/O"))
                .count();
        assertThat(inForeground).isEqualTo(1);
        assertThat(store.reads.stream()
                        .mapToLong(read -> read.end() - read.first())
                        .sum())
                .isEqualTo(PAGES);
        // 4, 16, 32, 64, 128, 256, and then a window of 512 in parts of 256.
        assertThat(store.reads).hasSizeLessThan(14);
    }

    @Test
    void aReaderWhoIsFasterThanTheBackgroundReadsTheRestOfTheWindow() {
        ReadAhead window = new ReadAhead();
        window.onMiss(0, 1, ReadAhead.Advice.NORMAL, 4096);
        assertThat(window.onMarker(1, 4, ReadAhead.Advice.NORMAL, 4096)).isEqualTo(new ReadAhead.Window(4, 16, 4));
        assertThat(window.onMiss(4, 1, ReadAhead.Advice.NORMAL, 4096)).isEqualTo(new ReadAhead.Window(4, 16, 5));
        assertThat(window.onMiss(12, 2, ReadAhead.Advice.NORMAL, 4096)).isEqualTo(new ReadAhead.Window(12, 8, 14));
        assertThat(window.onMarker(14, 20, ReadAhead.Advice.NORMAL, 4096)).isEqualTo(new ReadAhead.Window(20, 32, 20));
        file.advise(0, 0, FADV_NORMAL);
        for (int page = 0; page < PAGES; page++) {
            readPage(page);
        }
        await(kernel.cache.io()::isIdle);
        assertThat(store.reads.stream()
                        .mapToLong(read -> read.end() - read.first())
                        .sum())
                .isEqualTo(PAGES);
    }

    @Test
    void missesHereAndThereHalveTheWindow() {
        file.advise(0, 0, FADV_NORMAL);
        for (int page = 0; page < 64; page++) {
            readPage(page);
            await(kernel.cache.io()::isIdle);
        }
        int before = store.reads.size();
        long[] elsewhere = {1000, 400, 900, 500, 800, 600, 700, 300, 950};
        for (long page : elsewhere) {
            readPage(page);
        }
        assertThat(reads().subList(before, reads().size()))
                .filteredOn(read -> !read.startsWith("116+") && !read.startsWith("52+"))
                .containsExactly("1000+1", "400+1", "900+1", "500+1", "800+1", "600+1", "700+1", "300+1", "950+1");
        // Small again: straight on from here begins anew.
        readPage(951);
        assertThat(reads()).endsWith("951+4");
    }

    @Test
    void sequentialAdviceDoublesAndLetsGoOfWhatWasRead() {
        ReadAhead window = new ReadAhead();
        ReadAhead.Window read = window.onMiss(0, 1, ReadAhead.Advice.NORMAL, 4096);
        for (int i = 0; i < 10; i++) {
            read = window.onMarker(read.first(), -1, ReadAhead.Advice.NORMAL, 4096);
        }
        assertThat(read.pages()).isEqualTo(1024);
        for (int i = 0; i < 10; i++) {
            read = window.onMarker(read.first(), -1, ReadAhead.Advice.SEQUENTIAL, 4096);
        }
        assertThat(read.pages()).isEqualTo(2048);
        file.advise(0, 0, FADV_SEQUENTIAL);
        for (int page = 0; page < PAGES; page++) {
            // The first use is what the page came in for.
            readPage(page);
            readPage(page);
        }
        assertThat(ObjectWord.isAccessed(RawMemory.getAcquire(cached.tree().slot(0))))
                .isFalse();
        assertThat(ObjectWord.isAccessed(RawMemory.getAcquire(cached.tree().slot(PAGES - 1))))
                .isTrue();
    }

    @Test
    void twoDescriptionsHaveWindowsOfTheirOwn() {
        file.advise(0, 0, FADV_NORMAL);
        assertThat(cached.hold()).isTrue();
        OpenFile second = kernel.keep(OpenFile.of(cached, READ_WRITE));
        second.advise(0, 0, FADV_NORMAL);
        readPage(0);
        second.pread(new byte[1], 0, 1, 500L * PAGE);
        readPage(1);
        await(() -> store.reads.size() == 3);
        assertThat(reads()).containsExactly("0+4", "500+1", "4+16");
    }

    @Test
    void loadsOfAMapReadAheadAsItsAdviceSays() {
        file.advise(0, 0, FADV_NORMAL);
        kernel.mapShared(file, A, PAGES, READ | WRITE);
        assertThat(kernel.load(A)).isEqualTo(TestKernel.letter(0));
        assertThat(reads()).containsExactly("0+4");
        // The page with the marker is not shown with its neighbours.
        assertThat(kernel.load(A + PAGE)).isEqualTo(TestKernel.letter(1));
        await(() -> store.reads.size() == 2);
        assertThat(reads()).containsExactly("0+4", "4+16");
        long random = A / PAGE + 512;
        assertThat(Advise.attribute(kernel.view, random, 512, Attributes.ACCESS_MASK, Attributes.RANDOM, false))
                .isZero();
        for (int page = 512; page < 520; page++) {
            assertThat(kernel.load(A + (long) page * PAGE)).isEqualTo(TestKernel.letter(page));
        }
        assertThat(reads().subList(2, 10)).allMatch(read -> read.endsWith("+1"));
    }

    @Test
    void aFaultShowsTheNeighboursThatAreInMemory() {
        file.advise(32L * PAGE, 20L * PAGE, FADV_WILLNEED);
        assertThat(reads()).containsExactly("32+20");
        kernel.mapShared(file, A, 64, READ | WRITE);
        long before = kernel.space.faults();
        for (int page = 32; page < 48; page++) {
            assertThat(kernel.load(A + (long) page * PAGE)).isEqualTo(TestKernel.letter(page));
        }
        assertThat(kernel.space.faults() - before).isEqualTo(1);
        assertThat(kernel.space.objectBytes()).isEqualTo(16 * PAGE);
        // Shown is not written: the first store of each page still is a fault.
        assertThat(ObjectWord.isDirty(RawMemory.getAcquire(cached.tree().slot(40))))
                .isFalse();
        kernel.store(A + 40L * PAGE, 'x');
        assertThat(ObjectWord.isDirty(RawMemory.getAcquire(cached.tree().slot(40))))
                .isTrue();
        kernel.mapPrivate(file, A + (1L << 40), 64, READ | WRITE);
        kernel.store(A + (1L << 40) + 33 * PAGE, 'y');
        assertThat(kernel.load(A + (1L << 40) + 34 * PAGE)).isEqualTo(TestKernel.letter(34));
        assertThat(kernel.load(A + 33 * PAGE)).isEqualTo(TestKernel.letter(33));
        assertThat(kernel.cache.evict(64)).isGreaterThanOrEqualTo(15);
        assertThat(kernel.load(A + 47 * PAGE)).isEqualTo(TestKernel.letter(47));
    }

    @Test
    void adviceReadsAndGivesUp() {
        assertThat(file.advise(PAGE + 1, 3 * PAGE, FADV_WILLNEED)).isZero();
        assertThat(reads()).containsExactly("1+4");
        file.pwrite(filled(1, 'x'), 0, 1, 2 * PAGE);
        // Pages 1 and 4 are meant in part only, page 2 is dirty.
        assertThat(file.advise(PAGE + 1, 3 * PAGE, FADV_DONTNEED)).isZero();
        assertThat(List.of(isIn(1), isIn(2), isIn(3), isIn(4))).containsExactly(true, true, false, true);
        assertThat(file.advise(0, 0, FADV_DONTNEED)).isZero();
        assertThat(kernel.cache.pages()).isZero();
        assertThat(file.advise(0, 0, 6)).isEqualTo(Refusal.INVALID);
        assertThat(file.advise(0, -1, FADV_NORMAL)).isEqualTo(Refusal.INVALID);
        // No more at once than the cache can spare.
        file.advise(0, 0, FADV_WILLNEED);
        assertThat(kernel.cache.pages()).isEqualTo(512);
    }

    @Test
    void nothingLeavesForPagesThatTheFileDoesNotHaveOrThatAreIn() throws Exception {
        try (TestKernel small = new TestKernel(directory, 160)) {
            OpenFile first = small.open(small.file("first", 130 * PAGE), READ_WRITE);
            first.advise(0, 0, FADV_RANDOM);
            read(first, 0, 130);
            Path second = small.file("second", 30 * PAGE);
            OpenFile scattered = small.open(second, READ_WRITE);
            scattered.advise(0, 0, FADV_RANDOM);
            read(scattered, 20, 6);
            // A window of 40 pages, of which 24 are wanting, and just as many have room.
            OpenFile straight = small.open(second, READ_WRITE);
            straight.advise(0, 0, FADV_NORMAL);
            read(straight, 0, 10);
            await(small.cache.io()::isIdle);
            assertThat(small.cache.pages()).isGreaterThanOrEqualTo(130 + 6 + 20);
            assertThat(small.cache.statistics().pagesEvicted.sum()).isZero();
        }
    }

    private static void read(OpenFile file, long page, int count) {
        byte[] bytes = new byte[count * PAGE];
        assertThat(file.pread(bytes, 0, bytes.length, page * PAGE)).isEqualTo(bytes.length);
    }

    @Test
    void whatWasNotAskedForDoesNotFailARead() {
        store.failsReadsOf = 102;
        byte[] bytes = new byte[8 * PAGE];
        assertThat(file.pread(bytes, 0, bytes.length, 100 * PAGE)).isEqualTo(2 * PAGE);
        assertThat(file.pread(bytes, 0, bytes.length, 102 * PAGE)).isEqualTo(Refusal.IO_ERROR);
        assertThat(isIn(102)).isFalse();
        store.failsReadsOf = -1;
        readPages(100, 8);
    }

    @Test
    void whoMissesAPageThatAnothersReadBringsWaitsForIt() {
        store.gate = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> readPages(100, 32), other);
        await(() -> store.arrived.get() == 1);
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> readPages(110, 4), other);
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> readPages(90, 20), other);
        await(() -> store.reads.size() == 2);
        assertThat(second.isDone()).isFalse();
        store.gate.countDown();
        first.join();
        second.join();
        third.join();
        assertThat(reads()).containsExactly("100+32", "90+10");
    }

    @Test
    void aTruncationTakesItsPagesOutOfAReadThatIsUnderWay() {
        store.gate = new CountDownLatch(1);
        byte[] bytes = new byte[32 * PAGE];
        CompletableFuture<Long> read =
                CompletableFuture.supplyAsync(() -> file.pread(bytes, 0, bytes.length, 100 * PAGE), other);
        await(() -> store.arrived.get() == 1);
        assertThat(file.truncate(104 * PAGE + 1)).isZero();
        assertThat(file.truncate(PAGES * PAGE)).isZero();
        store.gate.countDown();
        assertThat(read.join()).isEqualTo(32 * PAGE);
        for (int page = 100; page < 132; page++) {
            assertThat(bytes[(page - 100) * PAGE]).isEqualTo(page <= 104 ? TestKernel.letter(page) : 0);
            assertThat(bytes[(page - 100) * PAGE + 1]).isEqualTo(page < 104 ? TestKernel.letter(page) : 0);
        }
    }

    @Test
    void aReadInTheBackgroundHoldsNobodyUpWhoClosesTheFile() {
        file.advise(0, 0, FADV_NORMAL);
        readPage(0);
        store.gate = new CountDownLatch(1);
        readPage(1);
        await(() -> store.reads.size() == 2);
        kernel.close(file);
        assertThat(kernel.cache.openFiles()).isEqualTo(1);
        store.gate.countDown();
        await(() -> kernel.cache.openFiles() == 0);
    }

    @Test
    void aGuestThreadLetsAnotherThreadWaitForTheDevice() throws InterruptedException {
        Thread guest = Thread.ofVirtual().start(() -> readPage(5));
        guest.join();
        assertThat(store.reads.getFirst().thread()).startsWith("page cache I/O");
        readPage(6);
        assertThat(store.reads.getLast().thread()).doesNotStartWith("page cache I/O");
    }

    @Test
    void aGuestThreadWaitsForTheDeviceItselfWhereAllOthersWaitForSomethingElse() throws InterruptedException {
        store.gate = new CountDownLatch(1);
        List<Thread> guests = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            int page = 8 * i;
            guests.add(Thread.ofVirtual().start(() -> readPage(page)));
        }
        await(() -> store.arrived.get() == 64);
        CompletableFuture<Integer> call = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return kernel.cache.io().call(() -> 7);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                Thread.ofVirtual()::start);
        assertThat(call.join()).isEqualTo(7);
        store.gate.countDown();
        for (Thread guest : guests) {
            guest.join();
        }
    }

    @Test
    void aFileThatSomebodyElseCutIsShortAndABusError() throws IOException {
        kernel.mapShared(file, A, PAGES, READ | WRITE);
        readPage(600);
        try (FileChannel host = FileChannel.open(path, StandardOpenOption.WRITE)) {
            host.truncate(510 * PAGE + 100);
        }
        byte[] bytes = new byte[20 * PAGE];
        assertThat(file.pread(bytes, 0, bytes.length, 500 * PAGE)).isEqualTo(10 * PAGE);
        assertThat(file.pread(bytes, 0, bytes.length, 510 * PAGE)).isZero();
        assertThat(file.pwrite(bytes, 0, 1, 520 * PAGE)).isEqualTo(Refusal.IO_ERROR);
        MemoryFault fault = catchThrowableOfType(MemoryFault.class, () -> kernel.load(A + 700L * PAGE));
        assertThat(fault.linuxName()).isEqualTo("SIGBUS BUS_ADRERR");
        // What is in memory is there, and what is new from end to end needs nothing of the host.
        readPage(600);
        assertThat(file.pwrite(filled(PAGE, 'z'), 0, PAGE, 520 * PAGE)).isEqualTo(PAGE);
        // A file that this cache makes longer is another matter.
        assertThat(file.truncate(300 * PAGE)).isZero();
        assertThat(file.truncate(PAGES * PAGE)).isZero();
        assertThat(kernel.load(A + 700L * PAGE)).isZero();
        assertThat(file.pwrite(filled(1, 'z'), 0, 1, 2000 * PAGE)).isEqualTo(1);
        assertThat(file.pread(bytes, 0, bytes.length, 1900 * PAGE)).isEqualTo(bytes.length);
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void theBoundHoldsWhileSeveralReadAhead() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("ReadAheadTest.theBoundHolds seed " + seed);
        try (TestKernel small = new TestKernel(directory, 100)) {
            Path big = small.file("big", PAGES * PAGE);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                OpenFile mine = small.open(big, READ_WRITE);
                mine.advise(0, 0, number == 2 ? FADV_SEQUENTIAL : FADV_NORMAL);
                Random random = new Random(seed + number);
                tasks.add(() -> {
                    byte[] one = new byte[1];
                    for (int round = 0; round < 20; round++) {
                        int start = random.nextInt(PAGES);
                        int end = Math.min(PAGES, start + random.nextInt(300));
                        for (int page = start; page < end; page++) {
                            assertThat(mine.pread(one, 0, 1, (long) page * PAGE + 7))
                                    .isEqualTo(1);
                            assertThat(one[0]).as("seed " + seed).isEqualTo(TestKernel.letter(page));
                            assertThat(small.cache.pages()).isLessThanOrEqualTo(100);
                        }
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
        }
    }
}

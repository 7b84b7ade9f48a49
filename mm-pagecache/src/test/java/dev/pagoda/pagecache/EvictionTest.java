package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.FADV_NORMAL;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Mlock;
import dev.pagoda.mm.space.PageOut;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
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

/** Which pages leave, how many stay, and what the cache knows of them costs. */
@Timeout(120)
class EvictionTest {
    @TempDir
    Path directory;

    private static void use(OpenFile file, long page) {
        byte[] one = new byte[1];
        assertThat(file.pread(one, 0, 1, page * PAGE)).isEqualTo(1);
        assertThat(one[0]).isEqualTo(TestKernel.letter(page));
    }

    private static boolean isHere(OpenFile file, long page) {
        return file.object().isResident(page);
    }

    @Test
    void aScanLeavesPagesThatAreUsedAgain() {
        try (TestKernel kernel = new TestKernel(directory, 400)) {
            OpenFile set = kernel.open(kernel.file("set", 200 * PAGE), READ_WRITE);
            OpenFile scanned = kernel.open(kernel.file("scanned", 1500 * PAGE), READ_WRITE);
            for (int page = 0; page < 1500; page++) {
                use(scanned, page);
                // The whole set while 50 pages are read.
                for (int i = 0; i < 4; i++) {
                    use(set, (4L * page + i) % 200);
                }
            }
            long readBefore = kernel.cache.statistics().pagesRead();
            for (int page = 0; page < 1500; page++) {
                use(scanned, page);
            }
            int left = 0;
            for (int page = 0; page < 200; page++) {
                left += isHere(set, page) ? 1 : 0;
            }
            assertThat(kernel.cache.statistics().pagesRead() - readBefore).isGreaterThan(1000);
            assertThat(left).isGreaterThan(150);
        }
    }

    @Test
    void lockedPagesStay() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.open(kernel.file("file", 200 * PAGE), READ_WRITE);
            kernel.mapShared(file, A, 200, READ | WRITE);
            assertThat(Mlock.lock(kernel.view, A / PAGE + 3, 10, false)).isZero();
            for (int round = 0; round < 3; round++) {
                for (int page = 20; page < 200; page++) {
                    kernel.load(A + (long) page * PAGE);
                }
                kernel.cache.evict(64);
                for (int page = 3; page < 13; page++) {
                    assertThat(Residency.of(kernel.view, A / PAGE + page)).isEqualTo(1);
                }
            }
            assertThat(Mlock.unlock(kernel.view, A / PAGE + 3, 10)).isZero();
            kernel.unmap(A, 200);
            emptied(kernel);
        }
    }

    /** Each page in memory can be found and can leave when nobody needs it. */
    private static void emptied(TestKernel kernel) {
        kernel.cache.awaitRest();
        kernel.cache.sync();
        for (int i = 0; i < 100 && kernel.cache.pages() > 0; i++) {
            kernel.cache.evict(256);
        }
        assertThat(kernel.cache.pages()).as("pages that nothing finds").isZero();
    }

    @Test
    void roomIsMadeBeforeItIsNeeded() {
        try (TestKernel kernel = new TestKernel(directory, 1024)) {
            OpenFile file = kernel.open(kernel.file("file", 3000 * PAGE), READ_WRITE);
            long low = kernel.cache.evictor().low();
            assertThat(low).isEqualTo(16);
            for (int page = 0; page < 3000; page++) {
                use(file, page);
                // A reader as slow as a device, so that the other thread has its turn.
                while (page > 1000 && kernel.cache.evictor().isAtWork()) {
                    Thread.yield();
                }
            }
            kernel.cache.awaitRest();
            assertThat(kernel.cache.bound() - kernel.cache.pages()).isGreaterThanOrEqualTo(low);
            assertThat(kernel.cache.statistics().missesWithoutRoom()).isZero();
        }
    }

    /** Readers, writers, mappers, truncations and advice at once: the bound, looked at all the time; frames, looked at when all rest; and no page gets out of sight. */
    @ParameterizedTest
    @ValueSource(ints = {48, 1024})
    void neverMorePagesThanTheBound(int bound) throws Exception {
        long seed = System.nanoTime();
        System.out.println("EvictionTest.neverMorePagesThanTheBound " + bound + " seed " + seed);
        int pages = bound + bound / 2;
        try (TestKernel kernel = new TestKernel(directory, bound)) {
            List<OpenFile> files = new ArrayList<>();
            for (String name : List.of("one", "two", "three")) {
                files.add(kernel.open(kernel.file(name, pages * PAGE), READ_WRITE));
            }
            files.get(1).advise(0, 0, FADV_NORMAL);
            for (int round = 0; round < 3; round++) {
                AtomicInteger running = new AtomicInteger(4);
                AtomicLong most = new AtomicLong();
                List<Callable<Void>> tasks = new ArrayList<>();
                for (int number = 0; number < 4; number++) {
                    int self = number;
                    Random random = new Random(seed + 4L * round + self);
                    tasks.add(() -> {
                        try {
                            disturb(kernel, files, pages, self, random);
                        } finally {
                            running.getAndDecrement();
                        }
                        return null;
                    });
                }
                tasks.add(() -> {
                    while (running.get() > 0) {
                        most.accumulateAndGet(kernel.cache.pagesAndTables(), Math::max);
                        Thread.yield();
                    }
                    return null;
                });
                TestKernel.together(tasks);
                assertThat(most.get()).as("seed " + seed).isLessThanOrEqualTo(bound);
                kernel.audit();
                kernel.core.epochs().reclaimAll(0);
                assertThat(framesOfFiles(kernel.core)).as("seed " + seed).isEqualTo(kernel.cache.pages());
                if (round == 1) {
                    emptied(kernel);
                }
            }
            emptied(kernel);
        }
    }

    private static long framesOfFiles(Core core) {
        long count = 0;
        for (long frame = 0; frame < core.frames().total(); frame++) {
            count += core.frames().kind(frame) == FrameKind.OBJECT ? 1 : 0;
        }
        return count;
    }

    private static void disturb(TestKernel kernel, List<OpenFile> files, int pages, int self, Random random) {
        long address = A + self * (1L << 40);
        OpenFile mapped = files.get(self % 3);
        try (View view = kernel.space.open("thread " + self)) {
            TestKernel.map(view, mapped, self % 2 == 0, address, pages, READ | WRITE);
            byte[] bytes = new byte[9 * PAGE];
            for (int n = 0; n < 2000; n++) {
                OpenFile file = files.get(random.nextInt(3));
                long page = random.nextInt(pages);
                long offset = page * PAGE;
                int length = (int) Math.min(bytes.length, (pages - page) * PAGE);
                switch (random.nextInt(16)) {
                    case 0 -> file.truncate((pages / 2 + random.nextInt(pages / 2)) * (long) PAGE);
                    case 1 -> file.fallocate(3, offset, 1 + random.nextInt(5 * PAGE));
                    case 2 ->
                        PageOut.range(view, address / PAGE + page, Math.min(20, pages - page), random.nextBoolean());
                    case 3 -> kernel.cache.evict(1 + random.nextInt(64));
                    case 4, 5 ->
                        assertThat(file.pwrite(bytes, 0, length, offset)).isGreaterThan(0);
                    case 6 -> file.pwrite(bytes, 0, 100, offset);
                    case 7, 8, 9 -> file.pread(bytes, 0, length, offset);
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
            }
            Unmap.range(view, address / PAGE, pages);
        }
    }

    /**
     * A cache of 256 MiB whose pages have all been replaced, of a file as large: what is kept for them. The frame table is there for every frame, whatever it holds. Larger files add 8 bytes for each page
     * that was ever in memory.
     */
    @Test
    void whatACachedPageCosts() throws IOException {
        int bound = 1 << 16;
        Path path = directory.resolve("large");
        try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
            large.setLength((long) bound * PAGE);
        }
        try (Core core = new Core(320L << 20);
                PageCache cache = new PageCache(core, bound)) {
            OpenFile.Opening opening = OpenFile.open(cache, path, READ_WRITE, 0);
            OpenFile file = opening.file();
            byte[] bytes = new byte[1 << 20];
            for (int round = 0; round < 3; round++) {
                for (long offset = 0; offset < (long) bound * PAGE; offset += bytes.length) {
                    assertThat(file.pread(bytes, 0, bytes.length, offset)).isEqualTo(bytes.length);
                }
            }
            cache.awaitRest();
            assertThat(cache.statistics().pagesEvicted()).isGreaterThan(1000);
            double pages = cache.pages();
            assertThat(pages).isGreaterThan(0.95 * bound);
            long[] tree = new long[1];
            ((CachedFile) file.object()).tree().forEachAtRest(table -> tree[0] += PAGE, word -> {});
            double percentOfReplacement = 100 * cache.replacement().bytes() / (bound * (double) PAGE);
            double percentOfTree = 100 * tree[0] / (bound * (double) PAGE);
            System.out.printf(
                    "metadata of a cached page: replacement %.3f %%, tree with slots and dirty index %.3f %%, frame table %.3f %%%n",
                    percentOfReplacement, percentOfTree, 100.0 * Frame.BYTES / PAGE);
            assertThat(percentOfReplacement + percentOfTree).isLessThan(0.5 + 0.005);
            assertThat(percentOfReplacement).isLessThan(0.305);
            file.close();
            core.epochs().reclaimAll(0);
        }
        Files.delete(path);
    }

    /** An entry of the frame table. */
    private static final class Frame {
        static final int BYTES = 16;
    }
}

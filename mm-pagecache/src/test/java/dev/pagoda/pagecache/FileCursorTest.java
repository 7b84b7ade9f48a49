package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.APPEND;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ_ONLY;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.letter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cursor reads and writes what pread and pwrite would, in one epoch, whatever others do with the file meanwhile. */
@Timeout(120)
class FileCursorTest {
    private static final int O_DSYNC = 010000;
    private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;

    @TempDir
    Path directory;

    private TestKernel kernel;

    @BeforeEach
    void boot() {
        kernel = new TestKernel(directory, 64);
    }

    @AfterEach
    void shutDown() {
        kernel.close();
    }

    private OpenFile file(int bytes, int flags) {
        return kernel.open(kernel.file("file", bytes), flags);
    }

    private static long letters(long page) {
        return letter(page) * EVERY_BYTE;
    }

    @Test
    void numbersOfAllSizesAnywhereInAPageAndAcrossPages() {
        long seed = System.nanoTime();
        System.out.println("FileCursorTest.numbersOfAllSizes seed " + seed);
        Random random = new Random(seed);
        int bytes = 3 * PAGE + 17;
        OpenFile file = file(bytes, READ_WRITE);
        ByteBuffer model = ByteBuffer.wrap(TestKernel.content(file)).order(ByteOrder.LITTLE_ENDIAN);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (int round = 0; round < 20_000; round++) {
                int at = random.nextInt(bytes - 7);
                long value = random.nextLong();
                boolean inRun = random.nextBoolean();
                if (inRun) {
                    cursor.begin();
                }
                switch (random.nextInt(4)) {
                    case 0 -> {
                        assertThat(cursor.getLong(at)).isEqualTo(model.getLong(at));
                        cursor.putLong(at, value);
                        model.putLong(at, value);
                    }
                    case 1 -> {
                        assertThat(cursor.getInt(at)).isEqualTo(model.getInt(at));
                        cursor.putInt(at, (int) value);
                        model.putInt(at, (int) value);
                    }
                    case 2 -> {
                        assertThat(cursor.getShort(at)).isEqualTo(model.getShort(at));
                        cursor.putShort(at, (short) value);
                        model.putShort(at, (short) value);
                    }
                    default -> {
                        assertThat(cursor.getByte(at)).isEqualTo(model.get(at));
                        cursor.putByte(at, (byte) value);
                        model.put(at, (byte) value);
                    }
                }
                cursor.end();
            }
        }
        assertThat(TestKernel.content(file)).isEqualTo(model.array());
    }

    @Test
    void rangesAcrossPages() {
        OpenFile file = file(4 * PAGE, READ_WRITE);
        byte[] stored = TestKernel.filled(2 * PAGE, 'S');
        byte[] found = new byte[2 * PAGE + 10];
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (int start : new int[] {0, 1, PAGE - 1, PAGE}) {
                for (int length : new int[] {0, 1, 7, 8, 9, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE}) {
                    cursor.put(start, stored, 0, length);
                    cursor.get(start, found, 10, length);
                    assertThat(found).startsWith(new byte[10]);
                    for (int i = 0; i < length; i++) {
                        assertThat(found[10 + i]).isEqualTo((byte) 'S');
                    }
                }
            }
            assertThatThrownBy(() -> cursor.get(0, found, found.length - 3, 4))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> cursor.put(0, found, -1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void behindTheEndAGetIsRefusedAndAPutMakesTheFileLonger() {
        OpenFile file = file(PAGE + 8, READ_WRITE | APPEND);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (long at : new long[] {PAGE + 1, PAGE + 8, 1L << 40, Long.MAX_VALUE - 3, -1, Long.MIN_VALUE}) {
                for (int warm = 0; warm < 3; warm++) {
                    cursor.getLong(PAGE);
                    assertThatThrownBy(() -> cursor.getLong(at)).isInstanceOf(IndexOutOfBoundsException.class);
                }
            }
            assertThat(cursor.getLong(PAGE)).isEqualTo(letters(1));
            cursor.putLong(PAGE + 4, 1L);
            assertThat(file.size()).isEqualTo(PAGE + 12);
            cursor.putByte(3 * PAGE, (byte) 7);
            assertThat(file.size()).isEqualTo(3 * PAGE + 1);
            assertThat(cursor.getLong(2 * PAGE)).isZero();
            assertThat(cursor.getByte(3 * PAGE)).isEqualTo((byte) 7);
        }
    }

    @Test
    void whatWasCutOffIsNotReadThoughItWasAMomentAgo() {
        OpenFile file = file(4 * PAGE, READ_WRITE);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (int warm = 0; warm < 3; warm++) {
                assertThat(cursor.getLong(2 * PAGE)).isEqualTo(letters(2));
            }
            assertThat(file.truncate(2 * PAGE + 4)).isZero();
            assertThatThrownBy(() -> cursor.getLong(2 * PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(cursor.getInt(2 * PAGE)).isEqualTo((int) letters(2));
            assertThat(file.truncate(3 * PAGE)).isZero();
            assertThat(cursor.getLong(2 * PAGE)).isEqualTo(letters(2) & 0xffff_ffffL);
        }
    }

    @Test
    void aPutIsDirtyOnceMoreAfterAWriteBack() throws IOException {
        Path path = kernel.file("file", 2 * PAGE);
        OpenFile file = kernel.open(path, READ_WRITE);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (long round = 1; round <= 5; round++) {
                cursor.putLong(8, round);
                cursor.putLong(8, round * 3);
                assertThat(file.fsync()).isZero();
                assertThat(ByteBuffer.wrap(Files.readAllBytes(path))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong(8))
                        .isEqualTo(round * 3);
            }
        }
    }

    @Test
    void aPutToAFileThatSyncsIsWithTheHost() throws IOException {
        Path path = kernel.file("file", PAGE);
        OpenFile file = kernel.open(path, READ_WRITE | O_DSYNC);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            for (long round = 1; round <= 5; round++) {
                cursor.putLong(0, round);
                assertThat(ByteBuffer.wrap(Files.readAllBytes(path))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong(0))
                        .isEqualTo(round);
            }
        }
    }

    @Test
    void aFileInMemoryHasHolesAndSeals() {
        OpenFile file = kernel.keep(OpenFile.inMemory(kernel.cache, "memory", true));
        try (FileCursor cursor = file.cursor(kernel.view)) {
            cursor.putLong(5 * PAGE, 5);
            assertThat(cursor.getLong(PAGE)).isZero();
            for (int warm = 0; warm < 3; warm++) {
                cursor.putLong(5 * PAGE, 6 + warm);
                assertThat(cursor.getLong(5 * PAGE)).isEqualTo(6 + warm);
            }
            assertThat(((MemoryFile) file.object()).addSeals(MemoryFile.SEAL_WRITE))
                    .isZero();
            assertThatThrownBy(() -> cursor.putLong(5 * PAGE, 1))
                    .isInstanceOfSatisfying(
                            FileFault.class, fault -> assertThat(fault.errno()).isEqualTo(HostErrors.EPERM));
            assertThat(cursor.getLong(5 * PAGE)).isEqualTo(8);
        }
    }

    @Test
    void whoMayNotWriteDoesNot() {
        OpenFile file = file(PAGE, READ_ONLY);
        try (FileCursor cursor = file.cursor(kernel.view)) {
            assertThat(cursor.getLong(0)).isEqualTo(letters(0));
            assertThatThrownBy(() -> cursor.putLong(0, 1))
                    .isInstanceOfSatisfying(
                            FileFault.class, fault -> assertThat(fault.errno()).isEqualTo(HostErrors.EBADF));
        }
    }

    @Test
    void aCursorOutlivesItsOpenFileAndAClosedOneIsRefused() {
        OpenFile file = file(PAGE, READ_WRITE);
        FileCursor cursor = file.cursor(kernel.view);
        cursor.putLong(0, 42);
        assertThat(kernel.close(file)).isZero();
        assertThat(cursor.getLong(0)).isEqualTo(42);
        cursor.close();
        cursor.close();
        assertThatThrownBy(() -> cursor.getLong(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cursor.putLong(0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cursor::begin).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.cursor(kernel.view)).isInstanceOf(IllegalStateException.class);
    }

    /** Though the page is still where it was, all over the file. */
    @Test
    void aClosedCursorForgetsEveryPage() {
        OpenFile file = file(32 * PAGE, READ_WRITE);
        FileCursor cursor = file.cursor(kernel.view);
        for (int round = 0; round < 4; round++) {
            for (long page = 0; page < 32; page++) {
                assertThat(cursor.getLong(page * PAGE)).isEqualTo(letters(page));
            }
        }
        cursor.close();
        for (long page = 0; page < 32; page++) {
            long offset = page * PAGE;
            assertThatThrownBy(() -> cursor.getLong(offset)).isInstanceOf(IllegalStateException.class);
        }
        assertThat(kernel.close(file)).isZero();
    }

    @Test
    void aRunIsOneEpochThatAMissEntersAgain() {
        OpenFile file = file(3 * PAGE, READ_WRITE);
        Participant self = kernel.view.participant();
        try (FileCursor cursor = file.cursor(kernel.view)) {
            cursor.begin();
            assertThat(self.isInsideOnce()).isTrue();
            assertThat(cursor.getLong(0)).isEqualTo(letters(0));
            assertThat(self.isInsideOnce()).isTrue();
            assertThatThrownBy(() -> cursor.getLong(3 * PAGE)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(self.isInsideOnce()).isTrue();
            assertThatThrownBy(cursor::begin).isInstanceOf(IllegalStateException.class);
            cursor.end();
            assertThat(self.isInside()).isFalse();
            cursor.end();
            self.enter();
            assertThatThrownBy(() -> cursor.getLong(PAGE)).isInstanceOf(IllegalStateException.class);
            self.leave();
            assertThat(cursor.getLong(PAGE)).isEqualTo(letters(1));
        }
    }

    /** A view that was closed lets nobody enter an epoch, so an access that did not enter one would succeed. */
    @Test
    void everyAccessEntersAnEpochThoughThePageIsARecentOne() {
        OpenFile file = file(PAGE, READ_WRITE);
        View view = kernel.space.open("closed");
        byte[] part = new byte[16];
        try (FileCursor cursor = file.cursor(view)) {
            List<Runnable> accesses = List.of(
                    () -> cursor.getLong(0),
                    () -> cursor.getInt(0),
                    () -> cursor.getShort(0),
                    () -> cursor.getByte(0),
                    () -> cursor.get(0, part, 0, 16),
                    () -> cursor.putLong(0, 1),
                    () -> cursor.putInt(0, 1),
                    () -> cursor.putShort(0, (short) 1),
                    () -> cursor.putByte(0, (byte) 1),
                    () -> cursor.put(0, part, 0, 16),
                    cursor::begin);
            for (int warm = 0; warm < 3; warm++) {
                accesses.forEach(Runnable::run);
                cursor.end();
            }
            assertThat(view.participant().isInside()).isFalse();
            view.close();
            for (Runnable access : accesses) {
                assertThatThrownBy(access::run).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    /** What a run has found stays until it ends: an eviction waits so long. */
    @Test
    void anEvictionWaitsForTheEndOfARun() throws Exception {
        OpenFile file = file(PAGE, READ_WRITE);
        AtomicBoolean evicted = new AtomicBoolean();
        Thread evicting = new Thread(() -> {
            file.advise(0, 0, TestKernel.FADV_DONTNEED);
            evicted.set(true);
        });
        try (FileCursor cursor = file.cursor(kernel.view)) {
            cursor.getLong(0);
            cursor.begin();
            assertThat(cursor.getLong(0)).isEqualTo(letters(0));
            evicting.start();
            while (file.object().isResident(0)) {
                Thread.yield();
            }
            // It is leaving, and cannot go: many times as long as a grace period takes.
            for (int i = 0; i < 1000; i++) {
                Thread.yield();
            }
            assertThat(evicted).isFalse();
            cursor.end();
            evicting.join();
            assertThat(evicted).isTrue();
            assertThat(cursor.getLong(0)).isEqualTo(letters(0));
        }
    }

    /**
     * Readers of pages that come and go, each full of its own letter, more threads than CPUs, so that they are often held up in the middle of a read while the frame goes to another page. Red if a get of a page is
     * outside of an epoch, now and then if one of a number is.
     */
    @Test
    void aFrameOfAnotherPageIsNeverSeen() throws Exception {
        int pages = 256;
        OpenFile file = file(pages * PAGE, READ_WRITE);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        Callable<Void> evict = () -> {
            try {
                long end = System.nanoTime() + 4_000_000_000L;
                while (!stop.get() && System.nanoTime() < end) {
                    kernel.cache.evict(32);
                }
            } finally {
                stop.set(true);
            }
            return null;
        };
        List<Callable<Void>> all = new ArrayList<>(List.of(evict));
        int readers = 2 * Runtime.getRuntime().availableProcessors();
        for (int reader = 0; reader < readers; reader++) {
            int which = reader;
            all.add(() -> readUntil(stop, file, pages, which, reads));
        }
        TestKernel.together(all);
        assertThat(reads.get()).isGreaterThan(1000);
        assertThat(kernel.cache.statistics().pagesEvicted()).isGreaterThan(1000);
    }

    /** Every other reader reads numbers, the others whole pages. */
    private Void readUntil(AtomicBoolean stop, OpenFile file, int pages, int which, AtomicLong reads) {
        Random random = new Random(which);
        byte[] part = new byte[PAGE];
        try (View view = kernel.space.open("reader");
                FileCursor cursor = file.cursor(view)) {
            while (!stop.get()) {
                int page = random.nextInt(pages);
                long wrong = 0;
                // Often, so that most of them are hits; with plain compares, so that most of the time goes into reads.
                for (int i = 0; i < 1000; i++) {
                    if (which % 2 == 0) {
                        wrong |= cursor.getLong((long) page * PAGE + 8 * (i % (PAGE / 8))) ^ letters(page);
                    } else {
                        cursor.get((long) page * PAGE, part, 0, PAGE);
                        wrong |= part[i] ^ letter(page) | part[PAGE - 1 - i] ^ letter(page);
                    }
                }
                reads.addAndGet(1000);
                if (wrong != 0) {
                    stop.set(true);
                    throw new AssertionError("page " + page + " showed another's bytes");
                }
            }
        }
        return null;
    }

    private static long inHostFile(Path path, int at) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(path))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong(at);
    }

    /**
     * Numbers that only become larger, of two writers, each first at the beginning of a page, then at its end, against write-backs. Each sync has the host keep no less than what stood there before: red if a put relies
     * on a dirty bit that it read outside of its epoch. And what the host has is the page at one moment, in which the end is never ahead: red if a put lands while a write-back copies, for which the other writer has to
     * have made the page dirty again.
     */
    @Test
    void noPutIsLostToAWriteBackOrComesIntoItsCopy() throws Exception {
        Path path = kernel.file("file", PAGE);
        OpenFile file = kernel.open(path, READ_WRITE);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLongArray put = new AtomicLongArray(2);
        assertThat(file.pwrite(new byte[PAGE], 0, PAGE, 0)).isEqualTo(PAGE);
        Callable<Void> syncer = () -> {
            try {
                long end = System.nanoTime() + 4_000_000_000L;
                while (System.nanoTime() < end) {
                    for (int which = 0; which < 2; which++) {
                        long before = put.get(which);
                        assertThat(file.fsync()).isZero();
                        long last = inHostFile(path, PAGE - 8 - 8 * which);
                        assertThat(last).isGreaterThanOrEqualTo(before);
                        // Read later, so it may be a later write-back's: never an earlier one's.
                        assertThat(inHostFile(path, 8 * which)).isGreaterThanOrEqualTo(last);
                    }
                }
            } finally {
                stop.set(true);
            }
            return null;
        };
        TestKernel.together(List.of(() -> putUntil(stop, file, 0, put), () -> putUntil(stop, file, 1, put), syncer));
        assertThat(put.get(0)).isGreaterThan(1000);
        assertThat(put.get(1)).isGreaterThan(1000);
    }

    private Void putUntil(AtomicBoolean stop, OpenFile file, int which, AtomicLongArray put) {
        try (View view = kernel.space.open("writer");
                FileCursor cursor = file.cursor(view)) {
            for (long value = 1; !stop.get(); value++) {
                cursor.putLong(8 * which, value);
                cursor.putLong(PAGE - 8 - 8 * which, value);
                put.set(which, value);
            }
        }
        return null;
    }

    /** What a file loses by a cut comes back by a write whole: zeroes are never seen between. Red if the size is looked at before the read only. */
    @Test
    void theZeroesOfACutAreNotSeen() throws Exception {
        OpenFile file = file(PAGE, READ_WRITE);
        byte[] half = TestKernel.filled(PAGE / 2, letter(0));
        AtomicBoolean stop = new AtomicBoolean();
        Callable<Void> cutter = () -> {
            try {
                long end = System.nanoTime() + 3_000_000_000L;
                while (!stop.get() && System.nanoTime() < end) {
                    assertThat(file.truncate(PAGE / 2)).isZero();
                    assertThat(file.pwrite(half, 0, half.length, PAGE / 2)).isEqualTo(half.length);
                }
            } finally {
                stop.set(true);
            }
            return null;
        };
        Callable<Void> reader = () -> {
            try (View view = kernel.space.open("reader");
                    FileCursor cursor = file.cursor(view)) {
                long wrong = 0;
                for (int i = 0; !stop.get(); i++) {
                    try {
                        wrong |= cursor.getLong(PAGE / 2 + 8 * (i & 255)) ^ letters(0);
                    } catch (IndexOutOfBoundsException e) {
                        // It is cut at the moment.
                        continue;
                    }
                    if (wrong != 0) {
                        stop.set(true);
                        throw new AssertionError("zeroes, or another's bytes");
                    }
                }
            }
            return null;
        };
        TestKernel.together(List.of(cutter, reader, reader, reader));
    }
}

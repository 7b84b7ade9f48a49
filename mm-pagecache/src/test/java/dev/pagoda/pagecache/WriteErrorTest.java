package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_ONLY;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told of a write that failed: each open file description, once, whoever wrote. */
class WriteErrorTest {
    private static final int EIO = -5;

    @TempDir
    Path directory;

    private TestKernel kernel;
    private Path path;
    private FaultyStore store;
    private CachedFile file;
    private OpenFile first;

    @BeforeEach
    void boot() throws IOException {
        kernel = new TestKernel(directory, 64);
        path = kernel.file("file", 4 * PAGE);
        store = new FaultyStore(FileStore.open(path));
        file = kernel.cache.enter(store, "file", "file", null);
        first = kernel.keep(OpenFile.of(file, READ_WRITE));
    }

    @AfterEach
    void shutDown() {
        kernel.close();
    }

    private OpenFile another(int flags) {
        assertThat(file.hold()).isTrue();
        return kernel.keep(OpenFile.of(file, flags));
    }

    /** An eviction that must write first, and cannot. */
    private void failInTheBackground() {
        first.pwrite(filled(1, 'x'), 0, 1, 0);
        store.failsWrites = true;
        assertThat(kernel.cache.evict(4)).isZero();
        store.failsWrites = false;
    }

    /** What was written to the pages is nowhere else yet. */
    @Test
    void aHoleThatTheDeviceRefusesLosesNothing() {
        first.pwrite(filled(2 * PAGE, 'x'), 0, 2 * PAGE, 0);
        store.failsZeroes = true;
        assertThat(first.fallocate(3, 0, 2 * PAGE)).isEqualTo(EIO);
        assertThat(Arrays.copyOf(TestKernel.content(first), 2 * PAGE)).isEqualTo(filled(2 * PAGE, 'x'));
        store.failsZeroes = false;
        assertThat(first.fallocate(3, 0, PAGE)).isZero();
        assertThat(Arrays.copyOf(TestKernel.content(first), PAGE)).isEqualTo(filled(PAGE, 0));
    }

    @Test
    void everyDescriptionHearsOnceAndThePageIsWrittenAfterAll() throws IOException {
        OpenFile second = another(READ_ONLY);
        failInTheBackground();
        assertThat(first.fsync()).isEqualTo(EIO);
        assertThat(Files.readAllBytes(path)[0]).isEqualTo((byte) 'x');
        assertThat(first.fsync()).isZero();
        assertThat(second.fdatasync()).isEqualTo(EIO);
        assertThat(second.fdatasync()).isZero();
        failInTheBackground();
        assertThat(second.fsync()).isEqualTo(EIO);
        assertThat(first.fsync()).isEqualTo(EIO);
        assertThat(first.fsync()).isZero();
    }

    @Test
    void whoOpensAfterwardsHearsOnlyWhatNobodyHas() {
        failInTheBackground();
        OpenFile before = another(READ_WRITE);
        assertThat(before.fsync()).isEqualTo(EIO);
        OpenFile after = another(READ_WRITE);
        assertThat(after.fsync()).isZero();
        assertThat(first.fsync()).isEqualTo(EIO);
    }

    @Test
    void manyFailuresThatNobodyHeardOfAreOneAndTheLastIsTold() {
        failInTheBackground();
        failInTheBackground();
        store.message = "No space left on device";
        failInTheBackground();
        assertThat(first.fsync()).isEqualTo(-28);
        assertThat(first.fsync()).isZero();
    }

    @Test
    void msyncTellsTheDescriptionThatWasMapped() {
        OpenFile mapped = another(READ_WRITE);
        kernel.mapShared(mapped, A, 4, READ | WRITE);
        failInTheBackground();
        assertThat(Sync.range(kernel.view, A / PAGE + 2, 1, true, false)).isEqualTo(EIO);
        assertThat(mapped.fsync()).isZero();
        assertThat(first.fsync()).isEqualTo(EIO);
    }

    @Test
    void aSyncThatFailsItselfIsNotToldOfItTwice() {
        first.pwrite(filled(1, 'x'), 0, 1, 0);
        store.failsWrites = true;
        assertThat(first.fsync()).isEqualTo(EIO);
        assertThat(first.fsync()).isEqualTo(EIO);
        store.failsWrites = false;
        assertThat(first.fsync()).isZero();
    }

    @Test
    void closingTellsWhoeverMayWrite() {
        OpenFile reads = another(READ_ONLY);
        OpenFile writes = another(READ_WRITE);
        OpenFile synced = another(READ_WRITE);
        failInTheBackground();
        assertThat(synced.fsync()).isEqualTo(EIO);
        for (OpenFile each : List.of(reads, writes, synced)) {
            assertThat(file.hold()).isTrue();
            long told = each.closeAndTell();
            assertThat(told).isEqualTo(each == writes ? EIO : 0);
        }
        assertThat(first.fsync()).isEqualTo(EIO);
    }

    @Test
    void theLastCloseTellsOfItsOwnWrites() {
        first.pwrite(filled(1, 'x'), 0, 1, 0);
        store.failsWrites = true;
        assertThat(kernel.close(first)).isEqualTo(EIO);
        assertThat(kernel.cache.statistics().pagesLost()).isEqualTo(1);
    }

    @Test
    void wantOfRoomIsKnownWhenAFileGrows() {
        store.room = 6 * PAGE;
        assertThat(first.pwrite(filled(4 * PAGE, 'x'), 0, 4 * PAGE, 3 * PAGE)).isEqualTo(3 * PAGE);
        assertThat(first.size()).isEqualTo(6 * PAGE);
        assertThat(first.pwrite(filled(1, 'x'), 0, 1, 6 * PAGE)).isEqualTo(-28);
        assertThat(first.fallocate(0, 5 * PAGE, 2 * PAGE)).isEqualTo(-28);
        assertThat(first.fallocate(1, 5 * PAGE, 2 * PAGE)).isEqualTo(-28);
        assertThat(first.size()).isEqualTo(6 * PAGE);
        // What is inside may be written as before, and a hole behind the end takes no room.
        assertThat(first.pwrite(filled(PAGE, 'y'), 0, PAGE, 0)).isEqualTo(PAGE);
        assertThat(first.truncate(9 * PAGE)).isZero();
        assertThat(first.fsync()).isZero();
        store.room = Long.MAX_VALUE;
        assertThat(first.pwrite(filled(PAGE, 'z'), 0, PAGE, 9 * PAGE)).isEqualTo(PAGE);
    }

    @Test
    void aWriteOfRangesEndsWhereTheRoomDoes() {
        store.room = 6 * PAGE;
        kernel.mapShared(another(READ_WRITE), A, 4, READ | WRITE);
        long[] addresses = {A + 2 * PAGE, A + PAGE - 10, A};
        MemoryRanges ranges = new MemoryRanges(addresses, new long[] {PAGE, PAGE + 10, PAGE});
        assertThat(first.seek(4 * PAGE, 0)).isEqualTo(4 * PAGE);
        assertThat(first.write(kernel.view, ranges)).isEqualTo(2 * PAGE);
        assertThat(first.write(kernel.view, ranges)).isEqualTo(-28);
        assertThat(first.size()).isEqualTo(6 * PAGE);
        assertThat(first.seek(0, 1)).isEqualTo(6 * PAGE);
        byte[] found = TestKernel.content(first);
        assertThat(found[4 * PAGE]).isEqualTo((byte) 'c');
        assertThat(found[5 * PAGE + 9]).isEqualTo((byte) 'a');
        assertThat(found[5 * PAGE + 10]).isEqualTo((byte) 'b');
    }

    @Test
    void whatWasReservedAndNotUsedIsGivenBack() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertThat(first.pwrite(filled(PAGE, 'x'), 0, PAGE, (4L + i) * PAGE))
                    .isEqualTo(PAGE);
        }
        assertThat(kernel.close(first)).isZero();
        assertThat(Files.size(path)).isEqualTo(104 * PAGE);
        assertThat(store.resized).as("cut where it ends").isEqualTo(104 * PAGE);
    }

    @Test
    void whatAnotherProgramAppendsIsNotCutOff() throws IOException {
        for (int i = 0; i < 100; i++) {
            assertThat(first.pwrite(filled(PAGE, 'x'), 0, PAGE, (4L + i) * PAGE))
                    .isEqualTo(PAGE);
        }
        assertThat(first.fsync()).isZero();
        Files.write(path, filled(10, 'z'), StandardOpenOption.APPEND);
        assertThat(kernel.close(first)).isZero();
        assertThat(Files.size(path)).isEqualTo(104 * PAGE + 10);
    }

    @Test
    void ofTwoThreadsOfOneDescriptionOneIsTold() throws InterruptedException {
        ErrorSequence errors = new ErrorSequence();
        int rounds = 2_000;
        int threads = 3;
        AtomicLong heard = new AtomicLong(errors.sample());
        AtomicLong heardElsewhere = new AtomicLong(errors.sample());
        AtomicInteger told = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            errors.record(5);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(() -> {
                    told.getAndAdd(errors.hear(heard) == 5 ? 1 : 0);
                    return null;
                });
            }
            if (round % 100 == 0) {
                TestKernel.together(tasks);
            } else {
                told.getAndAdd(errors.hear(heard) == 5 ? 1 : 0);
            }
            assertThat(told.get()).isEqualTo(round + 1);
            assertThat(errors.hear(heardElsewhere)).isEqualTo(5);
            assertThat(errors.hear(heardElsewhere)).isZero();
        }
    }
}

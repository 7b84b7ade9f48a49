package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dirty pages: how they are found, who writes them when nobody asks, and who is held up when there are too many. */
class FlusherTest extends FaultyFile {
    private static final int BOUND = 1024;
    /** More than one table of pages. */
    private static final int PAGES = 1200;

    FlusherTest() {
        super(BOUND, PAGES);
    }

    private void writePages(long first, int count) {
        byte[] bytes = filled(count * PAGE, 'x');
        assertThat(file.pwrite(bytes, 0, bytes.length, first * PAGE)).isEqualTo(bytes.length);
    }

    private void makeTwoLevels() {
        assertThat(file.pread(new byte[1], 0, 1, 1100L * PAGE)).isEqualTo(1);
    }

    private boolean isDirty(long index) {
        return ObjectWord.isDirty(RawMemory.getAcquire(cached.tree().slot(index)));
    }

    @Test
    void whatIsOldIsWrittenThoughNobodyAsks() throws IOException {
        writePages(3, 2);
        writePages(700, 1);
        assertThat(kernel.cache.dirtyPages()).isEqualTo(3);
        kernel.cache.flusher().writeOlderThan(LIMIT_NANOS);
        assertThat(kernel.cache.dirtyPages()).isEqualTo(3);
        kernel.cache.flusher().writeOlderThan(0);
        assertThat(kernel.cache.dirtyPages()).isZero();
        byte[] host = Files.readAllBytes(path);
        assertThat(List.of(host[3 * PAGE], host[4 * PAGE], host[700 * PAGE])).containsOnly((byte) 'x');
        assertThat(store.writes).containsExactly(2L, 1L);
        // What becomes dirty afterwards is young.
        writePages(700, 1);
        kernel.cache.flusher().writeOlderThan(LIMIT_NANOS);
        assertThat(isDirty(700)).isTrue();
    }

    @Test
    void manyDirtyPagesAreWrittenInTheBackgroundNeighboursTogether() {
        long background = kernel.cache.flusher().backgroundPages();
        assertThat(background).isEqualTo(102);
        writePages(0, (int) background);
        assertThat(happens(() -> !store.writes.isEmpty())).isFalse();
        writePages(300, 1);
        await(() -> kernel.cache.dirtyPages() <= background);
        await(() -> !store.writes.isEmpty());
        assertThat(store.writes).startsWith(background);
    }

    @Test
    void whoMakesTooManyPagesDirtyIsHeldUp() {
        long most = kernel.cache.flusher().throttlePages();
        assertThat(most).isEqualTo(204);
        store.gate = new CountDownLatch(1);
        CompletableFuture<Void> writes = CompletableFuture.runAsync(
                () -> {
                    for (int page = 0; page < 900; page++) {
                        writePages(page, 1);
                    }
                },
                other);
        await(() -> kernel.cache.statistics().throttled() > 0);
        assertThat(happens(writes::isDone)).isFalse();
        // The background and the writer have a batch each under way.
        assertThat(kernel.cache.pages()).isLessThanOrEqualTo(most + 2 * 256 + 1);
        store.gate.countDown();
        writes.join();
        assertThat(kernel.cache.dirtyPages()).isLessThanOrEqualTo(most + 1);
    }

    @Test
    void storesOfAMapAreHeldUpToo() {
        kernel.mapShared(file, A, 900, READ | WRITE);
        for (int page = 0; page < 900; page++) {
            kernel.load(A + (long) page * PAGE);
        }
        store.gate = new CountDownLatch(1);
        CompletableFuture<Void> stores = CompletableFuture.runAsync(
                () -> {
                    try (View view = kernel.space.open("storing")) {
                        for (int page = 0; page < 900; page++) {
                            view.store(A + (long) page * PAGE, 1, 'x');
                        }
                    }
                },
                other);
        await(() -> kernel.cache.statistics().throttled() > 0);
        assertThat(happens(stores::isDone)).isFalse();
        store.gate.countDown();
        stores.join();
    }

    @Test
    void aDeviceThatRefusesHoldsNobodyUpAndLosesNothing() throws IOException {
        store.failsWrites = true;
        for (int page = 0; page < 600; page++) {
            writePages(page, 1);
        }
        assertThat(file.fsync()).isEqualTo(Refusal.IO_ERROR);
        store.failsWrites = false;
        // What the background tried meanwhile is told once.
        file.fsync();
        assertThat(file.fsync()).isZero();
        assertThat(kernel.cache.dirtyPages()).isZero();
        byte[] host = Files.readAllBytes(path);
        for (int page = 0; page < 600; page++) {
            assertThat(host[page * PAGE]).isEqualTo((byte) 'x');
        }
    }

    @Test
    void aSyncWaitsForWhatAnotherWalkIsWriting() {
        writePages(600, 1);
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Void> background =
                CompletableFuture.runAsync(() -> kernel.cache.flusher().writeOlderThan(0), other);
        await(() -> store.arrived.get() > before);
        CompletableFuture<Long> sync = CompletableFuture.supplyAsync(file::fdatasync, other);
        assertThat(happens(sync::isDone)).isFalse();
        store.gate.countDown();
        assertThat(sync.join()).isZero();
        background.join();
        assertThat(file.fdatasync()).isZero();
        assertThat(store.writes).hasSize(1);
    }

    @Test
    void aSyncFindsWhatAnotherWalkHasNotComeToYet() {
        makeTwoLevels();
        for (int page = 0; page < 100; page++) {
            file.pwrite(filled(1, 'y'), 0, 1, 4L * page * PAGE);
        }
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(
                () -> {
                    Actor actor = cached.actors().borrow();
                    try {
                        // Stops in its first batch, which one page ends.
                        return new WriteBack(cached, actor, true, 1).run(0, PAGES);
                    } finally {
                        cached.actors().giveBack(actor);
                    }
                },
                other);
        await(() -> store.arrived.get() > before);
        assertThat(kernel.cache.dirtyPages()).isEqualTo(99);
        CompletableFuture<Long> second = CompletableFuture.supplyAsync(file::fdatasync, other);
        assertThat(happens(second::isDone)).isFalse();
        store.gate.countDown();
        assertThat(first.join()).isZero();
        assertThat(second.join()).isZero();
        assertThat(kernel.cache.dirtyPages()).isZero();
    }

    @Test
    void aPageThatBecameDirtyInALowerTreeIsFound() throws IOException {
        writePages(7, 1);
        makeTwoLevels();
        assertThat(file.fdatasync()).isZero();
        assertThat(Files.readAllBytes(path)[7 * PAGE]).isEqualTo((byte) 'x');
    }

    @Test
    void aBatchThatEndsInTheMiddleOfATableLeavesTheRestToBeFound() {
        makeTwoLevels();
        for (int page = 0; page < 100; page++) {
            file.pwrite(filled(1, 'y'), 0, 1, (long) page * PAGE);
        }
        Actor actor = cached.actors().borrow();
        WriteBack batch = new WriteBack(cached, actor, false, 30);
        assertThat(batch.runBatch(0, ObjectTree.MAX_PAGES)).isEqualTo(30);
        cached.actors().giveBack(actor);
        assertThat(kernel.cache.dirtyPages()).isEqualTo(70);
        assertThat(cached.writeBatch()).isEqualTo(70);
        assertThat(kernel.cache.dirtyPages()).isZero();
    }

    @Test
    void aRangeIsWrittenAndWaitedForAsTheFlagsSay() {
        makeTwoLevels();
        writePages(10, 4);
        writePages(600, 1);
        assertThat(file.syncRange(11L * PAGE + 5, PAGE, 1)).isZero();
        assertThat(store.writes).isEmpty();
        assertThat(file.syncRange(11L * PAGE + 5, PAGE, 2)).isZero();
        assertThat(store.writes).containsExactly(2L);
        assertThat(List.of(isDirty(10), isDirty(11), isDirty(12), isDirty(13)))
                .containsExactly(true, false, false, true);
        store.gate = new CountDownLatch(1);
        int before = store.arrived.get();
        CompletableFuture<Long> write = CompletableFuture.supplyAsync(() -> file.syncRange(0, 0, 2), other);
        await(() -> store.arrived.get() > before);
        CompletableFuture<Long> wait = CompletableFuture.supplyAsync(() -> file.syncRange(0, 20L * PAGE, 4), other);
        assertThat(happens(wait::isDone)).isFalse();
        assertThat(file.syncRange(700L * PAGE, PAGE, 5)).isZero();
        store.gate.countDown();
        assertThat(wait.join() + write.join()).isZero();
        // The device was not asked to keep anything.
        assertThat(store.forces).isEmpty();
        writePages(10, 1);
        store.failsWrites = true;
        assertThat(file.syncRange(0, 0, 2)).isZero();
        assertThat(file.syncRange(0, 0, 1)).isEqualTo(Refusal.IO_ERROR);
        assertThat(file.syncRange(0, 0, 7)).isEqualTo(Refusal.IO_ERROR);
        store.failsWrites = false;
        assertThat(file.syncRange(0, 0, 7)).isZero();
        assertThat(file.syncRange(0, 0, 8)).isEqualTo(Refusal.INVALID);
        assertThat(file.syncRange(-1, 1, 1)).isEqualTo(Refusal.INVALID);
        assertThat(file.syncRange(Long.MAX_VALUE, 2, 1)).isEqualTo(Refusal.INVALID);
    }

    @Test
    void theMetadataAreForcedOnlyWhenThatIsAsked() {
        assertThat(file.fdatasync()).isZero();
        assertThat(file.fsync()).isZero();
        assertThat(store.forces).containsExactly("data", "all");
    }

    @Test
    void whatADeviceMayHaveLostThatCouldNotForceIsWrittenAgain() {
        file.pread(new byte[1], 0, 1, 40 * PAGE);
        writePages(10, 3);
        store.failsForces = true;
        assertThat(file.fsync()).isEqualTo(Refusal.IO_ERROR);
        assertThat(isDirty(11)).isTrue();
        // Nobody has written this one.
        assertThat(isDirty(40)).isFalse();
        store.failsForces = false;
        assertThat(file.fsync()).isZero();
        assertThat(store.writes).containsExactly(3L, 3L);
        assertThat(file.fsync()).isZero();
        assertThat(store.writes).hasSize(2);
    }

    /** By a thread of the machine, and by a guest's, which does not wait itself. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void writesThatGoToTheDeviceAreUnderWaySeveralAtATime(boolean guest) throws InterruptedException {
        store.direct = true;
        for (int page = 0; page < 90; page += 3) {
            writePages(page, 1);
        }
        int before = store.arrived.get();
        store.gate = new CountDownLatch(1);
        long[] answer = new long[1];
        Runnable sync = () -> answer[0] = file.fdatasync();
        Thread syncing =
                guest ? Thread.ofVirtual().start(sync) : Thread.ofPlatform().start(sync);
        await(() -> store.arrived.get() == before + 16);
        store.failsWritesOf = 87;
        store.gate.countDown();
        syncing.join();
        assertThat(answer[0]).isEqualTo(Refusal.IO_ERROR);
        assertThat(kernel.cache.dirtyPages()).isEqualTo(1);
        assertThat(isDirty(87)).isTrue();
        store.failsWritesOf = -1;
        assertThat(file.fdatasync()).isZero();
        assertThat(store.writes).hasSize(30);
    }

    @Test
    void aSyncWhoseWritesAnothersForceMayHaveLostWritesThemAgain() {
        assertThat(cached.hold()).isTrue();
        OpenFile second = kernel.keep(OpenFile.of(cached, READ_WRITE));
        writePages(1, 1);
        store.failsForces = true;
        store.forceGate = new CountDownLatch(1);
        CompletableFuture<Long> failing = CompletableFuture.supplyAsync(file::fsync, other);
        await(() -> store.forcesBegun.get() == 1);
        store.failsForces = false;
        writePages(2, 1);
        CompletableFuture<Long> sync = CompletableFuture.supplyAsync(second::fsync, other);
        await(() -> store.writes.size() == 2);
        assertThat(happens(sync::isDone)).isFalse();
        store.forceGate.countDown();
        assertThat(failing.join()).isEqualTo(Refusal.IO_ERROR);
        // Told once, though this one did well.
        assertThat(sync.join()).isEqualTo(Refusal.IO_ERROR);
        assertThat(kernel.cache.dirtyPages()).isZero();
        assertThat(store.writes.stream().mapToLong(pages -> pages).sum()).isEqualTo(4);
        assertThat(store.forces).hasSize(2);
    }

    @Test
    void aSyncThatWaitsForAnothersForceAsksForItsOwnOnlyIfThatBeganTooEarly() {
        store.forceGate = new CountDownLatch(1);
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(file::fsync, other);
        await(() -> store.forcesBegun.get() == 1);
        writePages(2, 1);
        List<CompletableFuture<Long>> later = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            later.add(CompletableFuture.supplyAsync(file::fdatasync, other));
        }
        await(() -> store.writes.size() == 1 && cached.waitForForce() == 4);
        store.forceGate.countDown();
        assertThat(first.join()).isZero();
        later.forEach(sync -> assertThat(sync.join()).isZero());
        assertThat(store.forces).containsExactly("all", "data");
    }

    /** Each thread stores on pages of its own, all over several tables, syncs now and then, and then finds in the host's file what it stored. */
    @Test
    void whatWasStoredBeforeASyncIsInTheHostsFileAfterIt() throws Exception {
        long seed = System.nanoTime();
        System.out.println("FlusherTest.whatWasStoredBeforeASync seed " + seed);
        int threads = 3;
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int number = 0; number < threads; number++) {
            int self = number;
            tasks.add(() -> {
                Random random = new Random(seed + self);
                byte[] last = new byte[PAGES];
                byte[] one = new byte[1];
                try (RandomAccessFile host = new RandomAccessFile(path.toFile(), "r")) {
                    for (int round = 0; round < 60; round++) {
                        for (int n = 0; n < 40; n++) {
                            int page = random.nextInt(PAGES / threads) * threads + self;
                            one[0] = last[page] = (byte) random.nextInt(1, 100);
                            assertThat(file.pwrite(one, 0, 1, (long) page * PAGE + 5))
                                    .isEqualTo(1);
                        }
                        assertThat(file.fdatasync()).isZero();
                        for (int page = self; page < PAGES; page += threads) {
                            if (last[page] != 0) {
                                host.seek((long) page * PAGE + 5);
                                assertThat((byte) host.read())
                                        .as("seed " + seed + " round " + round + " page " + page)
                                        .isEqualTo(last[page]);
                            }
                        }
                    }
                }
                return null;
            });
        }
        TestKernel.together(tasks);
        assertThat(file.fsync()).isZero();
        assertThat(kernel.cache.dirtyPages()).isZero();
    }
}

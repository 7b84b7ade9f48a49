package dev.pagoda.mm.radix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.epoch.Epochs;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ObjectTreeTest {
    private static final long MIB = 1 << 20;

    /** The frames of tables that were given back; those of the frames under test are dropped by the test. */
    private final List<Long> disposed = new ArrayList<>();

    private final Epochs epochs = new Epochs((record, stripe) -> disposed.add(Retirement.value(record)));
    private final Participant self = epochs.join("test");

    @AfterEach
    void leave() {
        self.close();
        epochs.close();
    }

    @Test
    void growsInHeightAndKeepsWhatWasThere() {
        try (Frames frames = new Frames(4 * MIB)) {
            long free = frames.countFree();
            ObjectTree tree = new ObjectTree(new Tables(frames));
            assertThat(tree.slot(0)).isZero();
            long[] indexes = {0, 511, 512, (1 << 18) - 1, 1 << 18, (1 << 27) - 1, 1 << 27, ObjectTree.MAX_PAGES - 1};
            List<Long> slots = new ArrayList<>();
            for (long index : indexes) {
                assertThat(tree.slot(index))
                        .satisfiesAnyOf(
                                slot -> assertThat(slot).isZero(),
                                slot -> assertThat(index).isIn(511L, (1L << 18) - 1, (1L << 27) - 1));
                long slot = tree.ensureSlot(index, 0);
                assertThat(slot).isNotZero();
                RawMemory.setRelease(slot, ObjectWord.valid(frames.allocate(0, FrameKind.OBJECT)));
                slots.add(slot);
            }
            for (int i = 0; i < indexes.length; i++) {
                assertThat(tree.slot(indexes[i])).as("slots never move").isEqualTo(slots.get(i));
                assertThat(tree.ensureSlot(indexes[i], 0)).isEqualTo(slots.get(i));
            }
            assertThat(tree.slot(ObjectTree.MAX_PAGES)).isZero();
            assertThatThrownBy(() -> tree.ensureSlot(ObjectTree.MAX_PAGES, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tree.ensureSlot(-1, 0)).isInstanceOf(IllegalArgumentException.class);
            long[] tables = new long[1];
            tree.forEachAtRest(table -> tables[0]++, word -> {});
            assertThat(frames.countFree()).isEqualTo(free - tables[0] - indexes.length);
            tree.drain(word -> frames.drop(ObjectWord.frame(word)));
            assertThat(frames.countFree()).isEqualTo(free);
        }
    }

    @Test
    void aHighFirstPageIsFound() {
        try (Frames frames = new Frames(MIB)) {
            ObjectTree tree = new ObjectTree(new Tables(frames));
            long slot = tree.ensureSlot(123_456_789_000L % ObjectTree.MAX_PAGES, 0);
            assertThat(slot).isNotZero();
            assertThat(tree.slot(123_456_789_000L % ObjectTree.MAX_PAGES)).isEqualTo(slot);
            List<Long> told = new ArrayList<>();
            tree.walk(0, Long.MAX_VALUE).run(self, (at, index, word) -> told.add(index));
            assertThat(told).isEmpty();
        }
    }

    @Test
    @Timeout(20)
    void aRangeBehindTheTreeIsEmptyHoweverFar() {
        try (Frames frames = new Frames(MIB)) {
            ObjectTree tree = new ObjectTree(new Tables(frames));
            long slot = tree.ensureSlot(7, 0);
            RawMemory.setRelease(slot, ObjectWord.withDirty(ObjectWord.valid(frames.allocate(0, FrameKind.OBJECT))));
            tree.noteDirty(7);
            for (int bit = 9; bit < Long.SIZE - 1; bit++) {
                long first = (1L << bit) + 7;
                List<Long> told = new ArrayList<>();
                tree.walk(first, Long.MAX_VALUE).run(self, (at, index, word) -> told.add(index));
                tree.walkDirty(first, Long.MAX_VALUE, false).run(self, (at, index, word) -> told.add(index));
                assertThat(told).as("from page " + first).isEmpty();
            }
            tree.drain(word -> frames.drop(ObjectWord.frame(word)));
        }
    }

    @Test
    void tellsARangeInOrderAsAModelDoes() {
        long seed = System.nanoTime();
        System.out.println("ObjectTreeTest.tellsARangeInOrderAsAModelDoes seed " + seed);
        Random random = new Random(seed);
        try (Frames frames = new Frames(16 * MIB)) {
            ObjectTree tree = new ObjectTree(new Tables(frames));
            TreeMap<Long, Long> model = new TreeMap<>();
            for (int i = 0; i < 2000; i++) {
                long index = random.nextInt(3) == 0 ? random.nextLong(1 << 18) : random.nextLong(2000);
                long word = ObjectWord.valid(random.nextLong(1 << 20));
                RawMemory.setRelease(tree.ensureSlot(index, i), word);
                model.put(index, word);
            }
            for (int i = 0; i < 500; i++) {
                long first = random.nextInt(10) == 0 ? -5 : random.nextLong(1 << 18);
                long end = random.nextInt(10) == 0 ? Long.MAX_VALUE : first + random.nextLong(5000);
                List<Long> told = new ArrayList<>();
                tree.walk(first, end).run(self, (slot, index, word) -> {
                    assertThat(tree.slot(index)).isEqualTo(slot);
                    assertThat(word).isEqualTo(model.get(index));
                    return told.add(index);
                });
                assertThat(told)
                        .as("seed %d, from %d to %d", seed, first, end)
                        .containsExactlyElementsOf(
                                end <= first
                                        ? List.of()
                                        : model.subMap(first, end).keySet());
            }
        }
    }

    @Test
    void refusesWithoutAFrameAndLosesNothing() {
        try (Frames frames = new Frames(MIB)) {
            long free = frames.countFree();
            ObjectTree tree = new ObjectTree(new Tables(frames));
            long made = 0;
            while (tree.ensureSlot(made * 512, 0) != 0) {
                made++;
            }
            assertThat(made).isPositive();
            assertThat(frames.countFree()).isZero();
            assertThat(tree.ensureSlot(1L << 30, 0)).isZero();
            assertThat(tree.slot(0)).isNotZero();
            tree.drain(word -> {});
            assertThat(frames.countFree()).isEqualTo(free);
        }
    }

    @Test
    void twoThreadsAgreeOnEverySlot() throws InterruptedException {
        try (Frames frames = new Frames(64 * MIB)) {
            long free = frames.countFree();
            for (int round = 0; round < 50; round++) {
                ObjectTree tree = new ObjectTree(new Tables(frames));
                List<ConcurrentHashMap<Long, Long>> found = new ArrayList<>();
                Thread[] threads = new Thread[2];
                for (int t = 0; t < threads.length; t++) {
                    ConcurrentHashMap<Long, Long> mine = new ConcurrentHashMap<>();
                    found.add(mine);
                    Random random = new Random(round);
                    int stripe = t;
                    threads[t] = new Thread(() -> {
                        for (int i = 0; i < 200; i++) {
                            long index = random.nextLong(1L << random.nextInt(1, 36));
                            mine.put(index, tree.ensureSlot(index, stripe));
                        }
                    });
                    threads[t].start();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                assertThat(found.get(0)).isEqualTo(found.get(1)).doesNotContainValue(0L);
                tree.drain(word -> {});
                assertThat(frames.countFree()).isEqualTo(free);
            }
        }
    }

    /** Room for so many tables. */
    private static final class Counted implements TableRoom {
        private long left;

        Counted(long left) {
            this.left = left;
        }

        @Override
        public boolean take() {
            boolean taken = left > 0;
            left -= taken ? 1 : 0;
            return taken;
        }

        @Override
        public void giveBack(long tables) {
            left += tables;
        }
    }

    @Test
    void emptyTablesGoUpToThoseOfTheFirstPage() {
        try (Frames frames = new Frames(MIB)) {
            long free = frames.countFree();
            Counted room = new Counted(100);
            ObjectTree tree = new ObjectTree(new Tables(frames), room);
            long far = Tables.pagesAt(3) + 5 * Tables.pagesAt(2);
            assertThat(tree.missingTables(far)).isEqualTo(3);
            RawMemory.setRelease(tree.ensureSlot(far, 0), ObjectWord.valid(1));
            assertThat(room.left).as("the root's of once do not count").isEqualTo(97);
            assertThat(tree.missingTables(far + 512)).isEqualTo(1);
            RawMemory.setRelease(tree.ensureSlot(far + 512, 0), ObjectWord.valid(2));
            tree.ensureSlot(0, 0);
            assertThat(room.left).isEqualTo(96);

            assertThat(tree.giveBack(far, self)).as("with a page in it").isZero();
            RawMemory.setRelease(tree.slot(far), ObjectWord.ABSENT);
            assertThat(tree.giveBack(far, self)).isEqualTo(1);
            assertThat(tree.slot(far)).isZero();
            assertThat(tree.word(far + 512)).isEqualTo(ObjectWord.valid(2));
            RawMemory.setRelease(tree.slot(far + 512), ObjectWord.ABSENT);
            assertThat(tree.giveBack(far + 512, self)).isEqualTo(3);
            assertThat(tree.missingTables(far)).isEqualTo(3);
            assertThat(tree.giveBack(0, self)).isZero();
            self.drain();
            assertThat(disposed).hasSize(4);
            disposed.forEach(table -> frames.drop(0, table));
            room.giveBack(4);

            assertThat(tree.ensureSlot(far, 0)).isPositive();
            tree.drain(word -> {});
            assertThat(room.left).isEqualTo(100);
            assertThat(frames.countFree()).isEqualTo(free);
        }
    }

    @Test
    void withoutRoomThereIsNoTable() {
        try (Frames frames = new Frames(MIB)) {
            Counted room = new Counted(2);
            ObjectTree tree = new ObjectTree(new Tables(frames), room);
            long far = Tables.pagesAt(3);
            assertThat(tree.ensureSlot(far, 0)).isEqualTo(ObjectTree.NO_ROOM);
            assertThat(room.left).isZero();
            assertThat(tree.giveBack(far, self)).as("made in vain").isEqualTo(2);
            tree.drain(word -> {});
        }
    }

    @Test
    void aFrozenTableIsBusy() {
        try (Frames frames = new Frames(MIB)) {
            ObjectTree tree = new ObjectTree(new Tables(frames));
            tree.ensureSlot(1 << 18, 0);
            long leaf = tree.slot(1 << 18);
            RawMemory.setRelease(leaf, ObjectWord.FROZEN);
            List<Long> told = new ArrayList<>();
            tree.walk(0, Long.MAX_VALUE).run(self, (at, index, word) -> told.add(index));
            assertThat(told).isEmpty();
            assertThat(tree.giveBack(1 << 18, self)).as("another freezes it").isZero();
            RawMemory.setRelease(leaf, ObjectWord.ABSENT);
            assertThat(tree.giveBack(1 << 18, self)).isEqualTo(2);
            tree.drain(word -> {});
        }
    }

    /** Walks over dirty pages, stopped at any page and gone on with or given up, find what a model says. */
    @Test
    void dirtyPagesAreFoundHoweverAWalkIsStopped() {
        long seed = System.nanoTime();
        System.out.println("ObjectTreeTest.dirtyPagesAreFoundHoweverAWalkIsStopped seed " + seed);
        Random random = new Random(seed);
        try (Frames frames = new Frames(64 * MIB)) {
            ObjectTree tree = new ObjectTree(new Tables(frames));
            TreeMap<Long, Boolean> dirty = new TreeMap<>();
            for (int round = 0; round < 300; round++) {
                for (int i = 0; i < 20; i++) {
                    long index = random.nextBoolean()
                            ? random.nextLong(3000)
                            : random.nextLong(1L << random.nextInt(10, 28));
                    if (random.nextInt(4) == 0 && dirty.remove(index) != null) {
                        RawMemory.setRelease(tree.slot(index), ObjectWord.ABSENT);
                        tree.giveBack(index, self);
                    } else {
                        RawMemory.setRelease(tree.ensureSlot(index, 0), ObjectWord.withDirty(ObjectWord.valid(1)));
                        tree.noteDirty(index);
                        dirty.put(index, true);
                    }
                }
                self.makeRoom(1000);
                long first = random.nextInt(3) == 0 ? 0 : random.nextLong(4000);
                long end = random.nextInt(3) == 0 ? Long.MAX_VALUE : first + random.nextLong(1L << 20);
                PageWalk walk = tree.walkDirty(first, end, true);
                List<Long> told = new ArrayList<>();
                boolean[] seen = new boolean[1];
                boolean all = false;
                int stops = random.nextInt(6);
                for (int stop = 0; !all && stop <= stops; stop++) {
                    all = walk.run(self, (slot, index, word) -> {
                        // The page that it was stopped at comes first when it goes on.
                        if (!seen[0] && random.nextInt(8) == 0) {
                            seen[0] = true;
                            return false;
                        }
                        seen[0] = false;
                        RawMemory.setRelease(slot, ObjectWord.valid(1));
                        return told.add(index);
                    });
                }
                long at = walk.at();
                walk.abandon();
                assertThat(told)
                        .as("seed %d, round %d, from %d to %d", seed, round, first, at)
                        .containsExactlyElementsOf(dirty.subMap(first, at).keySet());
                dirty.subMap(first, at).clear();
            }
            List<Long> told = new ArrayList<>();
            tree.walkDirty(0, Long.MAX_VALUE, true).run(self, (slot, index, word) -> told.add(index));
            assertThat(told).as("seed " + seed).containsExactlyElementsOf(dirty.keySet());
            tree.drain(word -> {});
        }
    }
}

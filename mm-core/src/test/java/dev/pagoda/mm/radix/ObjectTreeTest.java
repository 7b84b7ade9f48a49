package dev.pagoda.mm.radix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ObjectTreeTest {
    private static final long MIB = 1 << 20;

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
            tree.forEachTable(table -> tables[0]++);
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
            tree.forEach(0, Long.MAX_VALUE, (at, index, word) -> told.add(index));
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
                tree.forEach(first, Long.MAX_VALUE, (at, index, word) -> told.add(index));
                tree.forEachDirty(first, Long.MAX_VALUE, false, (at, index, word) -> told.add(index));
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
                tree.forEach(first, end, (slot, index, word) -> {
                    assertThat(tree.slot(index)).isEqualTo(slot);
                    assertThat(word).isEqualTo(model.get(index));
                    told.add(index);
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
}

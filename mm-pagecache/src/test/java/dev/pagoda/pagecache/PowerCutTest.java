package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Sync;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After a power cut every range whose sync had returned is as it was then, or newer; with {@code -Dpagoda.powercuts=100} a hundred of them.
 *
 * <p>Each round goes on with the medium that the last one left. Each thread has slots of its own all over the file and stores ascending numbers into them, by write and through a map; it remembers
 * what the slots held when a sync began that returned without an error. The background writes, pages are evicted, the file becomes longer; the device reads
 * and writes less than it was asked for, and fails.
 */
class PowerCutTest {
    private static final int ROUNDS = Integer.getInteger("pagoda.powercuts", 15);
    private static final int THREADS = 3;
    private static final int PAGES = 600;
    private static final int SLOT = 8;
    /** Slots of one thread on a page. */
    private static final int SLOTS_OF_PAGE = 4;

    @TempDir
    Path directory;

    private static final class Slots {
        /** What was stored last, and what a sync has made durable. */
        final long[] stored = new long[PAGES * SLOTS_OF_PAGE];

        final long[] durable = new long[PAGES * SLOTS_OF_PAGE];
        /** What is stored from here on, and what the file had as its length when a sync began that returned. */
        long next = 1;

        long durableSize;
    }

    private static long offset(int thread, int slot) {
        int page = slot / SLOTS_OF_PAGE;
        int inPage = (slot % SLOTS_OF_PAGE * THREADS + thread) * (PAGE / (SLOTS_OF_PAGE * THREADS) & -SLOT);
        return (long) page * PAGE + inPage;
    }

    @Test
    void whatWasSyncedIsThereAfterwards() throws Exception {
        long seed = System.nanoTime();
        System.out.println("PowerCutTest.whatWasSynced seed " + seed + " rounds " + ROUNDS);
        Random random = new Random(seed);
        byte[] medium = new byte[100 * PAGE];
        List<Slots> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(new Slots());
        }
        int syncs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String what = "seed " + seed + " round " + round;
            CrashStore store = new CrashStore(medium, random.nextLong());
            store.oneShortOf = random.nextInt(3) * 5;
            store.oneSlowOf = random.nextInt(3) * 5;
            store.oneFailsOf = random.nextInt(3) * 60;
            store.oneForceFailsOf = random.nextInt(3) * 10;
            // What was evicted before a force failed is in the device's hands only.
            boolean evicts = random.nextBoolean();
            store.forgets = !evicts;
            store.room = random.nextInt(3) == 0 ? 550L * PAGE : Long.MAX_VALUE;
            what += evicts ? " evicts" : " forgets";
            medium = run(store, evicts ? 120 : 1000, all, random, what);
            syncs += check(medium, all, what);
        }
        assertThat(syncs).as("slots that a sync had made durable").isGreaterThan(ROUNDS);
    }

    private byte[] run(CrashStore store, long bound, List<Slots> all, Random random, String what) throws Exception {
        byte[][] left = new byte[1][];
        TestKernel kernel = new TestKernel(directory, bound);
        OpenFile file = kernel.keep(OpenFile.of(kernel.cache.enter(store, "file", "file", null), READ_WRITE));
        AtomicBoolean cut = new AtomicBoolean();
        AtomicInteger operations = new AtomicInteger();
        int cutAt = 200 + random.nextInt(3000);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            int self = number;
            long threadSeed = random.nextLong();
            tasks.add(() -> {
                try (View view = kernel.space.open("thread " + self)) {
                    new Writer(kernel, view, file, self, all.get(self), new Random(threadSeed), !store.forgets, what)
                            .run(cut, operations);
                }
                return null;
            });
        }
        tasks.add(() -> {
            while (operations.get() < cutAt) {
                if (operations.get() % 50 == 0) {
                    kernel.cache.flusher().writeOlderThan(0);
                }
                Thread.onSpinWait();
            }
            left[0] = store.cutPower();
            cut.set(true);
            return null;
        });
        TestKernel.together(tasks);
        kernel.abandon();
        return left[0];
    }

    /** One thread's stores. */
    private static final class Writer {
        private final TestKernel kernel;
        private final View view;
        private final OpenFile file;
        private final int self;
        private final Slots slots;
        private final Random random;
        private final boolean evicts;
        private final String what;
        private final long map;

        Writer(
                TestKernel kernel,
                View view,
                OpenFile file,
                int self,
                Slots slots,
                Random random,
                boolean evicts,
                String what) {
            this.evicts = evicts;
            this.kernel = kernel;
            this.view = view;
            this.file = file;
            this.self = self;
            this.slots = slots;
            this.random = random;
            this.what = what;
            this.map = A + self * (1L << 40);
        }

        void run(AtomicBoolean cut, AtomicInteger operations) {
            TestKernel.map(view, file, true, map, PAGES, READ | WRITE);
            while (!cut.get()) {
                operations.getAndIncrement();
                switch (random.nextInt(12)) {
                    case 0 -> sync();
                    case 1 -> syncOnePage();
                    case 2 -> evictIfAllowed();
                    case 3, 4, 5 -> storeInMap();
                    default -> write();
                }
            }
        }

        private void evictIfAllowed() {
            if (evicts) {
                kernel.cache.evict(8);
            }
        }

        private void write() {
            int slot = random.nextInt(slots.stored.length);
            byte[] bytes = ByteBuffer.allocate(SLOT)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(slots.next)
                    .array();
            long result = file.pwrite(bytes, 0, SLOT, offset(self, slot));
            if (result == SLOT) {
                slots.stored[slot] = slots.next++;
            } else {
                assertThat(result).as(what).isIn((long) Refusal.IO_ERROR, (long) Refusal.NO_MEMORY, -28L);
            }
        }

        private void storeInMap() {
            int slot = random.nextInt(slots.stored.length);
            if (offset(self, slot) + SLOT > file.size()) {
                // On the last page a map can store behind the end, which is not the file's.
                return;
            }
            try {
                view.store(map + offset(self, slot), SLOT, slots.next);
                slots.stored[slot] = slots.next++;
            } catch (MemoryFault fault) {
                // Behind the end, not to be read, or no frame while the device refuses.
                assertThat(fault.linuxName()).as(what).matches("SIGBUS BUS_ADRERR|SIGKILL.*");
            }
        }

        private void sync() {
            long[] before = slots.stored.clone();
            long size = file.size();
            long result = random.nextBoolean() ? file.fsync() : file.fdatasync();
            if (result == 0) {
                System.arraycopy(before, 0, slots.durable, 0, before.length);
                slots.durableSize = size;
            } else {
                assertThat(result).as(what).isIn((long) Refusal.IO_ERROR, -28L);
            }
        }

        private void syncOnePage() {
            int page = random.nextInt(PAGES);
            int first = page * SLOTS_OF_PAGE;
            long[] before = slots.stored.clone();
            if (Sync.range(view, map / PAGE + page, 1, true, false) == 0) {
                System.arraycopy(before, first, slots.durable, first, SLOTS_OF_PAGE);
            }
        }
    }

    /** Compares; what the medium holds is what the slots hold from here on. Returns how many slots were known to be durable. */
    private static int check(byte[] medium, List<Slots> all, String what) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(medium).order(ByteOrder.LITTLE_ENDIAN);
        int known = 0;
        for (int thread = 0; thread < THREADS; thread++) {
            Slots slots = all.get(thread);
            assertThat((long) medium.length).as(what).isGreaterThanOrEqualTo(slots.durableSize);
            for (int slot = 0; slot < slots.stored.length; slot++) {
                int at = (int) offset(thread, slot);
                long found = at + SLOT <= medium.length ? content.getLong(at) : 0;
                // A store that a fault ended may have been made.
                assertThat(found)
                        .as(what + " thread " + thread + " slot " + slot + " page " + at / PAGE)
                        .isBetween(slots.durable[slot], Math.max(slots.stored[slot], slots.durable[slot]));
                known += slots.durable[slot] != 0 ? 1 : 0;
                slots.stored[slot] = found;
                slots.durable[slot] = found;
            }
            slots.durableSize = medium.length;
        }
        return known;
    }
}

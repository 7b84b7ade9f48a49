package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An object knows who shows a page of it, among any number of regions, and ids of regions are used again. */
@Timeout(300)
class MappingsTest {
    private static final int PAGES = 4096;

    private static Map.Source source(SharedMemory object, boolean shared, long firstIndex) {
        return new Map.Source(object, object, shared, firstIndex, 7, 0);
    }

    private static long map(View view, long page, long pages, Map.Source source) {
        return Map.object(view, Map.Where.FIXED, page, pages, READ_WRITE, false, source);
    }

    /** The table still has a region whose pages are gone; its id may be another's at any moment, so a truncation that found the region before has to leave it alone. */
    @Test
    void aDeadRegionIsNotAliveThoughItStandsInTheTable() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            SharedMemory object = new SharedMemory(t.core, PAGES);
            map(t.view, A >>> 12, 1, source(object, false, 0));
            Region region = t.core.regions().get(Regions.SOME_PRIVATE);
            assertThat(ReverseAccess.isAlive(region)).isTrue();
            t.unmap(A, PAGE);
            assertThat(t.core.regions().get(region.id())).isSameAs(region);
            assertThat(ReverseAccess.isAlive(region)).isFalse();
            object.letGo();
        }
    }

    /** Maps of random parts of an object, in one space, grown, cut, moved and unmapped: whatever shows a page is found by its index. */
    @Test
    void everySlotThatShowsAPageIsFound() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestSpace t = new TestSpace(64 * MIB)) {
            SharedMemory object = new SharedMemory(t.core, PAGES);
            ReverseAccess reverse = new ReverseAccess(t.core, t.view::participant);
            long first = A >>> 12;
            for (int step = 0; step < 1500; step++) {
                long page = first + random.nextInt(PAGES * 3);
                int pages = 1 + random.nextInt(random.nextInt(6) == 0 ? 900 : 12);
                switch (random.nextInt(6)) {
                    case 0 -> t.unmap(page << 12, pages * PAGE);
                    case 1 -> Remap.run(t.view, new Remap.Request(page, 1, pages, true, -1, false));
                    default -> {
                        long index = random.nextInt(3) == 0 ? page - first : random.nextInt(PAGES);
                        assertThat(map(t.view, page, pages, source(object, random.nextBoolean(), index)))
                                .isEqualTo(page);
                        for (int i = 0; i < pages && index + i < PAGES; i += 3) {
                            t.load(page + i << 12);
                        }
                    }
                }
                if (step % 10 == 9) {
                    long index = random.nextInt(PAGES);
                    long end = random.nextInt(4) == 0 ? Long.MAX_VALUE : index + 1 + random.nextInt(300);
                    object.mappings().unmap(index, end, true, reverse);
                    assertThat(shown(t, object, index, end))
                            .as("seed %d, step %d", seed, step)
                            .isZero();
                }
            }
            t.unmap(0x10000, AddressSpace.END - 0x10000);
            assertThat(object.mappings().isEmpty()).isTrue();
            object.letGo();
        }
    }

    /** Slots that show a page of the range, found by walking everything. */
    private static long shown(TestSpace t, SharedMemory object, long index, long end) {
        AtomicLong found = new AtomicLong();
        Runs.forEachObject(t.view, 0x10, AddressSpace.PAGES, (region, from, to) -> {
            for (long page = from; region.pager() == object && page < to; page++) {
                long at = region.indexOf(page);
                if (at >= index && at < end && Residency.of(t.view, page) == Residency.RESIDENT) {
                    // Resident may also mean that the object has it: the word decides.
                    found.addAndGet(isPresent(t.view, page) ? 1 : 0);
                }
            }
            return 0;
        });
        return found.get();
    }

    private static boolean isPresent(View view, long page) {
        return dev.pagoda.mm.radix.SpaceWord.isPresent(Remap.wordAt(view, page));
    }

    /** A hundred thousand pieces of one object, none beside the next one of the object: made, asked for page by page, and unmapped. */
    @Test
    void aHundredThousandRegionsOfOneObject() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            int regions = 100_000;
            SharedMemory object = new SharedMemory(t.core, 2L * regions);
            long first = A >>> 12;
            for (int i = 0; i < regions; i++) {
                // Descending in the object, ascending in the space.
                map(t.view, first + i, 1, source(object, true, 2L * (regions - i) - 1));
            }
            assertThat(t.maps(A, regions * PAGE)).isEqualTo(regions);
            for (int i = 0; i < regions; i += 1000) {
                t.store(first + i << 12, 1);
            }
            AtomicInteger asked = new AtomicInteger();
            ReverseAccess counting = new ReverseAccess(t.core, () -> {
                asked.getAndIncrement();
                return t.view.participant();
            });
            for (int i = 0; i < regions; i += 1000) {
                object.mappings().unmap(2L * (regions - i) - 1, 2L * (regions - i), false, counting);
                assertThat(isPresent(t.view, first + i)).isFalse();
            }
            // Two or three epochs for the one region that shows the page, none for the others.
            assertThat(asked.get()).isLessThan(100 * 6);
            assertThat(t.unmap(A, regions * PAGE)).isZero();
            assertThat(object.mappings().isEmpty()).isTrue();
            object.letGo();
        }
    }

    /** One key, more and more of the object: the region is one, and it is found through every page that it came to show. */
    @Test
    void aRegionComesToShowMore() {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            SharedMemory object = new SharedMemory(t.core, PAGES);
            ReverseAccess reverse = new ReverseAccess(t.core, t.view::participant);
            long first = A >>> 12;
            List<Integer> pages = new ArrayList<>(List.of(1000, 1001, 1003, 999, 512, 511, 2000, 5, 4095, 0, 1500));
            for (int page : pages) {
                map(t.view, first + page, 1, source(object, true, page));
                t.store(first + page << 12, 1);
            }
            for (int page : pages) {
                assertThat(isPresent(t.view, first + page)).isTrue();
                object.mappings().unmap(page, page + 1, false, reverse);
                assertThat(isPresent(t.view, first + page)).as("page %d", page).isFalse();
            }
            t.unmap(A, PAGES * PAGE);
            assertThat(object.mappings().isEmpty()).isTrue();
            object.letGo();
        }
    }

    /** Threads map, touch and unmap pieces of one object while another takes pages away: what was mapped before it began is found. */
    @Test
    void regionsComeAndGoWhilePagesAreTakenAway() throws InterruptedException {
        try (TestSpace t = new TestSpace(64 * MIB)) {
            SharedMemory object = new SharedMemory(t.core, PAGES);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int id = 0; id < 2; id++) {
                long first = (A >>> 12) + id * (GIB >>> 12);
                threads.add(new Thread(() -> {
                    try (View view = t.space.open("mapper")) {
                        ReverseAccess reverse = new ReverseAccess(t.core, view::participant);
                        Random random = new Random(first);
                        for (int i = 0; i < 15_000; i++) {
                            int index = random.nextInt(PAGES - 64);
                            int pages = 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 3);
                            // Often the same key again, with more or less of the object.
                            long page = first + (i % 2 == 0 ? index : random.nextInt(PAGES));
                            map(view, page, pages, source(object, true, index));
                            view.store(page << 12, 1, 1);
                            object.mappings().unmap(index, index + 1, false, reverse);
                            assertThat(isPresent(view, page)).isFalse();
                            if (i % 3 == 0) {
                                Unmap.range(view, first, PAGES + 64);
                            }
                        }
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            t.unmap(A, 4 * GIB);
            assertThat(object.mappings().isEmpty()).isTrue();
            object.letGo();
        }
    }

    /** Far more maps of objects than there are ids at a time: none is refused while dead regions hold them. */
    @Test
    void idsOfRegionsAreUsedAgain() {
        try (TestSpace t = new TestSpace(16 * MIB, 100)) {
            SharedMemory object = new SharedMemory(t.core, PAGES);
            long first = A >>> 12;
            for (int i = 0; i < 300_000; i++) {
                long page = first + i % 64;
                assertThat(map(t.view, page, 1, source(object, i % 3 != 0, i % PAGES)))
                        .isEqualTo(page);
            }
            // All in use: refused, and what is there stays.
            long room = first + 64;
            int more = 0;
            while (map(t.view, room + more, 1, source(object, true, more * 7L % PAGES)) > 0) {
                more++;
            }
            assertThat(more).isBetween(36, 100);
            assertThat(t.unmap(room << 12, PAGE)).isZero();
            assertThat(map(t.view, room, 1, source(object, true, 1))).isEqualTo(room);
            t.unmap(A, GIB);
            object.letGo();
        }
    }
}

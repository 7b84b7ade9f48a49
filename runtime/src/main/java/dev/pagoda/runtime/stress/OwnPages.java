package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Remap;
import dev.pagoda.mm.space.Unmap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pages that one thread has to itself in a space that it shares, as they should be: every load must give exactly what this thread stored. The
 * ranges of the threads are neighbours, so that threads share tables; tables are split, taken out and freed all the time.
 */
final class OwnPages {
    /** 300 pages below a 1 GiB border, so that the first range crosses it. */
    private static final long BASE = (0x100000000000L + (3L << 30) >>> 12) - 300;

    private static final int UNMAPPED = -1;

    private final SpaceWorker worker;
    private final int chunkPages;
    private final int chunks;
    private final long[] firstPages;
    private final int[][] protection;
    private final long[][] content;
    /** Maps placed by choice: page, pages, value in every page. */
    private final List<long[]> placed = new ArrayList<>();

    OwnPages(SpaceWorker worker, int threads, int chunkPages, int chunks) {
        this.worker = worker;
        this.chunkPages = chunkPages;
        this.chunks = chunks;
        firstPages = new long[chunks];
        protection = new int[chunks][chunkPages];
        content = new long[chunks][chunkPages];
        for (int chunk = 0; chunk < chunks; chunk++) {
            firstPages[chunk] = BASE + ((long) chunk * threads + worker.index) * chunkPages;
            Arrays.fill(protection[chunk], UNMAPPED);
        }
    }

    void step() {
        int chunk = worker.random.nextInt(chunks);
        int first = worker.random.nextInt(chunkPages);
        int length = worker.random.nextInt(8) == 0 ? chunkPages : 24;
        int end = Math.min(chunkPages, first + 1 + worker.random.nextInt(length));
        if (worker.random.nextInt(40) == 0) {
            first = 0;
            end = chunkPages;
        }
        switch (worker.random.nextInt(20)) {
            case 0, 1 -> map(chunk, first, end, Map.Where.FIXED);
            case 2 -> map(chunk, first, end, Map.Where.FIXED_UNLESS_MAPPED);
            case 3 -> unmap(chunk, first, end);
            case 4 -> protect(chunk, first, end);
            case 5 -> discard(chunk, first, end);
            case 6 -> move(chunk, first, end);
            case 7 -> place();
            case 8 -> displace();
            case 9, 10, 11, 12, 13, 14 -> store(chunk, first);
            default -> load(chunk, first);
        }
    }

    void checkAll() {
        for (int chunk = 0; chunk < chunks; chunk++) {
            for (int page = 0; page < chunkPages; page++) {
                load(chunk, page);
            }
        }
        placed.forEach(this::checkPlaced);
    }

    private void map(int chunk, int first, int end, Map.Where where) {
        long page = firstPages[chunk] + first;
        worker.does("map " + where, page, end - first);
        boolean free = true;
        for (int i = first; i < end; i++) {
            free &= protection[chunk][i] == UNMAPPED;
        }
        long expected = where == Map.Where.FIXED || free ? page : Refusal.EXISTS;
        expect(expected, Map.anonymous(worker.view, where, page, end - first, 3, 0, false));
        if (expected == page) {
            set(chunk, first, end, 3);
        }
    }

    private void set(int chunk, int first, int end, int asked) {
        for (int i = first; i < end; i++) {
            protection[chunk][i] = asked;
            content[chunk][i] = 0;
        }
    }

    private void unmap(int chunk, int first, int end) {
        worker.does("unmap", firstPages[chunk] + first, end - first);
        expect(0, Unmap.range(worker.view, firstPages[chunk] + first, end - first));
        set(chunk, first, end, UNMAPPED);
    }

    private void protect(int chunk, int first, int end) {
        int asked = worker.random.nextInt(4);
        worker.does("protect", firstPages[chunk] + first, end - first, asked);
        int refused = Protect.range(worker.view, firstPages[chunk] + first, end - first, asked);
        int i = first;
        while (i < end && protection[chunk][i] != UNMAPPED) {
            protection[chunk][i++] = asked;
        }
        expect(i == end ? 0 : Refusal.NO_MEMORY, refused);
    }

    private void discard(int chunk, int first, int end) {
        worker.does("discard", firstPages[chunk] + first, end - first);
        boolean hole = false;
        for (int i = first; i < end; i++) {
            hole |= protection[chunk][i] == UNMAPPED;
            content[chunk][i] = 0;
        }
        expect(
                hole ? Refusal.NO_MEMORY : 0,
                Advise.discard(worker.view, firstPages[chunk] + first, end - first, false));
    }

    private void move(int chunk, int first, int end) {
        int toChunk = worker.random.nextInt(chunks);
        int pages = end - first;
        int to = worker.random.nextInt(chunkPages - pages + 1);
        if (chunk == toChunk && to < end && first < to + pages) {
            return;
        }
        boolean keep = worker.random.nextInt(4) == 0;
        long page = firstPages[chunk] + first;
        long target = firstPages[toChunk] + to;
        worker.does(keep ? "move, kept" : "move", page, pages, target);
        long moved = Remap.run(worker.view, new Remap.Request(page, pages, pages, true, target, keep));
        if (protection[chunk][first] == UNMAPPED) {
            expect(Refusal.BAD_ADDRESS, moved);
            return;
        }
        expect(target, moved);
        for (int i = 0; i < pages; i++) {
            if (protection[chunk][first + i] == UNMAPPED) {
                // Map after map is moved: what lies where the source has a hole stays.
                continue;
            }
            protection[toChunk][to + i] = protection[chunk][first + i];
            content[toChunk][to + i] = content[chunk][first + i];
            content[chunk][first + i] = 0;
            if (!keep) {
                protection[chunk][first + i] = UNMAPPED;
            }
        }
    }

    private void place() {
        if (placed.size() > 20) {
            displace();
            return;
        }
        long pages = worker.random.nextInt(10) == 0 ? worker.random.nextInt(1, 1500) : worker.random.nextInt(1, 20);
        worker.does("place", pages);
        long page = Map.anonymous(worker.view, Map.Where.ANYWHERE, 0, pages, 3, 0, false);
        if (page <= 0) {
            throw new IllegalStateException("no place for " + pages + " pages: " + page);
        }
        long value = worker.random.nextLong();
        long[] map = {page, pages, value};
        for (long i = 0; i < pages; i += 1 + pages / 16) {
            expect(0, worker.view.load((page + i << 12) + 8, 8));
            worker.view.store((page + i << 12) + 8, 8, value);
        }
        placed.add(map);
    }

    private void displace() {
        if (placed.isEmpty()) {
            return;
        }
        long[] map = placed.get(worker.random.nextInt(placed.size()));
        checkPlaced(map);
        if (worker.random.nextInt(3) == 0) {
            // Grows by moving, unless the pages behind it are free.
            long pages = map[1] + 3;
            worker.does("grow", map[0], map[1], pages);
            long moved = Remap.run(worker.view, new Remap.Request(map[0], map[1], pages, true, -1, false));
            if (moved <= 0) {
                throw new IllegalStateException("cannot grow: " + moved);
            }
            long old = map[0];
            map[0] = moved;
            checkPlaced(map);
            worker.does("shrink", moved, pages, map[1]);
            expect(moved, Remap.run(worker.view, new Remap.Request(moved, pages, map[1], false, -1, false)));
            worker.does("grown", old, moved);
        } else {
            worker.does("unmap placed", map[0], map[1]);
            expect(0, Unmap.range(worker.view, map[0], map[1]));
            placed.remove(map);
        }
    }

    private void checkPlaced(long[] map) {
        for (long i = 0; i < map[1]; i += 1 + map[1] / 16) {
            worker.does("load placed", map[0] + i);
            expect(map[2], worker.view.load((map[0] + i << 12) + 8, 8));
        }
    }

    private void store(int chunk, int page) {
        long value = worker.random.nextLong();
        worker.does("store", firstPages[chunk] + page, value);
        int asked = protection[chunk][page];
        try {
            worker.view.store((firstPages[chunk] + page << 12) + 16, 8, value);
            if (asked == UNMAPPED || (asked & 2) == 0) {
                throw new IllegalStateException("a store should have been refused");
            }
            content[chunk][page] = value;
        } catch (MemoryFault fault) {
            refused(asked, (asked & 2) != 0, fault);
        }
    }

    private void load(int chunk, int page) {
        worker.does("load", firstPages[chunk] + page);
        int asked = protection[chunk][page];
        try {
            long value = worker.view.load((firstPages[chunk] + page << 12) + 16, 8);
            if (asked == UNMAPPED || asked == 0) {
                throw new IllegalStateException("a load should have been refused");
            }
            expect(content[chunk][page], value);
        } catch (MemoryFault fault) {
            refused(asked, asked != 0, fault);
        }
    }

    private static void refused(int asked, boolean allowed, MemoryFault fault) {
        int code = asked == UNMAPPED ? MemoryFault.SEGV_MAPERR : MemoryFault.SEGV_ACCERR;
        if (asked != UNMAPPED && allowed || fault.signal() != MemoryFault.SIGSEGV || fault.code() != code) {
            throw new IllegalStateException("protection " + asked + " gave " + fault.linuxName(), fault);
        }
    }

    private static void expect(long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(
                    "expected 0x" + Long.toHexString(expected) + ", found 0x" + Long.toHexString(found));
        }
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Remap;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.SharedMemory;
import dev.pagoda.mm.space.Unmap;

/**
 * Pages to which all threads of a space do everything at the same time, while one in another space stores other content into frames of the same
 * memory. Faults are allowed; a value that nobody in this space stored is not.
 */
final class SharedPages {
    private static final long BASE = (0x100000000000L + (5L << 30) >>> 12) - 700;
    private static final long OURS = 0x5a17L << 48;
    private static final long STRANGERS = 0x7e57L << 48;
    private static final long MARK = 0xffffL << 48;
    private static final long OBJECT_PAGES = 1500;

    private final int windowPages;
    private final SharedMemory object;

    SharedPages(Core core, int windowPages) {
        this.windowPages = windowPages;
        this.object = new SharedMemory(core, OBJECT_PAGES);
    }

    /** Lets the shared object go; before the last audit. */
    void letGo() {
        object.letGo();
    }

    void step(SpaceWorker worker) {
        int first = worker.random.nextInt(windowPages);
        int length = worker.random.nextInt(6) == 0 ? windowPages : 20;
        int pages = Math.min(windowPages - first, 1 + worker.random.nextInt(length));
        long page = BASE + first;
        try {
            operate(worker, page, pages);
        } catch (MemoryFault fault) {
            // Somebody else unmapped or protected it, or memory is full.
            worker.does("fault " + fault.linuxName(), fault.address());
        }
    }

    private void operate(SpaceWorker worker, long page, int pages) {
        int protection = worker.random.nextInt(6) == 0 ? worker.random.nextInt(8) : 3;
        switch (worker.random.nextInt(24)) {
            case 0, 1 -> {
                worker.does("map fixed", page, pages, protection);
                Map.anonymous(worker.view, Map.Where.FIXED, page, pages, protection, 0, false);
            }
            case 2 -> {
                worker.does("map unless mapped", page, pages);
                Map.anonymous(worker.view, Map.Where.FIXED_UNLESS_MAPPED, page, pages, 3, 0, false);
            }
            case 3 -> {
                boolean shared = worker.random.nextBoolean();
                long index = worker.random.nextInt(3) == 0 ? worker.random.nextInt(100) : page - BASE;
                worker.does(shared ? "map shared" : "map private", page, pages, index);
                Map.Where where = worker.random.nextBoolean() ? Map.Where.FIXED : Map.Where.FIXED_UNLESS_MAPPED;
                Map.object(
                        worker.view,
                        where,
                        page,
                        pages,
                        protection,
                        false,
                        new Map.Source(object, object, shared, index, 7, 0));
            }
            case 4, 5 -> {
                worker.does("unmap", page, pages);
                Unmap.range(worker.view, page, pages);
            }
            case 6 -> {
                worker.does("unmap a table", page & -512);
                Unmap.range(worker.view, page & -512, 512);
            }
            case 7 -> {
                worker.does("protect", page, pages, protection);
                Protect.range(worker.view, page, pages, protection);
            }
            case 8 -> {
                worker.does("discard", page, pages);
                Advise.discard(worker.view, page, pages, true);
            }
            case 9 -> {
                worker.does("advise", page, pages);
                int advice = worker.random.nextBoolean() ? Attributes.RANDOM : 0;
                Advise.attribute(worker.view, page, pages, Attributes.ACCESS_MASK, advice, false);
            }
            case 10 -> {
                worker.does("lock or free", page, pages);
                if (worker.random.nextBoolean()) {
                    Advise.lock(worker.view, page, pages, worker.random.nextBoolean());
                } else {
                    Advise.free(worker.view, page, pages);
                }
            }
            case 11, 12 -> {
                long target = BASE + worker.random.nextInt(windowPages - pages + 1);
                boolean keep = worker.random.nextInt(4) == 0;
                if (target + pages <= page || page + pages <= target) {
                    worker.does(keep ? "move, kept" : "move", page, pages, target);
                    Remap.run(worker.view, new Remap.Request(page, pages, pages, true, target, keep));
                }
            }
            case 13 -> {
                int newPages = 1 + worker.random.nextInt(30);
                worker.does("resize", page, pages, newPages);
                long at = Remap.run(worker.view, new Remap.Request(page, pages, newPages, true, -1, false));
                if (at > 0 && at != page) {
                    check(worker.view.load(at << 12, 8));
                    Unmap.range(worker.view, at, newPages);
                }
            }
            case 14 -> {
                worker.does("place", pages);
                long at = Map.anonymous(worker.view, Map.Where.ANYWHERE, 0, pages, 3, 0, false);
                if (at > 0) {
                    try {
                        check(worker.view.load(at << 12, 8));
                        worker.view.store(at << 12, 8, OURS | at);
                    } finally {
                        Unmap.range(worker.view, at, pages);
                    }
                }
            }
            case 15 -> {
                worker.does("populate", page, pages);
                Populate.range(worker.view, page, Math.min(pages, 30), worker.random.nextBoolean());
                Residency.of(worker.view, page);
            }
            case 16 -> {
                worker.does("exchange", page);
                worker.view.compareAndSet(page << 12, 8, 0, OURS | 1);
            }
            case 17 -> {
                worker.does("store across", page);
                worker.view.store((page + 1 << 12) - 4, 8, 0);
            }
            case 18, 19, 20 -> {
                worker.does("store", page);
                worker.view.store(page << 12, 8, OURS | page);
            }
            default -> {
                worker.does("load", page);
                check(worker.view.load(page << 12, 8));
            }
        }
    }

    private static void check(long value) {
        if (value != 0 && (value & MARK) != OURS) {
            throw new IllegalStateException("0x" + Long.toHexString(value) + " was never stored in this space");
        }
    }

    /** One step of a thread in another space: takes frames, expects them zero, leaves strange content in them. */
    static void churn(SpaceWorker worker) {
        long pages = worker.random.nextInt(1, 200);
        worker.does("churn", pages);
        long at = Map.anonymous(worker.view, Map.Where.ANYWHERE, 0, pages, 3, 0, false);
        if (at < 0) {
            return;
        }
        try {
            for (long i = 0; i < pages; i++) {
                long found = worker.view.load(at + i << 12, 8);
                if (found != 0) {
                    throw new IllegalStateException("fresh memory holds 0x" + Long.toHexString(found));
                }
                worker.view.store(at + i << 12, 8, STRANGERS | i);
            }
        } catch (MemoryFault fault) {
            if (fault.signal() != MemoryFault.SIGKILL) {
                throw fault;
            }
        } finally {
            Unmap.range(worker.view, at, pages);
        }
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Advise;
import dev.pagoda.mm.space.Attributes;
import dev.pagoda.mm.space.Fork;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Populate;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Remap;
import dev.pagoda.mm.space.SharedMemory;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToLongFunction;

/**
 * One process of the fork scenario: a space, and what its pages should hold. Each block of pages belongs to one worker, in every space; any worker forks.
 *
 * <p>A page that was stored to holds its stamp twice: a number that was never stored before, and, if the page shows the object below, which of the object's pages.
 */
final class ForkedSpace {
    static final int BLOCK_PAGES = 48;
    static final int SHARED_PAGES = 64;
    static final int OBJECT_PAGES = 256;

    /** So that the pages lie in three tables, and one of them is covered whole. */
    private static final long BASE = (0x100000000000L >>> 12) - 100;

    private static final long SHARED = 0x200000000000L >>> 12;
    private static final int FIRST_WORD = 8;
    private static final int LAST_WORD = 4080;
    private static final int READ = 1;
    private static final int READ_WRITE = 3;
    private static final long OWN_STAMP = 1L << 60;
    private static final long OBJECT_STAMP = 2L << 60;
    private static final long OBJECTS_OWN = 3L << 60;
    private static final int KIND_SHIFT = 60;
    private static final int INDEX_SHIFT = 48;
    private static final int DEAD = -1;

    private final AddressSpace space;
    private final Contents contents;
    private final SharedMemory object;
    private final int workers;
    private final int blocks;
    private final View[] views;
    private final AtomicInteger users = new AtomicInteger();

    private ForkedSpace(AddressSpace space, Contents contents, SharedMemory object, int workers, int blocks) {
        this.space = space;
        this.contents = contents;
        this.object = object;
        this.workers = workers;
        this.blocks = blocks;
        this.views = new View[workers];
    }

    /** A space in which nothing is mapped but what all share; null if memory is short. */
    static ForkedSpace fresh(
            AddressSpace space, SharedMemory object, SharedMemory common, ForkWorker worker, int workers, int blocks) {
        Contents contents = new Contents(blocks * workers * BLOCK_PAGES);
        ForkedSpace made = new ForkedSpace(space, contents, object, workers, blocks);
        Map.Source source = new Map.Source(common, common, true, 0, READ_WRITE, 0);
        long mapped = Map.object(made.view(worker), Map.Where.FIXED, SHARED, SHARED_PAGES, READ_WRITE, false, source);
        if (!happened(SHARED, mapped)) {
            made.close(worker);
            return null;
        }
        return made;
    }

    /** Gives every page of the object its own content. */
    static void fill(View view, SharedMemory object) {
        Map.Source source = new Map.Source(object, object, true, 0, READ_WRITE, 0);
        expect(BASE, Map.object(view, Map.Where.FIXED, BASE, OBJECT_PAGES, READ_WRITE, false, source));
        for (int index = 0; index < OBJECT_PAGES; index++) {
            view.store((BASE + index << 12) + FIRST_WORD, 8, objectsOwn(index));
            view.store((BASE + index << 12) + LAST_WORD, 8, objectsOwn(index));
        }
        expect(0, Unmap.range(view, BASE, OBJECT_PAGES));
    }

    private static long objectsOwn(long index) {
        return OBJECTS_OWN | index << INDEX_SHIFT;
    }

    // Who uses it

    boolean enter() {
        int before = users.getAndUpdate(count -> count == DEAD ? DEAD : count + 1);
        return before != DEAD;
    }

    void leave() {
        users.decrementAndGet();
    }

    /** Takes it out of use; false if somebody is inside. */
    boolean retire() {
        return users.compareAndSet(0, DEAD);
    }

    /** Checks all pages and destroys it, by the worker who retired it. */
    void end(ForkWorker worker) {
        View view = view(worker);
        for (int page = 0; page < blocks * workers * BLOCK_PAGES; page++) {
            if (settle(view, page)) {
                check(view, page);
            }
        }
        close(worker);
    }

    private void close(ForkWorker worker) {
        for (View open : views) {
            if (open != null) {
                // Its worker is in another space by now, and may be inside an epoch.
                open.mount(worker.participant);
                open.close();
            }
        }
        space.destroy();
    }

    private View view(ForkWorker worker) {
        if (views[worker.index] == null) {
            views[worker.index] = space.openOn(worker.participant);
        }
        return views[worker.index];
    }

    // What is done to it

    /** Forks it; null if that was refused. */
    ForkedSpace fork(ForkWorker worker) {
        worker.does("fork", space.number());
        int[] before = contents.changesDone();
        AddressSpace child = Fork.childOf(view(worker));
        return child == null ? null : new ForkedSpace(child, contents.ofChild(before), object, workers, blocks);
    }

    void step(ForkWorker worker) {
        View view = view(worker);
        int first = pick(worker);
        int pages = 1 + worker.random.nextInt(worker.random.nextInt(4) == 0 ? BLOCK_PAGES : 4);
        pages = Math.min(pages, BLOCK_PAGES - first % BLOCK_PAGES);
        for (int page = first; page < first + pages; page++) {
            if (!settle(view, page)) {
                return;
            }
        }
        switch (worker.random.nextInt(24)) {
            case 0 -> map(worker, view, first, pages);
            case 1 -> mapObject(worker, view, first, pages);
            case 2 -> unmap(worker, view, first, pages);
            case 3 -> discard(worker, view, first, pages);
            case 4 -> move(worker, view, first, pages);
            case 5 -> protect(worker, view, first, pages);
            case 6 -> leaveOut(worker, view, first, pages);
            case 7 -> populate(worker, view, first, pages);
            case 8, 9, 10 -> share(worker, view);
            case 11, 12, 13, 14, 15, 16, 17 -> {
                for (int page = first; page < first + pages; page++) {
                    store(worker, view, page);
                }
            }
            default -> {
                worker.does("load", space.number(), first, pages);
                for (int page = first; page < first + pages; page++) {
                    check(view, page);
                }
            }
        }
    }

    /** A page of the worker's. */
    private int pick(ForkWorker worker) {
        int block = worker.random.nextInt(blocks) * workers + worker.index;
        return block * BLOCK_PAGES + worker.random.nextInt(BLOCK_PAGES);
    }

    private void store(ForkWorker worker, View view, int page) {
        if (!contents.isCertain(page)) {
            return;
        }
        long before = contents.of(page);
        long kind = before >>> KIND_SHIFT;
        long stamp = worker.nextNumber()
                | (before == 0 || kind == OWN_STAMP >>> KIND_SHIFT
                        ? OWN_STAMP
                        : OBJECT_STAMP | before & 0xfffL << INDEX_SHIFT);
        worker.does("store", space.number(), page, stamp);
        contents.begin(page, before == Contents.GONE ? before : stamp);
        try {
            if (worker.random.nextBoolean()) {
                view.store(address(page) + FIRST_WORD, 8, stamp);
            } else {
                expect(before, view.compareAndSet(address(page) + FIRST_WORD, 8, before, stamp));
            }
            view.store(address(page) + LAST_WORD, 8, stamp);
        } catch (MemoryFault fault) {
            if (isOutOfMemory(fault)) {
                contents.doubt(page, before, stamp);
                return;
            }
            requireGone(before, fault);
        }
        contents.end(page);
    }

    private void check(View view, int page) {
        long expected = contents.of(page);
        try {
            long first = view.load(address(page) + FIRST_WORD, 8);
            long last = view.load(address(page) + LAST_WORD, 8);
            if (first != expected || last != expected) {
                throw new IllegalStateException("page " + page + " of space " + space.number() + " holds 0x"
                        + Long.toHexString(first) + " and 0x" + Long.toHexString(last) + ", not 0x"
                        + Long.toHexString(expected));
            }
        } catch (MemoryFault fault) {
            if (!isOutOfMemory(fault)) {
                requireGone(expected, fault);
            }
        }
    }

    private static void requireGone(long content, MemoryFault fault) {
        if (content != Contents.GONE
                || fault.signal() != MemoryFault.SIGSEGV
                || fault.code() != MemoryFault.SEGV_MAPERR) {
            throw new IllegalStateException(
                    "a page that holds 0x" + Long.toHexString(content) + " gave " + fault.linuxName(), fault);
        }
    }

    private static boolean isOutOfMemory(MemoryFault fault) {
        return fault.signal() == MemoryFault.SIGKILL;
    }

    /** Finds out what a page holds that is not certain; false if memory is short. */
    private boolean settle(View view, int page) {
        if (contents.isCertain(page)) {
            return true;
        }
        long first;
        long last;
        try {
            // What a fork caught in the middle of a change.
            int refused = Advise.attribute(view, BASE + page, 1, Attributes.DONTFORK | Attributes.WIPEONFORK, 0, false);
            if (refused == 0) {
                refused = Protect.range(view, BASE + page, 1, READ_WRITE);
            }
            first = view.load(address(page) + FIRST_WORD, 8);
            last = view.load(address(page) + LAST_WORD, 8);
            if (refused != 0) {
                return false;
            }
        } catch (MemoryFault fault) {
            if (isOutOfMemory(fault)) {
                return false;
            }
            requireGone(Contents.GONE, fault);
            first = Contents.GONE;
            last = Contents.GONE;
        }
        if (!contents.mayBe(page, first) || !contents.mayBe(page, last)) {
            throw new IllegalStateException("page " + page + " of space " + space.number() + " was forked as 0x"
                    + Long.toHexString(first) + " and 0x" + Long.toHexString(last) + ", not one of "
                    + contents.describe(page));
        }
        if (first == last) {
            contents.settle(page, first);
            return true;
        }
        // The fork, or want of memory, came between the two stores.
        try {
            view.store(address(page) + LAST_WORD, 8, first);
        } catch (MemoryFault fault) {
            if (!isOutOfMemory(fault)) {
                throw fault;
            }
            return false;
        }
        contents.settle(page, first);
        return true;
    }

    // Maps

    private void begin(int first, int pages, IntToLongFunction content) {
        for (int page = first; page < first + pages; page++) {
            contents.begin(page, content.applyAsLong(page));
        }
    }

    /** Ends a change that happened, or notes that it did not. */
    private void end(int first, int pages, boolean happened, long[] before) {
        for (int page = first; page < first + pages; page++) {
            if (!happened) {
                contents.begin(page, before[page - first]);
            }
            contents.end(page);
        }
    }

    private long[] now(int first, int pages) {
        long[] now = new long[pages];
        for (int i = 0; i < pages; i++) {
            now[i] = contents.of(first + i);
        }
        return now;
    }

    private void map(ForkWorker worker, View view, int first, int pages) {
        worker.does("map", space.number(), first, pages);
        long[] before = now(first, pages);
        begin(first, pages, page -> 0);
        long mapped = Map.anonymous(view, Map.Where.FIXED, BASE + first, pages, READ_WRITE, 0, false);
        end(first, pages, happened(BASE + first, mapped), before);
    }

    private void mapObject(ForkWorker worker, View view, int first, int pages) {
        int index = worker.random.nextInt(OBJECT_PAGES - pages);
        worker.does("map the object", space.number(), first, pages, index);
        long[] before = now(first, pages);
        begin(first, pages, page -> objectsOwn(index + page - first));
        Map.Source source = new Map.Source(object, object, false, index, READ_WRITE, 0);
        long mapped = Map.object(view, Map.Where.FIXED, BASE + first, pages, READ_WRITE, false, source);
        end(first, pages, happened(BASE + first, mapped), before);
    }

    private void unmap(ForkWorker worker, View view, int first, int pages) {
        worker.does("unmap", space.number(), first, pages);
        long[] before = now(first, pages);
        begin(first, pages, page -> Contents.GONE);
        end(first, pages, happened(0, Unmap.range(view, BASE + first, pages)), before);
    }

    private void discard(ForkWorker worker, View view, int first, int pages) {
        worker.does("discard", space.number(), first, pages);
        long[] before = now(first, pages);
        begin(first, pages, page -> discarded(before[page - first]));
        boolean certain = happened(0, Advise.discard(view, BASE + first, pages, false));
        for (int page = first; page < first + pages; page++) {
            if (certain) {
                contents.end(page);
            } else {
                // A hole in the range, or no memory to begin with.
                contents.doubt(page, before[page - first], discarded(before[page - first]));
            }
        }
    }

    private static long discarded(long content) {
        if (content == Contents.GONE || content == 0) {
            return content;
        }
        return content >>> KIND_SHIFT == OWN_STAMP >>> KIND_SHIFT ? 0 : objectsOwn(content >>> INDEX_SHIFT & 0xfff);
    }

    private void move(ForkWorker worker, View view, int first, int pages) {
        int target = pick(worker);
        target -= Math.max(0, target % BLOCK_PAGES + pages - BLOCK_PAGES);
        if (target < first + pages && first < target + pages) {
            return;
        }
        for (int page = target; page < target + pages; page++) {
            if (!settle(view, page)) {
                return;
            }
        }
        worker.does("move", space.number(), first, pages, target);
        long[] before = now(first, pages);
        long[] replaced = now(target, pages);
        int to = target;
        if (before[0] == Contents.GONE) {
            expect(Refusal.BAD_ADDRESS, remap(view, first, pages, to));
            return;
        }
        // Map after map is moved: what lies where the source has a hole stays.
        begin(target, pages, page -> before[page - to] == Contents.GONE ? replaced[page - to] : before[page - to]);
        begin(first, pages, page -> Contents.GONE);
        boolean moved = happened(BASE + to, remap(view, first, pages, to));
        end(first, pages, moved, before);
        for (int page = target; page < target + pages; page++) {
            if (moved) {
                contents.end(page);
            } else {
                contents.doubt(page, replaced[page - to], Contents.GONE);
            }
        }
    }

    private static long remap(View view, int first, int pages, int target) {
        return Remap.run(view, new Remap.Request(BASE + first, pages, pages, true, BASE + target, false));
    }

    /** Takes the right to store away and gives it back. */
    private void protect(ForkWorker worker, View view, int first, int pages) {
        worker.does("protect", space.number(), first, pages);
        long[] before = now(first, pages);
        begin(first, pages, page -> before[page - first]);
        int taken = Protect.range(view, BASE + first, pages, READ);
        if (taken == 0) {
            for (int page = first; page < first + pages; page++) {
                try {
                    view.store(address(page) + FIRST_WORD, 8, 0);
                    throw new IllegalStateException("a store went through a protection");
                } catch (MemoryFault fault) {
                    if (fault.signal() != MemoryFault.SIGSEGV || fault.code() != MemoryFault.SEGV_ACCERR) {
                        throw fault;
                    }
                }
            }
        }
        boolean given = Protect.range(view, BASE + first, pages, READ_WRITE) == 0;
        for (int page = first; page < first + pages; page++) {
            if (given) {
                contents.end(page);
            } else {
                contents.doubt(page, before[page - first]);
            }
        }
    }

    /** Has children of the next moment inherit nothing, or no content. */
    private void leaveOut(ForkWorker worker, View view, int first, int pages) {
        boolean wipe = worker.random.nextBoolean();
        worker.does(wipe ? "wipe on fork" : "leave out", space.number(), first, pages);
        long[] before = now(first, pages);
        for (long content : before) {
            if (content != 0 && content >>> KIND_SHIFT != OWN_STAMP >>> KIND_SHIFT) {
                return;
            }
        }
        int attribute = wipe ? Attributes.WIPEONFORK : Attributes.DONTFORK;
        begin(first, pages, page -> wipe ? 0 : Contents.GONE);
        int set = Advise.attribute(view, BASE + first, pages, 0, attribute, wipe);
        begin(first, pages, page -> before[page - first]);
        int cleared = Advise.attribute(view, BASE + first, pages, attribute, 0, wipe);
        for (int page = first; page < first + pages; page++) {
            if (set == 0 && cleared == 0) {
                contents.end(page);
            } else {
                contents.doubt(page, before[page - first]);
            }
        }
    }

    private void populate(ForkWorker worker, View view, int first, int pages) {
        worker.does("populate", space.number(), first, pages);
        Populate.range(view, BASE + first, pages, worker.random.nextBoolean());
    }

    /** A page that all spaces show: what this worker stored last, in whichever space. */
    private void share(ForkWorker worker, View view) {
        int page = worker.random.nextInt(SHARED_PAGES);
        long word = (SHARED + page << 12) + 8L * worker.index;
        worker.does("share", space.number(), page);
        try {
            expect(worker.shared[page], view.load(word, 8));
            long stamp = worker.nextNumber();
            view.store(word, 8, stamp);
            worker.shared[page] = stamp;
        } catch (MemoryFault fault) {
            if (!isOutOfMemory(fault)) {
                throw fault;
            }
        }
    }

    private static boolean happened(long expected, long answer) {
        if (answer != Refusal.NO_MEMORY) {
            expect(expected, answer);
        }
        return answer == expected;
    }

    private static void expect(long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException(
                    "expected 0x" + Long.toHexString(expected) + ", found 0x" + Long.toHexString(found));
        }
    }

    private static long address(int page) {
        return BASE + page << 12;
    }
}

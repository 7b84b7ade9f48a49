package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Arrays;
import java.util.Random;

/**
 * The pages that one thread has to itself in a process that it shares: every call must answer, and every load must give, exactly what it would if the
 * thread were alone. The ranges of the threads are neighbours, so that they share tables.
 *
 * <p>While refusals are injected, a call may answer ENOMEM and a store may find no frame; then nothing has changed. Where a call would have answered
 * ENOMEM anyway, the range is mapped afresh, because nobody can tell which of the two it was.
 */
final class ExactPages {
    private static final long PAGE = OverlappingPages.PAGE;
    /** 300 pages below a 1 GiB border, so that the first range crosses it. */
    private static final long BASE = 0x3000_0000_0000L + (3L << 30) - 300 * PAGE;

    private static final long SCRATCH_BASE = 0x3800_0000_0000L;
    /** Room for what mincore says of a window. */
    private static final long SCRATCH_BYTES = 2 * PAGE;

    private static final int CHUNKS = 3;
    private static final int CHUNK_PAGES = 80;
    private static final int UNMAPPED = -1;
    private static final int READ_WRITE = OverlappingPages.READ_WRITE;
    private static final int MOST_HEALING = 10_000;

    private final SpacesWorker worker;
    private final LinuxCalls calls;
    private final RefusedFrames refusals;
    private final long[] starts = new long[CHUNKS];
    private final int[][] protection = new int[CHUNKS][CHUNK_PAGES];
    private final boolean[][] shared = new boolean[CHUNKS][CHUNK_PAGES];
    /** Counted as memory that was promised, as all is that may be written or once could: as Linux has it, it is a map apart from what is not. */
    private final boolean[][] promised = new boolean[CHUNKS][CHUNK_PAGES];

    private final long[][] content = new long[CHUNKS][CHUNK_PAGES];
    /** Given up by MADV_FREE and not stored to since: holds its content or nothing. */
    private final boolean[][] mayBeEmpty = new boolean[CHUNKS][CHUNK_PAGES];

    /** Nothing is mapped yet but a scratch page. */
    ExactPages(SpacesWorker worker, LinuxCalls calls, int threads, RefusedFrames refusals) {
        this.worker = worker;
        this.calls = calls;
        this.refusals = refusals;
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            starts[chunk] = BASE + ((long) chunk * threads + worker.index) * CHUNK_PAGES * PAGE;
            Arrays.fill(protection[chunk], UNMAPPED);
        }
        expect(scratch(worker), calls.mmap(scratch(worker), SCRATCH_BYTES, READ_WRITE, OverlappingPages.FIXED, -1, 0));
    }

    /** Where answers of calls may be put. */
    static long scratch(Worker worker) {
        return SCRATCH_BASE + worker.index * SCRATCH_BYTES;
    }

    void step() {
        Random random = worker.random;
        int chunk = random.nextInt(CHUNKS);
        int first = random.nextInt(CHUNK_PAGES);
        int end = Math.min(CHUNK_PAGES, first + 1 + random.nextInt(random.nextInt(6) == 0 ? CHUNK_PAGES : 16));
        if (random.nextInt(40) == 0) {
            first = 0;
            end = CHUNK_PAGES;
        }
        switch (random.nextInt(22)) {
            case 0, 1, 2 -> map(chunk, first, end);
            case 3, 4 -> unmap(chunk, first, end);
            case 5, 6 -> protect(chunk, first, end);
            case 7, 8 -> discard(chunk, first, end);
            case 9 -> free(chunk, first, end);
            case 10 -> populate(chunk, first, end);
            case 11, 12 -> move(chunk, first, end);
            case 13, 14, 15, 16, 17 -> store(chunk, first);
            default -> load(chunk, first);
        }
    }

    /** Loads every page; at rest. */
    void checkAll() {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int page = 0; page < CHUNK_PAGES; page++) {
                load(chunk, page);
            }
        }
    }

    /** Proves that a child, which nobody has stored to, has these pages as they are. */
    void checkIn(LinuxCalls child) {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            for (int page = 0; page < CHUNK_PAGES; page++) {
                checkIn(child, chunk, page);
            }
        }
    }

    private void checkIn(LinuxCalls child, int chunk, int page) {
        int asked = protection[chunk][page];
        boolean isAllowed = asked != UNMAPPED && asked != 0;
        worker.does("exact load in a child", word(chunk, page));
        try {
            long value = child.view().load(word(chunk, page), 8);
            if (!isAllowed) {
                throw new IllegalStateException("a load in the child should have been refused");
            }
            if (value != 0 || !mayBeEmpty[chunk][page]) {
                expect(content[chunk][page], value);
            }
        } catch (MemoryFault fault) {
            judge(fault, asked, isAllowed);
        }
    }

    private void map(int chunk, int first, int end) {
        Random random = worker.random;
        boolean isShared = random.nextInt(4) == 0;
        boolean replaces = random.nextInt(3) > 0;
        int asked = random.nextInt(5) == 0 ? random.nextInt(4) : READ_WRITE;
        int flags = Linux.MAP_ANONYMOUS
                | (isShared ? Linux.MAP_SHARED : Linux.MAP_PRIVATE)
                | (replaces ? Linux.MAP_FIXED : Linux.MAP_FIXED_NOREPLACE)
                | (random.nextInt(4) == 0 ? Linux.MAP_POPULATE : 0);
        worker.does("exact mmap", address(chunk, first), end - first, asked, flags);
        long found = calls.mmap(address(chunk, first), (end - first) * PAGE, asked, flags, -1, 0);
        if (isRefused(found)) {
            return;
        }
        boolean free = true;
        for (int i = first; i < end; i++) {
            free &= protection[chunk][i] == UNMAPPED;
        }
        if (!replaces && !free) {
            expect(-Errno.EEXIST, found);
            return;
        }
        expect(address(chunk, first), found);
        for (int i = first; i < end; i++) {
            set(chunk, i, asked, isShared, 0, false);
            promised[chunk][i] = (asked & Linux.PROT_WRITE) != 0;
        }
    }

    private void unmap(int chunk, int first, int end) {
        worker.does("exact munmap", address(chunk, first), end - first);
        long answer = calls.munmap(address(chunk, first), (end - first) * PAGE);
        if (!isRefused(answer)) {
            expect(0, answer);
            for (int i = first; i < end; i++) {
                set(chunk, i, UNMAPPED, false, 0, false);
            }
        }
    }

    private void protect(int chunk, int first, int end) {
        int asked = worker.random.nextInt(4);
        worker.does("exact mprotect", address(chunk, first), end - first, asked);
        long answer = calls.mprotect(address(chunk, first), (end - first) * PAGE, asked);
        int hole = firstHole(chunk, first, end);
        if (hole < end && refusals.arePossible()) {
            heal(chunk, first, end);
        } else if (hole == end && isRefused(answer)) {
            return;
        } else {
            expect(hole == end ? 0 : -Errno.ENOMEM, answer);
            Arrays.fill(protection[chunk], first, hole, asked);
            if ((asked & Linux.PROT_WRITE) != 0) {
                Arrays.fill(promised[chunk], first, hole, true);
            }
        }
    }

    private void discard(int chunk, int first, int end) {
        worker.does("exact MADV_DONTNEED", address(chunk, first), end - first);
        long answer = calls.madvise(address(chunk, first), (end - first) * PAGE, Linux.MADV_DONTNEED);
        int hole = firstHole(chunk, first, end);
        if (hole < end && refusals.arePossible()) {
            heal(chunk, first, end);
        } else if (hole == end && isRefused(answer)) {
            return;
        } else {
            expect(hole == end ? 0 : -Errno.ENOMEM, answer);
            for (int i = first; i < end; i++) {
                // What is shared stays in its object.
                if (!shared[chunk][i]) {
                    content[chunk][i] = 0;
                    mayBeEmpty[chunk][i] = false;
                }
            }
        }
    }

    private void free(int chunk, int first, int end) {
        for (int i = first; i < end; i++) {
            if (shared[chunk][i] || protection[chunk][i] == UNMAPPED) {
                return;
            }
        }
        worker.does("exact MADV_FREE", address(chunk, first), end - first);
        long answer = calls.madvise(address(chunk, first), (end - first) * PAGE, Linux.MADV_FREE);
        if (!isRefused(answer)) {
            expect(0, answer);
            Arrays.fill(mayBeEmpty[chunk], first, end, true);
        }
    }

    private void populate(int chunk, int first, int end) {
        for (int i = first; i < end; i++) {
            if (protection[chunk][i] != READ_WRITE) {
                return;
            }
        }
        boolean write = worker.random.nextBoolean();
        worker.does(
                write ? "exact MADV_POPULATE_WRITE" : "exact MADV_POPULATE_READ", address(chunk, first), end - first);
        long answer = calls.madvise(
                address(chunk, first),
                (end - first) * PAGE,
                write ? Linux.MADV_POPULATE_WRITE : Linux.MADV_POPULATE_READ);
        if (!isRefused(answer)) {
            expect(0, answer);
        }
    }

    private void move(int chunk, int first, int end) {
        Random random = worker.random;
        int toChunk = random.nextInt(CHUNKS);
        int pages = end - first;
        int to = random.nextInt(CHUNK_PAGES - pages + 1);
        if (chunk == toChunk && to < end && first < to + pages) {
            return;
        }
        boolean isOneMap = true;
        boolean isPrivate = true;
        for (int i = first; i < end; i++) {
            isOneMap &=
                    protection[chunk][i] == protection[chunk][first] && promised[chunk][i] == promised[chunk][first];
            isPrivate &= !shared[chunk][i];
        }
        boolean keeps = isOneMap && isPrivate && random.nextInt(4) == 0;
        int flags = Linux.MREMAP_MAYMOVE | Linux.MREMAP_FIXED | (keeps ? Linux.MREMAP_DONTUNMAP : 0);
        worker.does("exact mremap", address(chunk, first), pages, address(toChunk, to), flags);
        long found = calls.mremap(address(chunk, first), pages * PAGE, pages * PAGE, flags, address(toChunk, to));
        if (isRefused(found)) {
            // The target may have been emptied for the move that did not come.
            heal(toChunk, to, to + pages);
        } else if (protection[chunk][first] == UNMAPPED) {
            expect(-Errno.EFAULT, found);
        } else {
            expect(address(toChunk, to), found);
            for (int i = 0; i < pages; i++) {
                int from = first + i;
                if (protection[chunk][from] == UNMAPPED) {
                    // Map after map is moved: what lies where the source has a hole stays.
                    continue;
                }
                set(
                        toChunk,
                        to + i,
                        protection[chunk][from],
                        shared[chunk][from],
                        content[chunk][from],
                        mayBeEmpty[chunk][from]);
                promised[toChunk][to + i] = promised[chunk][from];
                set(chunk, from, keeps ? protection[chunk][from] : UNMAPPED, false, 0, false);
            }
        }
    }

    private void store(int chunk, int page) {
        long value = worker.random.nextLong();
        worker.does("exact store", word(chunk, page), value);
        int asked = protection[chunk][page];
        boolean isAllowed = asked != UNMAPPED && (asked & Linux.PROT_WRITE) != 0;
        try {
            calls.view().store(word(chunk, page), 8, value);
            if (!isAllowed) {
                throw new IllegalStateException("a store should have been refused");
            }
            content[chunk][page] = value;
            mayBeEmpty[chunk][page] = false;
        } catch (MemoryFault fault) {
            judge(fault, asked, isAllowed);
        }
    }

    private void load(int chunk, int page) {
        worker.does("exact load", word(chunk, page));
        int asked = protection[chunk][page];
        boolean isAllowed = asked != UNMAPPED && asked != 0;
        try {
            long value = calls.view().load(word(chunk, page), 8);
            if (!isAllowed) {
                throw new IllegalStateException("a load should have been refused");
            }
            if (mayBeEmpty[chunk][page] && value == 0) {
                content[chunk][page] = 0;
            }
            expect(content[chunk][page], value);
        } catch (MemoryFault fault) {
            judge(fault, asked, isAllowed);
        }
    }

    private void judge(MemoryFault fault, int asked, boolean isAllowed) {
        if (isAllowed && fault.signal() == MemoryFault.SIGKILL && refusals.arePossible()) {
            return;
        }
        int code = asked == UNMAPPED ? MemoryFault.SEGV_MAPERR : MemoryFault.SEGV_ACCERR;
        if (isAllowed || fault.signal() != MemoryFault.SIGSEGV || fault.code() != code) {
            throw new IllegalStateException("protection " + asked + " gave " + fault.linuxName(), fault);
        }
    }

    /** Whether a call found no memory because of an injected refusal. */
    private boolean isRefused(long answer) {
        return answer == -Errno.ENOMEM && refusals.arePossible();
    }

    /** Unmaps a range of which it is not known what it is, however often that is refused. */
    private void heal(int chunk, int first, int end) {
        long answer = -Errno.ENOMEM;
        for (int tries = 0; answer == -Errno.ENOMEM && tries < MOST_HEALING; tries++) {
            worker.does("exact munmap again", address(chunk, first), end - first);
            answer = calls.munmap(address(chunk, first), (end - first) * PAGE);
        }
        expect(0, answer);
        for (int i = first; i < end; i++) {
            set(chunk, i, UNMAPPED, false, 0, false);
        }
    }

    private int firstHole(int chunk, int first, int end) {
        int i = first;
        while (i < end && protection[chunk][i] != UNMAPPED) {
            i++;
        }
        return i;
    }

    private void set(int chunk, int page, int asked, boolean isShared, long value, boolean isFree) {
        protection[chunk][page] = asked;
        shared[chunk][page] = isShared;
        content[chunk][page] = value;
        mayBeEmpty[chunk][page] = isFree;
    }

    private long address(int chunk, int page) {
        return starts[chunk] + page * PAGE;
    }

    private long word(int chunk, int page) {
        return address(chunk, page) + 16;
    }

    private void expect(long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException("expected 0x" + Long.toHexString(expected) + ", found 0x"
                    + Long.toHexString(found) + (calls.reason().isEmpty() ? "" : " (" + calls.reason() + ")"));
        }
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * A window of one process in which all threads do everything that the calls have, on the same pages at the same time. What is found in it must be a
 * {@link Stamp} of this window's memory; whether a call succeeds depends on the others.
 */
class OverlappingPages {
    static final long PAGE = 4096;
    static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    static final int FIXED = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED;

    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int TABLE_PAGES = 512;
    private static final int BULK_BYTES = 3 * (int) PAGE;
    private static final int MOST_LOCKED_PAGES = 64;
    private static final int MOST_HEAP_PAGES = 300;
    /** Pages below 4 GiB that a map with MAP_32BIT may take. */
    private static final int MOST_LOW_PAGES = 40;

    private static final int[] ADVICE = {
        Linux.MADV_NORMAL,
        Linux.MADV_RANDOM,
        Linux.MADV_SEQUENTIAL,
        Linux.MADV_WILLNEED,
        Linux.MADV_DONTNEED,
        Linux.MADV_DONTNEED,
        Linux.MADV_DONTNEED,
        Linux.MADV_DONTNEED_LOCKED,
        Linux.MADV_FREE,
        Linux.MADV_FREE,
        Linux.MADV_REMOVE,
        Linux.MADV_DONTFORK,
        Linux.MADV_DOFORK,
        Linux.MADV_WIPEONFORK,
        Linux.MADV_KEEPONFORK,
        Linux.MADV_HUGEPAGE,
        Linux.MADV_NOHUGEPAGE,
        Linux.MADV_COLLAPSE,
        Linux.MADV_DONTDUMP,
        Linux.MADV_DODUMP,
        Linux.MADV_COLD,
        Linux.MADV_PAGEOUT,
        Linux.MADV_POPULATE_READ,
        Linux.MADV_POPULATE_WRITE,
        Linux.MADV_POPULATE_WRITE,
        Linux.MADV_MERGEABLE,
        Linux.MADV_GUARD_INSTALL,
        99,
    };
    private static final int[] MAP_FLAGS = {
        0,
        0,
        0,
        Linux.MAP_NORESERVE,
        Linux.MAP_POPULATE,
        Linux.MAP_POPULATE | Linux.MAP_NONBLOCK,
        Linux.MAP_LOCKED,
        Linux.MAP_STACK,
        Linux.MAP_GROWSDOWN,
    };

    private final Rounds rounds;
    private final int domain;
    private final long start;
    private final int pages;

    /**
     * A window.
     *
     * @param rounds when its memory was emptied
     * @param domain of its stamps
     * @param start its first byte
     * @param pages its size
     */
    OverlappingPages(Rounds rounds, int domain, long start, int pages) {
        this.rounds = rounds;
        this.domain = domain;
        this.start = start;
        this.pages = pages;
    }

    final long start() {
        return start;
    }

    final long bytes() {
        return pages * PAGE;
    }

    /** One operation on a range chosen at random. */
    final void step(SpacesWorker worker, LinuxCalls calls) {
        Random random = worker.random;
        int first = random.nextInt(pages);
        int length = random.nextInt(6) == 0 ? pages : 20;
        int count = Math.min(pages - first, 1 + random.nextInt(length));
        try {
            operate(worker, calls, start + first * PAGE, count);
        } catch (MemoryFault fault) {
            // Somebody else unmapped or protected it, or memory is short.
            worker.does("fault " + fault.linuxName(), fault.address());
        }
    }

    private void operate(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        long bytes = count * PAGE;
        switch (random.nextInt(36)) {
            case 0, 1, 2, 32, 33, 34, 35 -> map(worker, calls, address, count);
            case 3 -> place(worker, calls, count);
            case 4, 5 -> {
                worker.does("munmap", address, count);
                answer(calls, calls.munmap(address, bytes));
            }
            case 6 -> {
                long table = address & -TABLE_PAGES * PAGE;
                worker.does("munmap of a table", table);
                answer(calls, unmapInside(calls, table, TABLE_PAGES * PAGE));
            }
            case 7, 8 -> {
                int protection = protection(random);
                worker.does("mprotect", address, count, protection);
                answer(calls, calls.mprotect(address, bytes, protection));
            }
            case 9, 10, 11 -> {
                int advice = ADVICE[random.nextInt(ADVICE.length)];
                worker.does("madvise", address, count, advice);
                answer(calls, calls.madvise(address, bytes, advice));
            }
            case 12, 13 -> move(worker, calls, address, count);
            case 14 -> resize(worker, calls, address, count);
            case 15 -> lock(worker, calls, address, count);
            case 16 -> look(worker, calls, address, count);
            case 17 -> {
                int flags = random.nextInt(8);
                worker.does("msync", address, count, flags);
                answer(calls, calls.msync(address, bytes, flags));
            }
            case 18 -> special(worker, calls, address, count);
            case 19 -> exchange(worker, calls.view(), address);
            case 20 -> {
                worker.does("store across", address);
                // The last word of a page and the first of the next are nobody's; half a stamp would be no stamp.
                calls.view().store(address + PAGE - 4, 8, random.nextLong());
            }
            case 21 -> readAll(worker, calls.view(), address, count);
            case 22 -> writeAll(worker, calls.view(), address);
            case 23, 24, 25, 26, 27 -> {
                long word = word(random, address);
                worker.does("store", word);
                calls.view().store(word, 8, stamp(word));
            }
            default -> {
                long word = word(random, address);
                worker.does("load", word);
                check(calls.view().load(word, 8), word);
            }
        }
    }

    /** Something that only this kind of window has: here the heap, whose memory is the process's own too. */
    void special(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        breakHeap(worker, calls);
    }

    /** Maps a range with flags chosen at random. */
    void map(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        int flags =
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | MAP_FLAGS[random.nextInt(MAP_FLAGS.length)] | where(random);
        int protection = protection(random);
        worker.does("mmap", address, count, protection, flags);
        keepInside(calls, address, count, answer(calls, calls.mmap(address, count * PAGE, protection, flags, -1, 0)));
    }

    static int where(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Linux.MAP_FIXED_NOREPLACE;
            case 1 -> 0;
            default -> Linux.MAP_FIXED;
        };
    }

    /** What a hint brought elsewhere is taken away again. */
    final void keepInside(LinuxCalls calls, long wanted, int count, long found) {
        if (found > 0 && found != wanted) {
            answer(calls, calls.munmap(found, count * PAGE));
        }
    }

    final int protection(Random random) {
        return random.nextInt(6) == 0 ? random.nextInt(8) : READ_WRITE;
    }

    private long unmapInside(LinuxCalls calls, long address, long length) {
        long from = Math.max(address, start);
        long to = Math.min(address + length, start + bytes());
        return from < to ? calls.munmap(from, to - from) : 0;
    }

    /** Fresh memory, which nobody else knows: it must be empty. */
    private void place(SpacesWorker worker, LinuxCalls calls, int count) {
        Random random = worker.random;
        boolean low = random.nextInt(8) == 0;
        boolean huge = !low && random.nextInt(12) == 0;
        int size = huge ? TABLE_PAGES : low ? Math.min(count, MOST_LOW_PAGES) : count;
        int flags = Linux.MAP_PRIVATE
                | Linux.MAP_ANONYMOUS
                | (low ? Linux.MAP_32BIT : 0)
                | (huge ? Linux.MAP_HUGETLB | Linux.MAP_HUGE_2MB : 0)
                | (random.nextInt(4) == 0 ? Linux.MAP_POPULATE : 0);
        worker.does("place", size, flags);
        long address = answer(calls, calls.mmap(0, size * PAGE, READ_WRITE, flags, -1, 0));
        if (address < 0) {
            return;
        }
        try {
            View view = calls.view();
            for (int page = 0; page < size; page += 1 + size / 8) {
                long word = word(random, address + page * PAGE);
                long found = view.load(word, 8);
                if (found != 0) {
                    throw new IllegalStateException(
                            "fresh memory at 0x" + Long.toHexString(word) + " holds 0x" + Long.toHexString(found));
                }
                view.store(word, 8, stamp(word));
                check(view.load(word, 8), word);
            }
        } finally {
            worker.does("munmap placed", address, size);
            answer(calls, calls.munmap(address, size * PAGE));
        }
    }

    private void move(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        long target = start + random.nextInt(pages - count + 1) * PAGE;
        int flags = Linux.MREMAP_MAYMOVE | Linux.MREMAP_FIXED | (random.nextInt(4) == 0 ? Linux.MREMAP_DONTUNMAP : 0);
        worker.does("mremap to", address, count, target, flags);
        answer(calls, calls.mremap(address, count * PAGE, count * PAGE, flags, target));
    }

    private void resize(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        int resized = 1 + random.nextInt(40);
        // Growing in place must not leave the window.
        resized = (int) Math.min(resized, (start + bytes() - address) / PAGE);
        int flags = random.nextBoolean() ? Linux.MREMAP_MAYMOVE : 0;
        int old = random.nextInt(12) == 0 ? 0 : count;
        worker.does("mremap", address, old, resized, flags);
        long found = answer(calls, calls.mremap(address, old * PAGE, resized * PAGE, flags, 0));
        if (found > 0 && found != address) {
            try {
                check(calls.view().load(found + 8, 8), found + 8);
            } finally {
                answer(calls, calls.munmap(found, resized * PAGE));
            }
        }
    }

    private void lock(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        long bytes = Math.min(count, MOST_LOCKED_PAGES) * PAGE;
        int number = switch (worker.random.nextInt(12)) {
            case 0, 1, 2 -> Linux.SYS_mlock;
            case 3 -> Linux.SYS_mlock2;
            case 4 -> Linux.SYS_munlockall;
            default -> Linux.SYS_munlock;
        };
        worker.does("lock, call", number, address, bytes);
        answer(calls, calls.call(number, address, bytes, worker.random.nextInt(2), 0, 0, 0));
    }

    private void look(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        worker.does("mincore", address, count);
        answer(calls, calls.mincore(address, count * PAGE, ExactPages.scratch(worker)));
        AddressSpace space = calls.view().space();
        space.permissions(address);
        space.countMaps(address, count * PAGE);
    }

    private void breakHeap(SpacesWorker worker, LinuxCalls calls) {
        long heap = calls.brk(0);
        long first = heap & -(1L << 24);
        long wanted = first + worker.random.nextInt(MOST_HEAP_PAGES) * PAGE + worker.random.nextInt((int) PAGE);
        worker.does("brk", wanted);
        long end = calls.brk(wanted);
        if (end > first + PAGE) {
            long word = end - PAGE & -8;
            if (isStamped(word)) {
                worker.does("heap", word);
                check(calls.view().load(word, 8), word);
                calls.view().store(word, 8, stamp(word));
            }
        }
    }

    private void exchange(SpacesWorker worker, View view, long address) {
        long word = word(worker.random, address);
        worker.does("exchange", word);
        check(view.compareAndSet(word, 8, 0, stamp(word)), word);
    }

    private void readAll(SpacesWorker worker, View view, long address, int count) {
        byte[] found = new byte[Math.min(BULK_BYTES, count * (int) PAGE)];
        worker.does("read", address, found.length);
        view.read(address, found, 0, found.length);
        for (int at = 0; at < found.length; at += Long.BYTES) {
            if (isStamped(address + at)) {
                check((long) LITTLE_ENDIAN.get(found, at), address + at);
            }
        }
    }

    private void writeAll(SpacesWorker worker, View view, long address) {
        byte[] content = new byte[(int) PAGE];
        worker.does("write", address);
        for (int at = 0; at < content.length; at += Long.BYTES) {
            LITTLE_ENDIAN.set(content, at, isStamped(address + at) ? stamp(address + at) : 0L);
        }
        view.write(address, content, 0, content.length);
    }

    /** Looks at every page; at rest. */
    final void checkAll(LinuxCalls calls) {
        for (long address = start; address < start + bytes(); address += PAGE) {
            for (long word = address + 8; word < address + PAGE - 8; word += 168) {
                try {
                    check(calls.view().load(word, 8), word);
                } catch (MemoryFault unreadable) {
                    break;
                }
            }
        }
    }

    /** What is stored at an address. */
    long stamp(long address) {
        return Stamp.of(domain, rounds.now(), address);
    }

    /** Proves that a value may be found at an address of this window's memory. */
    void check(long value, long address) {
        Stamp.check(value, domain, rounds.emptied(domain), rounds.now(), address);
    }

    /** A word of the page that holds stamps. */
    private static long word(Random random, long address) {
        return address + 8 * (1 + random.nextInt((int) PAGE / 8 - 2));
    }

    private static boolean isStamped(long address) {
        long offset = address & PAGE - 1;
        return offset != 0 && offset != PAGE - 8;
    }

    /** What a call returned, if it is a value or an errno that Linux has for one of these calls. */
    static long answer(LinuxCalls calls, long result) {
        if (result < 0) {
            switch ((int) -result) {
                case Errno.ENOMEM,
                        Errno.EINVAL,
                        Errno.EFAULT,
                        Errno.EEXIST,
                        Errno.EAGAIN,
                        Errno.EACCES,
                        Errno.EBUSY,
                        Errno.EPERM,
                        Errno.ENODEV,
                        Errno.EOPNOTSUPP,
                        Errno.ENOSYS -> {
                    if (calls.reason().isEmpty()) {
                        throw new IllegalStateException("errno " + -result + " without a reason");
                    }
                }
                default -> throw new IllegalStateException("an answer of " + result + ": " + calls.reason());
            }
        }
        return result;
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Random;

/**
 * A window as {@link OverlappingPages}, in which objects are mapped, shared and privately: a file that all processes have open, a file in memory, and
 * nameless shared memory. What one process stores another may find, so all these windows have one memory. Files are cut, punched, read and written
 * meanwhile.
 */
final class OverlappingObjects extends OverlappingPages {
    private static final int FILE_PAGES = 900;
    /** What the files have at first. */
    static final long FILE_BYTES = FILE_PAGES * PAGE;

    private final int file;
    private final int memoryFile;

    /** As {@link OverlappingPages}, with two descriptors of the process. */
    OverlappingObjects(Rounds rounds, int domain, long start, int pages, int file, int memoryFile) {
        super(rounds, domain, start, pages);
        this.file = file;
        this.memoryFile = memoryFile;
    }

    @Override
    void map(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        int flags = where(random)
                | (random.nextBoolean() ? Linux.MAP_SHARED : Linux.MAP_PRIVATE)
                | (random.nextInt(6) == 0 ? Linux.MAP_POPULATE : 0);
        int descriptor = switch (random.nextInt(4)) {
            case 0 -> -1;
            case 1 -> memoryFile;
            default -> file;
        };
        if (descriptor == -1) {
            flags |= Linux.MAP_ANONYMOUS;
        }
        long offset = descriptor == -1 ? 0 : random.nextInt(FILE_PAGES) * PAGE;
        int protection = protection(random);
        worker.does("mmap of descriptor", descriptor, address, count, protection, flags, offset);
        long found = answer(calls, calls.mmap(address, count * PAGE, protection, flags, descriptor, offset));
        keepInside(calls, address, count, found);
    }

    @Override
    void special(SpacesWorker worker, LinuxCalls calls, long address, int count) {
        Random random = worker.random;
        int descriptor = random.nextBoolean() ? file : memoryFile;
        long offset = random.nextInt(FILE_PAGES) * PAGE;
        switch (random.nextInt(8)) {
            case 0 -> {
                worker.does("ftruncate", descriptor, offset);
                answer(calls, calls.ftruncate(descriptor, offset));
            }
            case 1, 2 -> {
                worker.does("ftruncate to all", descriptor);
                answer(calls, calls.ftruncate(descriptor, FILE_BYTES));
            }
            case 3 -> {
                int mode = Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_KEEP_SIZE;
                worker.does("fallocate", descriptor, mode, offset, count);
                answer(calls, calls.fallocate(descriptor, mode, offset, count * PAGE));
            }
            case 4 -> {
                worker.does("fdatasync", descriptor);
                answer(calls, calls.fdatasync(descriptor));
            }
            case 5, 6 -> {
                worker.does("pread64", descriptor, address, offset);
                answer(calls, calls.pread64(descriptor, address, PAGE, offset));
            }
            default -> {
                worker.does("pwrite64", descriptor, address, offset);
                answer(calls, calls.pwrite64(descriptor, address, PAGE, offset));
            }
        }
    }

    /** What a call returned, which must not have been refused. */
    static long require(LinuxCalls calls, long answer) {
        if (answer < 0) {
            throw new IllegalStateException("refused by " + answer + ": " + calls.reason());
        }
        return answer;
    }
}

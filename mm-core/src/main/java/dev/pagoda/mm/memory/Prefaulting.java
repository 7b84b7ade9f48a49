package dev.pagoda.mm.memory;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * One run over a memory that has the host back every frame: threads take units of it until none is left.
 *
 * <p>Nothing that stands in the memory changes, and others may use it meanwhile. The host is asked before the run and before each unit what it has
 * left: a host that runs out of memory ends programs instead of refusing.
 */
final class Prefaulting {
    /** Large enough that asking the host first costs nothing beside it, small enough that progress is seen and all threads end together. */
    static final long UNIT_BYTES = 64L << 20;

    /** What the host keeps beside the frames: something to move in, and its own tables, 8 bytes for each page of 4 KiB and as much again. */
    private static final long SPARE_BYTES = 32L << 20;

    private static final int SPARE_SHIFT = 8;

    private static final int ENOMEM = 12;
    private static final int EFAULT = 14;
    private static final int EINVAL = 22;
    private static final int EHWPOISON = 133;

    private final long address;
    private final long bytes;
    private final Host host;
    private final AtomicLong nextOffset = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean byAdvice = true;

    /** What is asked of the host. */
    interface Host {
        /** Populates a range for writing, keeping its content: 0, or an errno; EINVAL where the host does not know how. */
        int populate(long address, long bytes);

        /** What the host can give now, in bytes. */
        long availableBytes();
    }

    /** This machine. */
    static final Host THIS_MACHINE = new Host() {
        @Override
        public int populate(long address, long bytes) {
            return Posix.populate(address, bytes);
        }

        @Override
        public long availableBytes() {
            return HostMemory.ofThisMachine().availableBytes();
        }
    };

    Prefaulting(long address, long bytes, Host host) {
        this.address = address;
        this.bytes = bytes;
        this.host = host;
    }

    /**
     * Touches everything; when it returns or throws, no thread of its own is left.
     *
     * @throws MemoryRefused if the host has too little or refuses; what was touched until then stays
     */
    Prefault run(int threads, LongConsumer progress) {
        if (threads < 1) {
            throw new IllegalArgumentException("prefault needs at least 1 thread, not " + threads);
        }
        long start = System.nanoTime();
        long resident = Posix.residentBytes(address, bytes);
        requireAvailable(resident, bytes - resident);
        int workers = (int) Math.min(threads, (bytes + UNIT_BYTES - 1) / UNIT_BYTES);
        var factory = Thread.ofPlatform().daemon().name("prefault-", 1).factory();
        try (ExecutorService helpers = Executors.newThreadPerTaskExecutor(factory)) {
            for (int i = 1; i < workers; i++) {
                helpers.execute(() -> work(sum -> {}));
            }
            work(progress);
        }
        switch (failure.get()) {
            case null -> {}
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            case Throwable failed -> throw new IllegalStateException(failed);
        }
        progress.accept(bytes);
        return new Prefault(bytes, System.nanoTime() - start, workers, byAdvice);
    }

    private void work(LongConsumer progress) {
        try {
            for (long offset; (offset = nextOffset.getAndAdd(UNIT_BYTES)) < bytes; ) {
                long length = Math.min(UNIT_BYTES, bytes - offset);
                requireAvailable(done.get(), length - Posix.residentBytes(address + offset, length));
                back(address + offset, length);
                progress.accept(done.addAndGet(length));
            }
        } catch (RuntimeException | Error failed) {
            failure.compareAndSet(null, failed);
            // Nobody begins another unit.
            nextOffset.set(bytes);
        }
    }

    private void back(long start, long length) {
        int errno = byAdvice ? host.populate(start, length) : EINVAL;
        if (errno == EINVAL) {
            byAdvice = false;
            for (long at = start; at < start + length; at += PhysicalMemory.FRAME_BYTES) {
                // A write that changes nothing, whoever else writes.
                RawMemory.getAndAdd(at, 0);
            }
        } else if (errno != 0) {
            throw new MemoryRefused("the host backed " + HostMemory.roundDown(done.get()) + " of "
                    + HostMemory.roundUp(bytes) + " of memory and then refused (" + meaning(errno) + "; "
                    + HostMemory.roundDown(host.availableBytes())
                    + " available): ask for less memory, or do without prefault");
        }
    }

    /** Refuses what would drive the host out of memory; {@code before} bytes of this memory are there already. */
    private void requireAvailable(long before, long needed) {
        long available = host.availableBytes();
        long spare = SPARE_BYTES + (needed >> SPARE_SHIFT);
        if (needed > 0 && needed > available - spare) {
            long more = Math.max(0, available - SPARE_BYTES) / ((1 << SPARE_SHIFT) + 1) << SPARE_SHIFT;
            throw new MemoryRefused("to touch " + HostMemory.roundUp(bytes) + " of memory takes "
                    + HostMemory.roundUp(needed) + " more and " + HostMemory.roundUp(spare)
                    + " to spare, but the host has " + HostMemory.roundDown(available) + " available: ask for at most "
                    + HostMemory.roundDown(before + more) + ", or do without prefault");
        }
    }

    private static String meaning(int errno) {
        return switch (errno) {
            case ENOMEM -> "ENOMEM, it has no memory left or a limit is reached";
            case EFAULT -> "EFAULT, a page could not be had";
            case EHWPOISON -> "EHWPOISON, a page of the machine's memory is broken";
            default -> "errno " + errno;
        };
    }
}

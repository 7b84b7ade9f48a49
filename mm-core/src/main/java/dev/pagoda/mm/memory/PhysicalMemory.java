package dev.pagoda.mm.memory;

/**
 * The physical memory of one kernel: a run of 4 KiB frames, off-heap, reserved at boot and touched on use.
 *
 * <p>Owns the reservation and nothing else; which frame is free is the frame allocator's business. Frame 0 is the
 * first of the run. The run starts on a 2 MiB border so that the host can back it with huge pages. Thread-safe; every method but {@link #close} is
 * wait-free.
 */
public final class PhysicalMemory implements AutoCloseable {
    /** Bits of an address inside a frame. */
    public static final int FRAME_SHIFT = 12;
    /** Bytes of a frame. */
    public static final int FRAME_BYTES = 1 << FRAME_SHIFT;
    /** Most frames that a word of a page table can name: 28 bits, 1 TiB. */
    public static final long MAX_FRAMES = 1L << 28;

    private static final long HUGE_BYTES = 2L << 20;

    private final long reservation;
    private final long reservedBytes;
    private final long base;
    private final long frames;
    private boolean closed;

    /**
     * Reserves memory.
     *
     * @param frames number of frames, at most {@link #MAX_FRAMES}
     * @throws MemoryRefused if the host has no room for it
     */
    public PhysicalMemory(long frames) {
        if (frames <= 0 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("frames must be between 1 and " + MAX_FRAMES + ", not " + frames);
        }
        this.frames = frames;
        this.reservedBytes = (frames << FRAME_SHIFT) + HUGE_BYTES;
        this.reservation = Posix.reserve(reservedBytes);
        this.base = (reservation + HUGE_BYTES - 1) & -HUGE_BYTES;
        Posix.adviseHugePages(base, frames << FRAME_SHIFT);
    }

    /** Number of frames. */
    public long frames() {
        return frames;
    }

    /** Absolute address of frame 0; frame n lies n times {@link #FRAME_BYTES} above it. */
    public long base() {
        return base;
    }

    /** Absolute address of a frame's first byte. */
    public long address(long frame) {
        return base + (frame << FRAME_SHIFT);
    }

    /** Gives the memory back to the host. No access may be going on or follow. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Posix.release(reservation, reservedBytes);
        }
    }
}

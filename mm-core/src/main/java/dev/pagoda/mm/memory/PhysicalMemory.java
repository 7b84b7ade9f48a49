package dev.pagoda.mm.memory;

import java.util.function.LongConsumer;

/**
 * The physical memory of one kernel: a run of 4 KiB frames, off-heap, reserved at boot and touched on use.
 *
 * <p>Owns the reservation and nothing else; which frame is free is the frame allocator's business. Frame 0 is the
 * first of the run. The run starts on a 2 MiB border so that the host can back it with huge pages, which it is advised to do.
 *
 * <p>A frame costs nothing until it is first touched, and that first touch is dear: 10 µs and more on a virtual machine. Therefore memory once touched
 * is kept: nothing gives a single frame back to the host (no MADV_DONTNEED when it is freed), only {@link #close} gives back all; and
 * {@link #prefault} pays for all frames in advance.
 *
 * <p>Thread-safe. The methods that only compute are wait-free; those that ask the host block for as long as it takes, and are not for access paths.
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
    private final boolean hugePagesAdvised;
    private boolean closed;

    /**
     * Reserves memory.
     *
     * @param frames number of frames, at most {@link #MAX_FRAMES}
     * @throws MemoryRefused if that is more than the machine has, or the host has no room for it
     */
    public PhysicalMemory(long frames) {
        this(frames, HostMemory.ofThisMachine());
    }

    PhysicalMemory(long frames, HostMemory machine) {
        if (frames <= 0 || frames > MAX_FRAMES) {
            throw new IllegalArgumentException("frames must be between 1 and " + MAX_FRAMES + ", not " + frames);
        }
        long total = machine.totalBytes();
        if (frames << FRAME_SHIFT > total) {
            String most = HostMemory.roundDown(total);
            throw new MemoryRefused("memory of " + HostMemory.roundUp(frames << FRAME_SHIFT)
                    + " was asked for, but this machine has " + most + ": ask for at most " + most);
        }
        this.frames = frames;
        this.reservedBytes = (frames << FRAME_SHIFT) + HUGE_BYTES;
        this.reservation = Posix.reserve(reservedBytes);
        this.base = (reservation + HUGE_BYTES - 1) & -HUGE_BYTES;
        this.hugePagesAdvised = Posix.adviseHugePages(base, frames << FRAME_SHIFT);
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

    /** Whether the host took the advice to use huge pages; whether it does is its choice, which {@link #hugePageBytes} tells. */
    public boolean hugePagesAdvised() {
        return hugePagesAdvised;
    }

    /** How much the host holds in huge pages now, in bytes; 0 where it does not tell. Walks over all that the program has touched. */
    public long hugePageBytes() {
        return HostMemory.ofThisMachine().hugePageBytes(base, frames << FRAME_SHIFT);
    }

    /** How much was touched and lies in the host's memory now, in bytes. Costs a look at each frame. */
    public long residentBytes() {
        return Posix.residentBytes(base, frames << FRAME_SHIFT);
    }

    /**
     * Touches all frames, so that none is dear when it is first used. Their content stays, and they may be in use meanwhile; a second run is cheap.
     *
     * <p>Blocks until all is done; a frame takes 0.1 µs to 1 µs if the host has memory at hand, 5 µs to more than 10 µs on a fresh virtual machine. The host is asked first what it can give, so that it
     * refuses here instead of ending programs later.
     *
     * @param threads how many threads work on it, the caller's included, at least 1
     * @param progress told how many bytes are done, rising, by the calling thread; at last {@link #frames} times {@link #FRAME_BYTES}
     * @return what it cost
     * @throws MemoryRefused if the host has too little memory left or refuses some; what was touched until then stays until {@link #close}
     */
    public Prefault prefault(int threads, LongConsumer progress) {
        return new Prefaulting(base, frames << FRAME_SHIFT, Prefaulting.THIS_MACHINE).run(threads, progress);
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

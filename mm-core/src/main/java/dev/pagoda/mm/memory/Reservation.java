package dev.pagoda.mm.memory;

/**
 * Zeroed off-heap memory for the kernel's own tables, outside of its physical memory.
 *
 * <p>Touched pages only cost memory. Must be closed by whoever made it, after the last access, by any thread; an access after that is not noticed and may end the JVM. Making and closing is a call of the
 * host each.
 */
public final class Reservation implements AutoCloseable {
    private static final long PAGE_MASK = 4095;

    private final long address;
    private final long bytes;
    private boolean closed;

    /**
     * Reserves memory.
     *
     * @param bytes at least one; rounded up to pages
     * @throws MemoryRefused if the host has no room
     */
    public Reservation(long bytes) {
        this.bytes = (bytes + PAGE_MASK) & ~PAGE_MASK;
        this.address = Posix.reserve(this.bytes);
    }

    /** Address of the first byte, aligned to the host's pages. */
    public long address() {
        return address;
    }

    /** Size in bytes, whole pages. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Posix.release(address, bytes);
        }
    }
}

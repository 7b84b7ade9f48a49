package dev.pagoda.mm.memory;

/** Stands in for the class of the same name, with memory of {@link HeapMemory}. */
public final class Reservation implements AutoCloseable {
    private final long address;
    private final long bytes;

    /**
     * Makes zeroed memory.
     *
     * @param bytes at least one
     */
    public Reservation(long bytes) {
        this.address = HeapMemory.reserve(bytes);
        this.bytes = bytes;
    }

    /** Size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Address of the first byte. */
    public long address() {
        return address;
    }

    @Override
    public void close() {}
}

package dev.pagoda.runtime.trace;

/**
 * A range of the replay: a part of a placement, or a plain range of addresses.
 *
 * @param placement the placement, or null for plain addresses
 * @param offset bytes from the placement's start, or the address
 * @param length bytes
 */
record Span(Placement placement, long offset, long length) {
    static Span at(long address, long length) {
        return new Span(null, address, length);
    }

    @Override
    public String toString() {
        String place = placement == null ? "0x" : placement + "+0x";
        return place + Long.toHexString(offset) + ":0x" + Long.toHexString(length);
    }
}

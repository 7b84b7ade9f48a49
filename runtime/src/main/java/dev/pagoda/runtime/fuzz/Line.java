package dev.pagoda.runtime.fuzz;

/**
 * A line of maps.
 *
 * @param start first address
 * @param end address behind it
 * @param protection PROT_ bits
 * @param shared whether stores go to the object
 * @param backed whether an object stands behind it
 * @param offset where in the object it starts, in bytes
 * @param inMemory whether it is known what mincore says about it: it is not a file on disk
 */
record Line(long start, long end, int protection, boolean shared, boolean backed, long offset, boolean inMemory) {
    /** The offset of an address in the object. */
    long offsetAt(long address) {
        return backed ? offset + (address - start) : 0;
    }

    boolean isPrivateMemory() {
        return !shared && !backed;
    }

    String permissions() {
        return ((protection & 1) != 0 ? "r" : "-")
                + ((protection & 2) != 0 ? "w" : "-")
                + ((protection & 4) != 0 ? "x" : "-")
                + (shared ? "s" : "p");
    }
}

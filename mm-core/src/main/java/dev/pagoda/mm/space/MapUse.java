package dev.pagoda.mm.space;

/** What is done with one line of maps; see {@link AddressSpace#forEachMap}. Called by its caller, outside of epochs: it may wait, and the map may have changed since. */
@FunctionalInterface
public interface MapUse {
    /**
     * Uses one line.
     *
     * @param start its first address inside the range that is looked at
     * @param end the address behind it
     * @param protection PROT_READ, PROT_WRITE and PROT_EXEC as 1, 2 and 4, as asked for
     * @param shared whether stores go to the object
     * @param offset where in its object the first address lies, in bytes; -1 for memory without an object
     */
    void use(long start, long end, int protection, boolean shared, long offset);
}

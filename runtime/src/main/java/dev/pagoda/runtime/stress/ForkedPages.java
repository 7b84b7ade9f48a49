package dev.pagoda.runtime.stress;

/** A child's window of private pages: holds what its parent had stored before the fork, and what this child stores; never what other children do. */
final class ForkedPages extends OverlappingPages {
    private final int children;
    private final int number;

    /**
     * The window of a child.
     *
     * @param rounds when the parent's memory was emptied
     * @param parent domain of the parent
     * @param children domain of all children
     * @param number of this child
     * @param start its first byte
     * @param pages its size
     */
    ForkedPages(Rounds rounds, int parent, int children, int number, long start, int pages) {
        super(rounds, parent, start, pages);
        this.children = children;
        this.number = number;
    }

    @Override
    long stamp(long address) {
        return Stamp.of(children, number, address);
    }

    @Override
    void check(long value, long address) {
        if (Stamp.domain(value) == children) {
            Stamp.check(value, children, number, number, address);
        } else {
            super.check(value, address);
        }
    }
}

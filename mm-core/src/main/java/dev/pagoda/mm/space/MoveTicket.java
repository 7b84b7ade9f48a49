package dev.pagoda.mm.space;

/**
 * The pages that one move takes from and puts to, or those of a whole space; see {@link MoveTickets}. Never changed.
 *
 * @param source first page that is taken from
 * @param sourceEnd the page behind the last of them
 * @param target first page that is put to
 * @param targetEnd the page behind the last of them
 */
record MoveTicket(long source, long sourceEnd, long target, long targetEnd) {
    /** Of all pages of a space. */
    static MoveTicket ofAll() {
        return new MoveTicket(0, AddressSpace.PAGES, 0, AddressSpace.PAGES);
    }

    /** Whether a page is in both. */
    boolean meets(MoveTicket other) {
        return meets(source, sourceEnd, other) || meets(target, targetEnd, other);
    }

    private static boolean meets(long first, long end, MoveTicket other) {
        return first < other.sourceEnd && other.source < end || first < other.targetEnd && other.target < end;
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.Tables;

/** A space and its child that share pages since a fork, a page for each sample. When all samples have ended it goes, and the next samples are of another. */
final class Family {
    private static final int READ_WRITE = 3;
    private static final long FIRST_PAGE = Tables.pagesAt(3);
    private static final int PAGES = 256;
    private static final Core CORE = new Core(64 << 20);

    private static Family newest;

    /** For the actor that stores. */
    final View parent;
    /** For the actor that takes the child's page away. */
    final View childTaking;
    /** For the actor that reads. */
    final View childReading;

    private final AddressSpace parentSpace = new AddressSpace(CORE);
    private final AddressSpace childSpace;
    private int begun;
    private int ended;

    private Family() {
        parent = parentSpace.open("parent");
        Map.anonymous(parent, Map.Where.FIXED, FIRST_PAGE, PAGES, READ_WRITE, 0, false);
        for (int i = 0; i < PAGES; i++) {
            Chain.write(parent, FIRST_PAGE + i << 12);
        }
        childSpace = Fork.childOf(parent);
        childTaking = childSpace.open("child takes away");
        childReading = childSpace.open("child reads");
    }

    /** A family with a page that no sample has had. */
    static synchronized Family next() {
        if (newest == null || newest.begun == PAGES) {
            newest = new Family();
        }
        return newest;
    }

    /** A page that parent and child share. */
    long newPage() {
        synchronized (Family.class) {
            return FIRST_PAGE + begun++;
        }
    }

    /** A sample has ended. */
    void end() {
        synchronized (Family.class) {
            ended++;
            if (ended == PAGES) {
                childTaking.close();
                childReading.close();
                childSpace.destroy();
                parent.close();
                parentSpace.destroy();
            }
        }
    }
}

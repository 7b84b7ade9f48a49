package dev.pagoda.mm.memory;

/**
 * Stands in for the class of the same name: no call of the host. All accesses of the stand-in of {@link RawMemory} are sequentially consistent, so membarrier has
 * nothing to do; that it is called at all is what jcstress tests.
 */
public final class Posix {
    private Posix() {}

    /** Reserves zeroed memory. */
    public static long reserve(long bytes) {
        return HeapMemory.reserve(bytes);
    }

    /** Does nothing. */
    public static void release(long address, long bytes) {}

    /** Not taken. */
    public static boolean adviseHugePages(long address, long bytes) {
        return false;
    }

    /** Offered. */
    public static boolean registerMembarrier() {
        return true;
    }

    /** Does nothing. */
    public static void membarrier() {}
}

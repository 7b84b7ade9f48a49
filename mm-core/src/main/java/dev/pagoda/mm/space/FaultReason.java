package dev.pagoda.mm.space;

/** What a thread is told whose access cannot be repaired: signal, code, address, and a sentence why. */
final class FaultReason {
    private FaultReason() {}

    static MemoryFault noFrame(long address) {
        return new MemoryFault(
                MemoryFault.SIGKILL,
                MemoryFault.SI_KERNEL,
                address,
                "no frame is free for the page and none could be reclaimed; boot with more memory");
    }

    static MemoryFault noHugePage(long address) {
        return new MemoryFault(
                MemoryFault.SIGBUS,
                MemoryFault.BUS_ADRERR,
                address,
                "no block for a huge page is free, and none was set aside for the page at " + hex(address));
    }

    static MemoryFault notMapped(long address) {
        return new MemoryFault(
                MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR, address, "nothing is mapped at " + hex(address));
    }

    static MemoryFault forbidden(long address, boolean store) {
        return new MemoryFault(
                MemoryFault.SIGSEGV,
                MemoryFault.SEGV_ACCERR,
                address,
                "the protection forbids " + (store ? "stores" : "loads") + " at " + hex(address));
    }

    static MemoryFault beyondEnd(long address) {
        return new MemoryFault(
                MemoryFault.SIGBUS,
                MemoryFault.BUS_ADRERR,
                address,
                "the page at " + hex(address) + " lies past the end of its object");
    }

    static MemoryFault swapUnreadable(long address, String store, int errno) {
        return new MemoryFault(
                MemoryFault.SIGBUS,
                MemoryFault.BUS_ADRERR,
                address,
                "the page at " + hex(address) + " could not be read back from the swap file " + store
                        + " (the host's errno " + errno + ")");
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }
}

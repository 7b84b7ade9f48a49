package dev.pagoda.mm.space;

/** Swap in memory that fails when it is told to, and has something done before it reads or after it has written. */
final class HeldSwap extends MemorySwap {
    private static final int EIO = 5;

    volatile long failingReadFrom = Long.MAX_VALUE;
    volatile boolean failingWrites;
    /** What happens between a write and its answer; it happens once. */
    private volatile Runnable afterWrite;

    private volatile Runnable beforeRead;
    volatile int reads;
    volatile int writes;

    HeldSwap(int pages) {
        super(pages);
    }

    void afterNextWrite(Runnable step) {
        afterWrite = step;
    }

    void beforeNextRead(Runnable step) {
        beforeRead = step;
    }

    @Override
    public String name() {
        return "held";
    }

    @Override
    public int read(long slot, long[] pages, int count) {
        reads++;
        Runnable step = beforeRead;
        beforeRead = null;
        if (step != null) {
            step.run();
        }
        return slot + count > failingReadFrom ? -EIO : super.read(slot, pages, count);
    }

    @Override
    public int write(long slot, long[] pages, int count) {
        writes++;
        if (failingWrites) {
            return -EIO;
        }
        int refused = super.write(slot, pages, count);
        Runnable step = afterWrite;
        afterWrite = null;
        if (step != null) {
            step.run();
        }
        return refused;
    }
}

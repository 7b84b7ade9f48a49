package dev.pagoda.tests.jcstress;

/** Memory of four blocks of one order, all of them held but the last one or two. */
final class Blocks {
    private static final int BLOCKS = 4;

    /** The memory. */
    final TinyMemory memory;
    /** The order. */
    final int order;

    private final int held;
    private int resets;

    Blocks(int order, int free) {
        this.memory = new TinyMemory((long) BLOCKS << order);
        this.order = order;
        this.held = BLOCKS - free;
        for (int i = 0; i < held; i++) {
            memory.holdSurely(TinyMemory.FIRST, order);
        }
    }

    /** Audits what the actors left, and frees what they were given: by the first stripe or by the second, in turn. */
    String auditAndReset() {
        String audit = memory.audit();
        if (audit.equals(TinyMemory.BALANCED)) {
            memory.releaseDownTo(held, (++resets & 1) == 0 ? TinyMemory.FIRST : TinyMemory.SECOND);
        }
        return audit;
    }
}

package dev.pagoda.tests.jcstress;

/** Memory of two blocks, one of them held. */
final class HeldBlock {
    private final TinyMemory memory;
    private final int order;
    private TinyMemory.Block block;

    HeldBlock(int order) {
        this.order = order;
        this.memory = new TinyMemory(2L << order);
        this.block = memory.holdSurely(TinyMemory.FIRST, order);
    }

    String free(int stripe) {
        try {
            memory.allocator.free(stripe, block.frame(), order);
            return "freed";
        } catch (IllegalStateException e) {
            return "told";
        }
    }

    String auditAndReset() {
        memory.noteFreed(block);
        String audit = memory.audit();
        if (audit.equals(TinyMemory.BALANCED)) {
            block = memory.holdSurely(TinyMemory.FIRST, order);
        }
        return audit;
    }
}

package dev.pagoda.tests.lincheck;

/** When an allocation may be refused; from strict to lenient. */
public enum Refusal {
    /** There was an instant of the call at which no block of the order was free. With this the allocator is linearizable. */
    NONE_FREE,
    /** Each block of the order was not free at some instant of the call, though not all at the same instant: a search passes the blocks one by one. */
    EACH_SEEN_TAKEN,
    /**
     * As above, except for as many blocks as frees were under way. A free makes its frame available before it counts it; who takes it meanwhile takes
     * it on the count of another frame, which then is there and not counted until the free returns.
     */
    FREES_ASIDE,
    /** As above, or another call of any kind was under way and may have had free blocks in its hands. */
    OTHERS_AT_WORK
}

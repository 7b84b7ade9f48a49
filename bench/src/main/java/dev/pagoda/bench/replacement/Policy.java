package dev.pagoda.bench.replacement;

/** A cache without content: only which blocks it would have. One thread. */
interface Policy {
    /**
     * Uses a block, and takes it in if it is not there.
     *
     * @param block its number, from 0
     * @return whether it was there
     */
    boolean use(int block);
}

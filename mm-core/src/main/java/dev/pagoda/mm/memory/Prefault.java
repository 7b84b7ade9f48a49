package dev.pagoda.mm.memory;

/**
 * What it cost to touch all of a memory in advance.
 *
 * @param bytes what was touched
 * @param nanos how long it took
 * @param threads how many threads worked on it
 * @param byAdvice whether the host populated whole ranges when advised; else a word of each frame was touched
 */
public record Prefault(long bytes, long nanos, int threads, boolean byAdvice) {
    /** Nanoseconds of elapsed time for each frame. */
    public double nanosPerFrame() {
        return (double) nanos / (bytes >> PhysicalMemory.FRAME_SHIFT);
    }
}

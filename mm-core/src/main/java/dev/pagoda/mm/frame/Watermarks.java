package dev.pagoda.mm.frame;

/**
 * How many frames should stay free.
 *
 * <p>Below <em>low</em> reclaim begins in the background and goes on until <em>high</em>; below <em>min</em> whoever allocates, and may wait, reclaims first. The sizes are Linux's
 * (mm/page_alloc.c, min_free_kbytes): min is four times the root of memory in KiB, low and high a quarter and a half above; at most a 32nd of
 * memory, so that small kernels are not always short.
 *
 * @param min frames below which allocating threads reclaim
 * @param low frames below which reclaim in the background begins
 * @param high frames at which it ends
 */
public record Watermarks(long min, long low, long high) {
    private static final int KIB_PER_FRAME = 4;
    private static final int LARGEST_PART = 32;

    /** Checks that they ascend. */
    public Watermarks {
        if (min < 0 || low < min || high < low) {
            throw new IllegalArgumentException(
                    "watermarks must ascend from 0: min " + min + ", low " + low + ", high " + high);
        }
    }

    /** What a kernel of so many frames has if nobody says otherwise. */
    public static Watermarks of(long frames) {
        long min = (long) (4 * Math.sqrt((double) frames * KIB_PER_FRAME)) / KIB_PER_FRAME;
        min = Math.min(min, frames / LARGEST_PART);
        return new Watermarks(min, min + min / 4, min + min / 2);
    }
}

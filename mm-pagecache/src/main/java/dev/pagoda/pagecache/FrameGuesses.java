package dev.pagoda.pagecache;

/**
 * Where in memory a page of a file may lie, told without its word being read: by the distance between page and frame of the page near it that came in last.
 *
 * <p>A word of a large file is in no cache when it is needed, nor are the bytes, and whoever waits for the one before asking for the other waits twice. A reader who compares the word's frame
 * with a guess, and then copies from the <em>guess</em>, lets the processor begin the copy while the word is on its way. Nothing is taken on trust: what is not confirmed by the word is not used.
 * So a guess may be wrong, old, or another file's, and entries are written and read by plain accesses, on purpose.
 *
 * <p>Pages that were read one after another lie side by side, as frames are handed out ascending; such guesses are right. Those for pages that came in one by one at random places are not, and
 * the processor's prediction of the compare soon leaves them alone. Four bytes for 256 KiB of memory; wait-free.
 */
final class FrameGuesses {
    /** Pages that share a guess, 64: as many neighbours have frames of one run, where two files or threads read by turns. */
    private static final int SHARED_SHIFT = 6;
    /** Of a frame's number. */
    private static final int FRAME_MASK = (1 << 28) - 1;
    /** Spreads the objects over the entries; neighbours within an object stay neighbours, and do not meet. */
    private static final int SPREAD = 0x9E37_79B1;

    private final int[] distances;

    /**
     * Starts without a guess that is right.
     *
     * @param frames frames that pages may be in
     */
    FrameGuesses(long frames) {
        int entries = (int) (frames >>> SHARED_SHIFT) + 1;
        this.distances = new int[2 * Integer.highestOneBit(entries)];
    }

    /** The frame that a page may be in. */
    long frame(int object, long index) {
        return distances[place(object, index)] + (int) index & FRAME_MASK;
    }

    /** Notes the frame that a page is about to come in with. */
    void note(int object, long index, long frame) {
        distances[place(object, index)] = (int) frame - (int) index;
    }

    private int place(int object, long index) {
        return (int) (index >>> SHARED_SHIFT) + object * SPREAD & distances.length - 1;
    }
}

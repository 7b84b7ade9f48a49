package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import java.lang.invoke.VarHandle;

/**
 * The state of all frames: a word for each area of 512 ({@link AreaWord}), two bits for each frame ({@link AreaBits}), a line of hints for each 64 areas
 * ({@link Trees}).
 *
 * <p>A <em>unit</em> of an area is the right to one of its frames, whichever. Units are counted in the area's word, held in a magazine, or in the hands of a caller who
 * is about to set a bit or has just cleared one:
 *
 * <pre>
 *   clear bits of an area  =  units in its word  +  units in magazines  +  units in hands
 * </pre>
 *
 * <p>So whoever has a unit finds a clear bit for certain, and an area whose word counts 512 is touched by nobody: one compare-and-set of the word takes it
 * whole. Giving back is coalescing. After the allocator in "LLFree: Scalable and Optionally-Persistent Page-Frame Allocation" (USENIX ATC '23), which
 * counts frames where this counts rights to them. Lock-free.
 */
final class Areas implements AutoCloseable {
    private static final int AREA_SHIFT = 9;
    private static final int LINE_BYTES = 128;

    private final long frames;
    private final long areas;
    private final Reservation reservation;
    private final long words;

    /** The bits of all frames. */
    final AreaBits bits;
    /** The hints. */
    final Trees trees;

    /** All free. */
    Areas(long frames) {
        this.frames = frames;
        this.areas = (frames + AreaWord.FRAMES - 1) >>> AREA_SHIFT;
        long bitBytes = areas * AreaBits.BYTES;
        long wordBytes = areas * Long.BYTES + LINE_BYTES - 1 & -LINE_BYTES;
        this.reservation = new Reservation(bitBytes + wordBytes + (long) Trees.count(areas) * Trees.BYTES);
        this.bits = new AreaBits(reservation.address());
        this.words = reservation.address() + bitBytes;
        for (long area = 0; area < areas; area++) {
            RawMemory.setPlain(wordAddress(area), Math.min(AreaWord.FRAMES, frames - (area << AREA_SHIFT)));
        }
        for (long missing = frames; missing < areas << AREA_SHIFT; missing++) {
            bits.exclude(missing);
        }
        this.trees = new Trees(words + wordBytes, areas, words);
        // Whoever is handed this object reads what was stored plainly above.
        VarHandle.releaseFence();
    }

    /** Number of frames. */
    long frames() {
        return frames;
    }

    /** Number of areas; the last may have fewer frames than the others. */
    long count() {
        return areas;
    }

    /** The area that a frame lies in. */
    static long areaOf(long frame) {
        return frame >>> AREA_SHIFT;
    }

    /** The first frame of an area. */
    static long firstFrame(long area) {
        return area << AREA_SHIFT;
    }

    /** An area's {@link AreaWord}. */
    long word(long area) {
        return RawMemory.getVolatile(wordAddress(area));
    }

    /** Units that may be taken from an area; may be old at once. */
    int free(long area) {
        return AreaWord.free(RawMemory.getOpaque(wordAddress(area)));
    }

    /**
     * Takes units of an area.
     *
     * @return how many: as many as there are up to most, or 0 if there are fewer than least
     */
    int takeUnits(long area, int least, int most) {
        long address = wordAddress(area);
        long seen = RawMemory.getOpaque(address);
        for (int free; (free = AreaWord.free(seen)) >= least; ) {
            int count = Math.min(free, most);
            long found = RawMemory.compareAndExchange(address, seen, seen - count);
            if (found == seen) {
                return count;
            }
            seen = found;
        }
        return 0;
    }

    /** Gives units of an area back. */
    void returnUnits(long area, int count) {
        int before = AreaWord.free(RawMemory.getAndAdd(wordAddress(area), count + AreaWord.ONE_RETURN));
        if (before == 0) {
            trees.nowSome(area);
        }
        if (before + count == AreaWord.FRAMES) {
            trees.nowWhole(area);
        }
    }

    /** Takes an area that is all free; false if it is not. */
    boolean takeWhole(long area, int order) {
        long address = wordAddress(area);
        long seen = RawMemory.getOpaque(address);
        return AreaWord.isWholeFree(seen) && RawMemory.compareAndSet(address, seen, AreaWord.handedOut(seen, order));
    }

    /** Gives an area back that was handed out whole with an order; false, and nothing is changed, if it was not. */
    boolean returnWhole(long area, int order) {
        long seen = word(area);
        if (!isHandedOut(seen, order) || !RawMemory.compareAndSet(wordAddress(area), seen, AreaWord.cameBack(seen))) {
            return false;
        }
        trees.nowSome(area);
        trees.nowWhole(area);
        return true;
    }

    /** Makes the first area of a large block look like its others, so that no one else may give the block back; false if it is not such an area. */
    boolean disown(long area, int order) {
        long seen = word(area);
        return isHandedOut(seen, order)
                && RawMemory.compareAndSet(wordAddress(area), seen, AreaWord.handedOut(seen, AreaWord.INNER));
    }

    /** Makes an area that is handed out whole 512 single frames; false if it was not handed out with that order. */
    boolean split(long area, int order) {
        long seen = word(area);
        if (!isHandedOut(seen, order)) {
            return false;
        }
        // Nobody takes a unit, or a bit, of an area that is handed out, so the bits are ours until the word is changed.
        bits.takeAll(area);
        return RawMemory.compareAndSet(wordAddress(area), seen, AreaWord.split(seen));
    }

    private static boolean isHandedOut(long word, int order) {
        return AreaWord.isHandedOut(word) && AreaWord.order(word) == order;
    }

    /** How often frames came back to any area: the same sum twice means that nothing came back in between. */
    long countReturns() {
        long returns = 0;
        for (long area = 0; area < areas; area++) {
            returns += AreaWord.returns(word(area));
        }
        return returns;
    }

    /** Bytes that the state takes at most. */
    long bytes() {
        return reservation.bytes();
    }

    private long wordAddress(long area) {
        return words + area * Long.BYTES;
    }

    @Override
    public void close() {
        reservation.close();
    }
}

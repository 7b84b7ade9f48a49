package dev.pagoda.pagecache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongPredicate;

/**
 * Which page of which file a frame holds, and the hand that passes over all frames to find one to evict. Lock-free.
 *
 * <p>An entry is a hint: it is set before the page's word names the frame, and cleared before the frame is given back, so that the word decides. Costs 12 to
 * 16 bytes a frame, in pieces made when a frame of that part of memory first holds a page of a file.
 */
final class Clock {
    private static final int PIECE_SHIFT = 12;
    private static final int PIECE = 1 << PIECE_SHIFT;

    private static final class Piece {
        private final AtomicReferenceArray<CachedFile> files = new AtomicReferenceArray<>(PIECE);
        private final AtomicLongArray indexes = new AtomicLongArray(PIECE);
    }

    private final long frames;
    private final AtomicReferenceArray<Piece> pieces;
    private final AtomicLong hand = new AtomicLong();

    Clock(long frames) {
        this.frames = frames;
        this.pieces = new AtomicReferenceArray<>(Math.toIntExact((frames + PIECE - 1) >> PIECE_SHIFT));
    }

    long frames() {
        return frames;
    }

    void set(long frame, CachedFile file, long index) {
        int number = (int) (frame >>> PIECE_SHIFT);
        Piece piece = pieces.get(number);
        if (piece == null) {
            Piece fresh = new Piece();
            piece = pieces.compareAndExchange(number, null, fresh);
            piece = piece == null ? fresh : piece;
        }
        int at = (int) frame & PIECE - 1;
        piece.indexes.setRelease(at, index);
        piece.files.setRelease(at, file);
    }

    void clear(long frame) {
        Piece piece = pieces.get((int) (frame >>> PIECE_SHIFT));
        if (piece != null) {
            piece.files.setRelease((int) frame & PIECE - 1, null);
        }
    }

    /** Moves the hand over frames, at most so many, and tells each that may hold a page, until told to stop. */
    void scan(long most, LongPredicate goOn) {
        long passed = 0;
        while (passed < most) {
            long at = hand.getAndIncrement();
            long frame = Long.remainderUnsigned(at, frames);
            Piece piece = pieces.get((int) (frame >>> PIECE_SHIFT));
            passed++;
            if (piece == null) {
                long skipped = Math.min(PIECE - (frame & PIECE - 1), frames - frame);
                hand.compareAndSet(at + 1, at + skipped);
                passed += skipped - 1;
            } else if (piece.files.getAcquire((int) frame & PIECE - 1) != null && !goOn.test(frame)) {
                return;
            }
        }
    }

    /** The file whose page the frame holds, or null. */
    CachedFile file(long frame) {
        return pieces.get((int) (frame >>> PIECE_SHIFT)).files.getAcquire((int) frame & PIECE - 1);
    }

    /** The index of the page that the frame holds. */
    long index(long frame) {
        return pieces.get((int) (frame >>> PIECE_SHIFT)).indexes.getAcquire((int) frame & PIECE - 1);
    }
}

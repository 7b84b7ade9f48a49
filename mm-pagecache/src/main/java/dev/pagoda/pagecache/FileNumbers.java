package dev.pagoda.pagecache;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The cache's files by the numbers under which frames name them ({@link dev.pagoda.mm.frame.FrameOwner}), of which 20 bits are kept there: the way from a frame to its page. Lock-free. A file is
 * found from before its first page comes in until its last one is about to go.
 */
final class FileNumbers {
    private static final int PIECE_SHIFT = 10;
    private static final int PIECE = 1 << PIECE_SHIFT;
    private static final int NUMBERS = 1 << 20;

    private final AtomicReferenceArray<AtomicReferenceArray<CachedFile>> pieces =
            new AtomicReferenceArray<>(NUMBERS >>> PIECE_SHIFT);

    /** Enters a file; false if another has its number. */
    boolean add(int number, CachedFile file) {
        int at = number & NUMBERS - 1;
        AtomicReferenceArray<CachedFile> piece = pieces.get(at >>> PIECE_SHIFT);
        if (piece == null) {
            AtomicReferenceArray<CachedFile> fresh = new AtomicReferenceArray<>(PIECE);
            piece = pieces.compareAndExchange(at >>> PIECE_SHIFT, null, fresh);
            piece = piece == null ? fresh : piece;
        }
        return piece.compareAndSet(at & PIECE - 1, null, file);
    }

    /** Takes a file out, if it is in. */
    void remove(int number, CachedFile file) {
        int at = number & NUMBERS - 1;
        AtomicReferenceArray<CachedFile> piece = pieces.get(at >>> PIECE_SHIFT);
        if (piece != null) {
            piece.compareAndSet(at & PIECE - 1, file, null);
        }
    }

    /** The file of a number, or null. */
    CachedFile get(long number) {
        int at = (int) number & NUMBERS - 1;
        AtomicReferenceArray<CachedFile> piece = pieces.get(at >>> PIECE_SHIFT);
        return piece == null ? null : piece.get(at & PIECE - 1);
    }
}

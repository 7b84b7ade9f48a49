package dev.pagoda.runtime.trace;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The recorded address space of one process as it is after each call: which placement lies at which recorded address.
 * Addresses are page-aligned and below {@link Linux#TASK_SIZE}; ends are exclusive. For one thread.
 */
final class AddressMap {
    /**
     * A range that is uniform: one placement, one protection, one file.
     *
     * @param start recorded address
     * @param end recorded address behind it
     * @param placement what lies there
     * @param offset of start within the placement
     * @param attributes protection and file
     */
    record Piece(long start, long end, Placement placement, long offset, Attributes attributes) {
        private Piece part(long from, long to) {
            Attributes moved = new Attributes(
                    attributes.protection(),
                    attributes.shared(),
                    attributes.touched(),
                    attributes.file(),
                    attributes.file() == null ? 0 : attributes.fileOffset() + from - start);
            return new Piece(from, to, placement, offset + from - start, moved);
        }

        private Piece with(int protection, boolean touched) {
            return new Piece(
                    start,
                    end,
                    placement,
                    offset,
                    new Attributes(
                            protection, attributes.shared(), touched, attributes.file(), attributes.fileOffset()));
        }
    }

    /**
     * What the pages of a piece are.
     *
     * @param protection PROT bits
     * @param shared whether stores reach the file
     * @param touched whether the replay has touched it, or need not
     * @param file the file behind it, or null for anonymous memory
     * @param fileOffset of the piece's start
     */
    record Attributes(int protection, boolean shared, boolean touched, RecordedFile file, long fileOffset) {}

    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private final TreeMap<Long, Long> everMapped = new TreeMap<>();

    /** The same, for a child. */
    AddressMap copy() {
        AddressMap copy = new AddressMap();
        copy.pieces.putAll(pieces);
        copy.everMapped.putAll(everMapped);
        return copy;
    }

    /** What lies anywhere. */
    List<Placement> placements() {
        return pieces.values().stream().map(Piece::placement).distinct().toList();
    }

    /** The pieces in a range, cut at its borders, ascending. */
    List<Piece> piecesIn(long start, long end) {
        List<Piece> found = new ArrayList<>();
        Map.Entry<Long, Piece> entry = pieces.floorEntry(start);
        if (entry == null || entry.getValue().end() <= start) {
            entry = pieces.ceilingEntry(start);
        }
        while (entry != null && entry.getKey() < end) {
            Piece piece = entry.getValue();
            found.add(piece.part(Math.max(start, piece.start()), Math.min(end, piece.end())));
            entry = pieces.higherEntry(entry.getKey());
        }
        return found;
    }

    /** The piece that holds an address, or null. */
    Piece at(long address) {
        Map.Entry<Long, Piece> entry = pieces.floorEntry(address);
        return entry == null || entry.getValue().end() <= address ? null : entry.getValue();
    }

    /** Lays a placement over a range; whatever was there is gone. */
    void put(long start, long end, Placement placement, long offset, Attributes attributes) {
        remove(start, end);
        pieces.put(start, new Piece(start, end, placement, offset, attributes));
        remember(start, end);
    }

    /** Takes whatever is in a range out. */
    void remove(long start, long end) {
        List<Piece> gone = piecesIn(start, end);
        if (gone.isEmpty()) {
            return;
        }
        Piece first = at(start);
        Piece last = at(end - 1);
        for (Piece piece : gone) {
            pieces.remove(piece.start());
        }
        if (first != null && first.start() < start) {
            pieces.put(first.start(), first.part(first.start(), start));
        }
        if (last != null && last.end() > end) {
            pieces.put(end, last.part(end, last.end()));
        }
    }

    /** Gives the pieces of a range a protection; those that were untouched and can be accessed now count as touched from here on. */
    void protect(long start, long end, int protection, boolean nowTouched) {
        List<Piece> changed = piecesIn(start, end);
        remove(start, end);
        for (Piece piece : changed) {
            Piece with = piece.with(protection, piece.attributes().touched() || nowTouched);
            pieces.put(with.start(), with);
        }
    }

    /** Whether some part of the range was mapped at some time, as far as the recording shows. */
    boolean wasEverMapped(long start, long end) {
        Map.Entry<Long, Long> entry = everMapped.floorEntry(end - 1);
        return entry != null && entry.getValue() > start;
    }

    private void remember(long start, long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> entry = everMapped.floorEntry(to);
        while (entry != null && entry.getValue() >= from) {
            from = Math.min(from, entry.getKey());
            to = Math.max(to, entry.getValue());
            everMapped.remove(entry.getKey());
            entry = everMapped.floorEntry(to);
        }
        everMapped.put(from, to);
    }
}

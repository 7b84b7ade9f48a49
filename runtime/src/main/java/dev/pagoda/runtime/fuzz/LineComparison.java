package dev.pagoda.runtime.fuzz;

import java.util.ArrayList;
import java.util.List;

/** Compares lines of maps: each stretch of addresses must look the same, and lines must end at the same places. */
final class LineComparison {
    /** Where both heaps are moved to for the comparison: above everything else. */
    private static final long HEAP = 1L << 50;

    private final long linuxBreak;
    private final long pagodaBreak;
    private final boolean refused;
    private final boolean movedLocked;

    /**
     * Compares with each side's own heap.
     *
     * @param movedLocked whether the process may have moved a locked map and left it behind
     * @param refused whether Linux refused anything so far for want of room
     */
    LineComparison(long linuxBreak, long pagodaBreak, boolean refused, boolean movedLocked) {
        this.movedLocked = movedLocked;
        this.refused = refused;
        this.linuxBreak = linuxBreak;
        this.pagodaBreak = pagodaBreak;
    }

    /** Whether nothing that can be seen tells two neighbours apart. */
    static boolean lookAlike(Line left, Line right) {
        return left.shared() == right.shared()
                && left.protection() == right.protection()
                && left.backed() == right.backed()
                && (!left.backed() || left.offsetAt(right.start()) == right.offset());
    }

    /** The first difference, explained or not; null if there is none. */
    Difference first(List<Line> linux, List<Line> pagoda, int step, int process) {
        List<Line> theirs = normal(linux, linuxBreak);
        List<Line> ours = normal(pagoda, pagodaBreak);
        int left = 0;
        int right = 0;
        long at = 0;
        Difference explained = null;
        while (left < theirs.size() || right < ours.size()) {
            Line their = left < theirs.size() ? theirs.get(left) : null;
            Line our = right < ours.size() ? ours.get(right) : null;
            at = Math.max(at, Math.min(startOf(their), startOf(our)));
            boolean inTheirs = their != null && their.start() <= at;
            boolean inOurs = our != null && our.start() <= at;
            if (!inTheirs || !inOurs || !isSame(their, our, at)) {
                return difference(
                        step,
                        process,
                        at,
                        Difference.Check.Kind.PERMISSIONS,
                        inTheirs ? describe(their, at) : "",
                        inOurs ? describe(our, at) : "");
            }
            if (their.start() != our.start() && (at == their.start() || at == our.start())) {
                Difference found = difference(
                        step,
                        process,
                        at,
                        Difference.Check.Kind.START,
                        "a line from 0x" + Long.toHexString(their.start()),
                        "a line from 0x" + Long.toHexString(our.start()));
                boolean splitByLinux = at == their.start() && left > 0 && lookAlike(theirs.get(left - 1), their);
                boolean splitHere = at == our.start() && right > 0 && lookAlike(ours.get(right - 1), our);
                if (movedLocked && splitHere) {
                    return found.explained(Explanation.DONTUNMAP_BESIDE);
                }
                Explanation known =
                        !splitByLinux ? null : movedLocked ? Explanation.DONTUNMAP_LOCKED : whyApart(their, process);
                if (known == null) {
                    return found;
                }
                explained = found.explained(known);
            }
            at = Math.min(their.end(), our.end());
            left += their.end() == at ? 1 : 0;
            right += our.end() == at ? 1 : 0;
        }
        return explained;
    }

    private Explanation whyApart(Line line, int process) {
        if (line.isPrivateMemory() || process != 0) {
            return Explanation.NEIGHBOURS_MERGE;
        }
        if (refused) {
            return Explanation.SPLIT_BY_REFUSAL;
        }
        return line.shared() ? null : Explanation.ACCOUNTED_APART;
    }

    private static long startOf(Line line) {
        return line == null ? Long.MAX_VALUE : line.start();
    }

    private static boolean isSame(Line their, Line our, long at) {
        return their.protection() == our.protection()
                && their.shared() == our.shared()
                && their.backed() == our.backed()
                && (!their.backed() || their.offsetAt(at) == our.offsetAt(at));
    }

    private static String describe(Line line, long at) {
        return line.permissions()
                + (line.backed() ? " at 0x" + Long.toHexString(line.offsetAt(at)) + " of an object" : "");
    }

    private static Difference difference(
            int step, int process, long at, Difference.Check.Kind kind, String theirs, String ours) {
        Value place = at >= HEAP ? new Value(Value.BREAK, at - HEAP) : Value.of(at);
        String what = "line of " + (at >= HEAP ? "heap+" + (at - HEAP) : Call.Argument.ADDRESS.print(at));
        return new Difference(step, what, theirs, ours, new Difference.Check(process, place, kind), null);
    }

    /** Cut to what is looked at, the heap moved to where it does not depend on the side. */
    private static List<Line> normal(List<Line> lines, long initialBreak) {
        List<Line> cut = new ArrayList<>(lines.size());
        for (Line line : lines) {
            if (line.start() >= initialBreak && line.start() < initialBreak + Ranges.HEAP_BYTES) {
                continue;
            }
            long end = line.start() < Ranges.ARENAS_END ? Math.min(line.end(), Ranges.ARENAS_END) : line.end();
            long start = line.start() < Ranges.ARENAS_END ? line.start() : Math.max(line.start(), Ranges.EDGE_BEGIN);
            if (end > initialBreak && start < initialBreak) {
                continue;
            }
            cut.add(move(line, start, end, 0));
        }
        for (Line line : lines) {
            long start = Math.max(line.start(), initialBreak);
            long end = Math.min(line.end(), initialBreak + Ranges.HEAP_BYTES);
            if (start < end) {
                cut.add(move(line, start, end, HEAP - initialBreak));
            }
        }
        return cut;
    }

    private static Line move(Line line, long start, long end, long by) {
        return new Line(
                start + by,
                end + by,
                line.protection(),
                line.shared(),
                line.backed(),
                line.offsetAt(start),
                line.inMemory());
    }
}

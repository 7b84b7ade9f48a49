package dev.pagoda.runtime.fuzz;

import dev.pagoda.runtime.fuzz.Difference.Check.Kind;
import dev.pagoda.runtime.fuzz.Observation.End;
import dev.pagoda.runtime.fuzz.Observation.ProbedLine;
import dev.pagoda.syscalls.Errno;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what shows at the end of a sequence: sizes, residency and content of every process that is left. */
final class EndComparison {
    /** SIGBUS BUS_ADRERR: the page lies behind the end of its object. */
    private static final int BEHIND_END = 7 << 8 | 2;

    private final Comparison whole;
    private final Sequence sequence;
    /** Whether a page was looked at on one side only. */
    private boolean lookedApart;
    /** Whether one was in a range of the same process before, which may show the same private page. */
    private boolean lookedApartBefore;

    EndComparison(Comparison whole) {
        this.whole = whole;
        this.sequence = whole.sequence();
    }

    Difference first() {
        List<End> theirs = whole.linux().ends;
        List<End> ours = whole.pagoda().ends;
        for (int i = 0; i < Math.min(theirs.size(), ours.size()); i++) {
            Difference difference = sizes(theirs.get(i), ours.get(i));
            lookedApartBefore = false;
            for (int range = 0;
                    difference == null && range < theirs.get(i).ranges().size();
                    range++) {
                difference = range(theirs.get(i), ours.get(i), range);
            }
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private Difference sizes(End theirs, End ours) {
        int process = theirs.process();
        long size = theirs.sizeBytes() - whole.host().ownSizeBytes();
        if (size != ours.sizeBytes()) {
            return size("vmsize()", process, Kind.SIZE, size, ours.sizeBytes());
        }
        long data = theirs.dataBytes() - whole.host().ownDataBytes();
        if (data != ours.dataBytes()) {
            return size("vmdata()", process, Kind.DATA, data, ours.dataBytes());
        }
        long locked =
                theirs.lockedBytes() - whole.ownLocked(process, sequence.steps().size());
        if (locked == ours.lockedBytes()) {
            return null;
        }
        if (whole.hasMovedLocked(process, sequence.steps().size())) {
            whole.note(Explanation.DONTUNMAP_LOCKED);
            return null;
        }
        return size("locked()", process, Kind.LOCKED, locked, ours.lockedBytes());
    }

    private Difference size(String what, int process, Kind kind, long theirs, long ours) {
        return new Difference(
                sequence.steps().size(),
                what,
                Long.toString(theirs),
                Long.toString(ours),
                new Difference.Check(process, null, kind),
                null);
    }

    /** A page at the end. */
    private record Page(ProbedLine line, int index) {
        String resident() {
            return line.residency() != 0
                    ? Long.toString(line.residency())
                    : line.resident()[index] ? "resident" : "not resident";
        }

        String content() {
            return line.protect() != 0
                    ? "mprotect " + line.protect()
                    : line.faults()[index] != 0
                            ? "fault 0x" + Integer.toHexString(line.faults()[index])
                            : "hash 0x" + Long.toHexString(line.pages()[index]);
        }
    }

    private Difference range(End theirs, End ours, int index) {
        Value from = Ranges.atEnd(sequence, theirs.process()).get(index).from();
        Map<Long, Page> their = pages(theirs.ranges().get(index), whole.linux().resolve(sequence, from));
        Map<Long, Page> our = pages(ours.ranges().get(index), whole.pagoda().resolve(sequence, from));
        SortedSet<Long> both = new TreeSet<>(their.keySet());
        both.addAll(our.keySet());
        boolean apart = lookedApartBefore;
        for (Long at : both) {
            Page left = their.get(at);
            Page right = our.get(at);
            Value place = from.plus(at);
            if (left == null || right == null) {
                // Only the first pages of a line are looked at, and lines may be cut differently. From here on the look
                // itself has made pages of objects resident on one side only.
                lookedApart = true;
                apart = true;
                continue;
            }
            boolean comparable = left.line.line().isPrivateMemory() ? !lookedApartBefore : !lookedApart;
            if (left.line.line().inMemory() && comparable && !left.resident().equals(right.resident())) {
                Explanation known = residency(theirs.process(), left, right);
                if (known == null) {
                    return page("resident", theirs.process(), place, Kind.RESIDENT, left.resident(), right.resident());
                }
                whole.note(known);
            }
            if (!left.content().equals(right.content()) && left.line.line().backed() && whole.hasOverlappingCopy()) {
                whole.note(Explanation.OVERLAPPING_COPY);
                return null;
            }
            if (!left.content().equals(right.content())) {
                return page("content", theirs.process(), place, Kind.CONTENT, left.content(), right.content());
            }
        }
        lookedApartBefore = apart;
        return null;
    }

    private Explanation residency(int process, Page theirs, Page ours) {
        boolean onlyLinux = theirs.line.resident()[theirs.index] && !ours.line.resident()[ours.index];
        int fault = theirs.line.faults()[theirs.index];
        boolean zeroes = fault == 0 && theirs.line.pages()[theirs.index] == 0;
        if (!theirs.line.line().isPrivateMemory()) {
            if (onlyLinux) {
                return (zeroes || fault == BEHIND_END) && (hasFailedWrite() || reservesTwice())
                        ? Explanation.CACHE_RESIDENCY
                        : null;
            }
            return zeroes && sequence.pagesOut() ? Explanation.PAGED_OUT : null;
        }
        boolean moved = process != 0
                || sequence.steps().stream().anyMatch(step -> step.process() == process && step.call() == Call.MREMAP);
        if (zeroes && moved) {
            return Explanation.ZERO_PAGE_RESIDENCY;
        }
        if (zeroes && !onlyLinux && whole.host().dropsReadPages() && sequence.allowsDrops() && sequence.pagesOut()) {
            return Explanation.DROPPED_ZEROES;
        }
        return zeroes && sequence.wantsHugePages() ? Explanation.HUGE_RESIDENCY : null;
    }

    /** Whether a write ended because the program's memory refused. */
    private boolean hasFailedWrite() {
        for (int i = 0; i < sequence.steps().size(); i++) {
            Step step = sequence.steps().get(i);
            Outcome outcome = whole.linux().outcomes.get(i);
            if (Transfers.isWrite(step)
                    && (outcome.isValue() && outcome.value() < Transfers.bytes(sequence, whole.linux(), i)
                            || outcome.value() == -Errno.EFAULT)) {
                return true;
            }
        }
        return false;
    }

    private boolean reservesTwice() {
        return sequence.steps().stream()
                        .filter(step -> step.call() == Call.FALLOCATE && step.number(1) == 0)
                        .count()
                > 1;
    }

    private static Map<Long, Page> pages(List<ProbedLine> lines, long from) {
        Map<Long, Page> pages = new TreeMap<>();
        for (ProbedLine line : lines) {
            for (int i = 0; i < line.pages().length; i++) {
                pages.put(line.start() + i * 4096L - from, new Page(line, i));
            }
        }
        return pages;
    }

    private Difference page(String what, int process, Value place, Kind kind, String theirs, String ours) {
        String where = place.isPlain()
                ? Call.Argument.ADDRESS.print(place.addend())
                : (place.base() == Value.BREAK ? "heap" : "result " + place.base()) + "+" + place.addend();
        return new Difference(
                sequence.steps().size(),
                what + " of " + where,
                theirs,
                ours,
                new Difference.Check(process, place, kind),
                null);
    }
}

package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.trace.AddressMap.Attributes;
import dev.pagoda.runtime.trace.AddressMap.Piece;
import dev.pagoda.runtime.trace.Operation.MapPart;
import dev.pagoda.runtime.trace.Operation.Verb;
import dev.pagoda.runtime.trace.Operation.Where;
import dev.pagoda.runtime.trace.Step.Expectation;
import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans the calls that change or ask about an address space: recorded addresses become placements, and each
 * call is cut into the parts that lie in one placement each.
 */
final class MemoryPlanner {
    private static final long PAGE = Linux.PAGE_SIZE;
    private static final int ACCESS = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final int PROTECTION_BITS = ACCESS | Linux.PROT_EXEC;
    /** A larger unknown range under munmap is taken for a hole: mapping it first would only prove that it can be mapped. */
    private static final long LARGEST_UNMAPPED_IMAGE = 1L << 30;

    private static final long HOLE_ROOM = 1L << 40;

    /** What a part of a range is that lies in no placement. */
    private enum Gap {
        /** The call needs it mapped: memory that came from outside the recording, mapped before the call. */
        IMAGE,
        /** Nothing is there. */
        HOLE,
        /** Nothing is there if the recording gave it back, else memory from outside the recording. */
        IMAGE_OR_HOLE
    }

    private final FilePlanner files;
    private final long holeBase;
    private int placements;
    private int imagePlacements;

    MemoryPlanner(FilePlanner files, long holeBase) {
        this.files = files;
        this.holeBase = holeBase;
    }

    int placements() {
        return placements;
    }

    int imagePlacements() {
        return imagePlacements;
    }

    // ---- mmap ----

    void map(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long address = arguments.number(0);
        long length = arguments.number(1);
        int protection = (int) arguments.flags(2);
        int flags = (int) arguments.flags(3);
        long fileOffset = arguments.number(5);
        boolean anonymous = (flags & Linux.MAP_ANONYMOUS) != 0;
        TraceResult result = step.call().result();
        Descriptor descriptor = null;
        if (!anonymous) {
            descriptor = files.forMap(step, process, arguments, flags, length, fileOffset);
            if (step.operation() == null && !step.reason().isEmpty()) {
                return;
            }
        }
        boolean replaces = (flags & Linux.MAP_FIXED) != 0 && (flags & Linux.MAP_FIXED_NOREPLACE) == 0;
        boolean fixed = (flags & (Linux.MAP_FIXED | Linux.MAP_FIXED_NOREPLACE)) != 0;
        int otherFlags = flags & ~(Linux.MAP_FIXED | Linux.MAP_FIXED_NOREPLACE);
        MapPart whole = new MapPart(
                Span.at(address, length),
                Where.CHOSEN,
                protection,
                otherFlags,
                anonymous,
                descriptor,
                fileOffset,
                null);
        if (result.failed()) {
            planFailingMap(step, process, whole, address, fixed, replaces);
            return;
        }
        long start = result.value();
        long end = endOf(arguments, start, length);
        boolean shared = (flags & Linux.MAP_TYPE) != Linux.MAP_PRIVATE;
        Attributes attributes = new Attributes(
                protection & PROTECTION_BITS,
                shared,
                (protection & ACCESS) != 0,
                descriptor == null ? null : descriptor.file(),
                fileOffset);
        List<MapPart> parts = new ArrayList<>();
        if (replaces && start == address) {
            planReplacingMap(process, whole, start, end, attributes, parts);
        } else {
            forgetOverlapped(step, process, start, end);
            Placement placement = newPlacement(Placement.Kind.MAP, start, end - start);
            Where where = fixed ? Where.FIXED_OR_CHOSEN : Where.CHOSEN;
            Span at = fixed ? Span.at(address, length) : hint(process, address, length);
            parts.add(part(whole, at, where, fileOffset, placement));
            process.map().put(start, end, placement, 0, attributes);
        }
        for (MapPart part : parts) {
            step.uses(part.result() != null ? part.result() : part.at().placement());
            if (part.at().placement() != null) {
                step.uses(part.at().placement());
            }
            Span made = part.result() == null
                    ? part.at()
                    : new Span(part.result(), 0, part.at().length());
            touchNew(step, made, attributes, part.fileOffset());
        }
        step.uses(descriptor);
        step.uses(descriptor == null ? null : descriptor.file());
        step.replay(new Operation.MapParts(parts), Expectation.SUCCESS);
    }

    private void planFailingMap(
            Step step, ProcessModel process, MapPart whole, long address, boolean fixed, boolean replaces) {
        Span at = hint(process, address, whole.at().length());
        Where where = Where.CHOSEN;
        if (fixed) {
            // A fixed map that is refused for something else than its range must not fall on a stranger if it succeeds
            // here.
            boolean refusedForItsRange = address % PAGE != 0
                    || whole.at().length() <= 0
                    || address < 0
                    || address > Linux.TASK_SIZE - Math.min(whole.at().length(), Linux.TASK_SIZE);
            where = replaces && (at.placement() != null || refusedForItsRange) ? Where.FIXED : Where.FIXED_NOREPLACE;
        }
        step.uses(at.placement());
        step.uses(whole.descriptor());
        step.replay(
                new Operation.MapParts(List.of(part(whole, at, where, whole.fileOffset(), null))), Expectation.SUCCESS);
    }

    /** MAP_FIXED over what the recording mapped before: at the same places of the same placements. */
    private void planReplacingMap(
            ProcessModel process, MapPart whole, long start, long end, Attributes attributes, List<MapPart> parts) {
        long lengthLeft = whole.at().length();
        long at = start;
        List<Segment> segments = segments(process, start, end);
        for (Segment segment : segments) {
            long size = segment.length();
            boolean last = at + size == end;
            long asked = last ? lengthLeft : size;
            long offset = whole.fileOffset() + (whole.anonymous() ? 0 : at - start);
            Attributes there = new Attributes(
                    attributes.protection(), attributes.shared(), attributes.touched(), attributes.file(), offset);
            if (segment.placement() == null) {
                Placement placement = newPlacement(Placement.Kind.MAP, at, size);
                parts.add(part(whole, Span.at(at, asked), Where.FIXED_OR_CHOSEN, offset, placement));
                process.map().put(at, at + size, placement, 0, there);
            } else {
                Span span = new Span(segment.placement(), segment.offset(), asked);
                parts.add(part(whole, span, Where.FIXED, offset, null));
                process.map().put(at, at + size, segment.placement(), segment.offset(), there);
            }
            at += size;
            lengthLeft -= size;
        }
    }

    private static MapPart part(MapPart whole, Span at, Where where, long fileOffset, Placement result) {
        return new MapPart(
                at,
                where,
                whole.protection(),
                whole.flags(),
                whole.anonymous(),
                whole.descriptor(),
                fileOffset,
                result);
    }

    // ---- calls over a range ----

    void overRange(Step step, ProcessModel process, Arguments arguments, Verb verb, long argument) throws TraceError {
        long start = arguments.number(0);
        long length = arguments.number(1);
        List<Span> parts;
        if (length == 0 || leavesUserSpace(start, length)) {
            if (step.call().result().succeeded() && length != 0 && verb != Verb.SYNC) {
                throw arguments.damage(step.call().name() + " succeeds on a range that leaves user space");
            }
            parts = List.of(length == 0 ? hint(process, start, 0) : Span.at(start, length));
        } else {
            Gap gap = step.call().result().failed() ? Gap.HOLE : verb == Verb.UNMAP ? Gap.IMAGE_OR_HOLE : Gap.IMAGE;
            parts = spans(step, process, start, length, gap);
        }
        for (Span part : parts) {
            step.uses(part.placement());
        }
        if (step.call().result().succeeded() && length != 0) {
            long from = start & -PAGE;
            long to = roundUp(start + length);
            if (verb == Verb.UNMAP) {
                process.map().remove(from, to);
            } else if (verb == Verb.PROTECT) {
                int protection = (int) argument & PROTECTION_BITS;
                touchProtected(step, process, from, to, protection);
                process.map().protect(from, to, protection, (protection & ACCESS) != 0);
            }
        }
        step.replay(new Operation.OverRange(verb, parts, argument), Expectation.SAME_VALUE);
    }

    // ---- mremap ----

    void remap(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long old = arguments.number(0);
        long oldSize = arguments.number(1);
        long newSize = arguments.number(2);
        int flags = (int) arguments.flags(3);
        boolean fixed = (flags & Linux.MREMAP_FIXED) != 0;
        boolean moves = fixed || (flags & Linux.MREMAP_DONTUNMAP) != 0;
        long target = moves && arguments.has(4) ? arguments.number(4) : 0;
        TraceResult result = step.call().result();
        if (result.failed()) {
            Span from = hint(process, old, oldSize);
            Span to = hint(process, target, newSize);
            step.uses(from.placement());
            step.uses(to.placement());
            step.replay(new Operation.Remap(from, newSize, flags, to, null), Expectation.SUCCESS);
            return;
        }
        long start = result.value();
        long end = endOf(arguments, start, newSize);
        long oldEnd = oldSize == 0 ? old : endOf(arguments, old, oldSize);
        List<Span> from = spans(step, process, old, Math.max(oldSize, 1), Gap.IMAGE);
        Piece first = process.map().at(old);
        if (from.size() != 1) {
            process.map().remove(old, oldEnd);
            process.map().remove(start, end);
            step.skip("mremap over maps that lie apart in the replay");
            return;
        }
        Attributes kept = first.attributes();
        Placement placement = newPlacement(Placement.Kind.MAP, start, end - start);
        Span to = Span.at(target, newSize);
        if (fixed) {
            to = reservedTarget(step, process, start, end);
        }
        if (oldSize != 0 && (flags & Linux.MREMAP_DONTUNMAP) == 0) {
            process.map().remove(old, oldEnd);
        }
        if (!fixed) {
            forgetOverlapped(step, process, start, end);
        }
        process.map().put(start, end, placement, 0, kept);
        long grownFrom = oldEnd - old;
        if (end - start > grownFrom && oldSize != 0) {
            Span grown = new Span(placement, grownFrom, end - start - grownFrom);
            touchNew(step, grown, kept, kept.fileOffset() + grownFrom);
        }
        Span exact = new Span(from.getFirst().placement(), from.getFirst().offset(), oldSize);
        step.uses(exact.placement());
        step.uses(to.placement());
        step.uses(placement);
        step.uses(kept.file());
        step.replay(new Operation.Remap(exact, newSize, flags, to, placement), Expectation.SUCCESS);
    }

    /** Where a MREMAP_FIXED goes: the place of what lies there, or a range reserved for it. */
    private Span reservedTarget(Step step, ProcessModel process, long start, long end) {
        List<Segment> there = segments(process, start, end);
        if (there.size() == 1 && there.getFirst().placement() != null) {
            Segment segment = there.getFirst();
            return new Span(segment.placement(), segment.offset(), segment.length());
        }
        for (Segment segment : there) {
            if (segment.placement() != null) {
                unmapQuietly(step, new Span(segment.placement(), segment.offset(), segment.length()));
            }
        }
        Placement reserved = mapImage(step, start, end - start);
        return new Span(reserved, 0, end - start);
    }

    // ---- brk ----

    void moveBreak(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long asked = arguments.number(0);
        long answered = step.call().result().value();
        boolean query = asked == 0;
        if (process.heap() == null) {
            long base = (query ? answered : Math.min(asked, answered)) & -PAGE;
            process.heap(newPlacement(Placement.Kind.HEAP, base, 0));
            if (!query) {
                step.prepare(new Operation.Break(process.heap(), -1));
            }
        }
        Placement heap = process.heap();
        long base = heap.recorded();
        step.uses(heap);
        if (answered < base || asked < 0 || (!query && asked < base && answered == asked)) {
            step.skip("the start of the heap is not in the recording");
            return;
        }
        boolean moved = !query && answered == asked;
        if (moved) {
            long before = roundUp(process.heapBreak());
            long after = roundUp(asked);
            if (after > Linux.TASK_SIZE) {
                throw arguments.damage("a break outside user space");
            }
            if (after > before) {
                Attributes attributes = new Attributes(ACCESS, false, true, null, 0);
                forgetOverlapped(step, process, before, after);
                process.map().put(before, after, heap, before - base, attributes);
                touchNew(step, new Span(heap, before - base, after - before), attributes, 0);
            } else if (after < before) {
                process.map().remove(after, before);
            }
            process.heapBreak(asked);
        }
        long offset = query || asked < base ? -1 : asked - base;
        step.replayBreak(new Operation.Break(heap, offset), answered - base);
    }

    // ---- ranges ----

    /** A part of a range: in one placement, or in none when the placement is null. */
    private record Segment(Placement placement, long offset, long length) {}

    private static List<Segment> segments(ProcessModel process, long start, long end) {
        List<Segment> segments = new ArrayList<>();
        long at = start;
        for (Piece piece : process.map().piecesIn(start, end)) {
            if (piece.start() > at) {
                segments.add(new Segment(null, at, piece.start() - at));
            }
            long length = piece.end() - piece.start();
            Segment last = segments.isEmpty() ? null : segments.getLast();
            if (last != null
                    && last.placement() == piece.placement()
                    && last.offset() + last.length() == piece.offset()) {
                segments.removeLast();
                segments.add(new Segment(last.placement(), last.offset(), last.length() + length));
            } else {
                segments.add(new Segment(piece.placement(), piece.offset(), length));
            }
            at = piece.end();
        }
        if (at < end) {
            segments.add(new Segment(null, at, end - at));
        }
        return segments;
    }

    /** The exact range, unaligned ends and all, in parts. */
    private List<Span> spans(Step step, ProcessModel process, long start, long length, Gap gap) {
        long from = start & -PAGE;
        long to = roundUp(start + length);
        if (gap != Gap.HOLE) {
            fillGaps(step, process, from, to, gap);
        }
        List<Span> spans = new ArrayList<>();
        long at = from;
        for (Segment segment : segments(process, from, to)) {
            long cutBefore = Math.max(start - at, 0);
            long cutBehind = Math.max(at + segment.length() - (start + length), 0);
            long exact = segment.length() - cutBefore - cutBehind;
            spans.add(
                    segment.placement() == null
                            ? Span.at(holeAt(at, segment.length()) + cutBefore, exact)
                            : new Span(segment.placement(), segment.offset() + cutBefore, exact));
            at += segment.length();
        }
        return spans;
    }

    private void fillGaps(Step step, ProcessModel process, long from, long to, Gap gap) {
        long at = from;
        for (Segment segment : segments(process, from, to)) {
            long end = at + segment.length();
            boolean hole = gap == Gap.IMAGE_OR_HOLE
                    && (process.map().wasEverMapped(at, end) || segment.length() > LARGEST_UNMAPPED_IMAGE);
            if (segment.placement() == null && !hole) {
                Placement image = mapImage(step, at, segment.length());
                Attributes attributes = new Attributes(PROTECTION_BITS, false, true, null, 0);
                process.map().put(at, end, image, 0, attributes);
            }
            at = end;
        }
    }

    private Placement mapImage(Step step, long start, long length) {
        Placement image = newPlacement(Placement.Kind.IMAGE, start, length);
        imagePlacements++;
        step.uses(image);
        step.prepare(new Operation.MapParts(List.of(new MapPart(
                Span.at(0, length),
                Where.CHOSEN,
                PROTECTION_BITS,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE,
                true,
                null,
                0,
                image))));
        return image;
    }

    /** An address at which nothing is mapped here, for a range at which nothing was mapped there. */
    private long holeAt(long recorded, long length) {
        return length <= HOLE_ROOM ? holeBase : recorded;
    }

    private static Span hint(ProcessModel process, long address, long length) {
        Piece piece = address < 0 ? null : process.map().at(address);
        return piece == null
                ? Span.at(address, length)
                : new Span(piece.placement(), piece.offset() + address - piece.start(), length);
    }

    /** What lies where the recording now maps something new was unmapped by a call that is not in it. */
    private void forgetOverlapped(Step step, ProcessModel process, long start, long end) {
        for (Piece piece : process.map().piecesIn(start, end)) {
            unmapQuietly(step, new Span(piece.placement(), piece.offset(), piece.end() - piece.start()));
        }
        process.map().remove(start, end);
    }

    private static void unmapQuietly(Step step, Span span) {
        step.uses(span.placement());
        step.prepare(new Operation.OverRange(Verb.UNMAP, List.of(span), 0));
    }

    private Placement newPlacement(Placement.Kind kind, long start, long length) {
        return new Placement(placements++, kind, start, length);
    }

    // ---- touches ----

    private static void touchProtected(Step step, ProcessModel process, long from, long to, int protection) {
        if ((protection & ACCESS) == 0) {
            return;
        }
        Piece run = null;
        long runEnd = 0;
        for (Piece piece : process.map().piecesIn(from, to)) {
            if (piece.attributes().touched()) {
                continue;
            }
            boolean continues = run != null
                    && runEnd == piece.start()
                    && run.placement() == piece.placement()
                    && run.offset() + (runEnd - run.start()) == piece.offset();
            if (run != null && !continues) {
                touchRun(step, run, runEnd, protection);
            }
            run = continues ? run : piece;
            runEnd = piece.end();
        }
        if (run != null) {
            touchRun(step, run, runEnd, protection);
        }
    }

    private static void touchRun(Step step, Piece run, long end, int protection) {
        Attributes was = run.attributes();
        Attributes now = new Attributes(protection, was.shared(), true, was.file(), was.fileOffset());
        touchNew(step, new Span(run.placement(), run.offset(), end - run.start()), now, was.fileOffset());
    }

    private static void touchNew(Step step, Span span, Attributes attributes, long fileOffset) {
        if ((attributes.protection() & ACCESS) == 0) {
            return;
        }
        long length = span.length();
        if (attributes.file() != null) {
            length = Math.min(length, roundUp(attributes.file().size()) - fileOffset);
        }
        if (length > 0) {
            boolean writable = (attributes.protection() & Linux.PROT_WRITE) != 0;
            boolean keeps = attributes.shared() && attributes.file() != null;
            step.touch(new Touch(new Span(span.placement(), span.offset(), length), writable, keeps));
        }
    }

    // ---- arithmetic ----

    private static long endOf(Arguments arguments, long start, long length) throws TraceError {
        if (start % PAGE != 0 || length == 0 || leavesUserSpace(start, length)) {
            throw arguments.damage("the call succeeds, but 0x" + Long.toHexString(start) + " and a length of 0x"
                    + Long.toHexString(length) + " are no range of pages");
        }
        return roundUp(start + length);
    }

    private static boolean leavesUserSpace(long start, long length) {
        return start < 0 || length < 0 || start > Linux.TASK_SIZE || length > Linux.TASK_SIZE - start;
    }

    private static long roundUp(long bytes) {
        return (bytes + PAGE - 1) & -PAGE;
    }
}

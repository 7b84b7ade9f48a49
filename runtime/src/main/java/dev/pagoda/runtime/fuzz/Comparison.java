package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compares what both sides showed of one sequence. Finds the first difference that nothing explains, and counts those that something does. */
final class Comparison {
    /** Where Linux tells of its huge pages of 1 GiB, if it can have any. */
    private static final Path GIBIBYTE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-1048576kB");

    private static final long PAGE_BYTES = 4096;
    private static final int SIGSEGV = 11;
    private static final int SEGV_MAPERR = 1;
    /** A huge page. */
    private static final long HUGE_BYTES = 2 << 20;

    private final Sequence sequence;
    private final Observation linux;
    private final Observation pagoda;
    private final HostFacts host;
    private final Map<Explanation, Integer> explained = new EnumMap<>(Explanation.class);

    /** Takes both observations. */
    Comparison(Sequence sequence, Observation linux, Observation pagoda, HostFacts host) {
        this.sequence = sequence;
        this.linux = linux;
        this.pagoda = pagoda;
        this.host = host;
    }

    /** How often something differed for a reason. */
    Map<Explanation, Integer> explained() {
        return explained;
    }

    /** The first difference that nothing explains, or null. */
    Difference first() {
        if (linux.unusable != null) {
            note(Explanation.NOT_OBSERVED);
            return null;
        }
        Difference difference = firstUnexplained();
        return difference;
    }

    /** Whether a process may have moved a locked map and left it behind before a step: it had locked something, and then moved something so. */
    boolean hasMovedLocked(int process, int before) {
        boolean locked = false;
        for (int i = 0; i < before; i++) {
            Step step = sequence.steps().get(i);
            if (step.process() != process) {
                // Locks are not inherited.
                continue;
            }
            boolean done = linux.outcomes.get(i).isValue();
            locked |= switch (step.call()) {
                // Over a hole, what comes before it is locked.
                case MLOCK, MLOCK2 -> true;
                case MLOCKALL -> done;
                case MMAP -> done && (step.number(3) & Linux.MAP_LOCKED) != 0;
                default -> false;
            };
            // Of several maps, those before the one that is refused have moved.
            boolean moved = done || linux.outcomes.get(i).value() == -Errno.ENOMEM;
            if (locked && moved && step.call() == Call.MREMAP && (step.number(3) & Linux.MREMAP_DONTUNMAP) != 0) {
                return true;
            }
        }
        return false;
    }

    private Difference firstUnexplained() {
        for (int i = 0; i < sequence.steps().size(); i++) {
            if (hasNoHugePool(i)) {
                note(Explanation.NO_HUGE_POOL);
                return null;
            }
            if (hasNoHugeSize(i)) {
                note(Explanation.NO_HUGE_SIZE);
                return null;
            }
            if (isCollapseOfShared(i)) {
                note(Explanation.SHARED_COLLAPSE);
                return null;
            }
            Difference difference = result(i);
            if (difference == null) {
                difference = lines(i);
            }
            if (difference != null && difference.isExplained()) {
                note(difference.known());
                if (difference.known().ends()) {
                    return null;
                }
            } else if (difference != null) {
                return difference;
            }
        }
        return new EndComparison(this).first();
    }

    Sequence sequence() {
        return sequence;
    }

    Observation linux() {
        return linux;
    }

    Observation pagoda() {
        return pagoda;
    }

    HostFacts host() {
        return host;
    }

    void note(Explanation explanation) {
        explained.merge(explanation, 1, Integer::sum);
    }

    /** Whether Linux refused huge pages, which it does last, when what they were to replace is gone. */
    private boolean hasNoHugePool(int index) {
        Step step = sequence.steps().get(index);
        Outcome ours = pagoda.outcomes.get(index);
        return step.call() == Call.MMAP
                && (step.number(3) & (Linux.MAP_HUGETLB | Linux.MAP_ANONYMOUS))
                        == (Linux.MAP_HUGETLB | Linux.MAP_ANONYMOUS)
                && linux.outcomes.get(index).value() == -Errno.ENOMEM
                && (ours.isValue() || ours.value() == -Errno.ENOMEM);
    }

    /** Whether Linux refused pages of 1 GiB before it looked at anything else, because its processor does not have them. */
    private boolean hasNoHugeSize(int index) {
        Step step = sequence.steps().get(index);
        long size = 63L << Linux.MAP_HUGE_SHIFT;
        return step.call() == Call.MMAP
                && (step.number(3) & (Linux.MAP_HUGETLB | size)) == (Linux.MAP_HUGETLB | Linux.MAP_HUGE_1GB)
                && linux.outcomes.get(index).value() == -Errno.EINVAL
                && !Files.isDirectory(GIBIBYTE_PAGES);
    }

    // Results

    private Difference result(int index) {
        Step step = sequence.steps().get(index);
        Outcome theirs = linux.outcomes.get(index);
        Outcome ours = pagoda.outcomes.get(index);
        if (agree(step, theirs, ours, index)) {
            return null;
        }
        Difference difference =
                new Difference(index, "result", describe(theirs), describe(ours), Difference.Check.STEP, null);
        if (isSplitRange(step, index, theirs)) {
            return difference.explained(Explanation.ONE_MAP);
        }
        if (step.call() == Call.LOCKED && hasMovedLocked(step.process(), index)) {
            return difference.explained(Explanation.DONTUNMAP_LOCKED);
        }
        if (isCollapseByHistory(step, index, theirs, ours)) {
            return difference.explained(Explanation.COLLAPSE_HISTORY);
        }
        if (isPaddedHint(step, theirs, ours)) {
            return difference.explained(Explanation.HINT_PADDED);
        }
        if ((step.call() == Call.LOAD || step.call() == Call.CAS || step.call() == Call.BYTE)
                && theirs.isValue()
                && ours.isValue()
                && hasOverlappingCopy()) {
            return difference.explained(Explanation.OVERLAPPING_COPY);
        }
        if (isGrowthOfSeveral(step, index, theirs, ours)) {
            return difference.explained(Explanation.ONE_MAP);
        }
        if (isLockedHereOnly(step, theirs, ours) && hasMovedLocked(step.process(), index)) {
            return difference.explained(Explanation.DONTUNMAP_BESIDE);
        }
        return isOverLockLimit(step, theirs, ours) && hasMovedLocked(step.process(), index)
                ? difference.explained(Explanation.DONTUNMAP_LOCKED_CALL)
                : difference;
    }

    /** Whether a file was read into, or written from, where a map of it was made. */
    boolean hasOverlappingCopy() {
        for (int i = 0; i < sequence.steps().size(); i++) {
            Step copy = sequence.steps().get(i);
            long moved = linux.outcomes.get(i).value();
            if (!Transfers.isOne(copy) || moved <= 0) {
                continue;
            }
            for (Transfers.Range range : Transfers.ranges(sequence, linux, i)) {
                if (isWhereMapped(range.address(), Math.min(moved, range.bytes()), copy.argument(0), i)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a map of a descriptor's file was made in a range, before a step. */
    private boolean isWhereMapped(long from, long bytes, Value descriptor, int before) {
        for (int i = 0; i < before; i++) {
            Step map = sequence.steps().get(i);
            long at = linux.outcomes.get(i).value();
            if (map.call() == Call.MMAP
                    && sequence.original(map.argument(4)) == sequence.original(descriptor)
                    && linux.outcomes.get(i).isValue()
                    && from < at + map.number(1) + PAGE_BYTES
                    && at < from + bytes) {
                return true;
            }
        }
        return false;
    }

    /** Whether a collapse of private memory was refused here for want of a page. */
    private boolean isCollapseByHistory(Step step, int index, Outcome theirs, Outcome ours) {
        return isRefusedCollapse(step, theirs, ours)
                && linesOf(step, index).stream().anyMatch(Line::isPrivateMemory);
    }

    /** Whether memory that an object stands behind was to collapse, which Linux may have done in part whatever it answered. */
    private boolean isCollapseOfShared(int index) {
        Step step = sequence.steps().get(index);
        return isCollapse(step)
                && linesOf(step, index).stream()
                        .anyMatch(line -> line.backed() && line.end() - line.start() >= HUGE_BYTES);
    }

    private static boolean isCollapse(Step step) {
        return step.call() == Call.MADVISE && step.number(2) == Linux.MADV_COLLAPSE;
    }

    private static boolean isRefusedCollapse(Step step, Outcome theirs, Outcome ours) {
        return isCollapse(step) && ours.value() == -Errno.EINVAL && theirs.value() != -Errno.EINVAL;
    }

    /** Linux's lines in the range of a step, before it. */
    private List<Line> linesOf(Step step, int index) {
        List<Line> before = linesBefore(index, step.process());
        long from = linux.resolve(sequence, step.argument(0));
        long to = from + linux.resolve(sequence, step.argument(1));
        return before == null
                ? List.of()
                : before.stream()
                        .filter(line -> line.start() < to && line.end() > from)
                        .toList();
    }

    /** Whether what was to grow down is larger here than the limit of stacks allows, Linux having kept apart what looks like one. */
    private boolean isGrowthOfSeveral(Step step, int index, Outcome theirs, Outcome ours) {
        List<Line> before = linesBefore(index, step.process());
        if (theirs.signal() != 0 || ours.signal() != SIGSEGV || ours.code() != SEGV_MAPERR || before == null) {
            return false;
        }
        for (int i = 1; i < before.size(); i++) {
            Line above = before.get(i - 1);
            if (above.start() > ours.address()) {
                Line next = before.get(i);
                return above.end() == next.start() && LineComparison.lookAlike(above, next);
            }
        }
        return false;
    }

    /** Whether Linux put a large map of a file on disk elsewhere, and we where it was asked for. */
    private boolean isPaddedHint(Step step, Outcome theirs, Outcome ours) {
        return step.call() == Call.MMAP
                && theirs.isValue()
                && ours.isValue()
                && (step.number(3) & (Linux.MAP_FIXED | Linux.MAP_FIXED_NOREPLACE | Linux.MAP_ANONYMOUS)) == 0
                && step.number(1) > HUGE_BYTES - PAGE_BYTES
                && ours.value() == (pagoda.resolve(sequence, step.argument(0)) & -4096)
                && sequence.isFileOnDisk(step.argument(4));
    }

    /** Whether what was locked was refused here, and Linux had it unlocked. */
    private static boolean isLockedHereOnly(Step step, Outcome theirs, Outcome ours) {
        int refusal = step.call() == Call.MSYNC ? Errno.EBUSY : step.call() == Call.MADVISE ? Errno.EINVAL : 0;
        return refusal != 0 && ours.value() == -refusal && theirs.signal() == 0 && theirs.value() != -refusal;
    }

    /** Whether Linux refused as the limit of locked memory refuses, and here there was room. */
    private static boolean isOverLockLimit(Step step, Outcome theirs, Outcome ours) {
        int refusal = switch (step.call()) {
            case MLOCK, MLOCK2, MLOCKALL -> Errno.ENOMEM;
            case MMAP, MREMAP, REMAP_FILE_PAGES -> Errno.EAGAIN;
            default -> 0;
        };
        return refusal != 0 && theirs.value() == -refusal && ours.signal() == 0 && ours.value() != -refusal;
    }

    private static String describe(Outcome outcome) {
        return outcome.signal() > 0 ? outcome.text() + " at 0x" + Long.toHexString(outcome.address()) : outcome.text();
    }

    private boolean agree(Step step, Outcome theirs, Outcome ours, int index) {
        if (theirs.signal() != 0 || ours.signal() != 0) {
            return theirs.signal() == ours.signal()
                    && theirs.code() == ours.code()
                    && (theirs.signal() == Outcome.NOT_RUN
                            || isSameAddress(step.argument(0), theirs.address(), ours.address()));
        }
        if (theirs.isError() || ours.isError()) {
            return theirs.value() == ours.value();
        }
        return switch (step.call().result()) {
            case VALUE -> theirs.value() == ours.value();
            case ADDRESS -> isSamePlace(step, theirs.value(), ours.value());
            case BREAK -> theirs.value() - linux.initialBreak == ours.value() - pagoda.initialBreak;
            case LOCKED -> theirs.value() - ownLocked(step.process(), index) == ours.value();
            case SIZE -> theirs.value() - host.ownSizeBytes() == ours.value();
            case DATA -> theirs.value() - host.ownDataBytes() == ours.value();
            case DESCRIPTOR, PROCESS, NONE -> true;
        };
    }

    private boolean isSameAddress(Value base, long theirs, long ours) {
        return theirs - linux.resolve(sequence, base) == ours - pagoda.resolve(sequence, base);
    }

    /** Both where the call asked for, or both elsewhere. */
    private boolean isSamePlace(Step step, long theirs, long ours) {
        for (int index : step.call() == Call.MREMAP ? new int[] {0, 4} : new int[] {0}) {
            boolean asked = theirs == (linux.resolve(sequence, step.argument(index)) & -4096);
            if (asked != (ours == (pagoda.resolve(sequence, step.argument(index)) & -4096))) {
                return false;
            }
            if (asked) {
                return true;
            }
        }
        return isPlaced(theirs) ? isPlaced(ours) : theirs == ours;
    }

    private static boolean isPlaced(long address) {
        for (Arena arena : Arena.values()) {
            if (arena.isNear(address)) {
                return false;
            }
        }
        return address >= 0 && address < Linux.TASK_SIZE;
    }

    /** Whether a call wanted one map where Linux had several that look like one. */
    private boolean isSplitRange(Step step, int index, Outcome theirs) {
        boolean refused = step.call() == Call.MREMAP && theirs.value() == -Errno.EFAULT
                // Each map by itself must have room for a huge page (mm/huge_memory.c, thp_vma_suitable_order).
                || isCollapse(step) && theirs.value() == -Errno.EINVAL;
        return refused && isKeptApart(step, index, false);
    }

    /**
     * Whether Linux, before a step, had lines that look like one and end inside the range of the step.
     *
     * @param first whether the first line of the range may end so at its lower side instead
     */
    private boolean isKeptApart(Step step, int index, boolean first) {
        List<Line> before = linesBefore(index, step.process());
        if (before == null) {
            return false;
        }
        long from = linux.resolve(sequence, step.argument(0));
        long to = from + linux.resolve(sequence, step.argument(1));
        to = Long.compareUnsigned(to, from) < 0 ? Long.MAX_VALUE : to;
        for (int i = 1; i < before.size(); i++) {
            Line left = before.get(i - 1);
            Line right = before.get(i);
            boolean inside = first ? right.end() > from && left.end() <= from : left.end() > from && left.end() < to;
            if (left.end() == right.start() && inside && LineComparison.lookAlike(left, right)) {
                return true;
            }
        }
        return false;
    }

    /** Linux's lines of a process before a step: after its last one, or those that it was forked with; null if nobody looked. */
    private List<Line> linesBefore(int index, int process) {
        for (int i = index - 1; i >= 0; i--) {
            Step step = sequence.steps().get(i);
            if (step.process() == process || step.call() == Call.FORK && step.id() == process) {
                return linux.maps.get(i);
            }
        }
        return null;
    }

    /** What the agent itself has locked of Linux's VmLck, before a step. */
    long ownLocked(int process, int before) {
        long locked = 0;
        for (int i = 0; i < before; i++) {
            Step step = sequence.steps().get(i);
            if (step.process() != process || linux.outcomes.get(i).value() != 0) {
                continue;
            }
            if (step.call() == Call.MLOCKALL && (step.number(0) & Linux.MCL_CURRENT) != 0) {
                locked = host.ownSizeBytes();
            } else if (step.call() == Call.MUNLOCKALL) {
                locked = 0;
            }
        }
        return locked;
    }

    // Lines of maps

    /** Whether both sides refused, for want of room, what each decides map by map. */
    private boolean isRefusedByMap(int index) {
        Step step = sequence.steps().get(index);
        boolean byMap = switch (step.call()) {
            case MPROTECT -> (step.number(2) & Linux.PROT_WRITE) != 0;
            case MREMAP -> (step.number(3) & Linux.MREMAP_DONTUNMAP) != 0;
            default -> false;
        };
        return byMap
                && linux.outcomes.get(index).value() == -Errno.ENOMEM
                && pagoda.outcomes.get(index).value() == -Errno.ENOMEM;
    }

    /** Whether an mprotect from the start of a map on began where Linux kept that map and the one below it apart. */
    private boolean isFromStart(int index) {
        Step step = sequence.steps().get(index);
        return step.call() == Call.MPROTECT
                && (step.number(2) & Linux.PROT_GROWSDOWN) != 0
                && isKeptApart(step, index, true);
    }

    private Difference lines(int index) {
        List<Line> theirs = linux.maps.get(index);
        List<Line> ours = pagoda.maps.get(index);
        if (theirs == null || ours == null) {
            return null;
        }
        int process = sequence.steps().get(index).process();
        boolean refused =
                linux.outcomes.subList(0, index + 1).stream().anyMatch(outcome -> outcome.value() == -Errno.ENOMEM);
        Difference difference = new LineComparison(
                        linux.initialBreak, pagoda.initialBreak, refused, hasMovedLocked(process, index + 1))
                .first(theirs, ours, index, process);
        if (difference == null
                || difference.isExplained()
                || difference.check().kind() != Difference.Check.Kind.PERMISSIONS) {
            return difference;
        }
        if (isRefusedByMap(index) && isKeptApart(sequence.steps().get(index), index, false)) {
            return difference.explained(Explanation.REFUSED_MAP_BY_MAP);
        }
        // From the start of the map means less of it where Linux kept its neighbour apart.
        return isFromStart(index) ? difference.explained(Explanation.ONE_MAP) : difference;
    }
}

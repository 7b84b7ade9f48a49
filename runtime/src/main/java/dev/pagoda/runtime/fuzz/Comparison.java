package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compares what both sides showed of one sequence. Finds the first difference that nothing explains, and counts those that something does. */
final class Comparison {
    private final Sequence sequence;
    private final Observation linux;
    private final Observation pagoda;
    private final long ownSizeBytes;
    private final long ownDataBytes;
    private final Map<Explanation, Integer> explained = new EnumMap<>(Explanation.class);

    /**
     * Takes both observations.
     *
     * @param ownSizeBytes what belongs to the agent of Linux's VmSize
     * @param ownDataBytes what belongs to the agent of Linux's VmData
     */
    Comparison(Sequence sequence, Observation linux, Observation pagoda, long ownSizeBytes, long ownDataBytes) {
        this.sequence = sequence;
        this.linux = linux;
        this.pagoda = pagoda;
        this.ownSizeBytes = ownSizeBytes;
        this.ownDataBytes = ownDataBytes;
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
        if (difference != null && hasFailedWrite()) {
            note(Explanation.FAILED_WRITE);
            return null;
        }
        if (difference != null && hasMovedLocked()) {
            note(Explanation.DONTUNMAP_LOCKED);
            return null;
        }
        return difference;
    }

    /** Whether a locked map may have been moved and left behind. */
    private boolean hasMovedLocked() {
        boolean locks = sequence.steps().stream().anyMatch(step -> switch (step.call()) {
            case MLOCK, MLOCK2, MLOCKALL -> true;
            case MMAP -> (step.number(3) & Linux.MAP_LOCKED) != 0;
            default -> false;
        });
        return locks
                && sequence.steps().stream()
                        .anyMatch(step -> step.call() == Call.MREMAP && (step.number(3) & Linux.MREMAP_DONTUNMAP) != 0);
    }

    private Difference firstUnexplained() {
        for (int i = 0; i < sequence.steps().size(); i++) {
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

    /** Whether a file may have grown by a write that moved nothing. */
    private boolean hasFailedWrite() {
        for (int i = 0; i < sequence.steps().size(); i++) {
            if (sequence.steps().get(i).call() == Call.WRITE
                    && linux.outcomes.get(i).value() == -Errno.EFAULT) {
                return sequence.steps().stream().anyMatch(step -> step.call() == Call.MEMFD);
            }
        }
        return false;
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

    long ownSizeBytes() {
        return ownSizeBytes;
    }

    long ownDataBytes() {
        return ownDataBytes;
    }

    void note(Explanation explanation) {
        explained.merge(explanation, 1, Integer::sum);
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
        return isSplitRange(step, index, theirs) && ours.isValue()
                ? difference.explained(Explanation.ONE_MAP)
                : difference;
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
            case SIZE -> theirs.value() - ownSizeBytes == ours.value();
            case DATA -> theirs.value() - ownDataBytes == ours.value();
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
        if (step.call() != Call.MREMAP || theirs.value() != -Errno.EFAULT || index == 0) {
            return false;
        }
        List<Line> before = linux.maps.get(index - 1);
        if (before == null) {
            return false;
        }
        long from = linux.resolve(sequence, step.argument(0));
        long to = from + linux.resolve(sequence, step.argument(1));
        for (int i = 1; i < before.size(); i++) {
            Line left = before.get(i - 1);
            Line right = before.get(i);
            if (left.end() == right.start()
                    && left.end() > from
                    && left.end() < to
                    && LineComparison.lookAlike(left, right)) {
                return true;
            }
        }
        return false;
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
                locked = ownSizeBytes;
            } else if (step.call() == Call.MUNLOCKALL) {
                locked = 0;
            }
        }
        return locked;
    }

    // Lines of maps

    private Difference lines(int index) {
        List<Line> theirs = linux.maps.get(index);
        List<Line> ours = pagoda.maps.get(index);
        if (theirs == null || ours == null) {
            return null;
        }
        int process = sequence.steps().get(index).process();
        boolean refused =
                linux.outcomes.subList(0, index + 1).stream().anyMatch(outcome -> outcome.value() == -Errno.ENOMEM);
        return new LineComparison(linux.initialBreak, pagoda.initialBreak, refused).first(theirs, ours, index, process);
    }
}

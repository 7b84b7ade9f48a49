package dev.pagoda.runtime.fuzz;

import java.util.ArrayList;
import java.util.List;

/** The calls that move bytes between files and the program's memory: which memory each was to move. Pure functions. */
final class Transfers {
    private static final int RANGE_BYTES = 16;
    /** The generator fills no more. */
    private static final int MOST_RANGES = 8;

    private Transfers() {}

    /**
     * A range of the program's memory.
     *
     * @param address where it begins
     * @param bytes how long it is
     */
    record Range(long address, long bytes) {}

    static boolean isOne(Step step) {
        return isWrite(step)
                || switch (step.call()) {
                    case READ, READV, PREADV -> true;
                    default -> false;
                };
    }

    static boolean isWrite(Step step) {
        return switch (step.call()) {
            case WRITE, WRITEV, PWRITEV -> true;
            default -> false;
        };
    }

    /** The ranges of a call as the steps before it stored them: what a sequence itself does not tell is left out. */
    static List<Range> ranges(Sequence sequence, Observation seen, int index) {
        Step step = sequence.steps().get(index);
        long address = seen.resolve(sequence, step.argument(1));
        if (step.call() == Call.READ || step.call() == Call.WRITE) {
            return List.of(new Range(address, step.number(2)));
        }
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < Math.min(MOST_RANGES, Math.max(0, step.number(2))); i++) {
            long at = address + (long) i * RANGE_BYTES;
            ranges.add(new Range(
                    lastStored(sequence, seen, index, at), lastStored(sequence, seen, index, at + Long.BYTES)));
        }
        return ranges;
    }

    /** Bytes that a call was to move, Linux's own bound left aside. */
    static long bytes(Sequence sequence, Observation seen, int index) {
        return ranges(sequence, seen, index).stream().mapToLong(Range::bytes).sum();
    }

    private static long lastStored(Sequence sequence, Observation seen, int before, long address) {
        int process = sequence.steps().get(before).process();
        for (int i = before - 1; i >= 0; i--) {
            Step step = sequence.steps().get(i);
            if (step.call() == Call.STORE
                    && step.process() == process
                    && step.number(1) == Long.BYTES
                    && seen.resolve(sequence, step.argument(0)) == address) {
                return seen.resolve(sequence, step.argument(2));
            }
        }
        return 0;
    }
}

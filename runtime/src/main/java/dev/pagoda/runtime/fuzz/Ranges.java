package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;

/** What is looked at on both sides. Addresses in bytes. */
final class Ranges {
    /** The arenas end below this address. */
    static final long ARENAS_END = 0x110000000000L;
    /** What lies from here to {@link #ARENAS_BEGIN} was placed by the kernel (MAP_32BIT). */
    private static final long LOWEST_PLACED = 0x100000;

    private static final long ARENAS_BEGIN = 0x0f0000000000L;
    private static final long EDGE_BYTES = 256 * 4096;
    /** Where the looked-at pages at the edge of user space begin. */
    static final long EDGE_BEGIN = Linux.TASK_SIZE - EDGE_BYTES;
    /** How much of the heap is looked at. */
    static final long HEAP_BYTES = 64 * 4096;

    /** From and to, each side's own. */
    record Range(Value from, Value to) {}

    private static final Range ARENAS = new Range(Value.of(0), Value.of(ARENAS_END));
    private static final Range EDGE = new Range(Value.of(EDGE_BEGIN), Value.of(Linux.TASK_SIZE));
    private static final Range HEAP = new Range(new Value(Value.BREAK, 0), new Value(Value.BREAK, HEAP_BYTES));

    private Ranges() {}

    /** What is looked at after a step: the arenas, and as far as the sequence goes there the edge of user space and the heap. */
    static List<Range> afterStep(Sequence sequence) {
        List<Range> ranges = new ArrayList<>(List.of(ARENAS));
        if (sequence.refersToAny(value -> value.isPlain() && Arena.T.isNear(value.addend()))) {
            ranges.add(EDGE);
        }
        if (sequence.refersToAny(value -> value.base() == Value.BREAK)) {
            ranges.add(HEAP);
        }
        return ranges;
    }

    /** What is looked at in a process at the end. */
    static List<Range> atEnd(Sequence sequence, int process) {
        List<Range> ranges = new ArrayList<>(afterStep(sequence));
        // What the kernel placed below the arenas is looked at by the result of the call that had it placed.
        ranges.set(0, new Range(Value.of(0), Value.of(LOWEST_PLACED)));
        ranges.add(new Range(Value.of(ARENAS_BEGIN), Value.of(ARENAS_END)));
        for (Sequence.Placed placed : sequence.placed()) {
            if (placed.process() == process) {
                long pages = (placed.lengthBytes() + 4095) / 4096;
                ranges.add(new Range(new Value(placed.step(), 0), new Value(placed.step(), pages * 4096)));
            }
        }
        return ranges;
    }

    /** Whether a line lies where only the kernel's choice puts maps. */
    static boolean isPlaced(long start, long end) {
        return start >= LOWEST_PLACED && end <= ARENAS_BEGIN;
    }
}

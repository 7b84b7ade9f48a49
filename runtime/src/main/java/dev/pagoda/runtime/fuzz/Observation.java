package dev.pagoda.runtime.fuzz;

import java.util.ArrayList;
import java.util.List;

/** What one side showed of a sequence: the outcome of each step, the lines of maps after it, and at the end sizes, residency and content. */
final class Observation {
    /** The end of a process: bytes of VmSize, VmLck and VmData, and what was found in each range. */
    record End(int process, long sizeBytes, long lockedBytes, long dataBytes, List<List<ProbedLine>> ranges) {}

    /**
     * A line at the end.
     *
     * @param line the line
     * @param start the first page that was looked at, an address
     * @param residency what mincore answered
     * @param resident which of the first pages are resident
     * @param protect what making it readable answered
     * @param pages hash of each of the first pages
     * @param faults why a page cannot be read, 0 if it can
     */
    record ProbedLine(
            Line line, long start, long residency, boolean[] resident, long protect, long[] pages, int[] faults) {}

    /** Each side's end of the heap at the start. */
    long initialBreak;
    /** Why nothing can be compared, or null. */
    String unusable;

    final List<Outcome> outcomes = new ArrayList<>();
    /** Lines after each step; null where nobody looked. */
    final List<List<Line>> maps = new ArrayList<>();

    final List<End> ends = new ArrayList<>();

    /** The address or number that an argument stands for on this side. */
    long resolve(Sequence sequence, Value value) {
        if (value.isPlain()) {
            return value.addend();
        }
        if (value.base() == Value.BREAK) {
            return initialBreak + value.addend();
        }
        for (int i = 0; i < outcomes.size(); i++) {
            if (sequence.steps().get(i).id() == value.base()) {
                return outcomes.get(i).value() + value.addend();
            }
        }
        return value.addend();
    }
}

package dev.pagoda.runtime.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of the calls of one thread, and summed up of a whole replay. For one thread. */
final class Tally {
    /** So many refused touches are kept for showing; all are counted. */
    private static final int KEPT_REFUSALS = 20;

    private long agreed;
    private long differed;
    private long unsupported;
    private long touchedPages;
    private long refusedTouches;
    private final Map<Integer, Difference> differences = new TreeMap<>();
    private final List<String> refusals = new ArrayList<>();

    void agree() {
        agreed++;
    }

    void differ(Step step, Difference difference) {
        if (difference.unsupported()) {
            unsupported++;
        } else {
            differed++;
        }
        differences.putIfAbsent(step.number(), difference);
    }

    void touched() {
        touchedPages++;
    }

    void refused(String what) {
        refusedTouches++;
        if (refusals.size() < KEPT_REFUSALS && !refusals.contains(what)) {
            refusals.add(what);
        }
    }

    void add(Tally other) {
        agreed += other.agreed;
        differed += other.differed;
        unsupported += other.unsupported;
        touchedPages += other.touchedPages;
        refusedTouches += other.refusedTouches;
        other.differences.forEach(differences::putIfAbsent);
        for (String refusal : other.refusals) {
            if (refusals.size() < KEPT_REFUSALS && !refusals.contains(refusal)) {
                refusals.add(refusal);
            }
        }
    }

    long agreed() {
        return agreed;
    }

    long differed() {
        return differed;
    }

    long unsupported() {
        return unsupported;
    }

    long touchedPages() {
        return touchedPages;
    }

    long refusedTouches() {
        return refusedTouches;
    }

    /** By the number of the step, so that each is shown once however often the recording is replayed. */
    Map<Integer, Difference> differences() {
        return differences;
    }

    List<String> refusals() {
        return refusals;
    }
}

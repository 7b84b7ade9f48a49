package dev.pagoda.runtime.scml;

import dev.pagoda.runtime.trace.Trace;
import dev.pagoda.runtime.trace.TraceCall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of the calls of one recording.
 *
 * @param file name as the user wrote it
 * @param counts how many calls got each verdict
 * @param names the same for each call's name, sorted
 * @param findings calls that are not supported, like ones together, in the order of their first line
 * @param orphans lines that resume a call whose beginning was not recorded; they are not judged
 */
public record ScmlReport(
        String file,
        Map<Verdict, Long> counts,
        Map<String, Map<Verdict, Long>> names,
        List<Finding> findings,
        List<Integer> orphans) {

    /**
     * Calls of one name that got one verdict for one reason.
     *
     * @param verdict not {@link Verdict#SUPPORTED}
     * @param name the call
     * @param reason why
     * @param line where the first of them begins
     * @param call the first of them
     * @param count how many there are
     */
    public record Finding(Verdict verdict, String name, String reason, int line, String call, long count) {}

    /** Like findings have this in common. */
    private record Key(Verdict verdict, String name, String reason) {}

    /** Judges a recording. */
    public static ScmlReport of(String file, Trace trace, List<Integer> orphans, Judge judge) {
        Map<Verdict, Long> counts = none();
        Map<String, Map<Verdict, Long>> names = new TreeMap<>();
        Map<Key, Finding> findings = new LinkedHashMap<>();
        for (TraceCall call : trace.calls()) {
            Judgement judgement = judge.judge(call);
            counts.merge(judgement.verdict(), 1L, Long::sum);
            names.computeIfAbsent(call.name(), name -> none()).merge(judgement.verdict(), 1L, Long::sum);
            if (judgement.verdict() != Verdict.SUPPORTED) {
                Key key = new Key(judgement.verdict(), call.name(), judgement.reason());
                Finding first = findings.get(key);
                findings.put(
                        key,
                        new Finding(
                                key.verdict(),
                                key.name(),
                                key.reason(),
                                first == null ? call.firstLine() : first.line(),
                                first == null ? call.toString() : first.call(),
                                first == null ? 1 : first.count() + 1));
            }
        }
        return new ScmlReport(file, counts, names, new ArrayList<>(findings.values()), List.copyOf(orphans));
    }

    /** How many calls got a verdict. */
    public long count(Verdict verdict) {
        return counts.get(verdict);
    }

    /** How many calls there are. */
    public long calls() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<Verdict, Long> none() {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict, 0L);
        }
        return counts;
    }
}

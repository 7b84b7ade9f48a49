package dev.pagoda.runtime.trace;

import java.util.List;
import java.util.Map;

/**
 * What a replay of one recording brought; the counts are of all repetitions together.
 *
 * @param file the recording
 * @param calls recorded calls; each agreed, differed, was unsupported or was skipped
 * @param agreed calls with the recorded outcome
 * @param differed calls with another outcome
 * @param unsupported calls that the kernel cannot do
 * @param skipped calls that were left out
 * @param faults page faults
 * @param touchedPages accesses made by the replay itself
 * @param refusedTouches accesses that memory refused
 * @param peakBytes the most physical memory in use at one time, as far as samples after touches and calls show
 * @param nanoseconds time from the first call to the last, preparations and touches included
 * @param skipReasons why calls of one repetition were skipped, and how many
 * @param differences each call that differed or was unsupported, once
 * @param refusals some of the refused accesses
 * @param standIns files of the recording that were stood in
 * @param realFiles files of the recording that were there
 * @param imagePlacements ranges mapped in advance because the recording only used them
 * @param auditDifferences 0 when the kernel's books balance
 * @param audit the audit in one line
 */
public record ReplayReport(
        String file,
        long calls,
        long agreed,
        long differed,
        long unsupported,
        long skipped,
        long faults,
        long touchedPages,
        long refusedTouches,
        long peakBytes,
        long nanoseconds,
        Map<String, Long> skipReasons,
        List<Difference> differences,
        List<String> refusals,
        long standIns,
        long realFiles,
        long imagePlacements,
        long auditDifferences,
        String audit) {

    /** Whether every call that was carried out agreed, none was unsupported, and the books balance. */
    public boolean good() {
        return differed == 0 && unsupported == 0 && auditDifferences == 0;
    }

    /** Carried-out calls (agreed or differed) per second of the replay. */
    public double callsPerSecond() {
        return nanoseconds <= 0 ? 0 : (agreed + differed) * 1e9 / nanoseconds;
    }
}

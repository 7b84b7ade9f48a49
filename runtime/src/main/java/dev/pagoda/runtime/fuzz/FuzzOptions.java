package dev.pagoda.runtime.fuzz;

import java.util.List;

/**
 * What is asked for.
 *
 * @param seed the seed of the first sequence; each next one has the next number
 * @param sequences how many
 * @param calls how many calls in all; the sequence that reaches it is the last
 * @param mostCalls most calls of a sequence
 * @param nanos for how long at most
 * @param mostFindings after how many sequences that differ to stop
 * @param groups names of {@link Group groups}, those to be left out with a minus in front; empty for the usual ones
 */
public record FuzzOptions(
        long seed, long sequences, long calls, int mostCalls, long nanos, int mostFindings, List<String> groups) {}

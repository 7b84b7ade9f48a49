package dev.pagoda.runtime.trace;

import java.util.List;

/**
 * A recording, read and found whole.
 *
 * @param name what to call it in messages
 * @param lines how many lines it has
 * @param calls its calls in the order in which they take effect
 * @param signals how many signals were delivered
 * @param exits how many threads ended
 */
public record Trace(String name, int lines, List<TraceCall> calls, int signals, int exits) {}

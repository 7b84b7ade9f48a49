package dev.pagoda.runtime.trace;

/**
 * How recordings are replayed.
 *
 * @param threads CPUs of the kernel that the replay runs on; with 1 the recorded order is kept
 * @param repeat how often each recording is replayed
 * @param touch how much of what becomes accessible is accessed
 */
public record ReplayOptions(int threads, int repeat, TouchExtent touch) {}

package dev.pagoda.runtime.trace;

/**
 * How recordings are replayed.
 *
 * @param memoryBytes physical memory of the kernel, in bytes
 * @param threads CPUs of the kernel; with 1 the recorded order is kept
 * @param repeat how often each recording is replayed
 * @param touch how much of what becomes accessible is accessed
 */
public record ReplayOptions(long memoryBytes, int threads, int repeat, TouchExtent touch) {}

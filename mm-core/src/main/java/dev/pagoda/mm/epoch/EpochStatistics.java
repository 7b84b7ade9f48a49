package dev.pagoda.mm.epoch;

/**
 * What the epochs have done since boot. Counted by the reclaiming side, and put together when it is asked for: exact at rest, else each number as of a moment of its own.
 *
 * @param participants participants now
 * @param inside how many of them are inside an epoch now
 * @param begun grace periods begun
 * @param awaited waits for a grace period that have ended; the other grace periods were found to have passed without waiting, or not looked at any more
 * @param membarriers calls of the host's membarrier
 * @param retired records retired
 * @param disposed records disposed of
 * @param pending records retired and not yet disposed of: the backlog
 * @param highestPending the largest backlog that was seen; one looks when records are announced, when a ring is full, when everything is reclaimed, and here
 * @param longestWaitNanos the longest wait for a grace period that has ended, in nanoseconds; 0 if none had to wait
 * @param stuckReports reports of participants that held up a grace period for long
 */
public record EpochStatistics(
        int participants,
        int inside,
        long begun,
        long awaited,
        long membarriers,
        long retired,
        long disposed,
        long pending,
        long highestPending,
        long longestWaitNanos,
        long stuckReports) {}

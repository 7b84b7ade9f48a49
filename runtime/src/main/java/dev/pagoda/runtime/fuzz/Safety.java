package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;

/** What must not be asked of the host: to change the memory of the agent itself. */
final class Safety {
    /** An own choice of the kernel is never followed by more than this. */
    private static final long FAR_BYTES = 1L << 30;

    private Safety() {}

    /**
     * Whether a step would reach the agent. Calls that stop at the first hole cannot: there is one between the arenas and the agent.
     */
    static boolean harms(Step step) {
        return switch (step.call()) {
            case MUNMAP -> reaches(step.argument(0), step.number(1), true);
            case MADVISE -> reaches(step.argument(0), step.number(1), false);
            // The agent's own maps are locked after mlockall.
            case MSYNC, REMAP_FILE_PAGES -> reaches(step.argument(0), step.number(1), false);
            case MPROTECT ->
                // Looks for the first map of the whole range, however far that is.
                (step.number(2) & Linux.PROT_GROWSDOWN) != 0 && reaches(step.argument(0), step.number(1), false);
            case MMAP ->
                (step.number(3) & (Linux.MAP_FIXED | Linux.MAP_FIXED_NOREPLACE)) != 0
                        && reaches(step.argument(0), step.number(1), true);
            case MREMAP ->
                reaches(step.argument(0), step.number(1), true)
                        || reaches(step.argument(0), step.number(2), true)
                        || reaches(step.argument(4), step.number(2), true);
            default -> false;
        };
    }

    /**
     * Whether a range that begins below the agent ends behind its beginning.
     *
     * @param refusedBeyondUserSpace whether the call refuses what ends beyond user space
     */
    private static boolean reaches(Value address, long length, boolean refusedBeyondUserSpace) {
        if (!address.isPlain()) {
            return length < 0 || length > FAR_BYTES;
        }
        long start = address.addend();
        long end = start + length;
        if (Long.compareUnsigned(end, start) < 0 || length == 0) {
            return false;
        }
        if (refusedBeyondUserSpace && Long.compareUnsigned(end, Linux.TASK_SIZE) > 0) {
            return false;
        }
        return Long.compareUnsigned(end, AgentLayout.AGENT_BEGIN) > 0
                && Long.compareUnsigned(start, Linux.TASK_SIZE - FAR_BYTES) < 0;
    }
}

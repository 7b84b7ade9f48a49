package dev.pagoda.runtime.scheduler;

/** Work that a CPU does when no guest thread wants it: zeroing frames, write-back, reclaim. */
@FunctionalInterface
public interface IdleWork {
    /**
     * Does one small piece of the work; called on the CPU's own platform thread, on several CPUs at the same time.
     *
     * @return whether there was something to do; when all idle work says no, the CPU sleeps
     */
    boolean runOnce(Cpu cpu);
}

package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.function.Consumer;

/** What the replay needs of a kernel; everything it knows of one goes through here. */
interface Machine extends AutoCloseable {
    /** A process with an empty address space and no open descriptors. */
    Guest newGuest();

    /** Notes how much physical memory is in use now, for {@link #peakBytes}; cheap, from any thread. */
    void sampleUse();

    /** The most physical memory that a sample found in use since boot, in bytes. */
    long peakBytes();

    /** Checks the kernel's books; every guest has exited. */
    Audit audit();

    @Override
    void close();

    /** A process. */
    interface Guest {
        /**
         * Starts a thread of the process, on any CPU.
         *
         * @param name for messages
         * @param body what the thread does with its calls
         */
        GuestThread start(String name, Consumer<LinuxCalls> body);

        /**
         * Forks the process.
         *
         * @param calls of the thread of the process that is running
         * @return the child, which has no thread yet, or null if there is no memory for it
         */
        Guest fork(LinuxCalls calls);

        /** How many faults the process has taken. */
        long faults();

        /** Ends the process and gives its memory back; all its threads have ended. */
        void exit();
    }

    /**
     * What the audit found.
     *
     * @param differences how many books do not balance, 0 when all is well
     * @param text one line for the user
     */
    record Audit(long differences, String text) {}
}

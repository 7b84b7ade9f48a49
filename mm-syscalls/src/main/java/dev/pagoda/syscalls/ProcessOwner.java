package dev.pagoda.syscalls;

import dev.pagoda.mm.space.View;
import java.util.function.Consumer;

/**
 * The runtime's side of the calls about processes: what they are called, who their children are, and when they end.
 *
 * <p>Calls may come from any thread of the process; those that wait do so outside of epochs.
 */
public interface ProcessOwner {
    /** {@link #fork}: there is no memory for a child. */
    int NO_MEMORY = -1;

    /**
     * What came of waiting for a child.
     *
     * @param pid the child that has ended, {@link #NONE_YET} or {@link #NO_CHILD}
     * @param status its exit status, 0 to 255
     */
    record Awaited(int pid, int status) {
        /** There is such a child, and none has ended. */
        public static final int NONE_YET = 0;
        /** There is no such child. */
        public static final int NO_CHILD = -1;
    }

    /** The process's number. */
    int pid();

    /**
     * Makes a child with a copy of the process's memory and descriptors. No thread runs in it until one is started or attached.
     *
     * @param view the calling thread's
     * @return the child's number, or {@link #NO_MEMORY}
     */
    int fork(View view);

    /**
     * Has the process end, with a status, as soon as its last thread has; the first of several calls counts.
     *
     * @param status 0 to 255
     */
    void exit(int status);

    /** Whether a process has that number; one that has ended counts until its parent has waited for it, if this is the parent. */
    boolean knows(int pid);

    /**
     * Does something with the memory of a process, which does not end meanwhile.
     *
     * @param pid its number
     * @param use given a view of the calling thread's, which is closed afterwards
     * @return false, with nothing done, if there is no such process or it has ended
     */
    boolean onMemory(int pid, Consumer<View> use);

    /**
     * Waits for a child to end, and forgets it.
     *
     * @param pid its number, or -1 for any child
     * @param mayWait whether to wait for one that is still running
     */
    Awaited awaitChild(int pid, boolean mayWait);

    /** Told by a thread's calls that they were closed. */
    void detached();
}

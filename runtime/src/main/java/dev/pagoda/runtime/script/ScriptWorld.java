package dev.pagoda.runtime.script;

/** The kernel that scripts run on. Used by the thread that runs the scripts. */
public interface ScriptWorld extends AutoCloseable {
    /**
     * What the kernel's books say.
     *
     * @param differences number of entries that do not balance
     * @param text the account, lines of text
     */
    record Books(long differences, String text) {}

    /** Starts a fresh process for the calling thread. */
    ScriptProcess newProcess();

    /** Balances the kernel's books while nothing else runs. */
    Books audit();

    /** How free memory lies, lines of text: the free blocks of each order, and how much could be had in large ones. */
    String freeBlocks();

    /** Stops the kernel. */
    @Override
    void close();
}

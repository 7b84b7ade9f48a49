package dev.pagoda.runtime.script;

import dev.pagoda.mm.space.MapUse;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One process of a script: its calls, its memory and what can be seen of it from outside.
 *
 * <p>Used by the thread that runs the script. Calls return a value or a negated errno, {@code -ENOSYS} where the
 * kernel does not have them.
 */
public interface ScriptProcess extends AutoCloseable {
    /** The system calls of the process. */
    LinuxCalls calls();

    /** The memory of the process. */
    ScriptMemory memory();

    /** The permissions of the line of maps that holds an address, such as {@code rw-p}; empty where nothing is mapped. */
    String permissions(long address);

    /** Number of lines of maps that meet a range. */
    long countMaps(long address, long lengthBytes);

    /** Start of the line of maps that holds an address. */
    long mapStart(long address);

    /** Tells the lines of maps that meet a range, cut to it. */
    void forEachMap(long address, long lengthBytes, MapUse use);

    /** Every word of the process's radix tree that is not empty, by {@link WordChanges#place}; none where the kernel shows none. */
    default TreeMap<Long, Long> words() {
        return new TreeMap<>();
    }

    /** Bytes of VmLck. */
    long lockedBytes();

    /** Bytes of VmSize. */
    long mappedBytes();

    /** Bytes of VmData. */
    long dataBytes();

    /** The text of /proc/self/maps. */
    String maps();

    /** The text of /proc/self/smaps, if the kernel writes it. */
    Optional<String> smaps();

    /** The text of /proc/meminfo, if the kernel writes it. */
    Optional<String> meminfo();

    /** What /proc/self/status says about memory, if the kernel tells it. */
    default Optional<String> status() {
        return Optional.empty();
    }

    /** The text of /proc/vmstat, if the kernel writes it. */
    default Optional<String> vmstat() {
        return Optional.empty();
    }

    /**
     * mincore(2) with a vector outside of the process's memory.
     *
     * @param vector one byte for each page; bit 0 tells whether it is resident
     */
    long residency(long address, long lengthBytes, byte[] vector);

    /** fork(2): the number of the child. */
    long fork();

    /** The child with a number that {@link #fork} returned. */
    Optional<ScriptProcess> child(long pid);

    /** exit_group(2): does not return an error when the process ended. */
    long exit(int status);

    /** Waits for a child and returns its exit status. */
    long waitFor(long pid);

    /** Sets a soft limit. */
    long limit(int resource, long softLimit);

    /** Gives a capability up. */
    long dropCapability(int capability);

    /** Ends the process, and with it its maps and descriptors. */
    @Override
    void close();
}

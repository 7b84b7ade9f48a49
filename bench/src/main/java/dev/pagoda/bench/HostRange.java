package dev.pagoda.bench;

import dev.pagoda.syscalls.Linux;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** The host's range beside {@link ProcessRange}: 2 MiB of touched small pages for each thread, at the same address. */
@State(Scope.Thread)
public class HostRange {
    /** Where the range begins. */
    long address;
    /** Changes at each operation of a benchmark that does one thing and then its opposite. */
    boolean isSecond;

    /** Maps and touches. */
    @Setup(Level.Trial)
    public void map(ThreadParams thread) {
        address = Places.of(thread.getThreadIndex());
        HostMemory.mapAt(address, ProcessRange.BYTES);
        HostMemory.advise(address, ProcessRange.BYTES, Linux.MADV_NOHUGEPAGE);
        HostMemory.ALL.asSlice(address, ProcessRange.BYTES).fill((byte) 1);
    }

    /** Gives back whatever is at the thread's place. */
    @TearDown(Level.Trial)
    public void unmap() {
        HostMemory.unmap(address, 4 * ProcessRange.BYTES);
    }
}

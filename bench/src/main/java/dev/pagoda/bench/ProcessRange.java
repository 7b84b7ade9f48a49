package dev.pagoda.bench;

import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread attached to the process, with 2 MiB of touched pages of its own at a place of its own. */
@State(Scope.Thread)
public class ProcessRange {
    /** Pages of the range. */
    static final int PAGES = 512;
    /** Its bytes. */
    static final long BYTES = (long) PAGES * HostMemory.PAGE_BYTES;

    private BootedKernel kernel;
    /** The thread's calls. */
    LinuxCalls calls;
    /** The thread's view. */
    View view;
    /** Where the range begins; a multiple of 2 MiB. */
    long address;
    /** Changes at each operation of a benchmark that does one thing and then its opposite. */
    boolean isSecond;

    /** Attaches, maps and touches. */
    @Setup(Level.Trial)
    public void map(BootedKernel booted, ThreadParams thread) {
        kernel = booted;
        calls = booted.attach();
        view = calls.view();
        address = Places.of(thread.getThreadIndex());
        done(calls.mmap(
                address,
                BYTES,
                Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED_NOREPLACE,
                -1,
                0));
        done(calls.madvise(address, BYTES, Linux.MADV_NOHUGEPAGE));
        view.fill(address, BYTES, (byte) 1);
    }

    /** Detaches; the process gives up its memory at exit. */
    @TearDown(Level.Trial)
    public void detach() {
        kernel.detach(calls);
    }

    /** What a call returned, unless it was refused. */
    final long done(long result) {
        if (result < 0 && result > -HostMemory.PAGE_BYTES) {
            throw new IllegalStateException("refused: " + calls.reason());
        }
        return result;
    }
}

package dev.pagoda.bench;

import dev.pagoda.bench.command.Compare;
import dev.pagoda.bench.command.Goal;
import dev.pagoda.mm.space.AccessRun;
import dev.pagoda.mm.space.View;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What the recorded loads and stores of a real program cost through a view, beside a plain memory segment with the same arithmetic for the
 * addresses, in memory that is populated: nanoseconds for the whole recording, by turns in the same JVM.
 *
 * <p>Belongs to no group: {@code pagoda bench access --addresses FILE} adds it to the group. Each thread replays the recording in memory of its own.
 */
public class AddressReplay extends ByTurns {
    /** Name of the parameter that names the recording. */
    public static final String FILE = "file";

    /** Accesses in one epoch: some hundred nanoseconds. */
    private static final int RUN = 64;

    private OfProcess process;
    private OfHost host;

    /** Takes what is accessed. */
    @Setup(Level.Trial)
    public void begin(OfProcess ours, OfHost theirs, ThreadParams thread) {
        process = ours;
        host = theirs;
        start(thread);
    }

    /** The recording through a view. */
    @InTurn(operations = 1)
    @Compare(peer = "replayHost", goals = @Goal(atMostTimesPeer = 2.5))
    public long replay() {
        return process.run();
    }

    /** The same, {@value #RUN} accesses in one epoch: as an interpreter does it between two safe points. */
    @InTurn(operations = 1)
    @Compare(peer = "replayHost", goals = @Goal(atMostTimesPeer = 2.5))
    public long replayRuns() {
        return process.runs();
    }

    /** The recording on a segment. */
    @InTurn(operations = 1)
    public long replayHost() {
        return host.run();
    }

    /** The recording. */
    @State(Scope.Benchmark)
    public static class Recording {
        /** Where it is. */
        @Param("")
        public String file;

        private AddressTrace trace;

        /** Reads it. */
        @Setup(Level.Trial)
        public void read() throws IOException {
            trace = AddressTrace.read(Path.of(file));
        }
    }

    /** A range of the process for the recording, touched once if it is not to be fresh. */
    @State(Scope.Thread)
    public static class OfProcess {
        private LinuxCalls calls;
        private View view;
        private AddressTrace trace;
        private long address;

        /** Maps it, and populates what the recording touches. */
        @Setup(Level.Trial)
        public void populate(AttachedThread thread, Recording recording) {
            calls = thread.calls;
            view = thread.view;
            trace = recording.trace;
            map();
            run();
        }

        final void map() {
            address = calls.mmap(
                    0,
                    trace.bytes(),
                    Linux.PROT_READ | Linux.PROT_WRITE,
                    Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE,
                    -1,
                    0);
        }

        final void unmap() {
            calls.munmap(address, trace.bytes());
        }

        final long run() {
            View memory = view;
            long base = address;
            long sum = 0;
            for (long access : trace.all()) {
                long offset = AddressTrace.offset(access);
                if (AddressTrace.isStore(access)) {
                    memory.store(base + offset, Long.BYTES, sum);
                } else {
                    sum += memory.load(base + offset, Long.BYTES);
                }
            }
            return sum;
        }

        final long runs() {
            AccessRun run = view.run();
            long base = address;
            long[] all = trace.all();
            long sum = 0;
            for (int at = 0; at < all.length; ) {
                int end = Math.min(all.length, at + RUN);
                run.begin();
                try {
                    for (; at < end; at++) {
                        long offset = AddressTrace.offset(all[at]);
                        if (AddressTrace.isStore(all[at])) {
                            run.store(base + offset, Long.BYTES, sum);
                        } else {
                            sum += run.load(base + offset, Long.BYTES);
                        }
                    }
                } finally {
                    run.end();
                }
            }
            return sum;
        }
    }

    /** A segment of the host for the recording, touched once if it is not to be fresh. */
    @State(Scope.Thread)
    public static class OfHost {
        private AddressTrace trace;
        private MemorySegment segment;

        /** Maps it, and populates what the recording touches. */
        @Setup(Level.Trial)
        public void populate(Recording recording) {
            trace = recording.trace;
            map();
            run();
        }

        /** Gives it back. */
        @TearDown(Level.Trial)
        public void unmap() {
            HostMemory.unmap(segment.address(), trace.bytes());
        }

        final void map() {
            segment = MemorySegment.ofAddress(HostMemory.mapWithoutReserve(trace.bytes()))
                    .reinterpret(trace.bytes());
        }

        final long run() {
            MemorySegment memory = segment;
            long sum = 0;
            for (long access : trace.all()) {
                long offset = AddressTrace.offset(access);
                if (AddressTrace.isStore(access)) {
                    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, sum);
                } else {
                    sum += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset);
                }
            }
            return sum;
        }
    }
}

package dev.pagoda.runtime.trace;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.Process;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.function.Consumer;

/** The kernel, as the replay sees it: a fresh one for each recording. */
final class KernelMachine implements Machine {
    private final Kernel kernel;

    /** Takes a kernel that was just booted, and closes it in the end. */
    KernelMachine(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public Guest newGuest() {
        return new KernelGuest(kernel.newProcess());
    }

    @Override
    public void sampleUse() {
        kernel.usedBytes();
    }

    @Override
    public long peakBytes() {
        return kernel.peakBytes();
    }

    @Override
    public Audit audit() {
        var audit = kernel.audit();
        return new Audit(audit.differences(), audit.toString());
    }

    @Override
    public void close() {
        kernel.close();
    }

    private record KernelGuest(Process process) implements Guest {
        @Override
        public GuestThread start(String name, Consumer<LinuxCalls> body) {
            return process.start(name, -1, body);
        }

        @Override
        public Guest fork(LinuxCalls calls) {
            try {
                return new KernelGuest(process.fork(calls));
            } catch (MemoryRefused noMemory) {
                return null;
            }
        }

        @Override
        public long faults() {
            return process.faults();
        }

        @Override
        public void exit() {
            process.close();
        }
    }
}

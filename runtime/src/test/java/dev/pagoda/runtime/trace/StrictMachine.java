package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.runtime.scheduler.Mounting;
import dev.pagoda.runtime.scheduler.Scheduler;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A machine of {@link StrictCalls} on real CPUs. */
final class StrictMachine implements Machine {
    private final Scheduler scheduler;
    private final UnaryOperator<LinuxCalls> around;
    private final List<StrictCalls.Process> processes = new ArrayList<>();

    /**
     * Starts the CPUs.
     *
     * @param around what stands between the replay and the model, to make it misbehave
     */
    StrictMachine(int cpus, UnaryOperator<LinuxCalls> around) {
        this.scheduler = new Scheduler(cpus, Mounting.NOTHING);
        this.around = around;
    }

    List<StrictCalls.Process> processes() {
        return processes;
    }

    @Override
    public Guest newGuest() {
        return guestOf(new StrictCalls.Process(0x7000_0000_0000L));
    }

    private Guest guestOf(StrictCalls.Process process) {
        synchronized (processes) {
            processes.add(process);
        }
        return new Guest() {
            @Override
            public GuestThread start(String name, Consumer<LinuxCalls> body) {
                return scheduler.start(name, -1, () -> body.accept(around.apply(new StrictCalls(process))));
            }

            @Override
            public Guest fork(LinuxCalls calls) {
                return guestOf(process.forked());
            }

            @Override
            public long faults() {
                return 0;
            }

            @Override
            public void exit() {
                // The model keeps no memory.
            }
        };
    }

    @Override
    public void sampleUse() {
        // There is no memory.
    }

    @Override
    public long peakBytes() {
        return 0;
    }

    @Override
    public Audit audit() {
        long complaints = processes.stream()
                .mapToLong(process -> process.complaints().size())
                .sum();
        return new Audit(complaints, complaints + " complaints");
    }

    @Override
    public void close() {
        scheduler.close();
    }
}

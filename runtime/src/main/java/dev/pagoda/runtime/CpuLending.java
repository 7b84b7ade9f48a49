package dev.pagoda.runtime;

import dev.pagoda.mm.epoch.Epochs;
import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.scheduler.Cpu;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.runtime.scheduler.Mounting;

/**
 * Lends each CPU's side of the epochs to the guest thread that runs on it.
 *
 * <p>A thread that is switched must be outside of every epoch: the next thread on the CPU would end it. This is checked at every switch.
 */
final class CpuLending implements Mounting, AutoCloseable {
    private final Participant[] participants;

    CpuLending(Epochs epochs, int cpus) {
        participants = new Participant[cpus];
        for (int i = 0; i < cpus; i++) {
            participants[i] = epochs.join("cpu " + i);
        }
    }

    /** The stripe of what a CPU allocates. */
    int stripe(Cpu cpu) {
        return participants[cpu.index()].index();
    }

    @Override
    public void mounted(Cpu cpu, GuestThread thread) {
        Lent lent = (Lent) thread.attachment();
        if (lent == null) {
            lent = new Lent();
            thread.attach(lent);
        }
        lent.mount(participants[cpu.index()]);
    }

    @Override
    public void unmounted(Cpu cpu, GuestThread thread) {
        if (participants[cpu.index()].isInside()) {
            throw new IllegalStateException(
                    "guest thread " + thread.name() + " was switched inside an epoch; its memory is not safe any more");
        }
    }

    /** Opens a view for the calling guest thread, which follows the thread from CPU to CPU. */
    View openFor(GuestThread self, AddressSpace space) {
        Lent lent = (Lent) self.attachment();
        return lent.open(space);
    }

    @Override
    public void close() {
        for (Participant participant : participants) {
            participant.close();
        }
    }

    /** What a guest thread has of its CPU at the moment. */
    private static final class Lent {
        private volatile Participant participant;
        private volatile View view;

        void mount(Participant cpus) {
            participant = cpus;
            View opened = view;
            if (opened != null) {
                opened.mount(cpus);
            }
        }

        View open(AddressSpace space) {
            View opened = space.openOn(participant);
            view = opened;
            // The thread may have changed its CPU between the two lines above; from here on mounting tells the view.
            opened.mount(participant);
            return opened;
        }
    }
}

package dev.pagoda.runtime.scheduler;

/**
 * What a kernel does when a guest thread gets a CPU and when it leaves it: the place where state that belongs to the
 * CPU (its epoch slot, its window of addresses) is lent to the thread.
 *
 * <p>Both methods are called on the CPU's own platform thread, outside the guest thread. For one guest thread they
 * strictly alternate, and the second happens before the next first, even when the thread wakes up on another CPU.
 * They must be short and must not block: everything else on that CPU waits.
 */
public interface Mounting {
    /** A kernel that keeps nothing for each CPU. */
    Mounting NOTHING = new Mounting() {
        @Override
        public void mounted(Cpu cpu, GuestThread thread) {
            // Nothing is lent.
        }

        @Override
        public void unmounted(Cpu cpu, GuestThread thread) {
            // Nothing is taken back.
        }
    };

    /** The thread is about to run on the CPU. */
    void mounted(Cpu cpu, GuestThread thread);

    /** The thread has yielded, parked or ended, and no longer runs on the CPU. */
    void unmounted(Cpu cpu, GuestThread thread);
}

package dev.pagoda.runtime.scheduler;

/**
 * What guest threads wait for beside each other: a device that answers by CPU. A CPU takes answers whenever it changes threads, and waits for the device instead of sleeping.
 *
 * <p>All methods but {@link #wake} are called on a CPU's own platform thread, outside of guest threads; taking an answer makes the thread ready that waits for it.
 */
public interface Device {
    /** No device. */
    Device NONE = new Device() {
        @Override
        public boolean isUnderWay(int cpu) {
            return false;
        }

        @Override
        public boolean isUnderWayElsewhere(int cpu) {
            return false;
        }

        @Override
        public void take(int cpu) {
            // Nothing comes.
        }

        @Override
        public void help(int cpu) {
            // Nothing comes.
        }

        @Override
        public void await(int cpu, long mostNanos) {
            throw new IllegalStateException("CPU " + cpu + " waits for no device");
        }

        @Override
        public void wake(int cpu) {
            // Nobody waits.
        }
    };

    /** Whether a CPU has answers to expect. */
    boolean isUnderWay(int cpu);

    /** Whether other CPUs have. */
    boolean isUnderWayElsewhere(int cpu);

    /** Takes the answers that are there for the calling CPU. Costs next to nothing where there is none. */
    void take(int cpu);

    /** Takes answers that are there for others, which may be running a thread for long. */
    void help(int cpu);

    /**
     * Waits until there is an answer for the calling CPU, somebody wakes it, or the time is over; may return without any of these.
     *
     * @param mostNanos the limit; 0 for none
     */
    void await(int cpu, long mostNanos);

    /** Has {@link #await} of a CPU return, this one or the next. By any thread. */
    void wake(int cpu);
}

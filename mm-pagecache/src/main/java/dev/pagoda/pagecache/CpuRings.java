package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.IoRing;
import dev.pagoda.mm.memory.PosixFiles;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Reads of guest threads under way at the device: an io_uring of the host's for each CPU.
 *
 * <p>A guest thread hands its read to the ring of the CPU that runs it, and parks. That CPU takes the answers whenever it changes threads, and waits for the device instead of
 * sleeping when it has none: so whoever hears of an answer also runs the thread that waited for it, and that thread's next read goes out at once. An answer that comes while its CPU
 * runs a thread for long is taken by another CPU ({@link #help}). Where the host allows no io_uring nothing is taken, and a thread of the page cache waits
 * in place of the guest. Reads are lock-free.
 */
public final class CpuRings implements AutoCloseable {
    /** In place of what was moved: the call was not made. */
    static final int NOT_TAKEN = Integer.MIN_VALUE;

    /** Most calls of one CPU at one time: four times what the device needs to be busy (32). */
    private static final int CALLS = 128;

    private final IntSupplier currentCpu;
    private final Ring[] rings;
    /** Whether rings are opened; not after the host refused one. */
    private volatile boolean opens = !Boolean.getBoolean("pagoda.iouring.off");

    private static final class Ring {
        private final IoRing host;
        private final AtomicReferenceArray<Call> calls = new AtomicReferenceArray<>(CALLS);
        private final AtomicInteger underWay = new AtomicInteger();
        /** Where to look for a free number first; the owner's. */
        private int nextNumber;

        Ring(IoRing host) {
            this.host = host;
        }

        /** By the owner. */
        boolean submit(Call call, int descriptor, long offset, PosixFiles.Pieces pieces) {
            for (int i = 0; i < CALLS; i++) {
                int number = nextNumber++ & CALLS - 1;
                if (calls.get(number) == null) {
                    calls.set(number, call);
                    underWay.getAndIncrement();
                    boolean taken = host.submit(false, descriptor, offset, pieces, number);
                    if (!taken) {
                        calls.set(number, null);
                        underWay.getAndDecrement();
                    }
                    return taken;
                }
            }
            return false;
        }

        void take(boolean owner) {
            host.take(owner, this::done);
        }

        private void done(long number, int result) {
            Call call = calls.getAndSet((int) number, null);
            underWay.getAndDecrement();
            Thread caller = call.caller;
            call.result = result;
            call.done = true;
            LockSupport.unpark(caller);
        }
    }

    /** One call, and who waits for it. */
    private static final class Call {
        private final Thread caller = Thread.currentThread();
        private int result;
        /** Written after the result. */
        private volatile boolean done;

        int await() {
            boolean interrupted = false;
            // Whatever happens to the caller: the host writes into his pages until it is done.
            while (!done) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return result;
        }
    }

    /**
     * For a number of CPUs, which have no ring until they need one.
     *
     * @param cpus how many
     * @param currentCpu tells a guest thread the CPU that runs it, or -1 where it is not known; that CPU is the thread's until it parks
     */
    public CpuRings(int cpus, IntSupplier currentCpu) {
        this.currentCpu = currentCpu;
        this.rings = new Ring[cpus];
    }

    /**
     * Reads, the calling guest thread being parked meanwhile.
     *
     * @return what {@link PosixFiles#read} returns, or {@link #NOT_TAKEN}
     */
    int read(int descriptor, long offset, long[] pages, int from, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            PosixFiles.Pieces pieces = PosixFiles.Pieces.of(arena, pages, from, bytes);
            Call call = new Call();
            // From here until it parks, the thread stays on that CPU.
            Ring ring = ringOf(currentCpu.getAsInt());
            return ring != null && ring.submit(call, descriptor, offset, pieces) ? call.await() : NOT_TAKEN;
        }
    }

    private Ring ringOf(int cpu) {
        if (cpu < 0) {
            return null;
        }
        Ring ring = rings[cpu];
        if (ring == null && opens) {
            IoRing host = IoRing.open(CALLS);
            if (host == null) {
                opens = false;
            } else {
                ring = new Ring(host);
                rings[cpu] = ring;
            }
        }
        return ring;
    }

    /** Whether calls of a CPU are under way. */
    public boolean isUnderWay(int cpu) {
        Ring ring = rings[cpu];
        return ring != null && ring.underWay.get() != 0;
    }

    /** Whether calls of other CPUs than this are under way. */
    public boolean isUnderWayElsewhere(int cpu) {
        for (int i = 0; i < rings.length; i++) {
            if (i != cpu && isUnderWay(i)) {
                return true;
            }
        }
        return false;
    }

    /** Takes the answers that a CPU has; on that CPU, outside of guest threads. Costs a load where nothing is under way. */
    public void take(int cpu) {
        if (isUnderWay(cpu)) {
            rings[cpu].take(true);
        }
    }

    /** Takes answers that other CPUs have not come to; outside of guest threads. */
    public void help(int cpu) {
        for (int i = 0; i < rings.length; i++) {
            if (i != cpu && isUnderWay(i)) {
                rings[i].take(false);
            }
        }
    }

    /**
     * Waits for an answer, or for {@link #wake}; on the CPU itself, outside of guest threads, while {@link #isUnderWay} says yes. May return without either.
     *
     * @param mostNanos the limit; 0 for none
     */
    public void await(int cpu, long mostNanos) {
        rings[cpu].host.await(mostNanos);
    }

    /** Has {@link #await} of a CPU return, this one or the next. By any thread. */
    public void wake(int cpu) {
        rings[cpu].host.wake();
    }

    /** Gives the rings up, when no CPU and no guest thread uses them any more. */
    @Override
    public void close() {
        for (int i = 0; i < rings.length; i++) {
            if (rings[i] != null) {
                rings[i].host.close();
                rings[i] = null;
            }
        }
    }
}

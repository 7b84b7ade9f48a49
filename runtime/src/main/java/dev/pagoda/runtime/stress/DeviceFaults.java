package dev.pagoda.runtime.stress;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * How badly the disks of a run behave: chosen anew at each pause, at rest. Of so many calls one goes wrong; 0 for none. Asked by any thread.
 */
final class DeviceFaults {
    private static final int SHORT = 5;
    private static final int SLOW = 40;
    private static final int FAILED = 60;
    private static final int FORCE_FAILED = 6;
    private static final int MOST_DELAY_NANOS = 400_000;

    private volatile int shortOf;
    private volatile int slowOf;
    private volatile int readFailsOf;
    private volatile int writeFailsOf;
    private volatile int forceFailsOf;
    private volatile boolean full;
    private volatile boolean cut;
    private volatile IOException hostError;
    private final LongAdder injected = new LongAdder();
    private final LongAdder cuts = new LongAdder();

    /** Chooses for the next round. */
    void choose(Random random) {
        shortOf = random.nextBoolean() ? SHORT : 0;
        slowOf = random.nextBoolean() ? SLOW : 0;
        boolean fails = random.nextInt(3) == 0;
        readFailsOf = fails && random.nextBoolean() ? FAILED : 0;
        writeFailsOf = fails && random.nextBoolean() ? FAILED : 0;
        forceFailsOf = fails && random.nextBoolean() ? FORCE_FAILED : 0;
        full = random.nextInt(5) == 0;
    }

    /** From here on all goes well, but for a power cut. */
    void heal() {
        shortOf = 0;
        slowOf = 0;
        readFailsOf = 0;
        writeFailsOf = 0;
        forceFailsOf = 0;
        full = false;
    }

    /** The host failed itself, which is nobody's plan: from here on writes may fail in any round, and the account tells it. */
    void hostFailed(IOException error) {
        hostError = error;
    }

    /** What the host failed with last; null if nothing. */
    IOException hostError() {
        return hostError;
    }

    /** Cuts the power of all disks: every call fails from here on. */
    void cutPower() {
        cut = true;
        cuts.increment();
    }

    void powerOn() {
        cut = false;
    }

    boolean isCut() {
        return cut;
    }

    /** Whether disks have no room beyond a part of what files may have. */
    boolean areFull() {
        return full;
    }

    /** Whether an answer may be that there is no room. */
    boolean mayHaveNoRoom() {
        return full || hostError != null;
    }

    boolean mayFailReads() {
        return readFailsOf > 0 || cut;
    }

    boolean mayFailWrites() {
        return writeFailsOf > 0 || forceFailsOf > 0 || full || cut || hostError != null;
    }

    boolean failsRead(Random random) {
        return happens(random, readFailsOf);
    }

    boolean failsWrite(Random random) {
        return happens(random, writeFailsOf);
    }

    boolean failsForce(Random random) {
        return happens(random, forceFailsOf);
    }

    /** How many of so many bytes a call moves, at least 1; words of 8 bytes are not torn. */
    int some(Random random, int bytes) {
        return bytes > Long.BYTES && happens(random, shortOf)
                ? Long.BYTES * (1 + random.nextInt((bytes - 1) / Long.BYTES))
                : bytes;
    }

    /** Takes its time, now and then. */
    void delay(Random random) {
        if (slowOf > 0 && random.nextInt(slowOf) == 0) {
            LockSupport.parkNanos(random.nextInt(MOST_DELAY_NANOS));
        }
    }

    private boolean happens(Random random, int oneOf) {
        boolean now = oneOf > 0 && random.nextInt(oneOf) == 0;
        if (now) {
            injected.increment();
        }
        return now;
    }

    String account() {
        IOException host = hostError;
        return injected.sum() + " failed or short transfers, " + cuts.sum() + " power cuts"
                + (host == null ? "" : "; the host failed by itself: " + host.getMessage());
    }
}

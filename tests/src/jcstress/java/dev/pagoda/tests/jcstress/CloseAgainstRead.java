package dev.pagoda.tests.jcstress;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Invariant: a read of one page, which is not counted, finds what its file holds or no open descriptor, though another thread closes the file and has its frame used again for another.
 *
 * <p>Watches the epoch of a hit, in which the descriptor is looked up, against the grace period between a descriptor's way out of the table and the release of its file.
 */
@JCStressTest
@State
@Outcome(id = "whole", expect = Expect.ACCEPTABLE, desc = "the reads came first")
@Outcome(id = "not open", expect = Expect.ACCEPTABLE, desc = "the close came before one of them")
public class CloseAgainstRead {
    private static final int BYTES = 4096;
    /** jcstress also runs the reader alone. */
    private static final int TURNS = 100;

    private static final byte[] OLD = content('o');
    private static final byte[] NEW = content('n');
    private static final Process PROCESS = Kernel.boot(
                    KernelConfig.defaults().withCpus(1).withMemoryBytes(256L << 20))
            .newProcess();
    private static final LinuxCalls READING = PROCESS.attach();
    private static final LinuxCalls CLOSING = PROCESS.attach();
    /** Before and after samples. */
    private static final LinuxCalls BETWEEN = PROCESS.attach();

    private final int file;
    /** Open already, so that it does not get the number of the one that is closed. */
    private final int other;

    /** Both files are open, and one has a page. */
    public CloseAgainstRead() {
        synchronized (BETWEEN) {
            file = require(BETWEEN.memfdCreate("file", 0));
            other = require(BETWEEN.memfdCreate("other", 0));
            require(BETWEEN.pwriteFrom(file, OLD, 0));
        }
    }

    private static byte[] content(char letter) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) letter);
        return bytes;
    }

    private static int require(long answer) {
        if (answer < 0) {
            throw new IllegalStateException("refused with " + answer);
        }
        return (int) answer;
    }

    /** Reads until the file is gone. */
    @Actor
    public void reader(L_Result result) {
        byte[] found = new byte[BYTES];
        result.r1 = "whole";
        for (int i = 0; i < TURNS && result.r1.equals("whole"); i++) {
            long moved = READING.preadInto(file, found, 0);
            if (moved == -Errno.EBADF) {
                result.r1 = "not open";
            } else if (moved != BYTES || !Arrays.equals(found, OLD)) {
                result.r1 = "of another file";
            }
        }
    }

    /** Closes, and uses the frame again. */
    @Actor
    public void closer() {
        require(CLOSING.close(file));
        require(CLOSING.pwriteFrom(other, NEW, 0));
    }

    /** Closes what is left. */
    @Arbiter
    public void atRest(L_Result result) {
        synchronized (BETWEEN) {
            require(BETWEEN.close(other));
        }
    }
}

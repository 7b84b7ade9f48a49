package dev.pagoda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A descriptor that is closed while others read: what began before may finish, what comes later is EBADF, and the file goes with the last. */
@Timeout(120)
class CloseAgainstReadTest {
    private static final int PAGE = 4096;
    private static final int ROUNDS = 3000;
    private static final long PENDING = 1;

    @TempDir
    Path directory;

    @Test
    void aFileIsNotClosedWhileAReadThatFoundItIsInsideAnEpoch() throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[PAGE]);
        try (Kernel kernel = boot()) {
            Process process = kernel.newProcess();
            LinuxCalls reader = process.attach();
            LinuxCalls other = process.attach();
            int descriptor = (int) reader.open(path.toString(), Linux.O_RDONLY, 0);
            assertThat(reader.preadInto(descriptor, new byte[8], 0)).isEqualTo(8);

            // What a hit does from looking up the descriptor on.
            Participant self = reader.view().participant();
            self.enter();
            long begun = kernel.core().epochs().statistics().begun();
            AtomicLong result = new AtomicLong(PENDING);
            Thread closer = Thread.ofPlatform().start(() -> result.set(other.close(descriptor)));
            while (kernel.core().epochs().statistics().begun() == begun && closer.isAlive()) {
                Thread.onSpinWait();
            }
            assertThat(result.get()).as("closed under a read").isEqualTo(PENDING);
            assertThat(kernel.cache().pages()).isEqualTo(1);
            assertThat(reader.preadInto(descriptor, new byte[8], 0)).isEqualTo(-Errno.EBADF);
            self.leave();

            closer.join();
            assertThat(result.get()).isZero();
            assertThat(kernel.cache().pages()).isZero();
            reader.close();
            other.close();
            process.close();
        }
    }

    @Test
    void readsSeeTheFileOrNone() throws Exception {
        long seed = System.nanoTime();
        System.out.println("CloseAgainstReadTest.readsSeeTheFileOrNone seed " + seed);
        byte[] content = new byte[3 * PAGE];
        new Random(seed).nextBytes(content);
        Path path = Files.write(directory.resolve("file"), content);
        try (Kernel kernel = boot()) {
            Process process = kernel.newProcess();
            LinuxCalls calls = process.attach();
            int descriptor = (int) calls.open(path.toString(), Linux.O_RDONLY, 0);
            AtomicBoolean ended = new AtomicBoolean();
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            Thread reader = Thread.ofPlatform().start(() -> {
                try (LinuxCalls own = process.attach()) {
                    Random random = new Random(seed + 1);
                    while (!ended.get()) {
                        check(own, descriptor, content, random, wrong);
                    }
                }
            });
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(calls.close(descriptor)).isZero();
                assertThat(calls.open(path.toString(), Linux.O_RDONLY, 0)).isEqualTo(descriptor);
                assertThat(calls.preadInto(descriptor, new byte[content.length], 0))
                        .isEqualTo(content.length);
            }
            ended.set(true);
            reader.join();
            assertThat(wrong).isEmpty();
            assertThat(calls.close(descriptor)).isZero();
            assertThat(kernel.cache().pages()).isZero();
            calls.close();
            process.close();
        }
    }

    private static void check(LinuxCalls own, int descriptor, byte[] content, Random random, Queue<String> wrong) {
        int at = random.nextInt(content.length - 1);
        byte[] part = new byte[Math.min(1 + random.nextInt(2 * PAGE), content.length - at)];
        long moved = own.preadInto(descriptor, part, at);
        if (moved != -Errno.EBADF
                && (moved != part.length || !Arrays.equals(part, 0, part.length, content, at, at + part.length))) {
            wrong.add("read of %d at %d moved %d or other bytes".formatted(part.length, at, moved));
        }
    }

    private static Kernel boot() {
        return Kernel.boot(KernelConfig.defaults().withCpus(1).withMemoryBytes(64L << 20));
    }
}

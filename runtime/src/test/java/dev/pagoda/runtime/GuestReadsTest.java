package dev.pagoda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pagoda.mm.memory.IoRing;
import dev.pagoda.pagecache.CachedFile;
import dev.pagoda.runtime.scheduler.GuestThread;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Guest threads that read what is not in memory, on CPUs that wait for the device. */
@Timeout(120)
class GuestReadsTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 2048;
    private static final int THREADS = 32;

    @TempDir
    Path directory;

    private Path made(byte[] content) throws IOException {
        return Files.write(directory.resolve("file"), content);
    }

    private static boolean hostHasRings() {
        try (IoRing ring = IoRing.open(8)) {
            return ring != null;
        }
    }

    @Test
    void manyReadAtRandomWhatOthersWriteAndEvict() throws Exception {
        long seed = System.nanoTime();
        System.out.println("GuestReadsTest.manyReadAtRandom seed " + seed);
        byte[] content = new byte[PAGES * PAGE + 100];
        new Random(seed).nextBytes(content);
        Path path = made(content);
        KernelConfig config = KernelConfig.defaults()
                .withMemoryBytes(64L << 20)
                .withCacheBytes((long) PAGES * PAGE / 4)
                .withCpus(2);
        try (Kernel kernel = Kernel.boot(config)) {
            Process process = kernel.newProcess();
            LinuxCalls calls = process.attach();
            int descriptor = (int) calls.open(path.toString(), Linux.O_RDWR, 0);
            Queue<String> wrong = new ConcurrentLinkedQueue<>();
            List<GuestThread> guests = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                guests.add(process.start("reader " + i, i % 5 == 0 ? i % 2 : -1, guest -> {
                    Random random = new Random(seed + number);
                    for (int round = 0; round < 300; round++) {
                        int at = random.nextInt(content.length - 1);
                        byte[] part = new byte[Math.min(1 + random.nextInt(4 * PAGE), content.length - at)];
                        // The same bytes once more: whoever reads them meanwhile sees no difference.
                        boolean write = random.nextInt(8) == 0;
                        if (write) {
                            System.arraycopy(content, at, part, 0, part.length);
                        }
                        long moved =
                                write ? guest.pwriteFrom(descriptor, part, at) : guest.preadInto(descriptor, part, at);
                        int differs = Arrays.mismatch(part, Arrays.copyOfRange(content, at, at + part.length));
                        if (moved != part.length || differs >= 0) {
                            wrong.add("%s of %d at %d moved %d (%s), differs from %d on"
                                    .formatted(
                                            write ? "write" : "read", part.length, at, moved, guest.reason(), differs));
                        }
                    }
                }));
            }
            for (GuestThread guest : guests) {
                guest.join();
            }
            assertThat(wrong).isEmpty();
            assertThat(calls.fsync(descriptor)).isZero();
            assertThat(calls.close(descriptor)).isZero();
            calls.close();
            process.close();
            assertThat(kernel.audit().differences()).isZero();
            assumeTrue(hostHasRings() && kernel.scheduler().ownsCpus(), "only other threads can wait here");
            assertThat(kernel.cache().statistics().readsOfGuests()).isPositive();
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(content);
    }

    @Test
    void filesGoThroughTheHostsCacheIfThatIsAskedFor() throws Exception {
        Path path = made(new byte[2 * PAGE]);
        for (boolean direct : new boolean[] {false, true}) {
            KernelConfig config =
                    KernelConfig.defaults().withMemoryBytes(64L << 20).withDirectFiles(direct);
            try (Kernel kernel = Kernel.boot(config)) {
                CachedFile file = kernel.cache().open(path);
                try {
                    assumeTrue(!direct || file.isDirect(), "the file system has no direct I/O");
                    assertThat(file.isDirect()).isEqualTo(direct);
                } finally {
                    file.letGo();
                }
            }
        }
    }
}

package dev.pagoda.mm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's io_uring, where it allows one. */
@Timeout(60)
class IoRingTest {
    private static final int PAGE = 4096;
    private static final int EBADF = 9;

    @TempDir
    Path directory;

    private IoRing ring;

    @BeforeEach
    void open() {
        ring = IoRing.open(8);
        assumeTrue(ring != null, "the host allows no io_uring");
    }

    @Test
    void readsPiecesAndTellsEachCallWhatCameOfIt() throws IOException {
        byte[] content = new byte[3 * PAGE + 5];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i / PAGE + 1);
        }
        Path path = Files.write(directory.resolve("file"), content);
        int file = PosixFiles.open(path.toString(), PosixFiles.O_RDONLY);
        try (Arena arena = Arena.ofConfined();
                IoRing opened = ring) {
            long memory = arena.allocate(4 * PAGE, PAGE).address();
            long[] backwards = {memory + 3 * PAGE, memory + 2 * PAGE, memory + PAGE, memory};
            assertThat(opened.submit(false, file, 0, PosixFiles.Pieces.of(arena, backwards, 0, 4 * PAGE), 7))
                    .isTrue();
            assertThat(opened.submit(false, -1, 0, PosixFiles.Pieces.of(arena, backwards, 0, PAGE), 3))
                    .isTrue();
            Map<Long, Integer> answers = new HashMap<>();
            while (answers.size() < 2) {
                opened.await(0);
                opened.take(true, answers::put);
            }
            assertThat(answers).containsExactlyInAnyOrderEntriesOf(Map.of(7L, content.length, 3L, -EBADF));
            assertThat(RawMemory.getByte(backwards[0])).isEqualTo((byte) 1);
            assertThat(RawMemory.getByte(backwards[2] + PAGE - 1)).isEqualTo((byte) 3);
            assertThat(RawMemory.getByte(backwards[3] + 4)).isEqualTo((byte) 4);
        } finally {
            PosixFiles.close(file);
        }
    }

    @Test
    void writesPieces() throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[PAGE]);
        int file = PosixFiles.open(path.toString(), PosixFiles.O_RDWR);
        try (Arena arena = Arena.ofConfined();
                IoRing opened = ring) {
            long page = arena.allocate(PAGE, PAGE).address();
            RawMemory.fill(page, PAGE, (byte) 9);
            assertThat(opened.submit(true, file, 1, PosixFiles.Pieces.of(arena, new long[] {page}, 0, 2), 0))
                    .isTrue();
            int[] moved = new int[1];
            while (moved[0] == 0) {
                opened.await(0);
                opened.take(true, (token, result) -> moved[0] = result);
            }
            assertThat(moved[0]).isEqualTo(2);
            assertThat(Files.readAllBytes(path)).startsWith(0, 9, 9, 0);
        } finally {
            PosixFiles.close(file);
        }
    }

    @Test
    void aWaitEndsWhenItsTimeIsOver() {
        try (IoRing opened = ring) {
            opened.await(1_000_000);
            assertThat(opened.hasAnswers()).isFalse();
        }
    }

    @Test
    void isWokenByAnyThreadBeforeItWaitsAndWhileItDoes() throws InterruptedException {
        try (IoRing opened = ring) {
            for (int round = 0; round < 1000; round++) {
                CountDownLatch begun = new CountDownLatch(1);
                Thread other = Thread.ofPlatform().start(() -> {
                    begun.countDown();
                    opened.wake();
                });
                begun.await();
                while (!opened.hasAnswers()) {
                    opened.await(0);
                }
                opened.take(true, (token, result) -> {
                    throw new IllegalStateException("nothing was asked for, and " + token + " was told " + result);
                });
                assertThat(opened.hasAnswers()).isFalse();
                other.join();
            }
        }
    }

    @Test
    void othersLeaveAWakeToTheOwner() {
        try (IoRing opened = ring) {
            opened.await(1);
            opened.wake();
            while (!opened.hasAnswers()) {
                opened.await(0);
            }
            opened.take(false, (token, result) -> {});
            assertThat(opened.hasAnswers()).isTrue();
            opened.take(true, (token, result) -> {});
            assertThat(opened.hasAnswers()).isFalse();
        }
    }
}

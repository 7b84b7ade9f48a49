package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.letter;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectWord;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guesses are right for pages that came in side by side, and harmless where they are wrong. */
class FrameGuessesTest {
    private static final int PAGES = 512;
    private static final int PART_BYTES = 1 << 16;

    @TempDir
    Path directory;

    private TestKernel kernel;
    private OpenFile file;
    private CachedFile cached;

    @BeforeEach
    void read() throws Exception {
        kernel = new TestKernel(directory, 1024);
        Path path = kernel.file("file", PAGES * PAGE);
        file = kernel.open(path, READ_WRITE);
        cached = kernel.cache.open(path);
        byte[] part = new byte[PART_BYTES];
        for (long at = 0; at < PAGES * PAGE; at += PART_BYTES) {
            assertThat(file.pread(part, 0, PART_BYTES, at)).isEqualTo(PART_BYTES);
        }
        kernel.cache.awaitRest();
    }

    @AfterEach
    void shutDown() {
        cached.letGo();
        kernel.close();
    }

    private long frame(long page) {
        return ObjectWord.frame(RawMemory.getAcquire(cached.tree().slot(page)));
    }

    @Test
    void mostPagesThatAreReadOneAfterAnotherAreGuessed() {
        int guessed = 0;
        for (long page = 0; page < PAGES; page++) {
            guessed += cached.guessFrame(page) == frame(page) ? 1 : 0;
        }
        assertThat(guessed).isGreaterThan(PAGES * 3 / 4);
    }

    @Test
    void aWrongGuessIsNotRead() {
        FrameGuesses guesses = kernel.cache.guesses();
        for (long page = 0; page < PAGES; page++) {
            for (long wrong : new long[] {frame((page + 1) % PAGES), 0, (1 << 28) - 1}) {
                guesses.note(cached.number(), page, wrong);
                assertThat(cached.guessFrame(page)).isEqualTo(wrong);
                assertReads(page);
            }
            guesses.note(cached.number(), page, frame(page));
            assertThat(cached.guessFrame(page)).isEqualTo(frame(page));
            assertReads(page);
        }
    }

    private void assertReads(long page) {
        byte[] bytes = new byte[PAGE];
        Participant self = kernel.view.participant();
        self.enter();
        try {
            assertThat(file.preadHit(bytes, 0, PAGE, page * PAGE)).isEqualTo(PAGE);
        } finally {
            self.leave();
        }
        assertThat(bytes).containsOnly(letter(page));
    }

    @Test
    void objectsAndDistantPagesHaveGuessesOfTheirOwn() {
        FrameGuesses guesses = new FrameGuesses(1 << 16);
        guesses.note(1, 0, 1000);
        guesses.note(1, 64, 5000);
        guesses.note(2, 0, 9000);
        assertThat(guesses.frame(1, 63)).isEqualTo(1063);
        assertThat(guesses.frame(1, 65)).isEqualTo(5001);
        assertThat(guesses.frame(2, 1)).isEqualTo(9001);
    }

    @Test
    void framesAndPagesMayHaveAnyNumber() {
        FrameGuesses guesses = new FrameGuesses(1);
        long last = (1L << 36) - 1;
        guesses.note(Integer.MAX_VALUE, last, 7);
        assertThat(guesses.frame(Integer.MAX_VALUE, last - 3)).isEqualTo(4);
        guesses.note(Integer.MIN_VALUE, 0, (1 << 28) - 1);
        assertThat(guesses.frame(Integer.MIN_VALUE, 0)).isEqualTo((1 << 28) - 1);
    }
}

package dev.pagoda.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;

/** What a file must hold, as an array: each step of a random test chooses a place, and does to the array what it does to the file. */
final class FileModel {
    private static final int PAGE = TestKernel.PAGE;
    private static final int PUNCH = 3;

    private final Random random;
    private final long seed;
    private final byte[] content;
    private int round;
    /** Bytes of the file. */
    int size;

    /** The place of this step. */
    int offset;

    int length;
    /** For messages. */
    String what;

    FileModel(long seed, int most) {
        this.random = new Random(seed);
        this.seed = seed;
        this.content = new byte[most];
    }

    /** Chooses a place; one of so many kinds of step. */
    int step(int kinds) {
        offset = random.nextInt(content.length);
        length = 1 + random.nextInt(Math.min(content.length - offset, random.nextBoolean() ? 200 : 5 * PAGE));
        what = "seed " + seed + " round " + round++ + " at " + offset + " of " + length;
        return random.nextInt(kinds);
    }

    Random random() {
        return random;
    }

    /** What is written now, to the array at once. */
    byte[] written() {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, content, offset, length);
        size = Math.max(size, offset + length);
        return bytes;
    }

    /** How much a read at the place moves. */
    int readable() {
        return Math.max(0, Math.min(length, size - offset));
    }

    void holds(byte[] read, int count) {
        assertThat(Arrays.equals(read, 0, count, content, offset, offset + count))
                .as(what)
                .isTrue();
    }

    /** Stores a byte through a map, if the place is in the file. */
    void store(TestKernel kernel, long map) {
        if (offset < size) {
            kernel.store(map + offset, round);
            content[offset] = (byte) round;
        }
    }

    byte atPlace() {
        return content[offset];
    }

    /** Cuts the file at the place, or makes a hole there. */
    void cutOrPunch(OpenFile file) {
        if (random.nextBoolean()) {
            assertThat(file.truncate(offset)).as(what).isZero();
            Arrays.fill(content, Math.min(size, offset), content.length, (byte) 0);
            size = offset;
        } else {
            assertThat(file.fallocate(PUNCH, offset, length)).as(what).isZero();
            Arrays.fill(content, offset, offset + length, (byte) 0);
        }
    }

    /** All of the file. */
    byte[] all() {
        return Arrays.copyOf(content, size);
    }
}

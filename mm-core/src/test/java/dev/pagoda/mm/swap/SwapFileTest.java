package dev.pagoda.mm.swap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapFileTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory;

    @Test
    void slotsHoldWhatWasWritten() {
        try (PhysicalMemory memory = new PhysicalMemory(16);
                SwapFile file = SwapFile.open(directory.resolve("swap"), 2 * MIB)) {
            assertThat(file.slots()).isEqualTo(512);
            long[] pages = {memory.base() + 4096 * 5, memory.base() + 4096 * 2, memory.base() + 4096 * 3};
            for (int i = 0; i < 3; i++) {
                RawMemory.fill(pages[i], 4096, (byte) (i + 1));
            }
            assertThat(file.write(509, pages, 3)).isZero();
            RawMemory.fill(memory.base(), 4096 * 16, (byte) 0);
            assertThat(file.read(510, pages, 2)).isZero();
            assertThat(RawMemory.getByte(pages[0])).isEqualTo((byte) 2);
            assertThat(RawMemory.getByte(pages[1] + 4095)).isEqualTo((byte) 3);
            assertThat(file.read(511, pages, 2)).as("behind the end").isEqualTo(-5);
        }
    }

    @Test
    void roomIsReservedAndTheFileIsTheOwnersOnly() throws IOException {
        Path path = directory.resolve("swap");
        SwapFile.open(path, 4 * MIB).close();
        assertThat(Files.size(path)).isEqualTo(4 * MIB);
        assertThat((long) (int) Files.getAttribute(path, "unix:mode") & 0777).isEqualTo(0600);
        // Made before: it may be used again, and grows.
        SwapFile.open(path, 8 * MIB).close();
        assertThat(Files.size(path)).isEqualTo(8 * MIB);
    }

    /** A host that reserves until there is no more has filled the disk, and leaves the file so large. */
    @Test
    void whatThereIsNoRoomForIsNotBegun() throws IOException {
        Path path = directory.resolve("swap");
        SwapFile.open(path, 4 * MIB).close();
        assumeThat(Files.getFileStore(path).getUsableSpace()).isLessThan(1L << 40);
        refused(path, 1L << 40, "there is no room");
        assertThat(Files.size(path)).isLessThan(5 * MIB);
        SwapFile.open(path, 4 * MIB).close();
    }

    @Test
    void oneKernelAtATime() {
        Path path = directory.resolve("swap");
        try (SwapFile file = SwapFile.open(path, MIB)) {
            assertThat(file.name()).isEqualTo(path.toString());
            refused(path, MIB, "is used by another kernel");
        }
        SwapFile.open(path, MIB).close();
    }

    @Test
    void nobodysDataIsOverwritten() throws IOException {
        Path path = Files.writeString(directory.resolve("letter"), "Dear reader, this is not swap.");
        refused(path, MIB, "holds something else than swap");
        assertThat(path).content().isEqualTo("Dear reader, this is not swap.");
    }

    @Test
    void whatCannotBeSwappedToIsToldInOneLine() throws IOException {
        refused(directory.resolve("swap"), MIB - 1, "between 1M and 1T");
        refused(directory, MIB, "not a regular file");
        refused(directory.resolve("none/swap"), MIB, "cannot be opened");
        refused(directory.resolve("swap"), 1L << 40, "room");
        assertThat(directory.resolve("swap")).as("what was made in vain").doesNotExist();
        Path readOnly = Files.createDirectory(
                directory.resolve("read only"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
        if (!Files.isWritable(readOnly)) {
            refused(readOnly.resolve("swap"), MIB, "cannot be opened");
        }
    }

    private static void refused(Path path, long bytes, String why) {
        assertThatThrownBy(() -> SwapFile.open(path, bytes))
                .isInstanceOf(SwapRefused.class)
                .hasMessageContaining(why)
                .hasMessageContaining(path.toString())
                .message()
                .doesNotContain("\n");
    }
}

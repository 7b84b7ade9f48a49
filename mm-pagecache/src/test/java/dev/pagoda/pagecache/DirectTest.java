package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.CREATE;
import static dev.pagoda.pagecache.TestKernel.FADV_NORMAL;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files past the host's cache, on a file system that can do that; elsewhere only that it is said. */
class DirectTest {
    @TempDir
    Path directory;

    private static boolean isDirect(OpenFile file) {
        return ((CachedFile) file.object()).isDirect();
    }

    @Test
    void aFileWithoutDirectIoIsBufferedAndSaysSo() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            assertThat(isDirect(kernel.open(kernel.file("file", 100), READ_WRITE)))
                    .isFalse();
        }
        // Some file systems take no such flag at all.
        Path none = Path.of("/proc/version");
        assumeTrue(Files.isReadable(none));
        try (TestKernel kernel = new TestKernel(directory, 64, true)) {
            OpenFile file = kernel.open(none, TestKernel.READ_ONLY);
            assertThat(isDirect(file)).isFalse();
        }
    }

    @Test
    void whatIsWrittenAndReadIsNotInTheHostsCache() throws IOException {
        Path path = directory.resolve("file");
        try (TestKernel kernel = new TestKernel(directory, 400, true)) {
            OpenFile file = kernel.open(path, READ_WRITE | CREATE);
            assumeTrue(isDirect(file), "the file system has no direct I/O");
            assertThat(file.pwrite(filled(300 * PAGE + 5, 'x'), 0, 300 * PAGE + 5, 0))
                    .isEqualTo(300 * PAGE + 5);
            assertThat(file.fsync()).isZero();
        }
        try (TestKernel kernel = new TestKernel(directory, 400, true)) {
            OpenFile file = kernel.open(path, READ_WRITE);
            file.advise(0, 0, FADV_NORMAL);
            assertThat(TestKernel.content(file)).isEqualTo(filled(300 * PAGE + 5, 'x'));
        }
        int inHostsCache = 0;
        try (FileChannel host = FileChannel.open(path)) {
            for (long i = 0; i < 300; i++) {
                inHostsCache +=
                        host.map(FileChannel.MapMode.READ_ONLY, i * PAGE, PAGE).isLoaded() ? 1 : 0;
            }
        }
        // The last page ends in its middle, and the host may read around it.
        assertThat(inHostsCache).isLessThan(64);
        assertThat(Files.readAllBytes(path)).isEqualTo(filled(300 * PAGE + 5, 'x'));
    }

    @Test
    void endsInTheMiddleOfPagesAndHolesMatchAModel() throws IOException {
        long seed = System.nanoTime();
        System.out.println("DirectTest.endsInTheMiddle seed " + seed);
        int most = 40 * PAGE;
        FileModel model = new FileModel(seed, most);
        Path path = directory.resolve("model");
        try (TestKernel kernel = new TestKernel(directory, 16, true)) {
            OpenFile file = kernel.open(path, READ_WRITE | CREATE);
            assumeTrue(isDirect(file), "the file system has no direct I/O");
            kernel.mapShared(file, A, most / PAGE, READ | WRITE);
            for (int round = 0; round < 400; round++) {
                switch (model.step(7)) {
                    case 0, 1 ->
                        assertThat(file.pwrite(model.written(), 0, model.length, model.offset))
                                .as(model.what)
                                .isEqualTo(model.length);
                    case 2, 3 -> {
                        byte[] bytes = new byte[model.length];
                        assertThat(file.pread(bytes, 0, model.length, model.offset))
                                .as(model.what)
                                .isEqualTo(model.readable());
                        model.holds(bytes, model.readable());
                    }
                    case 4 -> model.store(kernel, A);
                    case 5 -> model.cutOrPunch(file);
                    default -> {
                        assertThat(file.fdatasync()).as(model.what).isZero();
                        assertThat(Files.readAllBytes(path)).as(model.what).isEqualTo(model.all());
                    }
                }
                assertThat(file.size()).as(model.what).isEqualTo(model.size);
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(model.all());
    }
}

package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.APPEND;
import static dev.pagoda.pagecache.TestKernel.CREATE;
import static dev.pagoda.pagecache.TestKernel.CUT;
import static dev.pagoda.pagecache.TestKernel.EXCLUSIVE;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_ONLY;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open, read, write, seek, truncate, holes: against a model, and by several threads. */
class FileCallsTest {
    @TempDir
    Path directory;

    @Test
    void opensAsOpenDoes() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            Path path = directory.resolve("new");
            assertThat(OpenFile.open(kernel.cache, path, READ_ONLY, 0).errno()).isEqualTo(2);
            OpenFile file = kernel.open(path, READ_WRITE | CREATE | EXCLUSIVE);
            assertThat(OpenFile.open(kernel.cache, path, READ_WRITE | CREATE | EXCLUSIVE, 0600)
                            .errno())
                    .isEqualTo(17);
            assertThat(OpenFile.open(kernel.cache, directory, READ_ONLY, 0).errno())
                    .isEqualTo(21);
            file.pwrite(filled(100, 'x'), 0, 100, 0);
            OpenFile again = kernel.open(path, READ_ONLY);
            assertThat(again.object()).isSameAs(file.object());
            assertThat(again.isWritable()).isFalse();
            assertThat(again.size()).isEqualTo(100);
            kernel.open(path, READ_WRITE | CUT);
            assertThat(again.size()).isZero();
        }
    }

    /** A host does not execute what is open for writing: a kernel that reads a program, or the dynamic linker, must not keep others from it. */
    @Test
    void aProgramThatIsOnlyReadCanBeExecuted() throws Exception {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            Path program = directory.resolve("program");
            Files.copy(Path.of("/bin/cat"), program, StandardCopyOption.COPY_ATTRIBUTES);
            OpenFile file = kernel.open(program, READ_ONLY);
            assertThat(file.pread(kernel.view, new byte[100], 0, 100, 0)).isEqualTo(100);
            Process running = new ProcessBuilder(program.toString()).start();
            // Linux's answer, for as long as it runs.
            OpenFile.Opening refused = OpenFile.open(kernel.cache, program, READ_WRITE, 0);
            running.getOutputStream().close();
            assertThat(running.waitFor()).isZero();
            assertThat(refused.errno()).isEqualTo(HostErrors.ETXTBSY);
        }
    }

    /** The pages that came in while it was read stay, and what is written to them is kept. */
    @Test
    void aFileThatIsReadIsWrittenToByALaterOpening() throws Exception {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            Path path = kernel.file("read first", 2 * PAGE);
            OpenFile reader = kernel.open(path, READ_ONLY);
            byte[] page = new byte[PAGE];
            assertThat(reader.pread(kernel.view, page, 0, PAGE, 0)).isEqualTo(PAGE);
            assertThat(reader.isWritable()).isFalse();
            OpenFile writer = kernel.open(path, READ_WRITE);
            writer.pwrite(filled(10, 'x'), 0, 10, PAGE);
            assertThat(writer.fsync()).isZero();
            assertThat(Arrays.copyOfRange(Files.readAllBytes(path), PAGE, PAGE + 10))
                    .isEqualTo(filled(10, 'x'));
            writer.truncate(3 * PAGE);
            assertThat(reader.size()).isEqualTo(3 * PAGE);
            assertThat(reader.pread(kernel.view, page, 0, PAGE, PAGE)).isEqualTo(PAGE);
            assertThat(page[0]).isEqualTo((byte) 'x');
        }
    }

    @Test
    void thePositionMoves() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.open(kernel.file("file", 2 * PAGE), READ_WRITE);
            OpenFile buffer = kernel.keep(OpenFile.inMemory(kernel.cache, "buffer", false));
            buffer.truncate(4 * PAGE);
            kernel.mapShared(buffer, A, 4, READ | WRITE);
            assertThat(file.read(kernel.view, A + 10, 3 * PAGE)).isEqualTo(2 * PAGE);
            assertThat(kernel.load(A + 10 + PAGE)).isEqualTo('b');
            assertThat(file.read(kernel.view, A, 1)).isZero();
            assertThat(file.seek(-PAGE, 2)).isEqualTo(PAGE);
            assertThat(file.seek(-PAGE - 1, 1)).isEqualTo(-22);
            assertThat(file.seek(4, 1)).isEqualTo(PAGE + 4);
            assertThat(file.write(kernel.view, A + 10, 8)).isEqualTo(8);
            assertThat(file.seek(0, 1)).isEqualTo(PAGE + 12);
            byte[] found = new byte[14];
            file.pread(found, 0, 14, PAGE);
            assertThat(new String(found, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("bbbbaaaaaaaabb");
        }
    }

    @Test
    void randomCallsMatchAModel() throws IOException {
        long seed = System.nanoTime();
        System.out.println("FileCallsTest.randomCallsMatchAModel seed " + seed);
        int most = 40 * PAGE;
        FileModel model = new FileModel(seed, most);
        Random random = model.random();
        try (TestKernel kernel = new TestKernel(directory, 16)) {
            OpenFile file = kernel.open(directory.resolve("model"), READ_WRITE | CREATE);
            OpenFile scratch = kernel.keep(OpenFile.inMemory(kernel.cache, "scratch", false));
            scratch.truncate(most + PAGE);
            kernel.mapShared(scratch, A, most / PAGE + 1, READ | WRITE);
            long map = A + (1L << 40);
            kernel.mapShared(file, map, most / PAGE, READ | WRITE);
            for (int round = 0; round < 3000; round++) {
                int kind = model.step(8);
                int offset = model.offset;
                int length = model.length;
                String what = model.what;
                switch (kind) {
                    case 0, 1 -> {
                        byte[] bytes = model.written();
                        if (random.nextBoolean()) {
                            assertThat(file.pwrite(bytes, 0, length, offset))
                                    .as(what)
                                    .isEqualTo(length);
                        } else {
                            int skew = random.nextInt(PAGE);
                            kernel.view.write(A + skew, bytes, 0, length);
                            assertThat(file.pwrite(kernel.view, A + skew, length, offset))
                                    .as(what)
                                    .isEqualTo(length);
                        }
                    }
                    case 2, 3 -> {
                        byte[] bytes = new byte[length];
                        int expected = model.readable();
                        if (random.nextBoolean()) {
                            assertThat(file.pread(bytes, 0, length, offset))
                                    .as(what)
                                    .isEqualTo(expected);
                        } else {
                            int skew = random.nextInt(PAGE);
                            assertThat(file.pread(kernel.view, A + skew, length, offset))
                                    .as(what)
                                    .isEqualTo(expected);
                            kernel.view.read(A + skew, bytes, 0, expected);
                        }
                        model.holds(bytes, expected);
                    }
                    case 4 -> model.store(kernel, map);
                    case 5 -> {
                        if (offset < model.size) {
                            assertThat((byte) kernel.load(map + offset))
                                    .as(what)
                                    .isEqualTo(model.atPlace());
                            // Behind the end, where the file never sees it.
                            int behind = model.size + random.nextInt(PAGE);
                            if (behind < (model.size + PAGE - 1 & -PAGE)) {
                                kernel.store(map + behind, 0xee);
                            }
                        }
                    }
                    case 6 -> model.cutOrPunch(file);
                    default -> {
                        if (random.nextInt(4) == 0) {
                            assertThat(file.fsync()).as(what).isZero();
                            assertThat(Files.readAllBytes(directory.resolve("model")))
                                    .as(what)
                                    .isEqualTo(model.all());
                        } else if (random.nextBoolean()) {
                            kernel.close(file);
                            file = kernel.open(directory.resolve("model"), READ_WRITE);
                        }
                    }
                }
                assertThat(file.size()).as(what).isEqualTo(model.size);
                assertThat(kernel.cache.pages()).isLessThanOrEqualTo(16);
            }
        }
        assertThat(Files.readAllBytes(directory.resolve("model"))).isEqualTo(model.all());
    }

    @Test
    void appendsDoNotOverlap() throws Exception {
        int threads = 4;
        int records = 300;
        int length = 137;
        try (TestKernel kernel = new TestKernel(directory, 16)) {
            Path path = directory.resolve("log");
            kernel.open(path, READ_WRITE | CREATE);
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                OpenFile file = kernel.open(path, READ_WRITE | APPEND);
                byte[] record = filled(length, 'A' + i);
                tasks.add(() -> {
                    for (int n = 0; n < records; n++) {
                        assertThat(file.pwrite(record, 0, length, 0)).isEqualTo(length);
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
        }
        byte[] host = Files.readAllBytes(directory.resolve("log"));
        assertThat(host).hasSize(threads * records * length);
        int[] counts = new int[threads];
        for (int at = 0; at < host.length; at += length) {
            counts[host[at] - 'A']++;
            for (int i = 1; i < length; i++) {
                assertThat(host[at + i]).isEqualTo(host[at]);
            }
        }
        assertThat(counts).containsOnly(records);
    }

    @Test
    void memoryFilesKeepTheirSeals() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.keep(OpenFile.inMemory(kernel.cache, "sealed", true));
            MemoryFile memory = (MemoryFile) file.object();
            assertThat(memory.name()).isEqualTo("/memfd:sealed (deleted)");
            assertThat(file.pwrite(filled(3 * PAGE, 'm'), 0, 3 * PAGE, 0)).isEqualTo(3 * PAGE);
            kernel.mapShared(file, A, 3, READ | WRITE);
            assertThat(memory.addSeals(MemoryFile.SEAL_WRITE | MemoryFile.SEAL_GROW))
                    .isEqualTo(-16);
            assertThat(memory.seals()).isZero();
            assertThat(memory.addSeals(MemoryFile.SEAL_GROW | MemoryFile.SEAL_SHRINK))
                    .isZero();
            assertThat(file.truncate(PAGE)).isEqualTo(-1);
            assertThat(file.truncate(4 * PAGE)).isEqualTo(-1);
            assertThat(file.pwrite(filled(2, 'x'), 0, 2, 3 * PAGE)).isEqualTo(-1);
            // Asked page by page, as Linux does: what fits into the last page is written.
            assertThat(file.pwrite(filled(2, 'm'), 0, 2, 3 * PAGE - 1)).isEqualTo(1);
            kernel.unmap(A, 3);
            assertThat(memory.addSeals(MemoryFile.SEAL_WRITE)).isZero();
            assertThat(file.pwrite(filled(2, 'x'), 0, 2, 0)).isEqualTo(-1);
            assertThat(file.fallocate(3, 0, PAGE)).isEqualTo(-1);
            assertThat(memory.addSeals(MemoryFile.SEAL_SEAL)).isZero();
            assertThat(memory.addSeals(0)).isEqualTo(-1);
            assertThat(TestKernel.content(file)).isEqualTo(filled(3 * PAGE, 'm'));
        }
    }

    @Test
    void aMemoryFileGivesItsFramesBack() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile file = kernel.keep(OpenFile.inMemory(kernel.cache, "big", false));
            file.pwrite(filled(100 * PAGE, 'm'), 0, 100 * PAGE, 0);
            kernel.mapShared(file, A, 100, READ);
            kernel.view.read(A, new byte[100 * PAGE], 0, 100 * PAGE);
            long before = kernel.core.frames().countFree();
            assertThat(file.fallocate(3, 10 * PAGE, 50 * PAGE)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.core.frames().countFree()).isEqualTo(before + 50);
            assertThat(kernel.load(A + 10 * PAGE)).isZero();
            assertThat(file.truncate(0)).isZero();
            kernel.core.epochs().reclaimAll(0);
            assertThat(kernel.core.frames().countFree()).isGreaterThanOrEqualTo(before + 100);
        }
    }
}

package dev.pagoda.pagecache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.frame.Standstill;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A small kernel with one space and one view; closing it proves that the books balance and that every frame is free. */
final class TestKernel implements AutoCloseable {
    static final int PAGE = 4096;
    static final int READ = 1;
    static final int WRITE = 2;
    static final int READ_ONLY = 0;
    static final int READ_WRITE = 2;
    static final int CREATE = 0100;
    static final int EXCLUSIVE = 0200;
    static final int CUT = 01000;
    static final int APPEND = 02000;
    static final int FADV_NORMAL = 0;
    static final int FADV_RANDOM = 1;
    static final int FADV_SEQUENTIAL = 2;
    static final int FADV_WILLNEED = 3;
    static final int FADV_DONTNEED = 4;
    /** Where tests map files. */
    static final long A = 0x100000000000L;

    final Core core = new Core(16 << 20);
    final PageCache cache;
    final AddressSpace space = new AddressSpace(core);
    final View view = space.open("test");
    private final Path directory;
    private final List<OpenFile> opened = new ArrayList<>();

    TestKernel(Path directory, long bound) {
        this(directory, bound, false);
    }

    TestKernel(Path directory, long bound, boolean direct) {
        this.directory = directory;
        this.cache = new PageCache(core, bound, direct);
    }

    /** A file of pages full of 'a', 'b', and so on. */
    Path file(String name, int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = letter(i / PAGE);
        }
        try {
            return Files.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte letter(long page) {
        return (byte) ('a' + page % 26);
    }

    OpenFile open(Path path, int flags) {
        OpenFile.Opening opening = OpenFile.open(cache, path, flags, 0644);
        assertThat(opening.errno()).as(opening.reason()).isZero();
        return keep(opening.file());
    }

    /** Has a file closed with the kernel. Its pages come in one by one: tests that are about read-ahead ask for it. */
    OpenFile keep(OpenFile file) {
        file.advise(0, 0, FADV_RANDOM);
        opened.add(file);
        return file;
    }

    long close(OpenFile file) {
        opened.remove(file);
        return file.closeAndTell();
    }

    void mapShared(OpenFile file, long address, int pages, int protection) {
        map(view, file, true, address, pages, protection);
    }

    void mapPrivate(OpenFile file, long address, int pages, int protection) {
        map(view, file, false, address, pages, protection);
    }

    static void map(View view, OpenFile file, boolean shared, long address, int pages, int protection) {
        int most = file.isWritable() || !shared ? 7 : 5;
        Map.Source source = new Map.Source(file.object(), file, shared, 0, most, 0);
        long page = address / PAGE;
        assertThat(Map.object(view, Map.Where.FIXED, page, pages, protection, false, source))
                .isEqualTo(page);
    }

    void unmap(long address, int pages) {
        Unmap.range(view, address / PAGE, pages);
    }

    int load(long address) {
        return (int) view.load(address, 1);
    }

    void store(long address, int value) {
        view.store(address, 1, value);
    }

    /** The file's content through pread. */
    static byte[] content(OpenFile file) {
        byte[] bytes = new byte[(int) file.size()];
        assertThat(file.pread(bytes, 0, bytes.length, 0)).isEqualTo(bytes.length);
        return bytes;
    }

    static byte[] filled(int bytes, int value) {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) value);
        return content;
    }

    /** Runs all at the same time and waits for them; the first exception is thrown. */
    static void together(List<Callable<Void>> tasks) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(tasks.size());
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<Void>> running = new ArrayList<>();
            for (Callable<Void> task : tasks) {
                running.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return task.call();
                }));
            }
            for (Future<Void> each : running) {
                try {
                    each.get();
                } catch (ExecutionException e) {
                    threads.shutdownNow();
                    throw new AssertionError(e.getCause());
                }
            }
        }
    }

    void audit() {
        cache.awaitRest();
        Audit audit = Audit.run(core);
        assertThat(audit.differences()).as(audit.toString()).isZero();
    }

    /** Closes a kernel whose device is gone, with the pages that it could not write; the books balance all the same. */
    void abandon() {
        shutDown();
        core.close();
    }

    @Override
    public void close() {
        shutDown();
        assertThat(cache.pages()).isZero();
        assertThat(cache.tables()).isZero();
        core.close();
    }

    private void shutDown() {
        audit();
        List.copyOf(opened).forEach(this::close);
        view.close();
        space.destroy();
        core.epochs().reclaimAll(0);
        cache.close();
        Standstill standstill = core.frames().standstill();
        standstill.declare(standstill.watch());
        assertThat(standstill.isDeclared())
                .as("whatever was under way has ended")
                .isTrue();
        Audit audit = Audit.run(core);
        assertThat(audit.differences()).as(audit.toString()).isZero();
        assertThat(audit.isAllFree()).as(audit.toString()).isTrue();
    }
}

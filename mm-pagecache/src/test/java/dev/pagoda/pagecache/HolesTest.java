package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SEEK_DATA and SEEK_HOLE: what memory has and what the store has. */
class HolesTest {
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int PUNCH = 3;
    private static final int PAGES = 24;
    private static final int ENXIO = 6;

    @TempDir
    private Path directory;

    /** A page that is written back while its file is looked at is content at every moment: memory is looked at before the store. */
    @Test
    void aPageOnItsWayToTheStoreIsContent() {
        try (TestKernel kernel = new TestKernel(directory, 64)) {
            OpenFile[] opened = new OpenFile[1];
            boolean[] synced = new boolean[1];
            // Between the store's answer and whatever the look does next, all is written back.
            kernel.cache.setLayer((path, host) -> layer(host, () -> {
                if (opened[0] != null && !synced[0]) {
                    synced[0] = true;
                    assertThat(opened[0].fsync()).isZero();
                }
            }));
            OpenFile file = kernel.open(kernel.file("f", 0), READ_WRITE);
            assertThat(file.truncate(8 * PAGE)).isZero();
            assertThat(file.pwrite(kernel.view, new byte[] {1}, 0, 1, 5 * PAGE)).isEqualTo(1);
            opened[0] = file;
            assertThat(file.seek(0, SEEK_DATA)).isEqualTo(5 * PAGE);
            assertThat(synced[0]).isTrue();
            assertThat(file.seek(0, SEEK_DATA)).isEqualTo(5 * PAGE);
            synced[0] = false;
            assertThat(file.pwrite(kernel.view, new byte[] {1}, 0, 1, 6 * PAGE)).isEqualTo(1);
            assertThat(file.seek(5 * PAGE, SEEK_HOLE)).isEqualTo(7 * PAGE);
        }
    }

    /** A store that does something after it has answered where content or a hole is. */
    private static Store layer(Store host, Runnable after) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(host, arguments);
                        if (method.getName().equals("data") || method.getName().equals("hole")) {
                            after.run();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @RepeatedTest(4)
    void likePlainPages() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        boolean[] content = new boolean[PAGES];
        try (TestKernel kernel = new TestKernel(directory, 16, random.nextBoolean())) {
            OpenFile file = random.nextInt(3) == 0
                    ? kernel.keep(OpenFile.inMemory(kernel.cache, "m", false))
                    : kernel.open(kernel.file("f" + seed, 0), READ_WRITE);
            assertThat(file.truncate((long) PAGES * PAGE)).isZero();
            for (int step = 0; step < 400; step++) {
                int page = random.nextInt(PAGES);
                long offset = (long) page * PAGE + random.nextInt(PAGE);
                switch (random.nextInt(8)) {
                    case 0, 1 -> {
                        assertThat(file.pwrite(kernel.view, new byte[] {1}, 0, 1, offset))
                                .isEqualTo(1);
                        content[page] = true;
                    }
                    case 2 -> {
                        int pages = Math.min(PAGES - page, 1 + random.nextInt(6));
                        assertThat(file.fallocate(PUNCH, (long) page * PAGE, (long) pages * PAGE))
                                .isZero();
                        Arrays.fill(content, page, page + pages, false);
                    }
                    case 3 -> assertThat(file.fsync()).isZero();
                    case 4 -> {
                        assertThat(file.truncate((long) page * PAGE)).isZero();
                        assertThat(file.truncate((long) PAGES * PAGE)).isZero();
                        Arrays.fill(content, page, PAGES, false);
                    }
                    case 5 ->
                        assertThat(file.pread(kernel.view, new byte[1], 0, 1, offset))
                                .isEqualTo(1);
                    default -> {
                        String where = "seed " + seed + " step " + step + " offset " + offset;
                        assertThat(file.seek(offset, SEEK_DATA))
                                .as("content, " + where)
                                .isEqualTo(expected(content, offset, true));
                        assertThat(file.seek(offset, SEEK_HOLE))
                                .as("hole, " + where)
                                .isEqualTo(expected(content, offset, false));
                    }
                }
            }
        }
    }

    private static long expected(boolean[] content, long offset, boolean wanted) {
        for (int page = (int) (offset / PAGE); page < PAGES; page++) {
            if (content[page] == wanted) {
                return Math.max(offset, (long) page * PAGE);
            }
        }
        return wanted ? -ENXIO : (long) PAGES * PAGE;
    }
}

package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.PageOut;
import dev.pagoda.mm.space.Punch;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What advice about maps does to the pages of their files. */
@Timeout(60)
class AdviceTest {
    private static final long B = A + (1L << 40);

    @TempDir
    Path directory;

    private TestKernel kernel;

    @BeforeEach
    void boot() {
        kernel = new TestKernel(directory, 1024);
    }

    @AfterEach
    void shutDown() {
        kernel.close();
    }

    private OpenFile file(int pages) {
        return kernel.open(kernel.file("file", pages * PAGE), READ_WRITE);
    }

    private int pageOut(long address, int pages) {
        return PageOut.range(kernel.view, address / PAGE, pages, true);
    }

    @Test
    void cleanPagesThatAreShownGoFromMemoryAndFromAllMaps() {
        OpenFile file = file(4);
        kernel.mapShared(file, A, 4, READ | WRITE);
        kernel.mapShared(file, B, 4, READ);
        for (int page = 0; page < 3; page++) {
            kernel.load(A + page * PAGE);
            kernel.load(B + page * PAGE);
        }
        TestKernel.content(file);
        assertThat(kernel.cache.pages()).isEqualTo(4);
        assertThat(pageOut(A, 4)).isZero();
        assertThat(kernel.cache.pages())
                .as("the page that A does not show stays")
                .isEqualTo(1);
        assertThat(kernel.space.objectBytes()).isZero();
        assertThat(kernel.load(B + PAGE)).isEqualTo('b');
    }

    @Test
    void dirtyPagesAreWrittenAndStay() throws IOException {
        OpenFile file = file(2);
        kernel.mapShared(file, A, 2, READ | WRITE);
        kernel.store(A, 'M');
        kernel.load(A + PAGE);
        assertThat(pageOut(A, 2)).isZero();
        assertThat(kernel.cache.pages()).isEqualTo(1);
        assertThat(Files.readAllBytes(directory.resolve("file"))[0]).isEqualTo((byte) 'M');
        assertThat(pageOut(A, 2)).isZero();
        assertThat(kernel.cache.pages()).as("clean by now").isZero();
        assertThat(kernel.load(A)).isEqualTo('M');
    }

    @Test
    void coldPagesAreTheFirstToGo() {
        OpenFile file = file(8);
        kernel.mapShared(file, A, 8, READ);
        for (int page = 0; page < 8; page++) {
            kernel.load(A + page * PAGE);
        }
        assertThat(PageOut.range(kernel.view, A / PAGE + 4, 4, false)).isZero();
        assertThat(kernel.cache.pages()).isEqualTo(8);
        assertThat(kernel.cache.evict(4)).isEqualTo(4);
        assertThat(Residency.of(kernel.view, A / PAGE)).isEqualTo(1);
        assertThat(Residency.of(kernel.view, A / PAGE + 4)).isZero();
    }

    @Test
    void removingPunchesTheFileAndSparesCopies() throws IOException {
        OpenFile file = file(4);
        kernel.mapShared(file, A, 4, READ | WRITE);
        kernel.mapPrivate(file, B, 4, READ | WRITE);
        kernel.store(B + PAGE, 'z');
        assertThat(kernel.load(B + 2 * PAGE)).isEqualTo('c');
        assertThat(Punch.range(kernel.view, A / PAGE + 1, 2)).isZero();
        assertThat(kernel.load(A + PAGE)).isZero();
        assertThat(kernel.load(B + PAGE)).isEqualTo('z');
        assertThat(kernel.load(B + 2 * PAGE)).isZero();
        assertThat(kernel.load(A + 3 * PAGE)).isEqualTo('d');
        assertThat(Files.readAllBytes(directory.resolve("file"))[PAGE]).isZero();
        assertThat(Punch.range(kernel.view, B / PAGE, 1)).isEqualTo(Refusal.DENIED);
    }

    /** No store is lost, whatever is paged out at the same time. */
    @Test
    void storesAgainstPagingOut() throws InterruptedException {
        int pages = 8;
        OpenFile file = file(pages);
        kernel.mapShared(file, A, pages, READ | WRITE);
        AtomicBoolean stop = new AtomicBoolean();
        Callable<Void> stores = () -> {
            for (int i = 1; i <= 3_000; i++) {
                long address = A + i % pages * PAGE + 8;
                kernel.view.store(address, 8, i);
                assertThat(kernel.view.load(address, 8)).isEqualTo(i);
                long before = A + (i + 1) % pages * PAGE + 8;
                if (i >= pages) {
                    assertThat(kernel.view.load(before, 8)).isEqualTo(i + 1 - pages);
                }
            }
            stop.set(true);
            return null;
        };
        Callable<Void> advice = () -> {
            try (View view = kernel.space.open("advising")) {
                while (!stop.get()) {
                    PageOut.range(view, A / PAGE, pages, true);
                }
            }
            return null;
        };
        TestKernel.together(List.of(stores, advice));
    }
}

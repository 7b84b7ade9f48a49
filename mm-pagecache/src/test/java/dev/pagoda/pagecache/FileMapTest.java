package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_ONLY;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static dev.pagoda.pagecache.TestKernel.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Residency;
import dev.pagoda.mm.space.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of files: sharing, the end of the file, truncation, holes. */
class FileMapTest {
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

    private OpenFile file(int bytes) {
        return kernel.open(kernel.file("file", bytes), READ_WRITE);
    }

    private void assertBusError(Runnable access, long address) {
        MemoryFault fault = catchThrowableOfType(MemoryFault.class, access::run);
        assertThat(fault).isNotNull();
        assertThat(fault.linuxName()).isEqualTo("SIGBUS BUS_ADRERR");
        assertThat(fault.address()).isEqualTo(address);
    }

    @Test
    void bothKindsOfMapsReadTheFile() {
        OpenFile file = kernel.open(kernel.file("file", 2 * PAGE), READ_ONLY);
        kernel.mapPrivate(file, A, 2, READ);
        kernel.mapShared(file, B, 2, READ);
        assertThat(Residency.of(kernel.view, A / PAGE)).isEqualTo(Residency.ABSENT);
        assertThat(kernel.load(A)).isEqualTo('a');
        assertThat(kernel.load(B + PAGE)).isEqualTo('b');
        assertThat(kernel.load(A + PAGE)).isEqualTo('b');
        assertThat(Residency.of(kernel.view, B / PAGE)).isEqualTo(Residency.RESIDENT);
        assertThat(kernel.cache.pages()).isEqualTo(2);
    }

    @Test
    void aFileWhoseNameIsGoneOrAnothersIsShownAsDeleted() throws IOException {
        Path path = kernel.file("two\nlines", PAGE);
        OpenFile file = kernel.open(path, READ_ONLY);
        kernel.mapShared(file, A, 1, READ);
        assertThat(kernel.space.maps()).endsWith("/two\\012lines\n");
        Files.delete(path);
        assertThat(kernel.space.maps()).endsWith("/two\\012lines (deleted)\n");
        kernel.file("two\nlines", PAGE);
        assertThat(kernel.space.maps()).endsWith("/two\\012lines (deleted)\n");
    }

    @Test
    void whatIsStoredIsInTheFileAfterSync() throws IOException {
        OpenFile file = file(3 * PAGE);
        kernel.mapShared(file, A, 3, READ | WRITE);
        kernel.store(A, 'M');
        kernel.store(A + 2 * PAGE + 5, 'N');
        assertThat(Sync.range(kernel.view, A / PAGE, 3, true, false)).isZero();
        byte[] host = Files.readAllBytes(directory.resolve("file"));
        assertThat(host).hasSize(3 * PAGE);
        assertThat(host[0]).isEqualTo((byte) 'M');
        assertThat(host[1]).isEqualTo((byte) 'a');
        assertThat(host[2 * PAGE + 5]).isEqualTo((byte) 'N');
        kernel.store(A + 1, 'O');
        assertThat(file.fdatasync()).isZero();
        assertThat(Files.readAllBytes(directory.resolve("file"))[1]).isEqualTo((byte) 'O');
    }

    @Test
    void aMapOutlivesItsDescriptorAndItsName() throws IOException {
        OpenFile file = file(2 * PAGE);
        kernel.mapShared(file, A, 2, READ | WRITE);
        kernel.close(file);
        Files.delete(directory.resolve("file"));
        assertThat(kernel.load(A + PAGE)).isEqualTo('b');
        kernel.store(A, 1);
        assertThat(kernel.load(A)).isEqualTo(1);
        assertThat(kernel.cache.openFiles()).isEqualTo(1);
        kernel.unmap(A, 2);
        kernel.core.epochs().reclaimAll(0);
        assertThat(kernel.cache.openFiles()).isZero();
    }

    @Test
    void theLastUserWritesBack() throws IOException {
        OpenFile file = file(PAGE);
        kernel.mapShared(file, A, 1, READ | WRITE);
        kernel.close(file);
        kernel.store(A, 'L');
        kernel.unmap(A, 1);
        kernel.core.epochs().reclaimAll(0);
        assertThat(Files.readAllBytes(directory.resolve("file"))[0]).isEqualTo((byte) 'L');
    }

    @Test
    void writesAndMapsSeeEachOther() {
        OpenFile file = file(2 * PAGE);
        kernel.mapShared(file, A, 2, READ | WRITE);
        assertThat(file.pwrite(new byte[] {'X'}, 0, 1, PAGE)).isEqualTo(1);
        assertThat(kernel.load(A + PAGE)).isEqualTo('X');
        assertThat(kernel.load(A + PAGE + 1)).isEqualTo('b');
        kernel.store(A + PAGE + 1, 'Y');
        byte[] two = new byte[2];
        assertThat(file.pread(two, 0, 2, PAGE)).isEqualTo(2);
        assertThat(two).containsExactly('X', 'Y');
    }

    @Test
    void aPrivatePageFollowsTheFileUntilItIsWritten() {
        OpenFile file = file(PAGE);
        kernel.mapPrivate(file, A, 1, READ | WRITE);
        assertThat(kernel.load(A)).isEqualTo('a');
        file.pwrite(new byte[] {'N'}, 0, 1, 0);
        assertThat(kernel.load(A)).isEqualTo('N');
        kernel.store(A + 1, 'Z');
        file.pwrite(new byte[] {'M'}, 0, 1, 0);
        assertThat(kernel.load(A)).isEqualTo('N');
        assertThat(kernel.load(A + 1)).isEqualTo('Z');
        assertThat(TestKernel.content(file)[1]).isEqualTo((byte) 'a');
    }

    @Test
    void pagesPastTheEndAreBusErrorsAndTheLastPageIsWhole() throws IOException {
        OpenFile file = file(PAGE / 2);
        kernel.mapShared(file, A, 3, READ | WRITE);
        assertThat(kernel.load(A + PAGE - 1)).isZero();
        assertBusError(() -> kernel.load(A + PAGE), A + PAGE);
        assertBusError(() -> kernel.store(A + 2 * PAGE, 1), A + 2 * PAGE);
        kernel.store(A + PAGE / 2 + 1, 7);
        assertThat(kernel.load(A + PAGE / 2 + 1)).isEqualTo(7);
        assertThat(file.fsync()).isZero();
        assertThat(Files.readAllBytes(directory.resolve("file"))).isEqualTo(filled(PAGE / 2, 'a'));
    }

    @Test
    void cutAndGrownAgain() throws IOException {
        OpenFile file = file(4 * PAGE);
        kernel.mapShared(file, A, 4, READ | WRITE);
        assertThat(kernel.load(A + 3 * PAGE)).isEqualTo('d');
        kernel.store(A + 2 * PAGE, 'x');
        assertThat(file.truncate(2 * PAGE)).isZero();
        assertThat(Files.size(directory.resolve("file"))).isEqualTo(2 * PAGE);
        assertThat(kernel.load(A + PAGE)).isEqualTo('b');
        assertBusError(() -> kernel.load(A + 2 * PAGE), A + 2 * PAGE);
        assertThat(file.truncate(4 * PAGE)).isZero();
        assertThat(kernel.load(A + 2 * PAGE)).isZero();
        assertThat(kernel.load(A + 3 * PAGE)).isZero();
        assertThat(file.truncate(0)).isZero();
        assertBusError(() -> kernel.store(A, 2), A);
    }

    @Test
    void cuttingInsideAPageClearsTheObjectAndSparesThePrivateCopy() {
        OpenFile file = file(2 * PAGE);
        kernel.mapPrivate(file, A, 2, READ | WRITE);
        kernel.mapShared(file, B, 2, READ | WRITE);
        kernel.view.fill(A, 2 * PAGE, (byte) 'z');
        assertThat(kernel.load(B + PAGE - 1)).isEqualTo('a');
        assertThat(file.truncate(PAGE / 2)).isZero();
        assertThat(kernel.load(A + PAGE - 1)).isEqualTo('z');
        assertThat(kernel.load(B + PAGE / 2 - 1)).isEqualTo('a');
        assertThat(kernel.load(B + PAGE / 2)).isZero();
        assertBusError(() -> kernel.load(A + PAGE), A + PAGE);
        assertThat(file.truncate(2 * PAGE)).isZero();
        // Private copies past the end went with the file's pages.
        assertThat(kernel.load(A + PAGE)).isZero();
        assertThat(kernel.load(B + PAGE / 2)).isZero();
    }

    @Test
    void growingInsideAPageMakesItsRestPartOfTheFile() throws IOException {
        OpenFile file = file(PAGE / 2);
        kernel.mapShared(file, A, 1, READ | WRITE);
        kernel.view.fill(A, PAGE, (byte) 'A');
        assertThat(file.truncate(PAGE)).isZero();
        // What was stored behind the end never was the file's.
        assertThat(kernel.load(A + PAGE / 2)).isZero();
        kernel.view.fill(A + PAGE / 2, PAGE / 2, (byte) 'B');
        assertThat(file.fsync()).isZero();
        byte[] host = Files.readAllBytes(directory.resolve("file"));
        assertThat(host).hasSize(PAGE);
        assertThat(host[PAGE / 2 - 1]).isEqualTo((byte) 'A');
        assertThat(host[PAGE / 2]).isEqualTo((byte) 'B');
    }

    @Test
    void aHoleSparesPrivateCopies() throws IOException {
        OpenFile file = file(4 * PAGE);
        kernel.mapPrivate(file, A, 4, READ | WRITE);
        kernel.mapShared(file, B, 4, READ);
        kernel.store(A + PAGE, 'p');
        assertThat(kernel.load(A + 2 * PAGE)).isEqualTo('c');
        assertThat(file.fallocate(3, PAGE / 2, 3 * PAGE)).isZero();
        assertThat(file.size()).isEqualTo(4 * PAGE);
        assertThat(kernel.load(A + PAGE)).isEqualTo('p');
        assertThat(kernel.load(A + 2 * PAGE)).isZero();
        assertThat(kernel.load(B + PAGE / 2 - 1)).isEqualTo('a');
        assertThat(kernel.load(B + PAGE / 2)).isZero();
        assertThat(kernel.load(B + 3 * PAGE + PAGE / 2 - 1)).isZero();
        assertThat(kernel.load(B + 3 * PAGE + PAGE / 2)).isEqualTo('d');
        assertThat(file.fsync()).isZero();
        byte[] host = Files.readAllBytes(directory.resolve("file"));
        assertThat(host).isEqualTo(TestKernel.content(file));
    }

    @Test
    void theKernelPastTheEndOfAFileAnswersEfault() {
        OpenFile file = file(PAGE);
        kernel.mapShared(file, A, 2, READ | WRITE);
        OpenFile other = kernel.keep(OpenFile.inMemory(kernel.cache, "other", false));
        assertThat(other.truncate(PAGE)).isZero();
        assertThat(other.write(kernel.view, A + PAGE, PAGE)).isEqualTo(Refusal.BAD_ADDRESS);
        assertThat(other.read(kernel.view, A + PAGE, PAGE)).isEqualTo(Refusal.BAD_ADDRESS);
        // Up to the page that refuses.
        assertThat(other.write(kernel.view, A + 100, 2 * PAGE)).isEqualTo(PAGE - 100);
        assertThat(other.size()).isEqualTo(PAGE);
        assertThat(other.write(kernel.view, A, 2 * PAGE)).isEqualTo(PAGE);
        assertThat(other.size()).isEqualTo(2 * PAGE - 100);
    }

    @Test
    void aFileIsWrittenFromAMapOfItself() {
        OpenFile file = file(4 * PAGE);
        kernel.mapShared(file, A, 4, READ | WRITE);
        assertThat(file.pwrite(kernel.view, A, 2 * PAGE, 2 * PAGE)).isEqualTo(2 * PAGE);
        assertThat(kernel.load(A + 2 * PAGE)).isEqualTo('a');
        assertThat(kernel.load(A + 3 * PAGE + 9)).isEqualTo('b');
        assertThat(file.pread(kernel.view, A, PAGE, PAGE)).isEqualTo(PAGE);
        assertThat(kernel.load(A)).isEqualTo('b');
        // Whole pages that are not in memory, written from themselves.
        assertThat(file.truncate(0)).isZero();
        assertThat(file.truncate(4 * PAGE)).isZero();
        assertThat(file.pwrite(kernel.view, A, PAGE, 0)).isEqualTo(PAGE);
        assertThat(kernel.load(A)).isZero();
    }
}

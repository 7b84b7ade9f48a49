package dev.pagoda.bench;

import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A kernel with a file that is in its page cache, whole, and that its process has open. */
@State(Scope.Benchmark)
public class PagedFile extends BootedKernel {
    /** What a kernel needs beside the cache: tables, and what stays free for it to work well. */
    private static final long OTHER_BYTES = 256L << 20;
    /** Room in the cache that the file does not fill. */
    private static final int SPARE_PART = 16;

    private static final int PART_BYTES = 1 << 20;
    private static final int MOST_PASSES = 4;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** The file's size; a power of two, 16 at least. */
    @Param("1024")
    public int mebibytes;

    /** The file. */
    BenchFile file;
    /** The process's descriptor of it, for all threads. */
    int descriptor;

    private LinuxCalls calls;

    /** Most bytes that the cache may hold. */
    long cacheBytes() {
        long bytes = (long) mebibytes << 20;
        return bytes + bytes / SPARE_PART;
    }

    /** Brings the cache into the state that the benchmark begins with: all of the file in it. What read-ahead had leave, because two threads made room for the same pages, comes in again. */
    void warm(LinuxCalls user) throws IOException {
        for (int pass = 0; pass < MOST_PASSES && kernel.cache().pages() < pages(); pass++) {
            read(user);
        }
        if (kernel.cache().pages() < pages()) {
            throw new IllegalStateException(
                    "only " + kernel.cache().pages() + " of " + pages() + " pages are in the cache");
        }
    }

    private void read(LinuxCalls user) {
        byte[] part = new byte[PART_BYTES];
        for (long at = 0; at < file.bytes(); at += PART_BYTES) {
            done(user, user.preadInto(descriptor, part, at));
            for (int offset = 0; offset < PART_BYTES; offset += HostMemory.PAGE_BYTES) {
                BenchFile.check((at + offset) / HostMemory.PAGE_BYTES, (long) LONG.get(part, offset));
            }
        }
    }

    /** The file's size in pages. */
    final int pages() {
        return (int) (file.bytes() / HostMemory.PAGE_BYTES);
    }

    /** Opens the file once more. */
    final int open(LinuxCalls user) {
        return (int) done(user, user.open(file.path().toString(), Linux.O_RDWR, 0));
    }

    /** What a call returned, unless it was refused. */
    static long done(LinuxCalls user, long result) {
        if (result < 0 && result > -HostMemory.PAGE_BYTES) {
            throw new IllegalStateException("refused: " + user.reason());
        }
        return result;
    }

    /** Throws unless a page that was read begins with its number. */
    static void check(byte[] page, long offset) {
        BenchFile.check(offset / HostMemory.PAGE_BYTES, (long) LONG.get(page, 0));
    }

    @Override
    KernelConfig config() {
        return super.config().withMemoryBytes(cacheBytes() + OTHER_BYTES).withCacheBytes(cacheBytes());
    }

    @Override
    final void begin() {
        try {
            file = BenchFile.make(mebibytes);
            calls = attach();
            descriptor = open(calls);
            warm(calls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    final void end() {
        calls.close(descriptor);
        detach(calls);
    }

    @Override
    final void stopped() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with a cache for a quarter of the file, that was used for a while. */
    @State(Scope.Benchmark)
    public static class Quarter extends PagedFile {
        /** Part of the file that is in the cache. */
        static final int PART = 4;

        @Override
        long cacheBytes() {
            return ((long) mebibytes << 20) / PART;
        }

        @Override
        void warm(LinuxCalls user) {
            byte[] page = new byte[HostMemory.PAGE_BYTES];
            ZipfChoice.warm(pages(), PART, at -> {
                done(user, user.preadInto(descriptor, page, at));
                BenchFile.check(at / HostMemory.PAGE_BYTES, (long) LONG.get(page, 0));
            });
        }
    }

    /** The same with a cache that holds nothing yet. */
    @State(Scope.Benchmark)
    public static class Cold extends PagedFile {
        /** Of the file's pages, how many may be left by what was being read when it was given up. */
        private static final int LEFT_PART = 16;

        @Override
        void warm(LinuxCalls user) throws IOException {
            // Nothing: the file was never read.
        }

        /** Has the cache give the file up. */
        void drop(LinuxCalls user) throws IOException {
            kernel.cache().awaitRest();
            done(user, user.call(Linux.SYS_fadvise64, descriptor, 0, 0, Linux.POSIX_FADV_DONTNEED, 0, 0));
            HostFiles.dropCached(file.path());
            if (kernel.cache().pages() > pages() / LEFT_PART) {
                throw new IllegalStateException(kernel.cache().pages() + " pages did not leave the cache");
            }
        }
    }
}

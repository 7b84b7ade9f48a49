package dev.pagoda.runtime.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A fresh process with eight pages of private memory, half of them written, a page for structures, and a file: where the case of a row begins. */
final class Guest implements AutoCloseable {
    static final long PAGE = Linux.PAGE_SIZE;
    /** Eight pages of private memory, the first four written with their number plus one. */
    static final long A = 0x100000000000L;
    /** A page for what calls read and write. */
    static final long S = 0x100100000000L;
    /** Nothing is here. */
    static final long FREE = 0x100200000000L;

    static final int RW = Linux.PROT_READ | Linux.PROT_WRITE;
    static final int PRIVATE = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
    static final int SHARED = Linux.MAP_SHARED | Linux.MAP_ANONYMOUS;
    static final int FIXED = Linux.MAP_FIXED;
    static final int FILE_PAGES = 4;

    final Kernel kernel;
    final Process process;
    final LinuxCalls calls;
    final Path directory;

    Guest(Kernel kernel, Path directory) {
        this.kernel = kernel;
        this.directory = directory;
        this.process = kernel.newProcess();
        this.calls = process.attach();
        map(A, 8, PRIVATE);
        map(S, 1, PRIVATE);
        for (int page = 0; page < 4; page++) {
            calls.view().store(A + page * PAGE, 8, page + 1);
        }
    }

    /** Maps at an address; the address. */
    long map(long address, long pages, int flags) {
        long mapped = calls.mmap(address, pages * PAGE, RW, flags | FIXED, -1, 0);
        assertThat(mapped).isEqualTo(address);
        return mapped;
    }

    long call(int number, long... arguments) {
        long[] all = java.util.Arrays.copyOf(arguments, 6);
        return calls.call(number, all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    /** Puts a string into the page for structures. */
    long string(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        calls.view().write(S + 1024, bytes, 0, bytes.length);
        return S + 1024;
    }

    /** A file of the host with four pages of the letters a to d. */
    Path file() {
        Path path = directory.resolve("file");
        if (!Files.exists(path)) {
            try {
                Files.writeString(path, letters());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return path;
    }

    static String letters() {
        StringBuilder text = new StringBuilder();
        for (int page = 0; page < FILE_PAGES; page++) {
            text.append(String.valueOf((char) ('a' + page)).repeat((int) PAGE));
        }
        return text.toString();
    }

    int open(int flags) {
        long descriptor = calls.open(file().toString(), flags, 0600);
        assertThat(descriptor).isNotNegative();
        return (int) descriptor;
    }

    int memfd(int flags) {
        return (int) calls.memfdCreate("memory", flags);
    }

    /** Maps four pages of the file; the address. */
    long mapFile(int type) {
        int descriptor = open(Linux.O_RDWR);
        long mapped = calls.mmap(FREE, FILE_PAGES * PAGE, RW, type | FIXED, descriptor, 0);
        assertThat(mapped).isEqualTo(FREE);
        return mapped;
    }

    long load(long address) {
        return calls.view().load(address, 8);
    }

    int loadByte(long address) {
        return (int) calls.view().load(address, 1);
    }

    void store(long address, long value) {
        calls.view().store(address, 8, value);
    }

    boolean resident(long address) {
        byte[] vector = new byte[1];
        return calls.mincoreInto(address, PAGE, vector) == 0 && vector[0] == 1;
    }

    String perms(long address) {
        return process.space().permissions(address);
    }

    /** A child's word at an address. */
    long inChild(long address) {
        Process child = process.fork(calls);
        try (LinuxCalls own = child.attach()) {
            return child.space().permissions(address).isEmpty()
                    ? -1
                    : own.view().load(address, 8);
        } finally {
            child.close();
        }
    }

    /** What can be seen of the process without touching it. */
    String state() {
        StringBuilder text = new StringBuilder(process.space().maps());
        for (long base : new long[] {A, FREE}) {
            for (int page = 0; page < 8; page++) {
                text.append(resident(base + page * PAGE) ? '1' : '0');
            }
        }
        return text.append(" locked ").append(process.space().lockedBytes()).toString();
    }

    static String show(long result) {
        return Errno.isError(result) ? Errno.name((int) -result) : Long.toHexString(result);
    }

    @Override
    public void close() {
        calls.close();
        process.close();
    }
}

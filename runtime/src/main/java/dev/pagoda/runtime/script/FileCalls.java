package dev.pagoda.runtime.script;

import static dev.pagoda.runtime.script.Kind.ADDRESS;
import static dev.pagoda.runtime.script.Kind.DECIMAL;
import static dev.pagoda.runtime.script.Kind.INT;
import static dev.pagoda.runtime.script.Kind.LENGTH;
import static dev.pagoda.runtime.script.Kind.TEXT;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Files: the calls that memory needs, and scratch files with known contents. */
final class FileCalls {
    static final List<Signature> SIGNATURES = List.of(
            Signature.of("tmpfile", DECIMAL, "opens a nameless scratch file whose page i is full of 'a'+i%26")
                    .with("len", LENGTH)
                    .withOptional("mode", Kind.OPEN_FLAGS),
            Signature.of("memfd", DECIMAL, "the same in memory")
                    .with("len", LENGTH)
                    .withOptional("flags", Kind.MEMFD_FLAGS),
            Signature.of("memfd_create", DECIMAL, "makes an empty file in memory")
                    .with("name", TEXT)
                    .with("flags", Kind.MEMFD_FLAGS),
            Signature.of("open", DECIMAL, "opens a file; the scratch directory is where relative paths start")
                    .with("path", TEXT)
                    .with("flags", Kind.OPEN_FLAGS)
                    .withOptional("mode", Kind.OCTAL),
            file("close", "closes a descriptor"),
            file("dup", "duplicates a descriptor to the lowest free number"),
            file("dup2", "duplicates a descriptor to a number").with("new_fd", INT),
            file("byte", "reads one byte of a file; -1 at its end").with("off", LENGTH),
            Signature.of("pread64", TEXT, "reads at an offset; gives the bytes as a string")
                    .with("fd", INT)
                    .with("len", LENGTH)
                    .with("off", DECIMAL),
            file("pwrite64", "writes bytes at an offset")
                    .with("bytes", TEXT)
                    .with("len", LENGTH)
                    .with("off", DECIMAL),
            file("read", "reads from a file into memory").with("addr", ADDRESS).with("len", LENGTH),
            file("write", "writes memory to a file").with("addr", ADDRESS).with("len", LENGTH),
            file("readv", "reads from a file into ranges of memory")
                    .with("iovec", ADDRESS)
                    .with("count", LENGTH),
            file("writev", "writes ranges of memory to a file")
                    .with("iovec", ADDRESS)
                    .with("count", LENGTH),
            file("preadv", "reads at an offset into ranges of memory")
                    .with("iovec", ADDRESS)
                    .with("count", LENGTH)
                    .with("off", DECIMAL),
            file("pwritev", "writes ranges of memory at an offset")
                    .with("iovec", ADDRESS)
                    .with("count", LENGTH)
                    .with("off", DECIMAL),
            file("lseek", "moves the position in a file").with("off", DECIMAL).with("whence", Kind.WHENCE),
            file("ftruncate", "sets the size of a file").with("len", DECIMAL),
            file("fallocate", "reserves or punches a part of a file")
                    .with("mode", Kind.FALLOCATE_MODE)
                    .with("off", DECIMAL)
                    .with("len", DECIMAL),
            file("fsync", "makes a file durable"),
            file("fdatasync", "makes the data of a file durable"),
            file("sync_file_range", "writes a part of a file back")
                    .with("off", DECIMAL)
                    .with("len", DECIMAL)
                    .with("flags", Kind.SYNC_RANGE_FLAGS),
            file("fadvise64", "gives advice about a part of a file")
                    .with("off", DECIMAL)
                    .with("len", DECIMAL)
                    .with("advice", Kind.FILE_ADVICE),
            file("fcntl", "asks about a descriptor, or adds seals")
                    .with("cmd", Kind.FCNTL_COMMAND)
                    .withOptional("arg", Kind.SEALS),
            file("fstat_size", "the size of a file"));

    /** A scratch file is written in full; larger ones are made with ftruncate. */
    private static final long LONGEST_FILE_BYTES = 1L << 30;

    private FileCalls() {}

    static Result run(String name, Invocation call) {
        LinuxCalls calls = call.calls();
        int descriptor = name.equals("open") || name.equals("memfd_create") ? -1 : call.word(0);
        return switch (name) {
            case "tmpfile" -> scratchFile(call);
            case "memfd" -> memoryFile(call);
            case "memfd_create" -> call.result(calls.memfdCreate(path(call), call.word(1)));
            case "open" -> open(call);
            case "close" -> call.result(calls.close(descriptor));
            case "dup" -> call.result(calls.dup(descriptor));
            case "dup2" -> call.result(calls.dup2(descriptor, call.word(1)));
            case "byte" -> oneByte(call, descriptor);
            case "pread64" -> readText(call, descriptor);
            case "pwrite64" -> writeText(call, descriptor);
            case "read" -> call.result(calls.read(descriptor, call.number(1), call.number(2)));
            case "write" -> call.result(calls.write(descriptor, call.number(1), call.number(2)));
            case "lseek" -> call.result(calls.lseek(descriptor, call.number(1), call.word(2)));
            case "ftruncate" -> call.result(calls.ftruncate(descriptor, call.number(1)));
            case "fallocate" -> call.result(calls.fallocate(descriptor, call.word(1), call.number(2), call.number(3)));
            case "fsync" -> call.result(calls.fsync(descriptor));
            case "fdatasync" -> call.result(calls.fdatasync(descriptor));
            case "fstat_size" -> call.result(calls.fileSize(descriptor));
            default -> call.result(MemoryCalls.byNumber(name, call));
        };
    }

    private static Result scratchFile(Invocation call) {
        long length = fileLength(call);
        int mode = call.count() > 1 ? call.word(1) : Linux.O_RDWR;
        try {
            Path file = call.session().scratch().makeFile(length);
            long descriptor = call.calls().open(file.toString(), mode, 0);
            Result result = call.result(descriptor);
            // From here on the descriptor alone keeps the file: its name is gone, as tmpfile(3) has it.
            Files.delete(file);
            return result;
        } catch (IOException failure) {
            throw hostFailure(call, failure);
        }
    }

    private static Result memoryFile(Invocation call) {
        long length = fileLength(call);
        LinuxCalls calls = call.calls();
        long descriptor = calls.memfdCreate("memfd", call.word(1));
        if (Errno.isError(descriptor)) {
            return call.result(descriptor);
        }
        for (long offset = 0; offset < length; offset += 4096) {
            byte[] page = Scratch.pattern(offset, length);
            long written = calls.pwriteFrom((int) descriptor, page, offset);
            if (written != page.length) {
                Result failure = call.result(written < 0 ? written : -Errno.ENOSPC);
                calls.close((int) descriptor);
                return failure;
            }
        }
        return new Result.Word(descriptor);
    }

    private static Result open(Invocation call) {
        try {
            String path = call.session().scratch().resolve(path(call));
            return call.result(call.calls().open(path, call.word(1), call.word(2)));
        } catch (IOException failure) {
            throw hostFailure(call, failure);
        }
    }

    private static Result oneByte(Invocation call, int descriptor) {
        byte[] buffer = new byte[1];
        long read = call.calls().preadInto(descriptor, buffer, call.number(1));
        return Errno.isError(read) ? call.result(read) : new Result.Word(read == 0 ? -1 : buffer[0] & 0xff);
    }

    private static Result readText(Invocation call, int descriptor) {
        byte[] buffer = new byte[AccessCalls.textLength(call, 1)];
        long read = call.calls().preadInto(descriptor, buffer, call.number(2));
        return Errno.isError(read) ? call.result(read) : new Result.Text(Arrays.copyOf(buffer, (int) read));
    }

    private static Result writeText(Invocation call, int descriptor) {
        byte[] bytes = call.text(1);
        long length = call.number(2);
        if (Long.compareUnsigned(length, bytes.length) > 0) {
            throw call.refused(
                    2,
                    "expected at most the " + bytes.length + " bytes of the string, found "
                            + Long.toUnsignedString(length));
        }
        return call.result(call.calls().pwriteFrom(descriptor, Arrays.copyOf(bytes, (int) length), call.number(3)));
    }

    /** A path or name as C sees it: up to the first NUL. */
    private static String path(Invocation call) {
        String text = new String(call.text(0), StandardCharsets.UTF_8);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    private static long fileLength(Invocation call) {
        long length = call.number(0);
        if (length < 0 || length > LONGEST_FILE_BYTES) {
            throw call.refused(
                    0,
                    "expected a length of at most 1G, found " + Long.toUnsignedString(length)
                            + "; make larger files with ftruncate");
        }
        return length;
    }

    private static ScriptError hostFailure(Invocation call, IOException failure) {
        return call.refused(0, "expected a scratch file on the host, but: " + failure);
    }

    private static Signature file(String name, String summary) {
        return Signature.of(name, DECIMAL, summary).with("fd", INT);
    }
}

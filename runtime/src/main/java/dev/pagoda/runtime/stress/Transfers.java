package dev.pagoda.runtime.stress;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Arrays;
import java.util.Random;

/**
 * The reads and writes of one worker, in one of the forms that calls have for them: at an offset or at the position, of one range, of several or of an array. What they answer
 * is the caller's business; where the position stands afterwards is judged here. Used by its worker, with descriptors that nobody else moves.
 */
final class Transfers {
    private final CacheWorker worker;
    private final Random random;
    private final Pieces pieces;

    private enum Form {
        AT_OFFSET("pread64", "pwrite64"),
        OF_ARRAY("pread64 into an array", "pwrite64 from an array"),
        AT_POSITION("read", "write"),
        RANGES_AT_OFFSET("preadv", "pwritev"),
        RANGES_AT_POSITION("readv", "writev");

        static final Form[] ALL = values();

        final String read;
        final String write;

        Form(String read, String write) {
            this.read = read;
            this.write = write;
        }

        boolean isOfRanges() {
            return this == RANGES_AT_OFFSET || this == RANGES_AT_POSITION;
        }

        boolean isAtPosition() {
            return this == AT_POSITION || this == RANGES_AT_POSITION;
        }
    }

    Transfers(CacheWorker worker) {
        this.worker = worker;
        this.random = worker.random;
        this.pieces = new Pieces(worker, worker.start + CacheWorker.MOST_BYTES);
    }

    private LinuxCalls calls() {
        return worker.calls();
    }

    private Form choose() {
        return Form.ALL[random.nextInt(Form.ALL.length)];
    }

    /** Reads into the worker's array from its beginning on; returns what the call did. */
    long read(int file, int descriptor, long offset, int length) {
        Form form = choose();
        worker.does(form.read, file, offset, length);
        if (form.isOfRanges()) {
            pieces.cut(length);
        }
        if (form.isAtPosition()) {
            requirePosition(calls().lseek(descriptor, offset, Linux.SEEK_SET), offset);
        }
        long moved = switch (form) {
            case AT_OFFSET -> calls().pread64(descriptor, worker.start, length, offset);
            case OF_ARRAY -> intoArray(descriptor, length, offset);
            case AT_POSITION -> calls().read(descriptor, worker.start, length);
            case RANGES_AT_OFFSET -> calls().preadv(descriptor, pieces.array(), pieces.count(), offset);
            case RANGES_AT_POSITION -> calls().readv(descriptor, pieces.array(), pieces.count());
        };
        if (form.isAtPosition()) {
            requirePosition(calls().lseek(descriptor, 0, Linux.SEEK_CUR), offset + Math.max(0, moved));
        }
        if (moved > 0 && form.isOfRanges()) {
            pieces.gather(worker.bytes, (int) moved);
        } else if (moved > 0 && form != Form.OF_ARRAY) {
            worker.view().read(worker.start, worker.bytes, 0, (int) moved);
        }
        return moved;
    }

    private long intoArray(int descriptor, int length, long offset) {
        byte[] buffer = length == worker.bytes.length ? worker.bytes : new byte[length];
        long moved = calls().preadInto(descriptor, buffer, offset);
        System.arraycopy(buffer, 0, worker.bytes, 0, length);
        return moved;
    }

    /** Writes the worker's array from its beginning on; returns what the call did. */
    long write(int file, int descriptor, long offset, int length) {
        Form form = choose();
        if (form.isAtPosition()) {
            requirePosition(calls().lseek(descriptor, offset, Linux.SEEK_SET), offset);
        }
        long moved = write(form, file, descriptor, offset, length);
        if (form.isAtPosition()) {
            requirePosition(calls().lseek(descriptor, 0, Linux.SEEK_CUR), offset + Math.max(0, moved));
        }
        return moved;
    }

    /** What an append did: the answer of the call, and where the next byte goes, or -1 if that cannot be told. */
    record Appended(long moved, long end) {}

    /** Writes the worker's array from its beginning on through a descriptor that appends, which others may use as well. */
    Appended append(int file, int descriptor, boolean isShared, int length) {
        Form form = choose();
        // Of a descriptor that appends the offset means nothing.
        long moved = write(form, file, descriptor, 8L * random.nextInt(1 << 20), length);
        boolean isKnown = form.isAtPosition() && !isShared && moved > 0;
        return new Appended(moved, isKnown ? calls().lseek(descriptor, 0, Linux.SEEK_CUR) : -1);
    }

    private long write(Form form, int file, int descriptor, long offset, int length) {
        worker.does(form.write, file, offset, length);
        if (form.isOfRanges()) {
            pieces.cut(length);
            pieces.scatter(worker.bytes);
        } else if (form != Form.OF_ARRAY) {
            worker.view().write(worker.start, worker.bytes, 0, length);
        }
        return switch (form) {
            case AT_OFFSET -> calls().pwrite64(descriptor, worker.start, length, offset);
            case OF_ARRAY -> calls().pwriteFrom(descriptor, Arrays.copyOf(worker.bytes, length), offset);
            case AT_POSITION -> calls().write(descriptor, worker.start, length);
            case RANGES_AT_OFFSET -> calls().pwritev(descriptor, pieces.array(), pieces.count(), offset);
            case RANGES_AT_POSITION -> calls().writev(descriptor, pieces.array(), pieces.count());
        };
    }

    private static void requirePosition(long answer, long expected) {
        if (answer != expected) {
            throw new IllegalStateException("the position is " + answer + ", not " + expected);
        }
    }
}

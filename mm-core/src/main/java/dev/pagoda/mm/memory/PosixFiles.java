package dev.pagoda.mm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The host's calls on files, bound in one block: open, preadv2, pwritev2, ftruncate, fallocate, fsync, fdatasync.
 *
 * <p>Each returns a value or the negated errno, and is made again where a signal interrupted it. Memory is named by absolute addresses of pages. A call costs the
 * host's call and some 0.2 µs; it holds on to the carrier of a virtual thread. A descriptor is a number: whoever uses one sees to it that it is not closed
 * meanwhile, for the host gives the number to another file.
 */
public final class PosixFiles {
    /** For reading only. */
    public static final int O_RDONLY = 0;
    /** For reading and writing. */
    public static final int O_RDWR = 2;
    /** Not handed on to programs that this one starts. */
    public static final int O_CLOEXEC = 0x80000;
    /** Past the host's own cache: offsets, lengths and memory have to be multiples of the device's block. */
    public static final int O_DIRECT = System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;
    /** {@link #allocate}: the size stays. */
    public static final int KEEP_SIZE = 1;
    /** {@link #allocate}: makes a hole instead; with {@link #KEEP_SIZE}. */
    public static final int PUNCH_HOLE = 2;
    /** {@link #read}: what the host has to wait for is refused with EAGAIN. */
    public static final int NOWAIT = 8;

    /** Most separate pieces of memory in one call, as Linux's UIO_MAXIOV. */
    private static final int MOST_PIECES = 1024;

    private static final int EINTR = 4;
    private static final int SEEK_END = 2;
    /** To content. */
    public static final int SEEK_DATA = 3;
    /** To a hole. */
    public static final int SEEK_HOLE = 4;

    private static final int IOVEC_WORDS = 2;
    private static final long PAGE = PhysicalMemory.FRAME_BYTES;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN =
            bind("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle PREADV =
            bind("preadv2", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, INT, LONG, INT));
    private static final MethodHandle PWRITEV =
            bind("pwritev2", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, INT, LONG, INT));
    private static final MethodHandle LSEEK = bind("lseek", FunctionDescriptor.of(LONG, INT, LONG, INT));
    private static final MethodHandle FTRUNCATE = bind("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
    private static final MethodHandle FALLOCATE = bind("fallocate", FunctionDescriptor.of(INT, INT, INT, LONG, LONG));
    private static final MethodHandle FSYNC = bind("fsync", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle FDATASYNC = bind("fdatasync", FunctionDescriptor.of(INT, INT));

    private PosixFiles() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LIBC.find(name)
                .orElseThrow(() -> new UnsupportedOperationException(
                        "the C library has no function " + name + ": Pagoda needs Linux on x86-64 or AArch64"));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(symbol, descriptor, all);
    }

    /** One call of the host, which answers -1 for a failure. */
    @FunctionalInterface
    private interface Call {
        long make(MemorySegment state) throws Throwable;
    }

    private static long make(MemorySegment state, Call call) {
        try {
            while (true) {
                long result = call.make(state);
                if (result != -1) {
                    return result;
                }
                int errno = (int) ERRNO.get(state, 0L);
                if (errno != EINTR) {
                    return -errno;
                }
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int make(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) make(arena.allocate(STATE), call);
        }
    }

    /** Opens a file that exists; returns its descriptor. */
    public static int open(String path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(path);
            return (int) make(arena.allocate(STATE), state -> (int) OPEN.invokeExact(state, name, flags));
        }
    }

    /** The path of a descriptor, by which its file is opened once more whatever became of its name. */
    public static String path(int descriptor) {
        return "/proc/self/fd/" + descriptor;
    }

    /** Gives a descriptor up; never made again, for the number is free whatever the answer. */
    public static int close(int descriptor) {
        int result = make(state -> (int) CLOSE.invokeExact(state, descriptor));
        return result == -EINTR ? 0 : result;
    }

    /** The size in bytes. */
    public static long size(int descriptor) {
        return seek(descriptor, 0, SEEK_END);
    }

    /** Where content, or a hole, begins at or behind an offset: lseek(2) with {@link #SEEK_DATA} or {@link #SEEK_HOLE}. The descriptor's position, which nothing here uses, moves. */
    public static long seek(int descriptor, long offset, int whence) {
        try (Arena arena = Arena.ofConfined()) {
            return make(arena.allocate(STATE), state -> (long) LSEEK.invokeExact(state, descriptor, offset, whence));
        }
    }

    /**
     * Reads into pages: one call of the host, which may move fewer bytes than asked for.
     *
     * @param descriptor the file
     * @param offset where the first byte lies in the file
     * @param pages addresses of pages, which are taken for one piece of memory
     * @param from where in that piece the first byte goes
     * @param bytes how many
     * @param flags 0 or {@link #NOWAIT}
     * @return how many bytes were read, 0 at the end, or a negated errno
     */
    public static long read(int descriptor, long offset, long[] pages, long from, long bytes, int flags) {
        return transfer(false, descriptor, offset, pages, from, bytes, flags);
    }

    /** Writes pages: as {@link #read}, the other way. */
    public static long write(int descriptor, long offset, long[] pages, long from, long bytes) {
        return transfer(true, descriptor, offset, pages, from, bytes, 0);
    }

    private static long transfer(
            boolean write, int descriptor, long offset, long[] pages, long from, long bytes, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            Pieces pieces = Pieces.of(arena, pages, from, bytes);
            MemorySegment list = MemorySegment.ofAddress(pieces.address);
            int count = pieces.count;
            return make(
                    arena.allocate(STATE),
                    state -> write
                            ? (long) PWRITEV.invokeExact(state, descriptor, list, count, offset, flags)
                            : (long) PREADV.invokeExact(state, descriptor, list, count, offset, flags));
        }
    }

    /**
     * The pieces of memory that a vectored call moves, neighbours as one: struct iovec.
     *
     * @param address of the first
     * @param count how many; at most as many as one call takes, so that they may hold less than was asked for
     */
    public record Pieces(long address, int count) {
        /**
         * Gathers them.
         *
         * @param arena how long they last
         * @param pages addresses of pages, which are taken for one piece of memory
         * @param from where in that piece the first byte lies
         * @param bytes how many
         */
        public static Pieces of(Arena arena, long[] pages, long from, long bytes) {
            int most = (int) Math.min(MOST_PIECES, (from % PAGE + bytes + PAGE - 1) / PAGE);
            MemorySegment pieces = arena.allocate(LONG, (long) most * IOVEC_WORDS);
            return new Pieces(pieces.address(), gather(pieces, most, pages, from, bytes));
        }
    }

    /** Fills in the pieces, neighbours as one; returns how many there are. */
    private static int gather(MemorySegment pieces, int most, long[] pages, long from, long bytes) {
        int count = 0;
        long end = -1;
        for (long at = from; at < from + bytes; ) {
            long address = pages[(int) (at / PAGE)] + at % PAGE;
            long length = Math.min(from + bytes - at, PAGE - at % PAGE);
            if (address == end) {
                long index = (long) (count - 1) * IOVEC_WORDS + 1;
                pieces.setAtIndex(LONG, index, pieces.getAtIndex(LONG, index) + length);
            } else if (count == most) {
                break;
            } else {
                pieces.setAtIndex(LONG, (long) count * IOVEC_WORDS, address);
                pieces.setAtIndex(LONG, (long) count * IOVEC_WORDS + 1, length);
                count++;
            }
            end = address + length;
            at += length;
        }
        return count;
    }

    /** Cuts a file or makes it longer; what is new reads as zero. */
    public static int resize(int descriptor, long bytes) {
        return make(state -> (int) FTRUNCATE.invokeExact(state, descriptor, bytes));
    }

    /** Has the host find room for a range, or make a hole: fallocate(2) with {@link #KEEP_SIZE} and {@link #PUNCH_HOLE}. */
    public static int allocate(int descriptor, int mode, long offset, long bytes) {
        return make(state -> (int) FALLOCATE.invokeExact(state, descriptor, mode, offset, bytes));
    }

    /** Returns when the device has what was written; without the metadata, only what is needed to read it again. */
    public static int force(int descriptor, boolean metadataToo) {
        return make(state -> metadataToo
                ? (int) FSYNC.invokeExact(state, descriptor)
                : (int) FDATASYNC.invokeExact(state, descriptor));
    }
}

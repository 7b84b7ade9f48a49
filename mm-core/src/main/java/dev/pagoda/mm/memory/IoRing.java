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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The host's io_uring (io_uring_setup(2), io_uring_enter(2)): two rings shared with the host, one for reads and writes that it is to make, one for what came of them.
 *
 * <p>It has an owner, who alone submits and awaits: a CPU, which is one thread at any moment. Any thread may take answers, one at a time, and wake the owner. A call goes
 * to the host at once: handed over many at a time, calls also end many at a time, and the device idles between (114,000 reads a second instead of 152,000 with 32 in flight).
 * What a call reads or writes has to stay until its answer was taken; its pieces are read when it is submitted.
 */
public final class IoRing implements AutoCloseable {
    /** Told what came of a call. */
    @FunctionalInterface
    public interface Answer {
        /**
         * Takes an answer.
         *
         * @param token what the call was added with
         * @param result bytes moved, or a negated errno
         */
        void take(long token, int result);
    }

    /** The token of the call that waits for {@link #wake}; never told. */
    private static final long WAKE_TOKEN = -1;

    private static final long SYS_SETUP = 425;
    private static final long SYS_ENTER = 426;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EBUSY = 16;
    private static final int ETIME = 62;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    /** Both rings lie in one map, no answer is dropped, pieces are read at once, and a wait may have a limit: since Linux 5.11. */
    private static final int FEATURES_NEEDED = 1 | 2 | 4 | 256;

    private static final int GET_EVENTS = 1;
    private static final int WITH_LIMIT = 8;
    /** struct io_uring_getevents_arg, and struct __kernel_timespec behind it. */
    private static final int LIMIT_LONGS = 5;

    private static final int LIMIT_BYTES = 24;
    private static final int AT_TIMESPEC = 2;
    private static final int AT_SECONDS = 3;
    private static final int AT_NANOS = 4;
    private static final int OP_READV = 1;
    private static final int OP_WRITEV = 2;
    private static final int OP_READ = 22;

    private static final long OFFSET_OF_RINGS = 0;
    private static final long OFFSET_OF_ENTRIES = 0x1000_0000;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 1 | 0x8000;

    // struct io_uring_params
    private static final int PARAMS_BYTES = 120;
    private static final int AT_CQ_ENTRIES = 4;
    private static final int AT_FEATURES = 20;
    private static final int AT_SQ = 40;
    private static final int AT_CQ = 80;
    // struct io_sqring_offsets, io_cqring_offsets
    private static final int OF_HEAD = 0;
    private static final int OF_TAIL = 4;
    private static final int OF_MASK = 8;
    private static final int OF_ARRAY = 24;
    private static final int OF_ANSWERS = 20;
    // struct io_uring_sqe
    private static final int ENTRY_BYTES = 64;
    private static final int AT_DESCRIPTOR = 4;
    private static final int AT_OFFSET = 8;
    private static final int AT_ADDRESS = 16;
    private static final int AT_LENGTH = 24;
    private static final int AT_TOKEN = 32;
    // struct io_uring_cqe
    private static final int ANSWER_BYTES = 16;
    private static final int AT_RESULT = 8;

    private static final int EVENTFD_CLOEXEC = 0x80000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle SETUP =
            bind("syscall", FunctionDescriptor.of(LONG, LONG, INT, LONG), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle ENTER = bind(
            "syscall",
            FunctionDescriptor.of(LONG, LONG, INT, INT, INT, INT, LONG, LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MMAP = bind("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle EVENTFD = bind("eventfd", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle WRITE = bind("write", FunctionDescriptor.of(LONG, INT, LONG, LONG));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(STATE);
    /** What {@link #wake} writes, and where it is read to. */
    private final MemorySegment ticks = arena.allocate(LONG, 2);

    private final MemorySegment limit = arena.allocate(LONG, LIMIT_LONGS);

    private final int descriptor;
    private final int wakeDescriptor;
    private final long ringBytes;
    private final long rings;
    private final long entryBytes;
    private final long entries;

    private final long addedHead;
    private final long addedTail;
    private final int addedMask;
    private final long addedOrder;
    private final long answersHead;
    private final long answersTail;
    private final int answersMask;
    private final long answers;

    /** Whether a call waits for {@link #wake}; the owner's. */
    private boolean armed;
    /** Set while somebody takes answers. */
    private final AtomicBoolean taking = new AtomicBoolean();

    private IoRing(int descriptor, int wakeDescriptor, MemorySegment params) {
        this.descriptor = descriptor;
        this.wakeDescriptor = wakeDescriptor;
        int count = params.get(INT, 0);
        int answerCount = params.get(INT, AT_CQ_ENTRIES);
        this.ringBytes = Math.max(
                params.get(INT, AT_SQ + OF_ARRAY) + (long) count * Integer.BYTES,
                params.get(INT, AT_CQ + OF_ANSWERS) + (long) answerCount * ANSWER_BYTES);
        this.entryBytes = (long) count * ENTRY_BYTES;
        this.rings = map(ringBytes, OFFSET_OF_RINGS);
        this.entries = map(entryBytes, OFFSET_OF_ENTRIES);
        this.addedHead = rings + params.get(INT, AT_SQ + OF_HEAD);
        this.addedTail = rings + params.get(INT, AT_SQ + OF_TAIL);
        this.addedMask = RawMemory.getInt(rings + params.get(INT, AT_SQ + OF_MASK));
        this.addedOrder = rings + params.get(INT, AT_SQ + OF_ARRAY);
        this.answersHead = rings + params.get(INT, AT_CQ + OF_HEAD);
        this.answersTail = rings + params.get(INT, AT_CQ + OF_TAIL);
        this.answersMask = RawMemory.getInt(rings + params.get(INT, AT_CQ + OF_MASK));
        this.answers = rings + params.get(INT, AT_CQ + OF_ANSWERS);
    }

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LIBC.find(name)
                .orElseThrow(() -> new UnsupportedOperationException(
                        "the C library has no function " + name + ": Pagoda needs Linux on x86-64 or AArch64"));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(symbol, descriptor, all);
    }

    /**
     * Opens one.
     *
     * @param calls how many calls may be under way, a power of two
     * @return it, or null if the host does not allow it or is too old
     */
    public static IoRing open(int calls) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
            int descriptor = (int) (long) SETUP.invokeExact(state, SYS_SETUP, calls, params.address());
            if (descriptor < 0) {
                return null;
            }
            int wakeDescriptor = (int) EVENTFD.invokeExact(state, 0, EVENTFD_CLOEXEC);
            if (wakeDescriptor < 0 || (params.get(INT, AT_FEATURES) & FEATURES_NEEDED) != FEATURES_NEEDED) {
                PosixFiles.close(descriptor);
                if (wakeDescriptor >= 0) {
                    PosixFiles.close(wakeDescriptor);
                }
                return null;
            }
            try {
                return new IoRing(descriptor, wakeDescriptor, params);
            } catch (MemoryRefused refused) {
                PosixFiles.close(descriptor);
                PosixFiles.close(wakeDescriptor);
                return null;
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private long map(long bytes, long offset) {
        try {
            long address =
                    (long) MMAP.invokeExact(state, 0L, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, descriptor, offset);
            if (address == -1) {
                throw new MemoryRefused("the host did not map its ring: errno " + (int) ERRNO.get(state, 0L));
            }
            return address;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Hands a call to the host; does not wait for it. By the owner.
     *
     * @param write whether it writes
     * @param file a descriptor
     * @param offset where in the file
     * @param pieces what it moves
     * @param token comes back with the answer; not negative
     * @return false if the host does not take it now
     */
    public boolean submit(boolean write, int file, long offset, PosixFiles.Pieces pieces, long token) {
        int operation = write ? OP_WRITEV : OP_READV;
        if (!add(operation, file, offset, pieces.address(), pieces.count(), token)) {
            return false;
        }
        if (enter(0, 0, MemorySegment.NULL) == 0) {
            return true;
        }
        // Taken back: the host looks at what was added in a call to it only, and this thread makes them.
        RawMemory.setIntRelease(addedTail, RawMemory.getInt(addedTail) - 1);
        return false;
    }

    private boolean add(int operation, int file, long offset, long address, int length, long token) {
        int tail = RawMemory.getInt(addedTail);
        if (tail - RawMemory.getIntAcquire(addedHead) > addedMask) {
            return false;
        }
        int index = tail & addedMask;
        long entry = entries + (long) index * ENTRY_BYTES;
        RawMemory.fill(entry, ENTRY_BYTES, (byte) 0);
        RawMemory.setByte(entry, (byte) operation);
        RawMemory.setInt(entry + AT_DESCRIPTOR, file);
        RawMemory.setLong(entry + AT_OFFSET, offset);
        RawMemory.setLong(entry + AT_ADDRESS, address);
        RawMemory.setInt(entry + AT_LENGTH, length);
        RawMemory.setLong(entry + AT_TOKEN, token);
        RawMemory.setInt(addedOrder + (long) index * Integer.BYTES, index);
        // The host's acquire of the tail sees the entry.
        RawMemory.setIntRelease(addedTail, tail + 1);
        return true;
    }

    /**
     * Waits until there is an answer to take, somebody calls {@link #wake}, or the time is over; may return without any of these. By the owner.
     *
     * @param mostNanos the limit; 0 for none
     */
    public void await(long mostNanos) {
        if (!armed) {
            armed = add(OP_READ, wakeDescriptor, 0, ticks.address() + Long.BYTES, Long.BYTES, WAKE_TOKEN);
        }
        if (mostNanos != 0) {
            limit.setAtIndex(LONG, AT_TIMESPEC, limit.address() + (long) AT_SECONDS * Long.BYTES);
            limit.setAtIndex(LONG, AT_SECONDS, mostNanos / NANOS_A_SECOND);
            limit.setAtIndex(LONG, AT_NANOS, mostNanos % NANOS_A_SECOND);
        }
        enter(armed ? 1 : 0, GET_EVENTS, mostNanos == 0 ? MemorySegment.NULL : limit);
    }

    /** Hands over what was added; returns how much of that the host did not take. */
    private int enter(int least, int flags, MemorySegment most) {
        int added = RawMemory.getInt(addedTail) - RawMemory.getIntAcquire(addedHead);
        boolean limited = most.address() != 0;
        try {
            int taken = (int) (long) ENTER.invokeExact(
                    state,
                    SYS_ENTER,
                    descriptor,
                    added,
                    least,
                    limited ? flags | WITH_LIMIT : flags,
                    most.address(),
                    limited ? (long) LIMIT_BYTES : 0L);
            if (taken >= 0) {
                return added - taken;
            }
            int errno = (int) ERRNO.get(state, 0L);
            if (errno != EINTR && errno != EAGAIN && errno != EBUSY && errno != ETIME) {
                throw new IllegalStateException("the host refused its own ring: errno " + errno);
            }
            return RawMemory.getInt(addedTail) - RawMemory.getIntAcquire(addedHead);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is something to take. */
    public boolean hasAnswers() {
        return RawMemory.getInt(answersHead) != RawMemory.getIntAcquire(answersTail);
    }

    /**
     * Takes the answers that are there, unless another thread is at it.
     *
     * @param owner whether the caller is the owner: others leave the answers to {@link #wake} to him, and what stands behind them
     * @param answer told each
     */
    public void take(boolean owner, Answer answer) {
        if (!hasAnswers() || !taking.compareAndSet(false, true)) {
            return;
        }
        try {
            int head = RawMemory.getInt(answersHead);
            // The host's release of the tail comes after the answers.
            int tail = RawMemory.getIntAcquire(answersTail);
            for (; head != tail; head++) {
                long at = answers + (long) (head & answersMask) * ANSWER_BYTES;
                long token = RawMemory.getLong(at);
                int result = RawMemory.getInt(at + AT_RESULT);
                if (token == WAKE_TOKEN) {
                    if (!owner) {
                        return;
                    }
                    armed = false;
                }
                // The host writes over what was taken only after it has seen this.
                RawMemory.setIntRelease(answersHead, head + 1);
                if (token != WAKE_TOKEN) {
                    answer.take(token, result);
                }
            }
        } finally {
            taking.set(false);
        }
    }

    /** Has {@link #await} return, this one or the next. By any thread, until {@link #close}. */
    public void wake() {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment tick = own.allocateFrom(LONG, 1);
            long written =
                    (long) WRITE.invokeExact(own.allocate(STATE), wakeDescriptor, tick.address(), (long) Long.BYTES);
            if (written != Long.BYTES) {
                throw new IllegalStateException("the host took no tick");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives it up; no call may be under way, and nobody else may use it any more. */
    @Override
    public void close() {
        // What it reads to must stay until the host lets go of it.
        while (armed) {
            wake();
            await(0);
            take(true, (token, result) -> {});
        }
        Posix.release(entries, entryBytes);
        Posix.release(rings, ringBytes);
        PosixFiles.close(descriptor);
        PosixFiles.close(wakeDescriptor);
        arena.close();
    }
}

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
 * The host's calls that the kernel stands on, bound in one block: mmap, munmap, madvise, mincore, membarrier.
 *
 * <p>Used at boot and by the reclaiming side of epochs, never on an access path.
 */
public final class Posix {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_POPULATE_WRITE = 23;
    private static final int PAGE_SHIFT = 12;
    /** One answer of mincore is a byte for each page: 16 KiB for 64 MiB. */
    private static final long MINCORE_BYTES = 64L << 20;

    private static final long SYS_MEMBARRIER = 324;
    private static final int MEMBARRIER_CMD_QUERY = 0;
    private static final int MEMBARRIER_CMD_PRIVATE_EXPEDITED = 8;
    private static final int MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 16;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_HANDLE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle MMAP = bind(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG),
            ERRNO);
    private static final MethodHandle MUNMAP = bind(
            "munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), ERRNO);
    private static final MethodHandle MADVISE = bind(
            "madvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
            ERRNO);
    private static final MethodHandle MINCORE = bind(
            "mincore",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    private static final MethodHandle SYSCALL = bind(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(1));

    private Posix() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LIBC.find(name)
                .orElseThrow(() -> new UnsupportedOperationException(
                        "the C library has no function " + name + ": Pagoda needs Linux on x86-64 or AArch64"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }

    /**
     * Reserves zeroed memory without touching it.
     *
     * @param bytes a multiple of the page size
     * @return the address, aligned to the host's pages
     * @throws MemoryRefused if the host has no room
     */
    public static long reserve(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            long address =
                    (long) MMAP.invokeExact(state, 0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            if (address == -1) {
                throw refusal(bytes, (int) ERRNO_HANDLE.get(state, 0L));
            }
            return address;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives reserved memory back to the host. */
    public static void release(long address, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = (int) MUNMAP.invokeExact(state, address, bytes);
            if (result != 0) {
                throw new IllegalStateException(
                        "munmap of our own memory failed: errno " + (int) ERRNO_HANDLE.get(state, 0L));
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemoryRefused refusal(long bytes, int errno) {
        long limit = HostMemory.ofThisMachine().addressSpaceLimitBytes();
        String remedy = limit == HostMemory.UNKNOWN
                ? "or have the host promise more than it has (vm.overcommit_memory)"
                : "or raise the limit of address space (ulimit -v), which is " + HostMemory.roundDown(limit);
        return new MemoryRefused("the host refused to reserve " + HostMemory.roundUp(bytes)
                + " of address space (errno " + errno + "): ask for less memory, " + remedy);
    }

    /** Asks the host to back a range with huge pages; returns whether it took the advice. */
    public static boolean adviseHugePages(long address, long bytes) {
        return madvise(address, bytes, MADV_HUGEPAGE) == 0;
    }

    /**
     * Has the host back every page of a range with memory that can be written, without a change of its content. Blocks for as long as that takes:
     * about 0.1 ms for a MiB of huge pages that the host has at hand, more than 1 ms where the host is a virtual machine that has to ask for them.
     *
     * @return 0, or the errno: 22 (EINVAL) where the host does not know how (before Linux 5.14)
     */
    static int populate(long address, long bytes) {
        return madvise(address, bytes, MADV_POPULATE_WRITE);
    }

    private static int madvise(long address, long bytes, int advice) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            int result = (int) MADVISE.invokeExact(state, address, bytes, advice);
            return result == 0 ? 0 : (int) ERRNO_HANDLE.get(state, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * How much of a range the host holds in memory now, in bytes; a page that was only read may count, though it is the host's page of zeroes. Costs
     * a look at each page.
     */
    static long residentBytes(long address, long bytes) {
        long resident = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(Math.min(bytes, MINCORE_BYTES) >> PAGE_SHIFT);
            for (long offset = 0; offset < bytes; offset += MINCORE_BYTES) {
                long length = Math.min(MINCORE_BYTES, bytes - offset);
                if ((int) MINCORE.invokeExact(address + offset, length, answer) == 0) {
                    for (long page = 0; page < length >> PAGE_SHIFT; page++) {
                        resident += answer.get(ValueLayout.JAVA_BYTE, page) & 1;
                    }
                }
            }
            return resident << PAGE_SHIFT;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Registers this process for private expedited membarrier; false where the host does not offer it. */
    public static boolean registerMembarrier() {
        long offered = membarrierCall(MEMBARRIER_CMD_QUERY);
        return offered > 0
                && (offered & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0
                && membarrierCall(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    }

    /**
     * Makes every running thread of the process pass a full memory barrier (membarrier(2), private expedited).
     *
     * @throws IllegalStateException if the host fails it after it was registered: the reclaiming side relies on
     *     it, so the kernel cannot go on
     */
    public static void membarrier() {
        if (membarrierCall(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0) {
            throw new IllegalStateException(
                    "membarrier failed after it was registered; memory cannot be reclaimed safely");
        }
    }

    private static long membarrierCall(int command) {
        try {
            return (long) SYSCALL.invokeExact(SYS_MEMBARRIER, command, 0, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

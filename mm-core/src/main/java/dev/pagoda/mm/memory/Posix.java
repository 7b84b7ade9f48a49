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
 * The host's calls that the kernel stands on, bound in one block: mmap, munmap, madvise, membarrier.
 *
 * <p>Used at boot and by the reclaiming side of epochs, never on an access path.
 */
public final class Posix {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
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
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
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
                throw new MemoryRefused(
                        "the host refused to reserve " + bytes + " bytes (errno " + (int) ERRNO_HANDLE.get(state, 0L)
                                + "): ask for less memory, or raise the limit of address space");
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

    /** Asks the host to back a range with huge pages; returns whether it took the advice. */
    public static boolean adviseHugePages(long address, long bytes) {
        try {
            return (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE) == 0;
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

package dev.pagoda.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The host's own memory calls, as the peer: called through the foreign-function interface, without capturing errno. A refusal is an exception. */
final class HostMemory {
    static final int PAGE_BYTES = 4096;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    private static final long REFUSED = -1;
    private static final int FIXED_ARGUMENTS_OF_MREMAP = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP = bind(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            bind("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT = bind(
            "mprotect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle MADVISE = bind(
            "madvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle MREMAP = bind(
            "mremap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(FIXED_ARGUMENTS_OF_MREMAP));

    /** All of memory; the plain accesses that the host's maps are compared with go through it. */
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private HostMemory() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** Maps private memory wherever the host likes. */
    static long map(long bytes) {
        return map(0, bytes, 0);
    }

    /** As {@link #map(long)}, without a promise that there is memory for all of it. */
    static long mapWithoutReserve(long bytes) {
        return map(0, bytes, MAP_NORESERVE);
    }

    /** Maps private memory at a place where nothing is mapped. */
    static void mapAt(long address, long bytes) {
        map(address, bytes, MAP_FIXED_NOREPLACE);
    }

    /** Maps private memory over whatever is mapped at a place. */
    static void mapOver(long address, long bytes) {
        map(address, bytes, MAP_FIXED);
    }

    private static long map(long place, long bytes, int flags) {
        try {
            long address =
                    (long) MMAP.invokeExact(place, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS | flags, -1, 0L);
            if (address == REFUSED) {
                throw refused("map", bytes);
            }
            return address;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void unmap(long address, long bytes) {
        try {
            if ((int) MUNMAP.invokeExact(address, bytes) != 0) {
                throw refused("unmap", bytes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void protect(long address, long bytes, int protection) {
        try {
            if ((int) MPROTECT.invokeExact(address, bytes, protection) != 0) {
                throw refused("protect", bytes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static void advise(long address, long bytes, int advice) {
        try {
            if ((int) MADVISE.invokeExact(address, bytes, advice) != 0) {
                throw refused("take advice " + advice + " on", bytes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static long remap(long address, long oldBytes, long newBytes, int flags, long newAddress) {
        try {
            long result = (long) MREMAP.invokeExact(address, oldBytes, newBytes, flags, newAddress);
            if (result == REFUSED) {
                throw refused("remap", oldBytes);
            }
            return result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores a byte. */
    static void touch(long address) {
        ALL.set(ValueLayout.JAVA_BYTE, address, (byte) 1);
    }

    private static IllegalStateException refused(String what, long bytes) {
        return new IllegalStateException("the host refused to " + what + " " + bytes + " bytes");
    }
}

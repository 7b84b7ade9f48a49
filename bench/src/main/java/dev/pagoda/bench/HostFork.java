package dev.pagoda.bench;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The host's fork of this very JVM, as the peer. What the C library offers would run code of the JVM in the child, where none of its other threads
 * exist; so a few instructions in a page of their own make the call, and the child never leaves them: it sleeps until it is killed, at the latest when
 * its parent ends.
 */
final class HostFork {
    private static final int PROT_READ_WRITE_EXEC = 7;
    private static final int SIGKILL = 9;
    private static final String ARCHITECTURE = "amd64";

    /** Of x86-64. */
    private static final int[] CODE = {
        0xb8, 57, 0, 0, 0, // mov eax, fork
        0x0f, 0x05, // syscall
        0x85, 0xc0, // test eax, eax
        0x74, 0x01, // jz child
        0xc3, // ret
        0xb8, 157, 0, 0, 0, // child: mov eax, prctl
        0xbf, 1, 0, 0, 0, // mov edi, PR_SET_PDEATHSIG
        0xbe, SIGKILL, 0, 0, 0, // mov esi, SIGKILL
        0x0f, 0x05, // syscall
        0xb8, 34, 0, 0, 0, // again: mov eax, pause
        0x0f, 0x05, // syscall
        0xeb, 0xf7, // jmp again
    };

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle FORK = LINKER.downcallHandle(code(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private static final MethodHandle KILL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle WAITPID = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("waitpid"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private HostFork() {}

    private static MemorySegment code() {
        if (!System.getProperty("os.arch").equals(ARCHITECTURE)) {
            throw new UnsupportedOperationException("the host is forked by instructions of x86-64 only");
        }
        long page = HostMemory.map(HostMemory.PAGE_BYTES);
        for (int i = 0; i < CODE.length; i++) {
            HostMemory.ALL.set(ValueLayout.JAVA_BYTE, page + i, (byte) CODE[i]);
        }
        HostMemory.protect(page, HostMemory.PAGE_BYTES, PROT_READ_WRITE_EXEC);
        return MemorySegment.ofAddress(page);
    }

    /** Makes a child that does nothing, and returns its number. */
    static int fork() {
        try {
            int child = (int) FORK.invokeExact();
            if (child <= 0) {
                throw new IllegalStateException("the host refused to fork: error " + -child);
            }
            return child;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends a child, and waits until it is gone. */
    static void end(int child) {
        try {
            if ((int) KILL.invokeExact(child, SIGKILL) != 0
                    || (int) WAITPID.invokeExact(child, MemorySegment.NULL, 0) != child) {
                throw new IllegalStateException("child " + child + " could not be ended");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

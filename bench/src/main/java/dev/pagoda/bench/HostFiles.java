package dev.pagoda.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** What Java has no call for: having the host's cache give up a file's pages. */
final class HostFiles {
    private static final int O_RDONLY = 0;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final int FIXED_ARGUMENTS_OF_OPEN = 2;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle OPEN = bind(
            "open",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(FIXED_ARGUMENTS_OF_OPEN));
    private static final MethodHandle ADVISE = bind(
            "posix_fadvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            bind("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private HostFiles() {}

    private static MethodHandle bind(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    /** Has the host forget all clean pages of a file that nobody maps, whoever brought them in. */
    static void dropCached(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.invokeExact(arena.allocateFrom(path.toString()), O_RDONLY, 0);
            if (descriptor < 0) {
                throw new IOException("the host did not open " + path);
            }
            int refused = (int) ADVISE.invokeExact(descriptor, 0L, 0L, POSIX_FADV_DONTNEED);
            int unclosed = (int) CLOSE.invokeExact(descriptor);
            if (refused != 0 || unclosed != 0) {
                throw new IOException("the host took no advice on " + path + ": error " + refused);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}

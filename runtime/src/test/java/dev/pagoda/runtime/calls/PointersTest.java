package dev.pagoda.runtime.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pointer to memory of the caller that is not mapped, must not be accessed or does not exist is EFAULT, in every call that takes one. */
class PointersTest {
    private static final long[] BAD = {
        Guest.FREE,
        0,
        Linux.TASK_SIZE,
        -1,
        -4096,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Linux.TASK_SIZE - 1,
        // The last bytes of a map: a string or a structure goes on behind it.
        Guest.S + Guest.PAGE - 1
    };

    @TempDir
    Path scratch;

    private final Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20));

    @AfterEach
    void everythingIsGivenBack() {
        assertThat(kernel.audit().differences()).isZero();
        kernel.close();
    }

    @Test
    void badPointersAreEfault() {
        try (Guest guest = new Guest(kernel, scratch)) {
            int file = guest.open(Linux.O_RDWR);
            int pidfd = (int) guest.calls.pidfdOpen(guest.process.pid(), 0);
            guest.store(Guest.S, 0x20080522L);
            guest.store(Guest.S + 64, 1 << 20);
            guest.store(Guest.S + 72, 1 << 20);
            Map<String, LongUnaryOperator> calls = new LinkedHashMap<>();
            calls.put("read", bad -> guest.call(Linux.SYS_read, file, bad, 16));
            calls.put("write", bad -> guest.call(Linux.SYS_write, file, bad, 16));
            calls.put("pread64", bad -> guest.call(Linux.SYS_pread64, file, bad, 16, 0));
            calls.put("pwrite64", bad -> guest.call(Linux.SYS_pwrite64, file, bad, 16, 0));
            calls.put("readv", bad -> guest.call(Linux.SYS_readv, file, bad, 2));
            calls.put("writev", bad -> guest.call(Linux.SYS_writev, file, bad, 2));
            calls.put("preadv", bad -> guest.call(Linux.SYS_preadv, file, bad, 2, 0));
            calls.put("pwritev", bad -> guest.call(Linux.SYS_pwritev, file, bad, 2, 0));
            calls.put("readv range", bad -> guest.call(Linux.SYS_readv, file, oneRange(guest, bad), 1));
            calls.put("pwritev range", bad -> guest.call(Linux.SYS_pwritev, file, oneRange(guest, bad), 1, 0));
            calls.put("open", bad -> guest.call(Linux.SYS_open, bad, 0, 0));
            calls.put("openat", bad -> guest.call(Linux.SYS_openat, Linux.AT_FDCWD, bad, 0, 0));
            calls.put("memfd_create", bad -> guest.call(Linux.SYS_memfd_create, bad, 0));
            calls.put("fstat", bad -> guest.call(Linux.SYS_fstat, file, bad));
            calls.put("newfstatat path", bad -> guest.call(Linux.SYS_newfstatat, Linux.AT_FDCWD, bad, Guest.S, 0));
            calls.put(
                    "newfstatat",
                    bad -> guest.call(Linux.SYS_newfstatat, file, guest.string(""), bad, Linux.AT_EMPTY_PATH));
            calls.put("mincore", bad -> guest.call(Linux.SYS_mincore, Guest.A, 8 * Guest.PAGE, bad));
            calls.put(
                    "process_madvise", bad -> guest.call(Linux.SYS_process_madvise, pidfd, bad, 1, Linux.MADV_COLD, 0));
            calls.put("getrlimit", bad -> guest.call(Linux.SYS_getrlimit, Linux.RLIMIT_AS, bad));
            calls.put("setrlimit", bad -> guest.call(Linux.SYS_setrlimit, Linux.RLIMIT_NICE, bad));
            calls.put("prlimit64 new", bad -> guest.call(Linux.SYS_prlimit64, 0, Linux.RLIMIT_NICE, bad, 0));
            calls.put("prlimit64 old", bad -> guest.call(Linux.SYS_prlimit64, 0, Linux.RLIMIT_AS, 0, bad));
            calls.put("capget header", bad -> guest.call(Linux.SYS_capget, bad, 0));
            calls.put("capget", bad -> guest.call(Linux.SYS_capget, Guest.S, bad));
            calls.put("capset", bad -> guest.call(Linux.SYS_capset, Guest.S, bad));
            calls.put("wait4", bad -> {
                Process child = guest.process.fork(guest.calls);
                child.close();
                return guest.call(Linux.SYS_wait4, child.pid(), bad, 0, 0);
            });
            String before = guest.state();
            calls.forEach((name, call) -> {
                for (long bad : BAD) {
                    if (bad == 0 && mayBeNull(name) || bad == Guest.S + Guest.PAGE - 1 && movesBytes(name)) {
                        continue;
                    }
                    // As on Linux, a structure is written up to the bad byte.
                    guest.store(Guest.S + Guest.PAGE - 8, 0x6161616161616161L);
                    assertThat(Guest.show(call.applyAsLong(bad)))
                            .as(name + " with a pointer to 0x" + Long.toHexString(bad))
                            .isEqualTo(Errno.name(Errno.EFAULT));
                }
            });
            assertThat(guest.state()).isEqualTo(before);
        }
    }

    /** The address of an array with one range there. */
    private static long oneRange(Guest guest, long start) {
        guest.store(Guest.S + 128, start);
        guest.store(Guest.S + 136, 16);
        return Guest.S + 128;
    }

    private static boolean mayBeNull(String name) {
        return name.startsWith("prlimit64") || name.equals("capget") || name.equals("wait4");
    }

    /** These return what they moved before the bad byte. */
    private static boolean movesBytes(String name) {
        boolean isArray = name.endsWith("v");
        return !isArray && (name.contains("read") || name.contains("write"));
    }
}

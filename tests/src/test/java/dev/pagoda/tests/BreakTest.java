package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** brk and the limits as calls, where a script cannot reach: two threads at once, and structures in the process's memory. */
class BreakTest {
    private static final long PAGE = 4096;
    private static final int ROUNDS = 20_000;

    @Test
    void noMoveIsRefusedBecauseAnotherIsUnderWay() throws InterruptedException {
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20))) {
            Process process = kernel.newProcess();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread[] threads = new Thread[2];
            long base = base(process);
            for (int i = 0; i < threads.length; i++) {
                int number = i;
                threads[i] = new Thread(() -> {
                    try (LinuxCalls calls = process.attach()) {
                        for (int round = 0; round < ROUNDS; round++) {
                            long wanted = base + (1 + (round * 7 + number * 5) % 9) * PAGE;
                            // There is room for every move at any time, so that none may answer with an old break.
                            assertThat(calls.brk(wanted)).isEqualTo(wanted);
                        }
                    } catch (Throwable failed) {
                        failure.compareAndSet(null, failed);
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            try (LinuxCalls calls = process.attach()) {
                long end = calls.brk(0);
                for (long page = base; page < end; page += PAGE) {
                    assertThat(calls.view().load(page, 1)).isZero();
                }
                assertThat(process.space().permissions(end - 1)).isEqualTo("rw-p");
                assertThat(process.space().permissions(end)).isEmpty();
            }
            process.close();
            assertThat(kernel.audit().differences()).isZero();
        }
    }

    private static long base(Process process) {
        try (LinuxCalls calls = process.attach()) {
            return calls.brk(0);
        }
    }

    @Test
    void limitsAndCapabilitiesThroughTheProcessesMemory() {
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20))) {
            Process process = kernel.newProcess();
            try (LinuxCalls calls = process.attach()) {
                int flags = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS;
                long at = calls.mmap(0, PAGE, Linux.PROT_READ | Linux.PROT_WRITE, flags, -1, 0);
                assertThat(call(calls, Linux.SYS_getrlimit, Linux.RLIMIT_STACK, at))
                        .isZero();
                assertThat(calls.view().load(at, 8)).isEqualTo(8 << 20);
                assertThat(calls.view().load(at + 8, 8)).isEqualTo(Linux.RLIM_INFINITY);
                assertThat(call(calls, Linux.SYS_getrlimit, 16, at)).isEqualTo(-Errno.EINVAL);
                assertThat(call(calls, Linux.SYS_getrlimit, Linux.RLIMIT_STACK, 0))
                        .isEqualTo(-Errno.EFAULT);

                calls.view().store(at, 8, 10);
                calls.view().store(at + 8, 8, 5);
                assertThat(call(calls, Linux.SYS_setrlimit, Linux.RLIMIT_AS, at))
                        .isEqualTo(-Errno.EINVAL);
                long bytes = process.space().mappedBytes() + 2 * PAGE;
                calls.view().store(at, 8, bytes);
                calls.view().store(at + 8, 8, bytes);
                assertThat(call(calls, Linux.SYS_setrlimit, Linux.RLIMIT_AS, at))
                        .isZero();
                assertThat(calls.mmap(0, 3 * PAGE, 0, flags, -1, 0)).isEqualTo(-Errno.ENOMEM);

                assertThat(calls.dropCapability(Linux.CAP_SYS_RESOURCE)).isZero();
                calls.view().store(at + 8, 8, bytes + 1);
                assertThat(call(calls, Linux.SYS_setrlimit, Linux.RLIMIT_AS, at))
                        .isEqualTo(-Errno.EPERM);
            }
            process.close();
        }
    }

    private static long call(LinuxCalls calls, int number, long first, long second) {
        return calls.call(number, first, second, 0, 0, 0, 0);
    }
}

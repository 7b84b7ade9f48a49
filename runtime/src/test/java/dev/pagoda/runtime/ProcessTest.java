package dev.pagoda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Children: what they inherit besides memory, how they end, and who learns of it. */
@Timeout(60)
class ProcessTest {
    private static final long A = 0x100000000000L;
    private static final long PAGE = 4096;

    private final Kernel kernel =
            Kernel.boot(KernelConfig.defaults().withCpus(2).withMemoryBytes(64L << 20));
    private final Process process = kernel.newProcess();
    private final LinuxCalls calls = process.attach();

    @AfterEach
    void everythingIsGivenBack() {
        calls.close();
        process.close();
        var audit = kernel.audit();
        assertThat(audit.differences()).as(audit.toString()).isZero();
        kernel.close();
    }

    private void map(long pages) {
        assertThat(calls.mmap(
                        A,
                        pages * PAGE,
                        Linux.PROT_READ | Linux.PROT_WRITE,
                        Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED,
                        -1,
                        0))
                .isEqualTo(A);
    }

    @Test
    void guestThreadsOfAChildWorkOnTheirOwnCopy() {
        map(2);
        calls.view().store(A, 8, 1);
        List<Process> children = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Process child = process.fork(calls);
            children.add(child);
            int number = i;
            child.start("child " + i, -1, own -> {
                assertThat(own.getpid()).isEqualTo(child.pid());
                own.view().store(A + PAGE, 8, own.view().load(A, 8) + number);
                own.exit((int) own.view().load(A + PAGE, 8));
            });
        }
        calls.view().store(A, 8, 100);
        for (int i = 0; i < children.size(); i++) {
            var ended = process.awaitChild(children.get(i).pid(), true);
            assertThat(ended.pid()).isEqualTo(children.get(i).pid());
            assertThat(ended.status()).isEqualTo(1 + i);
        }
        assertThat(calls.view().load(A + PAGE, 8)).isZero();
    }

    @Test
    void aGuestThreadWaitsWithoutHoldingItsCpu() throws InterruptedException {
        map(1);
        // More waiting threads than CPUs: each child is forked, and started, by the thread that waits for it.
        process.start("parent", -1, own -> {
                    List<Integer> pids = new ArrayList<>();
                    for (int i = 0; i < 6; i++) {
                        Process child = process.fork(own);
                        pids.add(child.pid());
                        child.start("waits", -1, in -> {
                            Process grandchild = child.fork(in);
                            grandchild.start("ends", -1, last -> last.exit(3));
                            assertThat(in.wait4(-1, A, 0)).isEqualTo(grandchild.pid());
                            in.exit((int) in.view().load(A, 4) >> 8);
                        });
                    }
                    for (int pid : pids) {
                        assertThat(own.wait4(pid, A, 0)).isEqualTo(pid);
                        assertThat(own.view().load(A, 4)).isEqualTo(3 << 8);
                    }
                })
                .join();
    }

    @Test
    void openFilesAndTheirPositionsAreCommon() {
        int file = (int) calls.memfdCreate("common", 0);
        map(1);
        calls.view().store(A, 8, 0x1122334455667788L);
        assertThat(calls.write(file, A, 8)).isEqualTo(8);
        Process child = process.fork(calls);
        try (LinuxCalls own = child.attach()) {
            assertThat(own.lseek(file, 0, Linux.SEEK_CUR)).isEqualTo(8);
            assertThat(own.lseek(file, 3, Linux.SEEK_SET)).isEqualTo(3);
            assertThat(calls.lseek(file, 0, Linux.SEEK_CUR)).isEqualTo(3);
            assertThat(own.close(file)).isZero();
            assertThat(calls.fileSize(file)).as("still open here").isEqualTo(8);
            assertThat(own.memfdCreate("its own", 0)).isEqualTo(file);
            assertThat(calls.fileSize(file)).isEqualTo(8);
            own.exit(0);
        }
    }

    @Test
    void theHeapIsInherited() {
        long start = calls.brk(0);
        assertThat(calls.brk(start + 2 * PAGE)).isEqualTo(start + 2 * PAGE);
        calls.view().store(start, 8, 5);
        Process child = process.fork(calls);
        try (LinuxCalls own = child.attach()) {
            assertThat(own.brk(0)).isEqualTo(start + 2 * PAGE);
            assertThat(own.brk(start + 3 * PAGE)).isEqualTo(start + 3 * PAGE);
            own.view().store(start, 8, 6);
            assertThat(calls.brk(0)).isEqualTo(start + 2 * PAGE);
            assertThat(calls.view().load(start, 8)).isEqualTo(5);
        }
        child.close();
    }

    @Test
    void callsByNumber() {
        map(1);
        long pid = byNumber(calls, Linux.SYS_fork, 0, 0, 0, 0);
        assertThat(pid).isGreaterThan(byNumber(calls, Linux.SYS_getpid, 0, 0, 0, 0));
        assertThat(byNumber(calls, Linux.SYS_wait4, pid, 0, Linux.WNOHANG, 0)).isZero();
        assertThat(byNumber(calls, Linux.SYS_wait4, -1, 0, Linux.WNOHANG, 0)).isZero();
        Process child = kernel.process((int) pid).orElseThrow();
        LinuxCalls own = child.attach();
        assertThat(byNumber(own, Linux.SYS_getpid, 0, 0, 0, 0)).isEqualTo(pid);
        assertThat(byNumber(own, Linux.SYS_wait4, -1, 0, 0, 0)).isEqualTo(-Errno.ECHILD);
        assertThat(own.reason()).isNotBlank();
        assertThat(byNumber(own, Linux.SYS_exit_group, 0x1ff, 0, 0, 0)).isZero();
        assertThat(kernel.process((int) pid)).isEmpty();
        assertThat(byNumber(calls, Linux.SYS_wait4, pid, A, 0, 0)).isEqualTo(pid);
        assertThat(calls.view().load(A, 4)).isEqualTo(0xff << 8);
        assertThat(byNumber(calls, Linux.SYS_wait4, pid, A, 0, 0)).isEqualTo(-Errno.ECHILD);
        assertThat(byNumber(calls, Linux.SYS_wait4, -1, 0, 4, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(byNumber(calls, Linux.SYS_wait4, Integer.MIN_VALUE, 0, 0, 0)).isEqualTo(-Errno.ESRCH);
    }

    private static long byNumber(LinuxCalls calls, int number, long a0, long a1, long a2, long a3) {
        return calls.call(number, a0, a1, a2, a3, 0, 0);
    }

    @Test
    void aProcessEndsWithItsLastThread() {
        Process child = process.fork(calls);
        LinuxCalls first = child.attach();
        LinuxCalls second = child.attach();
        first.exit(7);
        assertThat(child.hasEnded()).isFalse();
        assertThat(process.awaitChild(child.pid(), false).pid()).isZero();
        assertThatThrownBy(child::attach)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exited");
        second.exit(8);
        assertThat(child.hasEnded()).isTrue();
        assertThat(process.awaitChild(-1, true).status())
                .as("the first status counts")
                .isEqualTo(7);
        assertThatThrownBy(child::attach).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> child.space().open("late")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void childrenOutliveTheirParent() {
        map(1);
        calls.view().store(A, 8, 4);
        Process child = process.fork(calls);
        Process grandchild;
        try (LinuxCalls own = child.attach()) {
            grandchild = child.fork(own);
        }
        child.exit(0);
        try (LinuxCalls own = grandchild.attach()) {
            assertThat(own.view().load(A, 8)).isEqualTo(4);
            own.exit(1);
        }
        assertThat(process.awaitChild(grandchild.pid(), false).pid()).isEqualTo(-1);
        assertThat(process.awaitChild(-1, false).pid()).isEqualTo(child.pid());
    }

    @Test
    void onlyItsOwnThreadsForkAProcess() {
        Process other = kernel.newProcess();
        assertThatThrownBy(() -> other.fork(calls)).isInstanceOf(IllegalArgumentException.class);
        other.close();
    }
}

package dev.pagoda.runtime.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pagoda.runtime.script.Script;
import dev.pagoda.runtime.script.ScriptRunner;
import dev.pagoda.runtime.script.Tally;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Scripts on the host's Linux; aborted where the host is no Linux that can be asked. */
class HostWorldTest {
    private final StringWriter printed = new StringWriter();

    private Tally run(String script) {
        try (HostWorld world = HostWorld.open()) {
            return new ScriptRunner(world, new PrintWriter(printed)).run(List.of(Script.parse("test", script)));
        } catch (HostRefused refused) {
            return Assumptions.abort(refused.getMessage());
        }
    }

    @Test
    void everyKindOfLineIsAnsweredByLinux() {
        Tally tally = run("""
                A = 0x100000000000
                mmap(A, 3*PAGE, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = A
                store(A, 4, 0x11223344) = 0
                cas(A, 4, 0x11223344, 5) = 0x11223344
                load(A, 8) = 5
                fill(A+PAGE, PAGE, 'x') = 0
                same(A+PAGE, PAGE, 'x') = 1
                poke(A, "abc") = 0
                peek(A, 4) = "abc\\0"
                load(A+3*PAGE, 1) = SIGSEGV SEGV_MAPERR
                fault_addr() = A+3*PAGE
                resident(A, 3*PAGE) = 3
                mprotect(A+PAGE, PAGE, PROT_READ) = 0
                store(A+PAGE, 1, 1) = SIGSEGV SEGV_ACCERR
                perms(A+PAGE) = "r--p"
                vmas(A, 3*PAGE) = 3
                start(A+PAGE+5) = A+PAGE
                mlock(A, PAGE) = 0
                locked() = PAGE
                f = tmpfile(2*PAGE)
                m = memfd(PAGE, MFD_ALLOW_SEALING)
                byte(f, PAGE) = 'b'
                byte(m, PAGE) = -1
                pwrite64(f, "zz", 2, 1) = 2
                pread64(f, 4, 0) = "azza"
                fstat_size(f) = 2*PAGE
                mmap(A, 2*PAGE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, f, PAGE) = A
                load(A+PAGE, 1) = SIGBUS BUS_ADRERR
                fcntl(m, F_ADD_SEALS, F_SEAL_WRITE) = 0
                C = fork()
                [C] store(A, 1, 7) = 0
                load(A, 1) = 7
                D = fork()
                [D] munmap(A, PAGE) = 0
                [D] munmap(1, PAGE) = -1 EINVAL
                [D] exit(3)
                wait(D) = 3
                [C] exit(4)
                wait(C) = 4
                wait(C) = -1 ECHILD
                n = vmsize()
                setrlimit(RLIMIT_AS, n) = 0
                mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 ENOMEM
                dropcap(CAP_IPC_LOCK) = 0
                setrlimit(RLIMIT_MEMLOCK, 0) = 0
                mlock(A, PAGE) = -1 EPERM
                """);
        assertEquals(0, tally.failed(), printed::toString);
        assertTrue(printed.toString().contains("exit(3) = ?"), printed::toString);
        assertEquals(38, tally.checks(), printed::toString);
    }

    @Test
    void whatLinuxAnswersOtherwiseIsCounted() {
        Tally tally = run("""
                munmap(1, 4096) = 0
                @ T-1 a fresh process
                A = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)
                load(A, 1) = 1
                """);
        assertEquals(2, tally.failed(), printed::toString);
        assertTrue(printed.toString().contains("munmap(0x1, 4096) = -1 EINVAL"), printed::toString);
    }

    @Test
    void aLineThatLinuxDoesNotAnswerIsOneThatWasNotRun() {
        Tally tally = run("""
                C = fork()
                wait(C) = 0
                """);
        assertEquals(1, tally.failed(), printed::toString);
        assertTrue(printed.toString().contains("has not exited"), printed::toString);
    }
}

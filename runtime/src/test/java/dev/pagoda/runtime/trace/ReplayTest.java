package dev.pagoda.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The replay on a model of a process: whether plans mean what they should, and whether results are told truthfully. */
@Timeout(60)
class ReplayTest {
    @TempDir
    Path directory;

    private StrictMachine machine;

    @ParameterizedTest
    @CsvSource({
        "start, 1, 22, 5, 0",
        "threads, 1, 10, 4, 0",
        "threads, 3, 10, 4, 0",
        "database, 1, 19, 6, 0",
        "database, 2, 19, 6, 0",
        "pipeline, 1, 5, 8, 0",
        "pipeline, 3, 5, 8, 0",
        "family, 1, 13, 5, 0",
        "family, 3, 13, 5, 0"
    })
    void ownRecordingsAgree(String name, int threads, long agreed, long skipped, long unsupported) throws Exception {
        ReplayReport report = replay(name, threads, 1, UnaryOperator.identity());
        assertThat(report.differences())
                .filteredOn(difference -> !difference.unsupported())
                .isEmpty();
        assertThat(machine.processes()).allMatch(process -> process.complaints().isEmpty());
        assertThat(report.agreed()).isEqualTo(agreed);
        assertThat(report.skipped()).isEqualTo(skipped);
        assertThat(report.unsupported()).isEqualTo(unsupported);
        assertThat(report.calls()).isEqualTo(agreed + skipped + unsupported);
        assertThat(report.good()).isEqualTo(unsupported == 0);
    }

    @Test
    void repetitionsStartAfresh() throws Exception {
        ReplayReport report = replay("database", 1, 5, UnaryOperator.identity());
        assertThat(report.differences()).isEmpty();
        assertThat(report.agreed()).isEqualTo(5 * 19);
        assertThat(report.calls()).isEqualTo(5 * 25);
    }

    @Test
    void otherResultsAreShownWithLineAndReason() throws Exception {
        ReplayReport report = replay("start", 1, 1, refusing("munmap", Errno.EINVAL));
        assertThat(report.differed()).isEqualTo(2);
        assertThat(report.good()).isFalse();
        Difference first = report.differences().getFirst();
        assertThat(first.line()).isEqualTo(23);
        assertThat(first.recorded()).isEqualTo("0");
        assertThat(first.actual()).startsWith("-1 EINVAL (Invalid argument)");
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        ReplayText.printDetails(out, report);
        ReplayText.printTable(out, List.of(report));
        ReplayText.printJson(out, List.of(report));
        assertThat(text.toString())
                .contains(":23: differs: munmap(0x7f1000300000, 16384)")
                .contains("recorded 0")
                .contains("\"differed\": 2")
                .contains("skipped 1: execve does not concern memory");
    }

    @Test
    void whatTheKernelDoesNotHaveIsUnsupported() throws Exception {
        ReplayReport report = replay("start", 1, 1, refusing("mremap", Errno.ENOSYS));
        assertThat(report.unsupported()).isOne();
        assertThat(report.differences().getFirst().unsupported()).isTrue();
    }

    @Test
    void aCallThatBreaksDownIsADifferenceAndHoldsNobodyUp() throws Exception {
        UnaryOperator<LinuxCalls> breaking = calls -> intercept(calls, "mprotect", () -> {
            throw new IllegalStateException("a defect");
        });
        ReplayReport report = replay("threads", 2, 1, breaking);
        assertThat(report.differed()).isEqualTo(3);
        assertThat(report.differences().getFirst().actual()).contains("a defect");
    }

    @Test
    void oneThreadKeepsTheRecordedOrder() throws Exception {
        List<String> order = new ArrayList<>();
        UnaryOperator<LinuxCalls> watching = calls -> (LinuxCalls) Proxy.newProxyInstance(
                LinuxCalls.class.getClassLoader(), new Class<?>[] {LinuxCalls.class}, (proxy, method, arguments) -> {
                    synchronized (order) {
                        order.add(method.getName());
                    }
                    return invoke(calls, method, arguments);
                });
        replay("threads", 1, 1, watching);
        assertThat(order)
                .containsSubsequence(
                        "mmap",
                        "mprotect",
                        "mmap",
                        "munmap",
                        "munmap",
                        "mmap",
                        "mprotect",
                        "madvise",
                        "mprotect",
                        "munmap");
    }

    @Test
    void theUsersFilesAreNotWrittenAndStandInsAreRemoved() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "do not touch");
        Path trace = Files.writeString(
                directory.resolve("write.strace"),
                "open(\"" + precious + "\", O_RDWR|O_TRUNC) = 3\nwrite(3, \"x\", 1) = 1\nclose(3) = 0\n");
        ReplayReport report = TraceReplay.prepare(trace)
                .replayOn(
                        () -> machine = new StrictMachine(1, UnaryOperator.identity()),
                        new ReplayOptions(1, 1, TouchExtent.NONE),
                        steps -> {});
        assertThat(report.differences()).isEmpty();
        assertThat(report.agreed()).isEqualTo(3);
        assertThat(report.standIns()).isOne();
        assertThat(precious).hasContent("do not touch");
        assertThat(machine.processes()).allMatch(process -> process.complaints().isEmpty() && process.openFiles() == 0);
    }

    private ReplayReport replay(String name, int threads, int repeat, UnaryOperator<LinuxCalls> around)
            throws Exception {
        Path file = Files.write(directory.resolve(name + ".strace"), OwnTraces.bytes(name));
        AtomicInteger steps = new AtomicInteger();
        TraceReplay replay = TraceReplay.prepare(file);
        ReplayReport report = replay.replayOn(
                () -> machine = new StrictMachine(threads, around),
                new ReplayOptions(threads, repeat, TouchExtent.NONE),
                steps::addAndGet);
        assertThat(steps.get()).isEqualTo((int) replay.steps() * repeat);
        return report;
    }

    private static UnaryOperator<LinuxCalls> refusing(String call, int errno) {
        return calls -> intercept(calls, call, () -> (long) -errno);
    }

    private interface Answer {
        Object get();
    }

    private static LinuxCalls intercept(LinuxCalls calls, String call, Answer answer) {
        return (LinuxCalls) Proxy.newProxyInstance(
                LinuxCalls.class.getClassLoader(),
                new Class<?>[] {LinuxCalls.class},
                (proxy, method, arguments) ->
                        method.getName().equals(call) ? answer.get() : invoke(calls, method, arguments));
    }

    private static Object invoke(LinuxCalls calls, java.lang.reflect.Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(calls, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}

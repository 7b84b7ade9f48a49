package dev.pagoda.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {
    @Test
    void readsASingleProcessWithoutPids() throws TraceError {
        Trace trace = OwnTraces.read("start");
        assertThat(trace.calls()).hasSize(27);
        assertThat(trace.exits()).isOne();
        TraceCall first = trace.calls().getFirst();
        assertThat(first.pid()).isZero();
        assertThat(first.arguments())
                .containsExactly("\"/opt/tool/bin/hello\"", "[\"hello\", \"a, (b\"]", "0x7ffd00001000 /* 12 vars */");
        assertThat(trace.calls().get(3).result()).isEqualTo(TraceResult.error("ENOENT"));
        assertThat(trace.calls().get(1).result()).isEqualTo(TraceResult.value(0x55d000010000L));
        assertThat(trace.calls().getLast().result()).isEqualTo(TraceResult.NEVER_RETURNED);
    }

    @Test
    void joinsUnfinishedAndResumedCallsInTheOrderOfTheirEffects() throws TraceError {
        Trace trace = OwnTraces.read("threads");
        assertThat(trace.signals()).isOne();
        assertThat(trace.exits()).isEqualTo(2);
        assertThat(trace.calls().stream().map(TraceCall::firstLine))
                .as("munmap of line 9 and clone3 of line 4 count from their begin, mmap of line 5 when it returns")
                .containsExactly(1, 2, 3, 4, 5, 8, 9, 10, 12, 14, 13, 18, 19, 17);
        TraceCall clone = trace.calls().get(3);
        assertThat(clone.name()).isEqualTo("clone3");
        assertThat(clone.arguments()).hasSize(2);
        assertThat(clone.result().value()).isEqualTo(701);
        assertThat(clone.lastLine()).isEqualTo(6);
    }

    @Test
    void readsAnnotationsOfDescriptors() throws TraceError {
        Trace trace = OwnTraces.read("database");
        assertThat(trace.calls()).hasSize(25);
        assertThat(trace.calls()).allMatch(call -> call.pid() == 42);
        Arguments open = new Arguments(trace.calls().getFirst());
        assertThat(open.descriptor(0)).isEqualTo(-100);
        assertThat(open.path(1)).isEqualTo("store.db");
        Arguments write = new Arguments(trace.calls().get(5));
        assertThat(write.descriptor(0)).isEqualTo(3);
        assertThat(write.count()).isEqualTo(4);
        assertThat(trace.calls().get(13).result().value()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "close(3) = 0",
                "700 close(3) = 0",
                "[pid   700] close(3) = 0",
                "700   14:03:07 close(3) = 0",
                "14:03:07.123456 close(3) = 0",
                "1700000000.123456 close(3) = 0",
                "     0.000123 close(3) = 0",
                "700 (+     0.000123) close(3) = 0",
                "14:03:07 (+ 0.000123) close(3) = 0",
                "close(3</tmp/a (b\\74c\\76>)             = 0 <0.000011>",
                "close(3</tmp/gone>(deleted)) = 0",
                "close(3<TCP:[127.0.0.1:80->127.0.0.1:99]>) = 0"
            })
    void readsEveryKindOfPrefixAndAnnotation(String line) throws TraceError {
        TraceCall call = OwnTraces.parse(line).calls().getFirst();
        assertThat(call.name()).isEqualTo("close");
        assertThat(new Arguments(call).descriptor(0)).isEqualTo(3);
        assertThat(call.result()).isEqualTo(TraceResult.value(0));
        assertThat(call.pid()).isIn(0, 700);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f() = 0x10 | 16",
                "f() = 017 | 15",
                "f() = 1 (flags FD_CLOEXEC) | 1",
                "f() = 0 (Timeout) <0.1> | 0",
                "f() = 3</etc/passwd> | 3",
                "f() = 0x7fffffffffffffff | 9223372036854775807"
            })
    void readsResults(String line, long value) throws TraceError {
        assertThat(OwnTraces.parse(line).calls().getFirst().result().value()).isEqualTo(value);
    }

    @Test
    void readsErrorsAndCallsThatNeverReturn() throws TraceError {
        Trace trace = OwnTraces.parse(
                "1 f() = -1 EINTR (Interrupted (really))",
                "1 g() = ? ERESTARTSYS (To be restarted if SA_RESTART is set)",
                "1 h(1, 2 <unfinished ...>) = ?",
                "1 i(1,  <detached ...>",
                "2 j( <unfinished ...>",
                "2 +++ killed by SIGKILL +++",
                "3 k( <unfinished ...>");
        assertThat(trace.calls().stream().map(call -> call.result().kind()))
                .containsExactly(
                        TraceResult.Kind.ERROR,
                        TraceResult.Kind.NEVER,
                        TraceResult.Kind.NEVER,
                        TraceResult.Kind.NEVER,
                        TraceResult.Kind.NEVER,
                        TraceResult.Kind.NEVER);
    }

    @Test
    void followsAnExecveThatTakesOverAPid() throws TraceError {
        Trace trace = OwnTraces.parse(
                "1 futex(0x1000, FUTEX_WAIT <unfinished ...>",
                "2 execve(\"/a\", [\"a\"], NULL <unfinished ...>",
                "1 +++ superseded by execve in pid 2 +++",
                "1 <... execve resumed>) = 0");
        assertThat(trace.calls().getLast().name()).isEqualTo("execve");
        assertThat(trace.calls().getLast().pid()).isEqualTo(1);
    }

    @Test
    void readsArguments() throws TraceError {
        Arguments arguments = new Arguments(OwnTraces.parse(
                        "f(NULL, 0x1000, -1, 0644, PROT_READ|PROT_WRITE, 21<<MAP_HUGE_SHIFT, \"a\\\"b\\303\\274\\n\"..., "
                                + "{st_mode=S_IFREG|0644, st_size=12, ...}, 0x8 /* MAP_??? */) = 0")
                .calls()
                .getFirst());
        assertThat(arguments.number(0)).isZero();
        assertThat(arguments.number(1)).isEqualTo(4096);
        assertThat(arguments.number(2)).isEqualTo(-1);
        assertThat(arguments.number(3)).isEqualTo(0644);
        assertThat(arguments.flags(4)).isEqualTo(3);
        assertThat(arguments.flags(5)).isEqualTo(21L << 26);
        assertThat(arguments.path(6)).isEqualTo("a\"b\u00fc\n");
        assertThat(arguments.numericField(7, "st_size")).isEqualTo(12);
        assertThat(arguments.field(7, "st_mode")).isEqualTo("S_IFREG|0644");
        assertThat(arguments.numericField(7, "st_uid")).isEqualTo(-1);
        assertThat(arguments.number(8)).isEqualTo(8);
        assertThatThrownBy(() -> arguments.number(9)).isInstanceOf(TraceError.class);
        assertThatThrownBy(() -> arguments.flags(6)).isInstanceOf(TraceError.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "close(3) = | no number",
                "close(3) | without its result",
                "close(3 = 0 | closing parenthesis",
                "open(\"/tmp = 3 | string without end",
                "f({1, 2) = 0 | do not match",
                "close(3) = -1 | without its name",
                "close(3) = 7 EBADF (x) | neither a value nor an error",
                "close(3) = 0 and more | behind the result",
                "close(3) = 0xfffffffffffffffff | no number",
                "<... close resumed>) = 0 | never begun",
                "--- SIGSEGV {si_ | cut off",
                "+++ exited with | cut off",
                "what is this | not a line of strace's",
                "Close(3) = 0 | not a line of strace's",
                "12 | without a call",
                "[ Process PID=3 runs in 32 bit mode. ] | 64-bit",
                "f(3</tmp/x) = 0 | without end",
                "f(1 /* x) = 0 | comment without end"
            })
    void namesDamageWithItsLine(String line, String damage) {
        assertDamage(() -> OwnTraces.parse("close(9) = 0", line), 2, damage);
    }

    @Test
    void refusesCallsThatDoNotFitTogether() {
        assertDamage(() -> OwnTraces.parse("1 read(3 <unfinished ...>", "1 close(3) = 0"), 2, "has not returned");
        assertDamage(
                () -> OwnTraces.parse("1 read(3 <unfinished ...>", "1 <... close resumed>) = 0"), 2, "since line 1");
        assertDamage(() -> OwnTraces.parse("1 +++ superseded by execve in pid 2 +++"), 1, "nobody called");
    }

    @Test
    void refusesFilesThatAreNoRecordings(@TempDir Path directory) throws IOException {
        assertDamage(() -> TraceReader.read(directory), 0, "directory");
        assertDamage(() -> TraceReader.read(directory.resolve("absent")), 0, "no such file");
        Path empty = Files.createFile(directory.resolve("empty.strace"));
        assertDamage(() -> TraceReader.read(empty), 0, "empty");
        Path cut = Files.writeString(directory.resolve("cut.strace"), "close(3) = 0\nclose(4) = 0");
        assertDamage(() -> TraceReader.read(cut), 2, "cut off");
        Path silent = Files.writeString(directory.resolve("silent.strace"), "+++ exited with 0 +++\n");
        assertDamage(() -> TraceReader.read(silent), 0, "no system call");
    }

    @Test
    void everyCutIsReadOrRefusedByName() {
        for (String name : OwnTraces.ALL) {
            byte[] whole = OwnTraces.bytes(name);
            for (int length = 0; length < whole.length; length++) {
                boolean read = readsOrRefuses(name + " cut at " + length, Arrays.copyOf(whole, length));
                boolean atLineEnd = length > 0 && whole[length - 1] == '\n';
                assertThat(!read || atLineEnd)
                        .as("%s cut at %d, within a line", name, length)
                        .isTrue();
            }
        }
    }

    @Test
    void everyDamagedByteIsReadOrRefusedByName() {
        long seed = System.nanoTime();
        System.out.println("TraceReaderTest.everyDamagedByteIsReadOrRefusedByName seed " + seed);
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            String name = OwnTraces.ALL.get(round % OwnTraces.ALL.size());
            byte[] bytes = OwnTraces.bytes(name);
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) random.nextInt(256);
                    case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
                    case 2 -> (byte) "0123456789abcdefx-".charAt(random.nextInt(18));
                    default -> bytes[random.nextInt(bytes.length)];
                };
            }
            refused += readsOrRefuses("seed " + seed + ", round " + round, bytes) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    /** Reads and plans; anything but success and TraceError fails the test. */
    private static boolean readsOrRefuses(String what, byte[] bytes) {
        try {
            Planner.plan(TraceReader.parse("damaged", bytes), HostFiles.NONE);
            return true;
        } catch (TraceError expected) {
            assertThat(expected.describe("damaged")).doesNotContain("\n").hasSizeLessThan(400);
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }

    private static void assertDamage(ThrowingCallable reading, int line, String damage) {
        assertThatThrownBy(reading).isInstanceOfSatisfying(TraceError.class, error -> {
            assertThat(error.line()).isEqualTo(line);
            assertThat(error.getMessage()).contains(damage).contains("; ");
        });
    }
}

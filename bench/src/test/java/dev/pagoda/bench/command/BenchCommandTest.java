package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.bench.AddressReplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command without a measurement: help, groups, mistakes, and that every peer that is named exists. */
class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return BenchCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    @Test
    void listsTheGroups() {
        assertThat(run()).isZero();
        assertThat(out.toString().lines().map(line -> line.split(" ")[0]))
                .contains("access", "fault", "frames", "pagecache", "spaces", "all");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("pagoda bench", "--quick", "--json", "--threads");
    }

    @Test
    void answersMisuseWithOneLine(@TempDir Path directory) {
        assertMisuse(
                "there is no group 'fly'; there is access, calls, fault, frames, pagecache, spaces and all", "fly");
        assertMisuse("'--fly'", "frames", "--fly");
        assertMisuse("--threads must be between 1 and 256, not 0", "frames", "--threads", "0");
        assertMisuse("'x'", "frames", "--threads", "x");
        assertMisuse("is a directory", "frames", "--json", directory.toString());
        assertMisuse("/proc/pagoda.json: may not be written", "frames", "--json", "/proc/pagoda.json");
        assertMisuse(
                "there is no directory",
                "frames",
                "--json",
                directory.resolve("none/x.json").toString());
    }

    @Test
    void answersABadRecordingWithOneLine(@TempDir Path directory) throws IOException {
        assertMisuse("--addresses is for the group access, not for 'frames'", "frames", "--addresses", "x");
        assertMisuse(
                ": no such file",
                "access",
                "--addresses",
                directory.resolve("none").toString());
        assertMisuse("is a directory", "access", "--addresses", directory.toString());
        Path bad = Files.writeString(directory.resolve("bad"), "l 0x10 1\nx 0x20 1\n");
        assertMisuse("bad: line 2 is not 'l' or 's' and an address in hex", "access", "--addresses", bad.toString());
        assertMisuse("is no path", "access", "--addresses", "a\0b");
    }

    @Test
    void breakEvenIsMadeOfBenchmarks() {
        List<String> names = Stream.concat(BenchClasses.groups().get("access").stream(), Stream.of(AddressReplay.class))
                .flatMap(type -> BenchClasses.benchmarks(type).stream().map(BenchClasses::name))
                .toList();
        assertThat(names).contains(BreakEven.FAULT, BreakEven.REPLAY).containsAll(BreakEven.ACCESSES);
    }

    @Test
    void everyPeerIsABenchmarkOfItsGroupOrAYardstick() {
        for (String group : BenchClasses.groups().keySet()) {
            List<Class<?>> classes = BenchClasses.withYardsticks(BenchClasses.groups(), group);
            List<String> names = classes.stream()
                    .flatMap(type -> BenchClasses.benchmarks(type).stream().map(BenchClasses::name))
                    .toList();
            for (Class<?> type : classes) {
                for (Method method : BenchClasses.benchmarks(type)) {
                    Compare compare = method.getAnnotation(Compare.class);
                    for (String peer : compare == null ? new String[0] : compare.peer()) {
                        assertThat(names).contains(peer.contains(".") ? peer : type.getSimpleName() + "." + peer);
                    }
                    if (compare != null && !compare.less().isEmpty()) {
                        assertThat(names).contains(type.getSimpleName() + "." + compare.less());
                    }
                }
            }
        }
    }

    @Test
    void everyGoalNamesAPeerThatThereIs() {
        for (List<Class<?>> classes : BenchClasses.groups().values()) {
            for (Class<?> type : classes) {
                for (Method method : BenchClasses.benchmarks(type)) {
                    Compare compare = method.getAnnotation(Compare.class);
                    for (Goal goal : compare == null ? new Goal[0] : compare.goals()) {
                        assertThat(goal.peer())
                                .as(BenchClasses.name(method))
                                .isBetween(1, Math.max(1, compare.peer().length));
                    }
                }
            }
        }
    }

    @Test
    void everyBenchmarkOfFramesSaysSomethingOfItsOwn() {
        List<String> labels = BenchClasses.groups().get("frames").stream()
                .flatMap(type -> BenchClasses.benchmarks(type).stream())
                .filter(method -> method.isAnnotationPresent(Compare.class))
                .map(method -> BenchClasses.name(method).replaceAll(".*\\.", ""))
                .toList();
        assertThat(labels)
                .doesNotHaveDuplicates()
                .contains("repeatPair", "bulkGet", "bulkPut", "randomPut", "steadyPair", "handOver", "tableFrame");
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(message);
    }
}

package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
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
        assertThat(out.toString().lines().map(line -> line.split(" ")[0])).contains("access", "frames", "maps", "all");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void tellsHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("pagoda bench", "--quick", "--json", "--threads");
    }

    @Test
    void answersMisuseWithOneLine(@TempDir Path directory) {
        assertMisuse("there is no group 'fly'; there is access, frames, maps and all", "fly");
        assertMisuse("'--fly'", "frames", "--fly");
        assertMisuse("--threads must be between 1 and 256, not 0", "frames", "--threads", "0");
        assertMisuse("'x'", "frames", "--threads", "x");
        assertMisuse("is a directory", "frames", "--json", directory.toString());
        assertMisuse(
                "there is no directory",
                "frames",
                "--json",
                directory.resolve("none/x.json").toString());
    }

    @Test
    void everyPeerIsABenchmarkOfItsGroup() {
        for (List<Class<?>> classes : BenchClasses.groups().values()) {
            List<String> names = classes.stream()
                    .flatMap(type -> BenchClasses.benchmarks(type).stream()
                            .map(method -> type.getSimpleName() + "." + method.getName()))
                    .toList();
            for (Class<?> type : classes) {
                for (Method method : BenchClasses.benchmarks(type)) {
                    Compare compare = method.getAnnotation(Compare.class);
                    for (String peer : compare == null ? new String[0] : compare.peer()) {
                        assertThat(names).contains(peer.contains(".") ? peer : type.getSimpleName() + "." + peer);
                    }
                }
            }
        }
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(message);
    }
}

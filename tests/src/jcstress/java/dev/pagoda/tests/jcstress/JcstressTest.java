package dev.pagoda.tests.jcstress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the jcstress tests of this folder, and shows each as a test of its own.
 *
 * <p>{@code -Dpagoda.jcstress.mode=default} (or quick, tough, stress) runs jcstress's own mode of that name, which also goes through the
 * compilers of the JVM; without it each test runs for two seconds, compiled as the JVM likes. {@code -Dpagoda.jcstress.tests=Enter.*}
 * selects tests by a regular expression, {@code -Dpagoda.jcstress.without=membarrier} leaves out a rule that a test names. jcstress's own report
 * is in {@code target/jcstress}.
 */
class JcstressTest {
    private static final String MODE = System.getProperty("pagoda.jcstress.mode", "short");
    private static final String TESTS = System.getProperty("pagoda.jcstress.tests", ".*");
    private static final String WITHOUT = System.getProperty("pagoda.jcstress.without", "");
    private static final Path DIRECTORY = Path.of(System.getProperty("pagoda.jcstress.directory", "target/jcstress"))
            .toAbsolutePath();
    private static final Path CONSOLE = DIRECTORY.resolve("console.txt");

    /** What every JVM needs that runs Pagoda, or jcstress's JNA. */
    private static final List<String> JVM_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    @TestFactory
    Stream<DynamicTest> jcstress() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two actors need two processors");
        run();
        Map<String, List<TestResult>> results = results();
        return TestList.tests().stream()
                .filter(name -> name.matches(".*(" + TESTS + ").*"))
                .sorted()
                .map(name -> DynamicTest.dynamicTest(
                        name.substring(name.lastIndexOf('.') + 1),
                        () -> check(name, results.getOrDefault(name, List.of()))));
    }

    private static void run() throws IOException, InterruptedException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> old = Files.walk(DIRECTORY)) {
                old.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(File::delete);
            }
        }
        Files.createDirectories(DIRECTORY);
        List<String> flags = new ArrayList<>(JVM_FLAGS);
        if (!WITHOUT.isEmpty()) {
            flags.add("-Dpagoda.jcstress.without=" + WITHOUT);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("-t", TESTS, "-r", DIRECTORY.toString()));
        // Samples hold off-heap memory, so not too many at a time. Yielding, because the other actor may wait for this
        // very processor.
        command.addAll(List.of("-strideSize", "64", "-strideCount", "16", "-spinStyle", "THREAD_YIELD"));
        if (MODE.equals("short")) {
            command.addAll(List.of("-iters", "4", "-time", "500", "-sc", "false", "-jvmArgs", String.join(" ", flags)));
        } else {
            command.addAll(List.of("-m", MODE, "-jvmArgsPrepend", String.join(" ", flags)));
        }
        Process process = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(CONSOLE.toFile())
                .start();
        process.getOutputStream().close();
        try {
            if (MODE.equals("short") && !process.waitFor(10, TimeUnit.MINUTES)) {
                throw new AssertionError("jcstress did not end; its output is in " + CONSOLE);
            }
            assertThat(process.waitFor())
                    .as("exit of jcstress; its output is in " + CONSOLE)
                    .isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Map<String, List<TestResult>> results() throws Exception {
        InProcessCollector collector = new InProcessCollector();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".bin.gz")).toList()) {
                DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
                reader.dump();
                reader.close();
            }
        }
        Map<String, List<TestResult>> byName = new TreeMap<>();
        Collection<TestResult> all = collector.getTestResults();
        all.forEach(result -> byName.computeIfAbsent(result.getName(), name -> new ArrayList<>())
                .add(result));
        return byName;
    }

    /** Passes if samples were taken, every outcome is acceptable, and no JVM complained. */
    private static void check(String name, List<TestResult> results) {
        assertThat(results)
                .as(name + " did not run; jcstress's output is in " + CONSOLE)
                .isNotEmpty();
        StringBuilder complaints = new StringBuilder();
        long samples = 0;
        for (TestResult result : results) {
            samples += result.getTotalCount();
            if (result.status() != Status.NORMAL) {
                complaints.append("  ").append(result.status()).append('\n');
            }
            for (String line : result.getMessages()) {
                complaints.append("  ").append(line).append('\n');
            }
            for (String line : result.getVmErr()) {
                complaints.append("  stderr: ").append(line).append('\n');
            }
            for (String line : result.getVmOut()) {
                complaints.append("  stdout: ").append(line).append('\n');
            }
            for (GradingResult outcome : result.grading().gradingResults.values()) {
                boolean acceptable =
                        outcome.expect == Expect.ACCEPTABLE || outcome.expect == Expect.ACCEPTABLE_INTERESTING;
                if (!acceptable && outcome.count > 0) {
                    complaints.append("  outcome \"%s\" %d times of %d: %s %s%n"
                            .formatted(
                                    outcome.id,
                                    outcome.count,
                                    result.getTotalCount(),
                                    outcome.expect,
                                    outcome.description));
                }
            }
            if (!result.grading().isPassed && complaints.isEmpty()) {
                complaints.append("  ").append(result.grading().failureMessages).append('\n');
            }
        }
        assertThat(complaints.toString())
                .as(name + ": " + samples + " samples, report in " + DIRECTORY)
                .isEmpty();
        assertThat(samples).as(name + ": samples").isPositive();
    }
}

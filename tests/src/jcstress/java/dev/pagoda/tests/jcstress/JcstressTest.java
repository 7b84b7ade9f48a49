package dev.pagoda.tests.jcstress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
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
 * compilers of the JVM; without it each test runs for little more than a second, compiled as the JVM likes. {@code -Dpagoda.jcstress.tests=Enter.*}
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

    /** Several times what it takes on a busy machine: a lock-free algorithm that was broken may well go round in circles. */
    private static final int SHORT_LIMIT_MINUTES = 8;

    /** What every JVM needs that runs Pagoda, or jcstress's JNA. */
    private static final List<String> JVM_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    @TestFactory
    Stream<DynamicTest> jcstress() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two actors need two processors");
        int exit = run();
        Map<String, List<TestResult>> results = results();
        // It also exits so when a test failed, and that the test says better.
        if (exit != 0 && results.values().stream().flatMap(List::stream).allMatch(JcstressTest::passed)) {
            throw new AssertionError("jcstress failed, though no test did; its output is in " + CONSOLE);
        }
        return TestList.tests().stream()
                .filter(name -> name.matches(".*(" + TESTS + ").*"))
                .sorted()
                .map(name -> DynamicTest.dynamicTest(
                        name.substring(name.lastIndexOf('.') + 1),
                        () -> check(name, results.getOrDefault(name, List.of()))));
    }

    private static int run() throws IOException, InterruptedException {
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
            command.addAll(List.of("-iters", "3", "-time", "400", "-sc", "false", "-jvmArgs", String.join(" ", flags)));
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
            if (MODE.equals("short") && !process.waitFor(SHORT_LIMIT_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError(
                        "jcstress did not end in " + SHORT_LIMIT_MINUTES + " minutes; an actor was last seen in"
                                + whereActorsAre(process) + "\nThe output of jcstress is in " + CONSOLE);
            }
            return process.waitFor();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The stacks of threads that are in our code, in the JVMs that jcstress has started. */
    private static String whereActorsAre(Process jcstress) throws IOException {
        StringBuilder stacks = new StringBuilder();
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        for (ProcessHandle fork : jcstress.descendants().toList()) {
            Process dump = new ProcessBuilder(jcmd, Long.toString(fork.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            try (BufferedReader lines = dump.inputReader()) {
                lines.lines()
                        .filter(line -> line.contains("at dev.pagoda"))
                        .forEach(line -> stacks.append('\n').append(line));
            }
        }
        return stacks.toString();
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

    private static boolean passed(TestResult result) {
        return result.status() == Status.NORMAL && result.grading().isPassed;
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
            if (!passed(result) && complaints.isEmpty()) {
                complaints.append("  ").append(result.grading().failureMessages).append('\n');
            }
        }
        assertThat(complaints.toString())
                .as(name + ": " + samples + " samples, report in " + DIRECTORY)
                .isEmpty();
        assertThat(samples).as(name + ": samples").isPositive();
    }
}

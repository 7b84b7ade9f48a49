package dev.pagoda.bench.command;

import dev.pagoda.bench.Benchmarks;
import dev.pagoda.bench.TurnProfiler;
import dev.pagoda.runtime.command.ErrorTerminal;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** One run of JMH over some classes: what it has to say goes to a log, progress to the terminal if there is one. Used by one thread. */
final class BenchRun {
    /** A quick run is to last about so long, whatever it measures. */
    private static final double QUICK_SECONDS = 100;
    /** What a forked JVM takes beside its iterations. */
    private static final double START_SECONDS = 0.9;

    private static final int QUICK_WARMUPS = 2;
    private static final int QUICK_ITERATIONS = 3;
    private static final double LEAST_ITERATION_SECONDS = 0.05;
    private static final double MOST_ITERATION_SECONDS = 0.4;
    private static final TimeValue QUICK_ROUNDS = TimeValue.seconds(1);

    private final List<Class<?>> classes;
    private final List<Integer> threads;
    private final boolean quick;
    private final Path log;
    /** Values of parameters that the command line gives, by name. */
    private final Map<String, String> given;

    private final boolean live = ErrorTerminal.isThere();
    private int begun;
    private int total;

    BenchRun(List<Class<?>> classes, List<Integer> threads, boolean quick, Path log, Map<String, String> given) {
        this.classes = classes;
        this.threads = threads;
        this.quick = quick;
        this.log = log;
        this.given = given;
    }

    /** Runs all, with each number of threads in turn. */
    List<Measured> run() throws RunnerException, IOException {
        List<Measured> measured = new ArrayList<>();
        Files.createDirectories(log.toAbsolutePath().getParent());
        try (PrintStream text = new PrintStream(Files.newOutputStream(log), true, StandardCharsets.UTF_8)) {
            OutputFormat format = OutputFormatFactory.createFormatInstance(text, VerboseMode.NORMAL);
            for (int count : threads) {
                total += count(format, patterns(count));
            }
            if (!turnPatterns().isEmpty()) {
                // Without a pattern JMH finds all.
                total += count(format, turnPatterns()) * turnThreads().size();
            }
            for (int count : turnThreads()) {
                measureByTurns(count, format, measured);
            }
            for (int count : threads) {
                OptionsBuilder options = options();
                patterns(count).forEach(options::include);
                options.threads(count);
                for (RunResult result : new Runner(options.build(), watched(format)).run()) {
                    measured.add(Measured.of(result));
                }
            }
        } finally {
            if (live) {
                ErrorTerminal.clear();
            }
        }
        return measured;
    }

    /** With several threads, one is measured too; it is taken from the first of such runs. */
    private void measureByTurns(int count, OutputFormat format, List<Measured> measured) throws RunnerException {
        if (turnPatterns().isEmpty()) {
            return;
        }
        OptionsBuilder options = options();
        turnPatterns().forEach(options::include);
        options.threads(count).addProfiler(TurnProfiler.class);
        if (quick) {
            // A round of turns must fit into an iteration.
            options.warmupTime(QUICK_ROUNDS).measurementTime(QUICK_ROUNDS);
        }
        for (RunResult result : new Runner(options.build(), watched(format)).run()) {
            for (Measured one : Measured.byTurns(result)) {
                boolean known = measured.stream()
                        .anyMatch(other -> other.name().equals(one.name())
                                && other.threads() == one.threads()
                                && other.parameters().equals(one.parameters()));
                if (!known && threads.contains(one.threads())) {
                    measured.add(one);
                }
            }
        }
    }

    private List<Integer> turnThreads() {
        List<Integer> several = threads.stream().filter(count -> count > 1).toList();
        return several.isEmpty() ? threads : several;
    }

    private List<String> turnPatterns() {
        return classes.stream()
                .filter(BenchClasses::isByTurns)
                .map(BenchRun::pattern)
                .toList();
    }

    private static String pattern(Class<?> type) {
        return "^" + type.getName().replace(".", "\\.") + "\\.";
    }

    /** Benchmarks with each of their parameters' values. */
    private static int count(OutputFormat format, List<String> includes) {
        int count = 0;
        for (var entry : BenchmarkList.defaultList().find(format, includes, Collections.emptyList())) {
            int variants = 1;
            if (entry.getParams().hasValue()) {
                for (String[] values : entry.getParams().get().values()) {
                    variants *= values.length;
                }
            }
            count += variants;
        }
        return count;
    }

    private OptionsBuilder options() {
        OptionsBuilder options = new OptionsBuilder();
        // Instead of the flags of this JVM, which a fork would inherit: a peer is measured as its users run it.
        options.jvmArgs(Benchmarks.FORK_FLAGS.toArray(String[]::new));
        options.shouldFailOnError(true);
        given.forEach(options::param);
        if (quick) {
            double each = (QUICK_SECONDS / total - START_SECONDS) / (QUICK_WARMUPS + QUICK_ITERATIONS);
            double seconds = Math.clamp(each, LEAST_ITERATION_SECONDS, MOST_ITERATION_SECONDS);
            TimeValue time = new TimeValue((long) (seconds * 1000), TimeUnit.MILLISECONDS);
            options.forks(1)
                    .warmupIterations(QUICK_WARMUPS)
                    .warmupTime(time)
                    .measurementIterations(QUICK_ITERATIONS)
                    .measurementTime(time);
        }
        return options;
    }

    /** JMH's patterns of the classes that can be measured with so many threads. */
    private List<String> patterns(int count) {
        return classes.stream()
                .filter(type -> BenchClasses.runsWith(type, count) && !BenchClasses.isByTurns(type))
                .map(BenchRun::pattern)
                .toList();
    }

    /** The same output, and a line on the terminal at each benchmark that begins. */
    private OutputFormat watched(OutputFormat format) {
        return (OutputFormat) Proxy.newProxyInstance(
                OutputFormat.class.getClassLoader(), new Class<?>[] {OutputFormat.class}, (self, method, arguments) -> {
                    if (live && method.getName().equals("startBenchmark")) {
                        show((BenchmarkParams) arguments[0]);
                    }
                    try {
                        return method.invoke(format, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void show(BenchmarkParams params) {
        begun++;
        String name = params.getBenchmark();
        ErrorTerminal.show(String.format(
                Locale.ROOT,
                "bench: %d of %d: %s, %d thread%s",
                begun,
                total,
                name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                params.getThreads(),
                params.getThreads() == 1 ? "" : "s"));
    }
}

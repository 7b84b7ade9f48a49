package dev.pagoda.bench;

import java.util.List;
import org.openjdk.jmh.Main;

/**
 * Starts JMH with its own command line, and gives every forked JVM the flags that Pagoda needs, and the times of {@link Turns}.
 *
 * <p>A fork inherits neither the manifest's {@code Add-Opens} nor its {@code Enable-Native-Access}. The flags go in front of
 * what a benchmark's own {@code @Fork} asks for, so that a benchmark only names what is special about it.
 *
 * <p>{@code java -jar bench/target/benchmarks.jar -h} lists the options. {@code pagoda bench} is the shorter way to a table.
 */
public final class Benchmarks {
    /** Flags of every forked JVM. */
    public static final List<String> FORK_FLAGS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");

    private Benchmarks() {}

    /**
     * Runs the benchmarks that the arguments choose.
     *
     * @param arguments JMH's own
     * @throws Exception when JMH cannot run them
     */
    public static void main(String[] arguments) throws Exception {
        int flags = FORK_FLAGS.size();
        String[] all = new String[2 * flags + 2 + arguments.length];
        for (int i = 0; i < flags; i++) {
            all[2 * i] = "-jvmArgsPrepend";
            all[2 * i + 1] = FORK_FLAGS.get(i);
        }
        all[2 * flags] = "-prof";
        all[2 * flags + 1] = TurnProfiler.class.getName();
        System.arraycopy(arguments, 0, all, 2 * flags + 2, arguments.length);
        Main.main(all);
    }
}

package dev.pagoda.bench.command;

import dev.pagoda.bench.replacement.BlockTrace;
import dev.pagoda.bench.replacement.HitRatios;
import dev.pagoda.bench.replacement.MadeTraces;
import dev.pagoda.runtime.command.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code pagoda bench replacement}: hit ratios of the cache's own replacement and its peers.
 *
 * <p>Counts and no times, so that other work on the machine changes nothing. Caffeine draws random numbers of its own: its ratios differ a little from run to
 * run. Status 0 also where the goal is missed, 2 for a command line or a recording that makes no sense.
 */
@Command(
        name = "replacement",
        mixinStandardHelpOptions = true,
        description = "Hit ratios of the page cache's replacement beside LRU, S3-FIFO, Caffeine's W-TinyLFU and the"
                + " offline optimum, for recorded block numbers or, without a folder, made ones.")
final class ReplacementCommand implements Callable<Integer> {
    static final String NAME = "replacement";
    static final String ABOUT = "hit ratios of the page cache's replacement (not among 'all')";
    private static final int WHOLE = 100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--traces",
            paramLabel = "FOLDER",
            description = "recordings, files that end in .trace or .trace.gz: lines of a block's number, or '*'")
    private String folder;

    @Option(
            names = "--sizes",
            paramLabel = "N,N",
            split = ",",
            defaultValue = "5,10,20,40",
            description = "sizes of the cache in percent of the distinct blocks (default: ${DEFAULT-VALUE})")
    private List<Integer> sizes;

    @Override
    public Integer call() {
        for (int size : sizes) {
            if (size < 1 || size > WHOLE) {
                throw new ParameterException(
                        spec.commandLine(), "--sizes must be between 1 and 100 percent, not " + size);
            }
        }
        List<BlockTrace> traces = folder == null ? MadeTraces.all() : recorded();
        PrintWriter out = spec.commandLine().getOut();
        int cpus = Runtime.getRuntime().availableProcessors();
        out.printf("Hits in a hundred uses; ours is sharded for %d CPUs.%n", cpus);
        if (folder == null) {
            out.printf("Made traces, seed %d; --traces FOLDER takes recorded ones.%n", MadeTraces.SEED);
        }
        int width = traces.stream().mapToInt(one -> one.name().length()).max().orElse(0);
        String head = "%-" + Math.max(width, "trace".length()) + "s %5s %8s";
        out.printf(
                head + " %7s %7s %7s %9s %7s  %-9s %6s%n",
                "trace",
                "size",
                "blocks",
                "ours",
                "LRU",
                "S3-FIFO",
                "W-TinyLFU",
                "optimum",
                "best",
                "points");
        int cases = 0;
        int near = 0;
        for (BlockTrace trace : traces) {
            for (int size : sizes) {
                HitRatios row = HitRatios.of(trace, size, cpus);
                cases++;
                near += row.isNear() ? 1 : 0;
                out.printf(
                        Locale.ROOT,
                        head + " %7.2f %7.2f %7.2f %9.2f %7.2f  %-9s %+6.2f%s%n",
                        row.trace(),
                        row.percent() + " %",
                        row.capacity(),
                        row.ours(),
                        row.lru(),
                        row.s3Fifo(),
                        row.tinyLfu(),
                        row.optimum(),
                        row.bestName(),
                        row.distance(),
                        row.isNear() ? "" : "  missed");
                out.flush();
            }
        }
        out.printf(
                "%d of %d cases are no more than half a point below the best of LRU, S3-FIFO and W-TinyLFU.%n",
                near, cases);
        out.flush();
        return 0;
    }

    private List<BlockTrace> recorded() {
        try {
            return BlockTrace.readAll(Path.of(folder));
        } catch (IOException e) {
            throw new CommandFailure(e.getMessage());
        } catch (InvalidPathException e) {
            throw new CommandFailure("'" + folder + "' is no path: " + e.getReason());
        }
    }
}

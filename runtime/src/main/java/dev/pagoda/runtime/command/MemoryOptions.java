package dev.pagoda.runtime.command;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.Prefault;
import dev.pagoda.mm.space.HugePages;
import dev.pagoda.mm.swap.SwapRefused;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options of every command that boots memory, and the booting: how large it is, and whether it is touched in advance.
 *
 * <p>Touching is shown while it goes on where a person looks at standard error; what it cost is one line there in any case. Used by the thread
 * of the command.
 */
final class MemoryOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "1G",
            converter = MemorySize.class,
            description = "physical memory, with K, M, G or T, at most the machine's (default: ${DEFAULT-VALUE})")
    private long bytes;

    @Option(
            names = "--prefault",
            description = "touch all memory in advance on all CPUs, so that no page is dear when it is first used")
    private boolean prefault;

    @Option(
            names = "--huge-pages",
            paramLabel = "WHERE",
            defaultValue = "madvise",
            converter = HugePagesName.class,
            description = "where huge pages are taken without being asked for: never, madvise or always"
                    + " (default: ${DEFAULT-VALUE})")
    private HugePages hugePages;

    @Option(
            names = "--swap",
            paramLabel = "FILE:SIZE",
            converter = SwapOption.class,
            description = "file for private memory that is not used while memory is short; made with that size"
                    + " (default: none)")
    private KernelConfig.Swap swap;

    /** For picocli. */
    MemoryOptions() {}

    /** The file for swap, if one was named. */
    Optional<KernelConfig.Swap> swap() {
        return Optional.ofNullable(swap);
    }

    /** Size of memory in bytes. */
    long bytes() {
        return bytes;
    }

    /** Whether memory is to be touched in advance. */
    boolean prefault() {
        return prefault;
    }

    /**
     * Boots a kernel of this memory.
     *
     * @param cpus how many CPUs it has
     * @param directFiles whether files go past the host's own cache where they can
     * @throws CommandFailure if there is none with this memory or so many CPUs
     */
    Kernel boot(int cpus, boolean directFiles) {
        KernelConfig config = KernelConfig.defaults()
                .withMemoryBytes(bytes)
                .withCpus(cpus)
                .withPrefault(prefault ? threads() : 0)
                .withHugePages(hugePages)
                .withDirectFiles(directFiles);
        KernelConfig whole = swap == null ? config : config.withSwap(swap);
        Kernel kernel = showing(progress -> Kernel.boot(whole, progress));
        kernel.prefault().ifPresent(cost -> report(cost, kernel.core().frames().memory()));
        return kernel;
    }

    /**
     * Touches a memory in advance that was booted otherwise.
     *
     * @throws CommandFailure if the host refuses
     */
    void prefault(PhysicalMemory memory) {
        report(showing(progress -> memory.prefault(threads(), progress)), memory);
    }

    /** Linux's words for it. */
    static final class HugePagesName implements ITypeConverter<HugePages> {
        @Override
        public HugePages convert(String name) {
            for (HugePages where : HugePages.values()) {
                if (where.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return where;
                }
            }
            throw new TypeConversionException("'" + name + "' is none of never, madvise and always");
        }
    }

    /** A name, a colon, a size. */
    static final class SwapOption implements ITypeConverter<KernelConfig.Swap> {
        @Override
        public KernelConfig.Swap convert(String text) {
            int colon = text.lastIndexOf(':');
            if (colon <= 0) {
                throw new TypeConversionException(
                        "'" + text + "' is no file and size; write FILE:SIZE, such as swap.pagoda:1G");
            }
            Path file;
            try {
                file = Path.of(text.substring(0, colon));
            } catch (InvalidPathException e) {
                throw new TypeConversionException("'" + text + "' names no file: " + e.getReason());
            }
            return new KernelConfig.Swap(file, new MemorySize().convert(text.substring(colon + 1)));
        }
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    private <T> T showing(Function<LongConsumer, T> boot) {
        boolean live = prefault && ErrorTerminal.isThere();
        try {
            return boot.apply(live ? this::show : done -> {});
        } catch (SwapRefused refused) {
            throw new CommandFailure("no kernel with this --swap: " + refused.getMessage());
        } catch (MemoryRefused | IllegalArgumentException refused) {
            throw new CommandFailure("no kernel with this --memory: " + refused.getMessage());
        } finally {
            if (live) {
                ErrorTerminal.clear();
            }
        }
    }

    private void show(long done) {
        ErrorTerminal.show(String.format(Locale.ROOT, "prefault: %,d of %,d MiB, %d %%", done >> 20, bytes >> 20, (long)
                (100.0 * done / bytes)));
    }

    private void report(Prefault cost, PhysicalMemory memory) {
        PrintWriter err = command.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "prefault: %,d MiB in %.2f s by %d threads, %.0f ns a frame; %,d MiB in huge pages%s%n",
                cost.bytes() >> 20,
                cost.nanos() / 1e9,
                cost.threads(),
                cost.nanosPerFrame(),
                memory.hugePageBytes() >> 20,
                memory.hugePagesAdvised() ? "" : ", for which the host takes no advice");
        err.flush();
    }
}

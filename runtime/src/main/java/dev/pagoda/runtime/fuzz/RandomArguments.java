package dev.pagoda.runtime.fuzz;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Makes calls with random numbers in every argument. No exception may come out, an answer must be a value that the call can have or an errno that the table of calls has
 * for it, a refused call must leave the maps as they were, and the books must balance.
 *
 * <p>One thread. Each process lives for some hundred calls; its number and the seed make the same calls again, as long as nothing but they decides about addresses.
 */
public final class RandomArguments implements AutoCloseable {
    private static final int CALLS_PER_PROCESS = 400;
    private static final int PROCESSES_PER_AUDIT = 256;
    /** One refused call of so many is checked for what it left. */
    private static final int LOOKS = 8;

    private static final int MOST_FINDINGS = 10;

    private static final long MEMORY = 64L << 20;
    private static final long PAGE = Linux.PAGE_SIZE;

    private final long seed;
    private final Path directory;
    private final Kernel kernel;
    private final Map<String, Long> answers = new TreeMap<>();
    private final Map<String, Long> nanos = new TreeMap<>();
    private final Map<String, String> findings = new LinkedHashMap<>();
    private long made;
    private long slowestNanos;
    private String slowest = "";
    private long current;
    private String last = "";

    /**
     * Boots a kernel for it.
     *
     * @param seed of the first process; each next one has the next number
     * @param directory where files may be made; left empty
     */
    public RandomArguments(long seed, Path directory) {
        this.seed = seed;
        this.directory = directory;
        this.kernel =
                Kernel.boot(KernelConfig.defaults().withMemoryBytes(MEMORY).withDirectory(directory));
    }

    /**
     * Makes calls.
     *
     * @param calls how many
     * @param onProgress told how many were made
     * @return what went wrong, each kind once; empty if all is well
     */
    public List<String> run(long calls, LongConsumer onProgress) {
        for (long process = 0; made < calls && findings.size() < MOST_FINDINGS; process++) {
            Optional<String> wrong = oneProcess(seed + process, calls);
            if (wrong.isEmpty() && ((process + 1) % PROCESSES_PER_AUDIT == 0 || made >= calls)) {
                wrong = audit();
            }
            if (wrong.isPresent()) {
                String call = last.substring(0, last.indexOf('('));
                findings.putIfAbsent(
                        call + ' ' + wrong.get().lines().findFirst().orElse(""),
                        "seed " + (seed + process) + ": " + last + ": " + wrong.get());
            }
            onProgress.accept(made);
        }
        return List.copyOf(findings.values());
    }

    private Optional<String> audit() {
        var audit = kernel.audit();
        return audit.differences() == 0 ? Optional.empty() : Optional.of("the books do not balance: " + audit);
    }

    private Optional<String> oneProcess(long processSeed, long calls) {
        current = processSeed;
        Process process = kernel.newProcess();
        ArgumentChoice choice = new ArgumentChoice(processSeed, process.pid());
        LinuxCalls thread = process.attach();
        try {
            prepare(thread);
            for (int i = 0; i < CALLS_PER_PROCESS && made < calls; i++) {
                CallRow row = choice.row();
                int number = row == null ? choice.unknownNumber() : row.number();
                if (number == Linux.SYS_exit || number == Linux.SYS_exit_group) {
                    // The thread's calls are closed by it.
                    thread.call(number, choice.below(512), 0, 0, 0, 0, 0);
                    made++;
                    return Optional.empty();
                }
                Optional<String> wrong = one(choice, process, thread, row, number);
                if (wrong.isPresent()) {
                    return wrong;
                }
            }
            return Optional.empty();
        } catch (RuntimeException | Error escaped) {
            return Optional.of(escaped + " at " + escaped.getStackTrace()[0]);
        } finally {
            thread.close();
            process.close();
            clean();
        }
    }

    private Optional<String> one(ArgumentChoice choice, Process process, LinuxCalls thread, CallRow row, int number) {
        long[] a = choice.arguments(row);
        last = describe(number, a);
        if (!ArgumentRules.tame(thread.view(), number, a)) {
            return Optional.empty();
        }
        last = describe(number, a);
        String before = choice.below(LOOKS) == 0 ? process.space().maps() : null;
        long start = System.nanoTime();
        long result = thread.call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
        noteTime(row, System.nanoTime() - start);
        made++;
        last += " = " + (Errno.isError(result) ? "-1 " + Errno.name((int) -result) : "0x" + Long.toHexString(result));
        count(row, result);
        if ((number == Linux.SYS_fork || number == Linux.SYS_vfork) && result > 0) {
            kernel.process((int) result).ifPresent(Process::close);
        }
        Optional<String> wrong = row == null && result != -Errno.ENOSYS && !isKnown(number)
                ? Optional.of("a call that is not in the table answered")
                : ArgumentRules.wrong(row, number, a, result);
        boolean looks = before != null && Errno.isError(result) && ArgumentRules.isAllOrNothing(number, result);
        if (wrong.isEmpty() && looks && !before.equals(process.space().maps())) {
            return Optional.of("it was refused and changed the maps from\n" + before + "to\n"
                    + process.space().maps());
        }
        return wrong;
    }

    private static boolean isKnown(int number) {
        return CallTable.rows().stream().anyMatch(row -> row.number() == number);
    }

    /** Some memory of each kind, and some files, or nothing would be met by chance. */
    private static void prepare(LinuxCalls thread) {
        int fixed = Linux.MAP_FIXED | Linux.MAP_ANONYMOUS;
        int protection = Linux.PROT_READ | Linux.PROT_WRITE;
        long place = ArgumentChoice.PLACE;
        thread.mmap(place, 16 * PAGE, protection, fixed | Linux.MAP_PRIVATE, -1, 0);
        thread.mmap(place + 16 * PAGE, 8 * PAGE, protection, fixed | Linux.MAP_SHARED, -1, 0);
        int sealed = (int) thread.memfdCreate("random", Linux.MFD_ALLOW_SEALING);
        thread.ftruncate(sealed, 8 * PAGE);
        thread.mmap(place + 24 * PAGE, 8 * PAGE, protection, Linux.MAP_FIXED | Linux.MAP_SHARED, sealed, 0);
        int file = (int) thread.open("file", Linux.O_RDWR | Linux.O_CREAT, 0600);
        thread.ftruncate(file, 4 * PAGE);
        thread.mmap(place + 40 * PAGE, 8 * PAGE, protection, Linux.MAP_FIXED | Linux.MAP_PRIVATE, file, 0);
        thread.mmap(place + 52 * PAGE, PAGE, protection, fixed | Linux.MAP_PRIVATE | Linux.MAP_GROWSDOWN, -1, 0);
        thread.view().fill(place, 4 * PAGE, (byte) 'n');
        for (int page = 0; page < 16; page++) {
            thread.view().store(place + page * PAGE + 8, 8, 0);
        }
        // Some pages begin with ranges: one that is empty, one of two pages, the rest of the page's own, one where
        // nothing may be.
        for (int page = 4; page < 12; page++) {
            long at = place + page * PAGE;
            thread.view().store(at, 8, place);
            thread.view().store(at + 16, 8, place + 2 * PAGE - page);
            thread.view().store(at + 24, 8, 2 * PAGE);
            thread.view().store(at + 32, 8, at + 64);
            thread.view().store(at + 40, 8, PAGE - 64);
            thread.view().store(at + 48, 8, place + (60 + page) * PAGE);
            thread.view().store(at + 56, 8, page);
        }
    }

    private void clean() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void noteTime(CallRow row, long took) {
        nanos.merge(row == null ? "others" : row.name(), took, Long::sum);
        if (took > slowestNanos) {
            slowestNanos = took;
            slowest = "seed " + current + ": " + last;
        }
    }

    private void count(CallRow row, long result) {
        String name = row == null ? "others" : row.name();
        answers.merge(name + ' ' + (Errno.isError(result) ? Errno.name((int) -result) : "ok"), 1L, Long::sum);
    }

    private static String describe(int number, long[] arguments) {
        StringBuilder text = new StringBuilder(Linux.decodeCall(number)).append('(');
        for (int i = 0; i < arguments.length; i++) {
            text.append(i == 0 ? "" : ", ").append("0x").append(Long.toHexString(arguments[i]));
        }
        return text.append(')').toString();
    }

    /** What was done, lines of text: for each call how often it was answered with what. */
    public String summary(double seconds) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "fuzz: %,d calls with random arguments, %.1f s, %,.0f calls/s; the slowest took %.1f ms: %s%n",
                made,
                seconds,
                made / seconds,
                slowestNanos / 1e6,
                slowest));
        String call = "";
        for (Map.Entry<String, Long> answer : answers.entrySet()) {
            String[] words = answer.getKey().split(" ");
            if (!words[0].equals(call)) {
                text.append(call.isEmpty() ? "  " : "\n  ")
                        .append(words[0])
                        .append(String.format(Locale.ROOT, " (%.1f s): ", nanos.get(words[0]) / 1e9));
            } else {
                text.append(", ");
            }
            text.append(words[1]).append(String.format(Locale.ROOT, " %,d", answer.getValue()));
            call = words[0];
        }
        return text.append('\n').toString();
    }

    @Override
    public void close() {
        kernel.close();
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.mm.space.Commitment;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.scratch.ScratchDirectory;
import dev.pagoda.runtime.script.KernelWorld;
import dev.pagoda.runtime.script.ScriptProcess;
import dev.pagoda.runtime.script.ScriptWorld;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pagoda: a booted kernel in which each sequence gets a fresh process. One thread. */
final class PagodaSide implements AutoCloseable {
    /** What this kernel has; it promises as much as the host, which has more. */
    private static final long MEMORY_BYTES = 1L << 30;

    private static final Path MEMORY_OF_HOST = Path.of("/proc/meminfo");

    private static final int PAGE = 4096;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ScriptWorld world;
    private final ScratchDirectory directory = ScratchDirectory.make("pagoda-fuzz-");
    private final Path scratch = directory.path().resolve("scratch");
    private final byte[] page = new byte[PAGE];
    private final Answers answers;

    /** What becomes of an answer before it is compared: nothing, but in a test of the comparison. */
    @FunctionalInterface
    interface Answers {
        Outcome of(Step step, Outcome outcome);
    }

    PagodaSide(Answers answers) throws IOException {
        this.answers = answers;
        var promises = new KernelConfig.Overcommit(
                Commitment.Policy.HEURISTIC, Commitment.DEFAULT_RATIO_PERCENT, promisedOfBytes());
        world = new KernelWorld(Kernel.boot(KernelConfig.defaults()
                .withMemoryBytes(MEMORY_BYTES)
                .withCpus(1)
                .withOvercommit(promises)));
    }

    /** What the host promises at most at one go: all its memory and all its swap (mm/util.c, __vm_enough_memory). */
    private static long promisedOfBytes() throws IOException {
        long bytes = 0;
        for (String line : Files.readAllLines(MEMORY_OF_HOST)) {
            if (line.startsWith("MemTotal:") || line.startsWith("SwapTotal:")) {
                bytes += Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return bytes;
    }

    /** Carries a sequence out. */
    Observation run(Sequence sequence) {
        Running running = new Running(sequence);
        try {
            return running.run();
        } finally {
            running.close();
        }
    }

    /** A kernel call that may be missing: whether this kernel has it. */
    boolean has(Group group) {
        try (ScriptProcess process = world.newProcess()) {
            LinuxCalls calls = process.calls();
            return switch (group) {
                case LOCK -> calls.call(Linux.SYS_munlock, 0, 0, 0, 0, 0, 0) != -Errno.ENOSYS;
                case LIMIT -> process.limit(Linux.RLIMIT_AS, -1) != -Errno.ENOSYS;
                case FORK -> hasFork(process);
                case GROWDOWN ->
                    calls.mmap(
                                    0,
                                    PAGE,
                                    Linux.PROT_READ,
                                    Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_GROWSDOWN,
                                    -1,
                                    0)
                            != -Errno.EINVAL;
                case RECLAIM -> calls.madvise(0, 0, Linux.MADV_COLD) == 0;
                default -> true;
            };
        }
    }

    private static boolean hasFork(ScriptProcess process) {
        long child = process.fork();
        if (Errno.isError(child)) {
            return false;
        }
        process.child(child).orElseThrow().exit(0);
        process.waitFor(child);
        return true;
    }

    /** What the kernel's books say, if they do not balance. */
    Optional<String> audit() {
        ScriptWorld.Books books = world.audit();
        return books.differences() == 0 ? Optional.empty() : Optional.of(books.text());
    }

    @Override
    public void close() {
        world.close();
        directory.close();
    }

    /** One sequence. */
    private final class Running implements AutoCloseable {
        private final Sequence sequence;
        private final Observation seen = new Observation();
        /** By id of the fork; null for a process that has ended. */
        private final Map<Integer, ScriptProcess> processes = new HashMap<>();

        Running(Sequence sequence) {
            this.sequence = sequence;
            ScriptProcess first = world.newProcess();
            processes.put(0, first);
            clear(first);
        }

        /** Without its stack, as the agent's processes: what a program starts with is not compared. */
        private static void clear(ScriptProcess process) {
            List<long[]> maps = new ArrayList<>();
            process.forEachMap(
                    0,
                    Linux.TASK_SIZE,
                    (start, end, protection, shared, offset) -> maps.add(new long[] {start, end - start}));
            maps.forEach(map -> process.calls().munmap(map[0], map[1]));
        }

        Observation run() {
            seen.initialBreak = processes.get(0).calls().brk(0);
            List<Ranges.Range> looked = Ranges.afterStep(sequence);
            for (int i = 0; i < sequence.steps().size(); i++) {
                Step step = sequence.steps().get(i);
                ScriptProcess process = processes.get(step.process());
                if (process == null) {
                    seen.outcomes.add(new Outcome(0, Outcome.NOT_RUN, 0, 0));
                    seen.maps.add(null);
                    continue;
                }
                seen.outcomes.add(answers.of(step, outcome(process, step)));
                seen.maps.add(sequence.looksAfter(i) ? maps(process, looked) : null);
            }
            for (int id : sequence.processes()) {
                if (processes.get(id) != null) {
                    end(id, processes.get(id));
                }
            }
            return seen;
        }

        @Override
        public void close() {
            for (ScriptProcess process : processes.values()) {
                if (process != null) {
                    process.close();
                }
            }
        }

        private Outcome outcome(ScriptProcess process, Step step) {
            try {
                return Outcome.of(call(process, step));
            } catch (MemoryFault fault) {
                return new Outcome(0, fault.signal(), fault.code(), fault.address());
            }
        }

        private long call(ScriptProcess process, Step step) {
            LinuxCalls calls = process.calls();
            int count = step.arguments().size();
            long a0 = count > 0 ? seen.resolve(sequence, step.argument(0)) : 0;
            long a1 = count > 1 ? seen.resolve(sequence, step.argument(1)) : 0;
            long a2 = count > 2 ? seen.resolve(sequence, step.argument(2)) : 0;
            long a3 = count > 3 ? seen.resolve(sequence, step.argument(3)) : 0;
            long a4 = count > 4 ? seen.resolve(sequence, step.argument(4)) : 0;
            long a5 = count > 5 ? seen.resolve(sequence, step.argument(5)) : 0;
            return switch (step.call()) {
                case LOAD -> process.memory().load(a0, (int) a1);
                case STORE -> {
                    process.memory().store(a0, (int) a1, a2);
                    yield 0;
                }
                case CAS -> process.memory().compareAndSet(a0, (int) a1, a2 & mask(a1), a3 & mask(a1)) & mask(a1);
                case FILL -> {
                    process.memory().fill(a0, a1, (byte) a2);
                    yield 0;
                }
                case SETRLIMIT -> process.limit((int) a0, a1);
                case DROPCAP -> process.dropCapability((int) a0);
                case TMPFILE -> temporaryFile(calls, a0, (int) a1);
                case MEMFD -> memoryFile(calls, a0, (int) a1);
                case BYTE -> {
                    byte[] one = new byte[1];
                    long read = calls.preadInto((int) a0, one, a1);
                    yield read < 0 ? read : read == 0 ? -1L << 32 : one[0] & 0xff;
                }
                case FSTAT_SIZE -> calls.fileSize((int) a0);
                case RESIDENT -> resident(process, a0, a1);
                case FORK -> fork(process, step.id());
                case EXIT -> {
                    process.exit((int) a0);
                    process.close();
                    processes.put(step.process(), null);
                    yield 0;
                }
                case WAIT -> process.waitFor(a0);
                case LOCKED -> process.lockedBytes();
                case VMSIZE -> process.mappedBytes();
                case VMDATA -> process.dataBytes();
                default -> calls.call(step.call().number(), a0, a1, a2, a3, a4, a5);
            };
        }

        private long fork(ScriptProcess process, int id) {
            long child = process.fork();
            if (!Errno.isError(child)) {
                processes.put(id, process.child(child).orElseThrow());
            }
            return child;
        }

        private static long mask(long bytes) {
            return -1L >>> 64 - 8 * bytes;
        }

        private long temporaryFile(LinuxCalls calls, long length, int mode) {
            try {
                Files.write(scratch, pattern(length));
                long descriptor = calls.open(scratch.toString(), mode, 0);
                Files.delete(scratch);
                return descriptor;
            } catch (IOException failure) {
                throw new UncheckedIOException("a file of a sequence cannot be made at " + scratch, failure);
            }
        }

        private static long memoryFile(LinuxCalls calls, long length, int flags) {
            long descriptor = calls.memfdCreate("memfd", flags);
            if (descriptor >= 0 && length > 0) {
                calls.pwriteFrom((int) descriptor, pattern(length), 0);
            }
            return descriptor;
        }

        private static byte[] pattern(long length) {
            byte[] bytes = new byte[(int) length];
            for (int from = 0; from < bytes.length; from += PAGE) {
                Arrays.fill(bytes, from, Math.min(bytes.length, from + PAGE), (byte) ('a' + from / PAGE));
            }
            return bytes;
        }

        private static long resident(ScriptProcess process, long address, long length) {
            byte[] vector = new byte[(int) ((length + PAGE - 1) / PAGE)];
            long returned = process.residency(address, length, vector);
            if (returned < 0) {
                return returned;
            }
            long mask = 0;
            for (int i = 0; i < vector.length; i++) {
                mask |= (vector[i] & 1L) << i;
            }
            return mask;
        }

        private List<Line> maps(ScriptProcess process, List<Ranges.Range> looked) {
            List<Line> lines = new ArrayList<>();
            for (Ranges.Range range : looked) {
                lines.addAll(lines(process, range));
            }
            lines.removeIf(line -> Ranges.isPlaced(line.start(), line.end()));
            return lines;
        }

        private List<Line> lines(ScriptProcess process, Ranges.Range range) {
            List<Line> lines = new ArrayList<>();
            long from = seen.resolve(sequence, range.from());
            long to = seen.resolve(sequence, range.to());
            if (from < 0 || to < from || from >= Linux.TASK_SIZE) {
                return lines;
            }
            process.forEachMap(from, to - from, (start, end, protection, shared, offset) -> {
                lines.add(new Line(start, end, protection, shared, offset >= 0, Math.max(0, offset), true));
            });
            return lines;
        }

        private void end(int id, ScriptProcess process) {
            long size = process.mappedBytes();
            long locked = process.lockedBytes();
            long data = process.dataBytes();
            if (sequence.steps().stream().anyMatch(step -> step.call() == Call.SETRLIMIT)) {
                // Nothing is to be refused to the look at residency.
                process.limit(Linux.RLIMIT_AS, -1);
                process.limit(Linux.RLIMIT_DATA, -1);
                process.limit(Linux.RLIMIT_MEMLOCK, -1);
            }
            List<List<Observation.ProbedLine>> ranges = new ArrayList<>();
            for (Ranges.Range range : Ranges.atEnd(sequence, id)) {
                List<Observation.ProbedLine> probed = new ArrayList<>();
                long from = seen.resolve(sequence, range.from());
                long to = seen.resolve(sequence, range.to());
                for (Line line : lines(process, range)) {
                    probed.add(probe(process, line, Math.max(from, line.start()), Math.min(to, line.end())));
                }
                ranges.add(probed);
            }
            seen.ends.add(new Observation.End(id, size, locked, data, ranges));
        }

        private Observation.ProbedLine probe(ScriptProcess process, Line line, long from, long to) {
            int pages = (int) Math.min(to - from >> 12, AgentLayout.PROBED_PAGES);
            byte[] vector = new byte[pages];
            long residency = process.residency(from, (long) pages * PAGE, vector);
            boolean[] resident = new boolean[pages];
            long protect = process.calls().mprotect(from, to - from, Linux.PROT_READ);
            long[] hashes = new long[pages];
            int[] faults = new int[pages];
            for (int i = 0; i < pages; i++) {
                resident[i] = (vector[i] & 1) != 0;
                try {
                    process.memory().read(from + (long) i * PAGE, page);
                    hashes[i] = hash(page);
                } catch (MemoryFault fault) {
                    faults[i] = fault.signal() << 8 | fault.code();
                }
            }
            return new Observation.ProbedLine(line, from, residency, resident, protect, hashes, faults);
        }
    }

    private static long hash(byte[] page) {
        long hash = 0;
        for (int at = 0; at < PAGE; at += 8) {
            hash = hash * AgentLayout.HASH_FACTOR ^ (long) WORDS.get(page, at);
        }
        return hash;
    }
}

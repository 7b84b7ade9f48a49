package dev.pagoda.runtime.stress;

import dev.pagoda.mm.memory.MemoryRefused;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.HugePages;
import dev.pagoda.mm.swap.SwapArea;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.runtime.scratch.ScratchDirectory;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every memory call, by several threads in several processes: on private pages that all threads work on, on objects that all processes map, and on
 * pages that each thread has to itself, in each process, which is forked now and then. In every second round frames are refused.
 *
 * <p>Pages that are worked on together are stamped ({@link Stamp}); a thread's own must be exactly as they should ({@link ExactPages}). At each
 * pause all pages are looked at, the books are balanced, and one memory in turn is emptied: none of its old content may ever come back.
 */
final class SpacesScenario implements Scenario<SpacesWorker> {
    private static final int PROCESSES = 3;
    /** Domain of the objects; those before are the processes' own. */
    private static final int OBJECTS = PROCESSES;
    /** Domain of what children store; a child's number stands for the round. */
    private static final int CHILDREN = PROCESSES + 1;

    private static final long PRIVATE_START = 0x2000_0000_0000L + (5L << 30) - 700 * OverlappingPages.PAGE;
    private static final long OBJECTS_START = 0x2000_0000_0000L + (9L << 30) - 700 * OverlappingPages.PAGE;
    private static final int WINDOW_PAGES = 1300;
    /** Below this the windows, the file, their tables and what is on its way back do not fit. */
    private static final long LEAST_BYTES = 96L << 20;

    private static final long LEAST_BYTES_A_THREAD = 16L << 20;
    /** Files get so little of memory that pages are evicted all the time. */
    private static final int CACHE_PART = 64;

    /** With swap a third of that memory does. */
    private static final int SWAPPED_PART = 3;

    private static final int STEPS_UNTIL_REFUSAL = 300;
    private static final int STEPS_UNTIL_FORK = 500;
    private static final int MOST_STEPS_OF_CHILD = 80;

    private final Kernel kernel;
    private final ScratchDirectory directory;
    private final List<Process> processes = new ArrayList<>();
    private final List<SpacesWorker> workers = new ArrayList<>();
    private final List<OverlappingPages> privates = new ArrayList<>();
    private final List<OverlappingPages> objects = new ArrayList<>();
    private final Rounds rounds = new Rounds(PROCESSES + 1);
    private final RefusedFrames refusals;
    private final AtomicInteger nextChild = new AtomicInteger();
    private final int[] files = new int[PROCESSES];
    private final int[] memoryFiles = new int[PROCESSES];

    static SpacesScenario of(long memoryBytes, int threads, long seed, KernelConfig.Swap swapOrNull) {
        long least = (LEAST_BYTES + threads * LEAST_BYTES_A_THREAD) / (swapOrNull == null ? 1 : SWAPPED_PART);
        if (memoryBytes < least) {
            throw new IllegalArgumentException("the spaces scenario with " + threads + " threads needs at least "
                    + (least >> 20) + "M of memory, not " + memoryBytes + " bytes");
        }
        return new SpacesScenario(memoryBytes, threads, seed, swapOrNull);
    }

    private SpacesScenario(long memoryBytes, int threads, long seed, KernelConfig.Swap swapOrNull) {
        directory = ScratchDirectory.make("pagoda-stress-");
        KernelConfig config = KernelConfig.defaults()
                .withMemoryBytes(memoryBytes)
                .withCpus(1)
                .withCacheBytes(memoryBytes / CACHE_PART)
                .withDirectory(directory.path())
                .withHugePages(HugePages.ALWAYS);
        kernel = Kernel.boot(swapOrNull == null ? config : config.withSwap(swapOrNull));
        refusals = new RefusedFrames(kernel.core().frames());
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(kernel.newProcess());
        }
        for (int i = 0; i < threads; i++) {
            workers.add(new SpacesWorker(i, processes, seed));
        }
        for (int i = 0; i < PROCESSES; i++) {
            LinuxCalls calls = workers.getFirst().calls.get(i);
            files[i] = descriptor(calls, calls.open("file", Linux.O_RDWR | Linux.O_CREAT, 0600));
            memoryFiles[i] = descriptor(calls, calls.memfdCreate("memory file", 0));
            OverlappingObjects.require(calls, calls.ftruncate(files[i], OverlappingObjects.FILE_BYTES));
            OverlappingObjects.require(calls, calls.ftruncate(memoryFiles[i], OverlappingObjects.FILE_BYTES));
            privates.add(new OverlappingPages(rounds, i, PRIVATE_START, WINDOW_PAGES));
            objects.add(new OverlappingObjects(rounds, OBJECTS, OBJECTS_START, WINDOW_PAGES, files[i], memoryFiles[i]));
            for (SpacesWorker worker : workers) {
                worker.exact.add(new ExactPages(worker, worker.calls.get(i), threads, refusals));
            }
        }
    }

    private static int descriptor(LinuxCalls calls, long answer) {
        return (int) OverlappingObjects.require(calls, answer);
    }

    @Override
    public List<SpacesWorker> workers() {
        return workers;
    }

    @Override
    public Optional<PhysicalMemory> memory() {
        return Optional.of(kernel.core().frames().memory());
    }

    @Override
    public void step(SpacesWorker worker) {
        Random random = worker.random;
        if (random.nextInt(STEPS_UNTIL_REFUSAL) == 0) {
            refusals.inject(random);
        }
        int process = random.nextInt(PROCESSES);
        LinuxCalls calls = worker.calls.get(process);
        if (random.nextInt(STEPS_UNTIL_FORK) == 0) {
            fork(worker, process);
            return;
        }
        switch (random.nextInt(5)) {
            case 0, 1 -> privates.get(process).step(worker, calls);
            case 2 -> objects.get(process).step(worker, calls);
            default -> worker.exact.get(process).step();
        }
    }

    /** A child that lives for a few steps: it finds what its parent had, and neither finds what the other stores later. */
    private void fork(SpacesWorker worker, int index) {
        Process parent = processes.get(index);
        worker.does("fork of process", index);
        Process child;
        try {
            child = parent.fork(worker.calls.get(index));
        } catch (MemoryRefused refused) {
            if (refusals.arePossible()) {
                return;
            }
            throw refused;
        }
        try (LinuxCalls calls = child.attach()) {
            worker.exact.get(index).checkIn(calls);
            OverlappingPages inherited = new ForkedPages(
                    rounds, index, CHILDREN, nextChild.incrementAndGet() % Stamp.ROUNDS, PRIVATE_START, WINDOW_PAGES);
            for (int steps = worker.random.nextInt(MOST_STEPS_OF_CHILD); steps > 0; steps--) {
                if (worker.random.nextInt(3) == 0) {
                    objects.get(index).step(worker, calls);
                } else {
                    inherited.step(worker, calls);
                }
            }
            worker.exact.get(index).checkIn(calls);
            worker.does("exit of child of process", index);
        }
        child.exit(0);
        parent.awaitChild(child.pid(), true);
    }

    @Override
    public void audit() {
        refusals.end();
        check();
        require(kernel.audit(), false);
        rounds.begin();
        empty(rounds.now() % (PROCESSES + 1));
        refusals.begin(rounds.now() % 2 == 1);
    }

    private void check() {
        for (SpacesWorker worker : workers) {
            worker.exact.forEach(ExactPages::checkAll);
        }
        for (int i = 0; i < PROCESSES; i++) {
            LinuxCalls calls = workers.getFirst().calls.get(i);
            privates.get(i).checkAll(calls);
            objects.get(i).checkAll(calls);
            calls.view().space().maps();
        }
    }

    private void empty(int domain) {
        for (int i = 0; i < PROCESSES; i++) {
            LinuxCalls calls = workers.getFirst().calls.get(i);
            if (domain == i) {
                unmap(calls, privates.get(i));
                calls.brk(calls.brk(0) & -(1L << 24));
            } else if (domain == OBJECTS) {
                unmap(calls, objects.get(i));
                empty(calls, files[i]);
                empty(calls, memoryFiles[i]);
            }
        }
        rounds.empty(domain);
    }

    private static void unmap(LinuxCalls calls, OverlappingPages window) {
        OverlappingObjects.require(calls, calls.munmap(window.start(), window.bytes()));
    }

    private static void empty(LinuxCalls calls, int descriptor) {
        OverlappingObjects.require(calls, calls.ftruncate(descriptor, 0));
        OverlappingObjects.require(calls, calls.ftruncate(descriptor, OverlappingObjects.FILE_BYTES));
    }

    @Override
    public String account() {
        SwapArea swap = kernel.core().swap();
        String swapped = swap == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "swap: %,d pages out, %,d in, %,d bytes in use at the end",
                        swap.pagesOut(),
                        swap.pagesIn(),
                        swap.totalBytes() - swap.freeBytes());
        return refusals.account() + (swapped.isEmpty() || refusals.account().isEmpty() ? "" : "\n") + swapped;
    }

    @Override
    public void finish() {
        refusals.end();
        check();
        require(kernel.audit(), false);
        workers.forEach(SpacesWorker::close);
        processes.forEach(Process::close);
        require(kernel.audit(), true);
        kernel.close();
        directory.close();
    }

    private static void require(Audit audit, boolean allFree) {
        if (audit.differences() != 0 || allFree && !audit.isAllFree()) {
            throw new IllegalStateException("the audit found " + audit);
        }
    }
}

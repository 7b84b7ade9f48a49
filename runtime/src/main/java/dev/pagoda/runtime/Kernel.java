package dev.pagoda.runtime;

import dev.pagoda.mm.memory.Prefault;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.swap.SwapArea;
import dev.pagoda.mm.swap.SwapFile;
import dev.pagoda.pagecache.CpuRings;
import dev.pagoda.pagecache.PageCache;
import dev.pagoda.runtime.scheduler.Scheduler;
import dev.pagoda.syscalls.ProcessState;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * One kernel: physical memory, page cache, CPUs and the processes that run on them.
 *
 * <p>Any thread may boot one and make processes; several kernels may live in one program. Closing it ends what is left of its
 * processes, writes files back and gives the memory to the host.
 */
public final class Kernel implements AutoCloseable {
    private static final int FRAME_SHIFT = 12;

    private final KernelConfig config;
    private final Core core;
    /** Null if frames are touched on use. */
    private final Prefault prefault;

    private final CpuRings rings;
    private final PageCache cache;
    private final CpuLending lending;
    private final Scheduler scheduler;
    private final IdleMemoryWork idleWork;
    private final ConcurrentMap<Integer, Process> processes = new ConcurrentHashMap<>();
    private final AtomicInteger nextPid = new AtomicInteger(1);
    private final AtomicLong peakFrames = new AtomicLong();
    private boolean closed;

    private Kernel(KernelConfig config, LongConsumer prefaulted) {
        this.config = config;
        this.core = new Core(
                config.memoryBytes(),
                config.overcommit().policy(),
                config.overcommit().ratioPercent(),
                config.overcommit().ofBytes());
        core.setHugePages(config.hugePages());
        try {
            config.swap().ifPresent(swap -> core.setSwap(new SwapArea(SwapFile.open(swap.file(), swap.bytes()))));
            this.prefault = config.prefaultThreads() == 0
                    ? null
                    : core.frames().memory().prefault(config.prefaultThreads(), prefaulted);
        } catch (RuntimeException | Error refused) {
            core.close();
            throw refused;
        }
        this.rings = new CpuRings(config.cpus(), this::currentCpu);
        this.cache = new PageCache(core, config.cacheBytes() >> FRAME_SHIFT, config.directFiles(), rings);
        this.lending = new CpuLending(core.epochs(), config.cpus());
        this.scheduler = new Scheduler(config.cpus(), lending, new RingDevice(rings));
        this.idleWork = new IdleMemoryWork(core, lending);
        scheduler.addIdleWork(idleWork);
        core.frames().setPressureListener(scheduler::wakeForIdleWork);
    }

    /**
     * Boots a kernel.
     *
     * @param config its sizes
     * @throws dev.pagoda.mm.memory.MemoryRefused if that is more memory than the machine has, or the host has no room for it
     * @throws dev.pagoda.mm.swap.SwapRefused if there can be no swap in that file
     */
    public static Kernel boot(KernelConfig config) {
        return boot(config, bytes -> {});
    }

    /**
     * Boots a kernel, and tells how far it has come with touching memory in advance.
     *
     * @param config its sizes
     * @param prefaulted told by the calling thread how many bytes were touched so far; never, unless {@link KernelConfig#prefaultThreads} is set
     * @throws dev.pagoda.mm.memory.MemoryRefused if that is more memory than the machine has, or the host has no room for it; nothing is left of it then
     * @throws dev.pagoda.mm.swap.SwapRefused if there can be no swap in that file; likewise
     */
    public static Kernel boot(KernelConfig config, LongConsumer prefaulted) {
        return new Kernel(config, prefaulted);
    }

    /** What it was booted with. */
    public KernelConfig config() {
        return config;
    }

    /** What it cost to touch memory in advance; empty if frames are touched on use. */
    public Optional<Prefault> prefault() {
        return Optional.ofNullable(prefault);
    }

    /** Frames, epochs and regions. */
    public Core core() {
        return core;
    }

    /** The pages of files. */
    public PageCache cache() {
        return cache;
    }

    /** The CPUs. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Makes a process with nothing but a stack in its address space, and no open descriptors.
     *
     * @throws dev.pagoda.mm.memory.MemoryRefused if there is no frame for its first tables
     */
    public Process newProcess() {
        ProcessState state = new ProcessState(new AddressSpace(core), cache, config.directory());
        try {
            state.mapStack();
        } catch (RuntimeException refused) {
            state.close();
            throw refused;
        }
        return add(state, null);
    }

    /** The process with a number, if it has not ended. */
    public Optional<Process> process(int pid) {
        return Optional.ofNullable(processes.get(pid));
    }

    /** Bytes of memory in use now, tables and cached files included. Costs a look at one word for each 2 MiB. */
    public long usedBytes() {
        long used = core.frames().total() - core.frames().countFree();
        peakFrames.accumulateAndGet(used, Math::max);
        return used << FRAME_SHIFT;
    }

    /** The most that {@link #usedBytes} found, this call included. */
    public long peakBytes() {
        usedBytes();
        return peakFrames.get() << FRAME_SHIFT;
    }

    /** Proves that the books balance. Nobody may use the kernel meanwhile; what idle CPUs do for memory pauses. */
    public Audit audit() {
        idleWork.pause();
        try {
            cache.awaitRest();
            return Audit.run(core);
        } finally {
            idleWork.resume();
            scheduler.wakeForIdleWork();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            scheduler.close();
        } finally {
            processes.values().forEach(Process::close);
            cache.close();
            rings.close();
            lending.close();
            core.close();
        }
    }

    /** The CPU that the calling guest thread is on until it parks, or -1 if that is not one of ours. */
    private int currentCpu() {
        return scheduler.currentCpu();
    }

    CpuLending lending() {
        return lending;
    }

    /** Adds a process that nobody knows yet, to its parent's children as well; there is none for a fresh one. */
    Process add(ProcessState state, Process parentOrNull) {
        Process process = new Process(this, nextPid.getAndIncrement(), state, parentOrNull);
        processes.put(process.pid(), process);
        if (parentOrNull != null) {
            parentOrNull.adopt(process);
        }
        return process;
    }

    void ended(Process process) {
        processes.remove(process.pid());
    }
}

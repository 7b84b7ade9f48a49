package dev.pagoda.runtime;

import dev.pagoda.mm.memory.HostMemory;
import dev.pagoda.mm.space.Commitment;
import dev.pagoda.mm.space.HugePages;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a kernel is booted with.
 *
 * @param memoryBytes size of physical memory, 1 MiB to 1 TiB and at most the machine's; reserved at boot, touched on use and then kept
 * @param cpus number of CPUs, each one platform thread
 * @param cacheBytes most memory that pages of files may take
 * @param directory what relative paths of processes start from
 * @param prefaultThreads how many threads touch all of memory at boot, before it is used; 0 if frames are touched on use
 * @param overcommit how much memory it promises
 * @param hugePages where huge pages are taken without being asked for
 * @param swap where private anonymous memory goes that there is no room for; empty if nowhere
 * @param directFiles whether files are read and written past the host's own cache where their file system can do that
 */
public record KernelConfig(
        long memoryBytes,
        int cpus,
        long cacheBytes,
        Path directory,
        int prefaultThreads,
        Overcommit overcommit,
        HugePages hugePages,
        Optional<Swap> swap,
        boolean directFiles) {
    /**
     * A file for swap; it is made, or used again if it was made for that.
     *
     * @param file its name
     * @param bytes its size, 1 MiB to 1 TiB; that much is reserved in its file system
     */
    public record Swap(Path file, long bytes) {}

    /**
     * How much memory the kernel promises: vm.overcommit_memory and vm.overcommit_ratio.
     *
     * @param policy what is refused
     * @param ratioPercent the part of memory that a strict kernel promises
     * @param ofBytes the size of memory that promises are measured by; 0 for the kernel's own
     */
    public record Overcommit(Commitment.Policy policy, int ratioPercent, long ofBytes) {
        /** Checks the numbers. */
        public Overcommit {
            if (ofBytes < 0) {
                throw new IllegalArgumentException(
                        "promises are measured by 0 bytes of memory or more, not by " + ofBytes);
            }
            if (ratioPercent < 0) {
                throw new IllegalArgumentException(
                        "a strict kernel promises 0 % of its memory or more, not " + ratioPercent + " %");
            }
        }

        /** Measured by the kernel's own memory. */
        public Overcommit(Commitment.Policy policy, int ratioPercent) {
            this(policy, ratioPercent, 0);
        }
    }

    /** Enough for the programs that were recorded; only what is used is touched. */
    private static final long DEFAULT_MEMORY_BYTES = 4L << 30;

    /** Checks the numbers. */
    public KernelConfig {
        if (cpus < 1) {
            throw new IllegalArgumentException("a kernel needs at least 1 CPU, not " + cpus);
        }
        if (prefaultThreads < 0) {
            throw new IllegalArgumentException(
                    "memory is touched in advance by 1 thread or more, or by 0 for not at all, not by "
                            + prefaultThreads);
        }
        if (cacheBytes > memoryBytes) {
            throw new IllegalArgumentException(
                    "the page cache of " + cacheBytes + " bytes does not fit into memory of " + memoryBytes + " bytes");
        }
    }

    /** 4 GiB of memory or what the machine has if that is less, half of it for files at most, and as many CPUs as the machine has. */
    public static KernelConfig defaults() {
        long memoryBytes =
                Math.min(DEFAULT_MEMORY_BYTES, HostMemory.ofThisMachine().totalBytes());
        return new KernelConfig(
                memoryBytes,
                Runtime.getRuntime().availableProcessors(),
                memoryBytes / 2,
                Path.of("").toAbsolutePath(),
                0,
                new Overcommit(Commitment.Policy.HEURISTIC, Commitment.DEFAULT_RATIO_PERCENT),
                HugePages.MADVISE,
                Optional.empty(),
                true);
    }

    /** The same with another size of memory, half of it for files at most. */
    public KernelConfig withMemoryBytes(long bytes) {
        return new KernelConfig(
                bytes, cpus, bytes / 2, directory, prefaultThreads, overcommit, hugePages, swap, directFiles);
    }

    /** The same with another number of CPUs. */
    public KernelConfig withCpus(int count) {
        return new KernelConfig(
                memoryBytes, count, cacheBytes, directory, prefaultThreads, overcommit, hugePages, swap, directFiles);
    }

    /** The same with another bound on the pages of files. */
    public KernelConfig withCacheBytes(long bytes) {
        return new KernelConfig(
                memoryBytes, cpus, bytes, directory, prefaultThreads, overcommit, hugePages, swap, directFiles);
    }

    /** The same with all of memory touched at boot by so many threads; 0 for not at all. */
    public KernelConfig withPrefault(int threads) {
        return new KernelConfig(
                memoryBytes, cpus, cacheBytes, directory, threads, overcommit, hugePages, swap, directFiles);
    }

    /** The same with another policy of promising memory. */
    public KernelConfig withOvercommit(Overcommit policy) {
        return new KernelConfig(
                memoryBytes, cpus, cacheBytes, directory, prefaultThreads, policy, hugePages, swap, directFiles);
    }

    /** The same with huge pages taken elsewhere without being asked for. */
    public KernelConfig withHugePages(HugePages where) {
        return new KernelConfig(
                memoryBytes, cpus, cacheBytes, directory, prefaultThreads, overcommit, where, swap, directFiles);
    }

    /** The same, with a file for swap. */
    public KernelConfig withSwap(Swap file) {
        return new KernelConfig(
                memoryBytes,
                cpus,
                cacheBytes,
                directory,
                prefaultThreads,
                overcommit,
                hugePages,
                Optional.of(file),
                directFiles);
    }

    /** The same with files past the host's own cache, where that can be, or through it. */
    public KernelConfig withDirectFiles(boolean past) {
        return new KernelConfig(
                memoryBytes, cpus, cacheBytes, directory, prefaultThreads, overcommit, hugePages, swap, past);
    }

    /** The same, with processes that begin in that directory. */
    public KernelConfig withDirectory(Path start) {
        return new KernelConfig(
                memoryBytes, cpus, cacheBytes, start, prefaultThreads, overcommit, hugePages, swap, directFiles);
    }
}

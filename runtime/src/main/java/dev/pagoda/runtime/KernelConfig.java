package dev.pagoda.runtime;

import java.nio.file.Path;

/**
 * What a kernel is booted with.
 *
 * @param memoryBytes size of physical memory, 1 MiB to 1 TiB; reserved at boot, touched on use
 * @param cpus number of CPUs, each one platform thread
 * @param cacheBytes most memory that pages of files may take
 * @param directory what relative paths of processes start from
 */
public record KernelConfig(long memoryBytes, int cpus, long cacheBytes, Path directory) {
    /** Enough for the programs that were recorded; only what is used is touched. */
    private static final long DEFAULT_MEMORY_BYTES = 4L << 30;

    /** Checks the numbers. */
    public KernelConfig {
        if (cpus < 1) {
            throw new IllegalArgumentException("a kernel needs at least 1 CPU, not " + cpus);
        }
        if (cacheBytes > memoryBytes) {
            throw new IllegalArgumentException(
                    "the page cache of " + cacheBytes + " bytes does not fit into memory of " + memoryBytes + " bytes");
        }
    }

    /** 4 GiB of memory, half of it for files at most, and as many CPUs as the machine has. */
    public static KernelConfig defaults() {
        return new KernelConfig(
                DEFAULT_MEMORY_BYTES,
                Runtime.getRuntime().availableProcessors(),
                DEFAULT_MEMORY_BYTES / 2,
                Path.of("").toAbsolutePath());
    }

    /** The same with another size of memory, half of it for files at most. */
    public KernelConfig withMemoryBytes(long bytes) {
        return new KernelConfig(bytes, cpus, bytes / 2, directory);
    }

    /** The same with another number of CPUs. */
    public KernelConfig withCpus(int count) {
        return new KernelConfig(memoryBytes, count, cacheBytes, directory);
    }

    /** The same with another bound on the pages of files. */
    public KernelConfig withCacheBytes(long bytes) {
        return new KernelConfig(memoryBytes, cpus, bytes, directory);
    }
}

package dev.pagoda.tests;

import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * The program that {@link KillTest} kills: threads store ascending numbers into places of a file, by write and through a map, and say after each sync how far they have come.
 */
final class KilledWriter {
    static final int THREADS = 2;
    /** Places of a thread: eight bytes each. */
    static final int PLACES = 512 * 1000;

    static final int BYTES = PLACES * THREADS * Long.BYTES;
    private static final int STORES_BEFORE_SYNC = 40;

    private KilledWriter() {}

    /** Where a thread stores its n-th number. */
    static long offset(long seed, int thread, long n) {
        long mixed = (seed + n) * 0x9E3779B97F4A7C15L;
        // Some places again and again.
        int range = n % 4 == 0 ? 64 : PLACES;
        return (Long.remainderUnsigned(mixed ^ mixed >>> 29, range) * THREADS + thread) * Long.BYTES;
    }

    /** Runs until it is killed: the file, the seed. */
    public static void main(String[] arguments) throws InterruptedException {
        Path file = Path.of(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        KernelConfig config = KernelConfig.defaults().withMemoryBytes(64L << 20).withCacheBytes(2L << 20);
        Kernel kernel = Kernel.boot(config);
        Process process = kernel.newProcess();
        for (int thread = 0; thread < THREADS; thread++) {
            int self = thread;
            Thread.ofPlatform().start(() -> write(process, file, seed, self));
        }
        Thread.currentThread().join();
    }

    private static void write(Process process, Path file, long seed, int self) {
        try (LinuxCalls calls = process.attach()) {
            int descriptor = (int) calls.open(file.toString(), Linux.O_RDWR, 0);
            long map = calls.mmap(0, BYTES, Linux.PROT_READ | Linux.PROT_WRITE, Linux.MAP_SHARED, descriptor, 0);
            View view = calls.view();
            for (long n = 1; ; n++) {
                long offset = offset(seed, self, n);
                if (n % 3 == 0) {
                    byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(n)
                            .array();
                    require(calls.pwriteFrom(descriptor, bytes, offset) == Long.BYTES);
                } else {
                    view.store(map + offset, Long.BYTES, n);
                }
                if (n % STORES_BEFORE_SYNC == 0) {
                    long synced = n % (2 * STORES_BEFORE_SYNC) == 0
                            ? calls.fdatasync(descriptor)
                            : calls.msync(map, BYTES, Linux.MS_SYNC);
                    require(synced == 0);
                    System.out.println(self + " " + n);
                }
            }
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            System.out.println("failed");
            Runtime.getRuntime().halt(1);
        }
    }
}

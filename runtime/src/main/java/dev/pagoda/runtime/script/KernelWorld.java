package dev.pagoda.runtime.script;

import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.MapUse;
import dev.pagoda.mm.space.MemoryInfo;
import dev.pagoda.mm.space.View;
import dev.pagoda.mm.space.VmStat;
import dev.pagoda.mm.space.Words;
import dev.pagoda.pagecache.PageCache;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import dev.pagoda.syscalls.ProcessOwner;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A booted kernel as scripts use it: the one class that knows both.
 *
 * <p>Owns the kernel and stops it on closing. Used by the thread that runs the scripts.
 */
public final class KernelWorld implements ScriptWorld {
    private final Kernel kernel;

    /**
     * Takes a kernel over.
     *
     * @param kernel a booted kernel that nobody else uses
     */
    public KernelWorld(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public ScriptProcess newProcess() {
        return new KernelProcess(kernel, kernel.newProcess());
    }

    @Override
    public Books audit() {
        var audit = kernel.audit();
        return new Books(audit.differences(), audit.toString());
    }

    @Override
    public String freeBlocks() {
        return kernel.core().frames().freeBlocks().describe();
    }

    @Override
    public void close() {
        kernel.close();
    }

    /** One process of the kernel, with the calling thread attached to it until it exits. */
    private static final class KernelProcess implements ScriptProcess {
        private final Kernel kernel;
        private final Process process;
        private final AddressSpace space;
        private final LinuxCalls calls;

        KernelProcess(Kernel kernel, Process process) {
            this.kernel = kernel;
            this.process = process;
            this.space = process.space();
            this.calls = process.attach();
        }

        @Override
        public LinuxCalls calls() {
            return calls;
        }

        @Override
        public ScriptMemory memory() {
            return new ViewMemory(calls.view());
        }

        @Override
        public String permissions(long address) {
            return space.permissions(address);
        }

        @Override
        public long countMaps(long address, long lengthBytes) {
            return space.countMaps(address, lengthBytes);
        }

        @Override
        public long mapStart(long address) {
            return space.mapStart(address);
        }

        @Override
        public void forEachMap(long address, long lengthBytes, MapUse use) {
            space.forEachMap(address, lengthBytes, use);
        }

        @Override
        public TreeMap<Long, Long> words() {
            TreeMap<Long, Long> words = new TreeMap<>();
            Words.forEach(calls.view(), (level, page, word) -> words.put(WordChanges.place(level, page), word));
            return words;
        }

        @Override
        public long lockedBytes() {
            return space.lockedBytes();
        }

        @Override
        public long mappedBytes() {
            return space.mappedBytes();
        }

        @Override
        public long dataBytes() {
            return space.dataBytes();
        }

        @Override
        public String maps() {
            return space.maps();
        }

        @Override
        public Optional<String> smaps() {
            return Optional.of(space.smaps());
        }

        @Override
        public Optional<String> meminfo() {
            return Optional.of(MemoryInfo.text(
                    kernel.core(), kernel.cache().pages(), kernel.cache().dirtyPages()));
        }

        @Override
        public Optional<String> status() {
            return Optional.of(space.status());
        }

        @Override
        public Optional<String> vmstat() {
            PageCache cache = kernel.cache();
            return Optional.of(VmStat.text(
                    kernel.core(),
                    new VmStat.Files(
                            cache.pages(),
                            cache.dirtyPages(),
                            cache.statistics().pagesRead(),
                            cache.statistics().pagesWritten())));
        }

        @Override
        public long residency(long address, long lengthBytes, byte[] vector) {
            return calls.mincoreInto(address, lengthBytes, vector);
        }

        @Override
        public long fork() {
            return calls.fork();
        }

        @Override
        public Optional<ScriptProcess> child(long pid) {
            return kernel.process((int) pid).map(child -> new KernelProcess(kernel, child));
        }

        @Override
        public long exit(int status) {
            return calls.exit(status);
        }

        @Override
        public long waitFor(long pid) {
            ProcessOwner.Awaited child = process.awaitChild((int) pid, false);
            return switch (child.pid()) {
                case ProcessOwner.Awaited.NO_CHILD -> calls.wait4((int) pid, 0, Linux.WNOHANG);
                case ProcessOwner.Awaited.NONE_YET ->
                    throw new NotRun("process " + pid
                            + " has not exited, and would not while this line waits: lines run one after the other");
                default -> child.status();
            };
        }

        // The kernel has no typed methods for what follows. Asked by number it says ENOSYS; a kernel that learns one of
        // these calls gets a typed method, because the structures that Linux takes here do not lie in the process.

        @Override
        public long limit(int resource, long softLimit) {
            return calls.limit(resource, softLimit);
        }

        @Override
        public long dropCapability(int capability) {
            return calls.dropCapability(capability);
        }

        @Override
        public void close() {
            calls.close();
            process.close();
        }

        private long byNumber(int number, long first, long second) {
            return calls.call(number, first, second, 0, 0, 0, 0);
        }
    }

    /** A view under the names of the notation. */
    private record ViewMemory(View view) implements ScriptMemory {
        @Override
        public long load(long address, int sizeBytes) {
            return view.load(address, sizeBytes);
        }

        @Override
        public void store(long address, int sizeBytes, long value) {
            view.store(address, sizeBytes, value);
        }

        @Override
        public long compareAndSet(long address, int sizeBytes, long expected, long value) {
            return view.compareAndSet(address, sizeBytes, expected, value);
        }

        @Override
        public void read(long address, byte[] destination) {
            view.read(address, destination, 0, destination.length);
        }

        @Override
        public void write(long address, byte[] source) {
            view.write(address, source, 0, source.length);
        }

        @Override
        public void fill(long address, long lengthBytes, byte value) {
            view.fill(address, lengthBytes, value);
        }
    }
}

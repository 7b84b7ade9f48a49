package dev.pagoda.runtime.stress;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.pagecache.Store;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.runtime.scratch.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Files that are read, written, mapped, cut, punched, advised about and synced by several threads in several processes, with a page cache of an eighth of what they may hold,
 * on disks that are slow, move less than they are asked for, fail, are full, and lose power.
 *
 * <p>Each sector of a file has one worker who stores to it, and is judged by whoever reads it ({@link FileContents}). One file more, a log, is appended to by all ({@link LogUnderStress}). In some rounds the power is cut while all are at work:
 * the pause makes another kernel on what the disks have kept, which must be what syncs had promised. At each pause the books are balanced, the bound is compared with the frames that hold pages of
 * files, syncs tell each descriptor of the writes that failed, and a file in turn is read from end to end.
 */
final class PageCacheScenario implements Scenario<CacheWorker> {
    private static final int FILES = 5;
    private static final int PROCESSES = 2;
    /** Guest threads that read beside the workers: their misses take another way to the disk. */
    private static final int GUESTS = 3;

    private static final int CACHE_PART = 32;
    private static final long MOST_CACHE_BYTES = 8L << 20;
    /** What files may hold for each page of the cache. */
    private static final int DATA_TIMES = 8;

    /** The cache for each byte that is appended before the log is emptied. */
    private static final int LOG_PART = 4;

    private static final long LEAST_BYTES = 64L << 20;
    private static final long LEAST_BYTES_A_THREAD = 2L << 20;
    private static final int MOST_THREADS = 64;
    private static final int ROUNDS_UNTIL_CUT = 3;
    private static final int ROUNDS_UNTIL_REFUSALS = 4;
    private static final int STEPS_UNTIL_REFUSAL = 300;
    /** When in a round the power is cut, after which threads see nothing but errors. */
    private static final long FIRST_CUT_NANOS = 400_000_000L;

    private static final long LAST_CUT_NANOS = 950_000_000L;

    private final KernelConfig config;
    private final ScratchDirectory directory;
    private final Random random;
    private final DeviceFaults faults = new DeviceFaults();
    private final List<FileUnderStress> files = new ArrayList<>();
    private final LogUnderStress log;
    private final List<CacheWorker> workers = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private final Totals totals = new Totals();
    private final List<CacheGuest> guests = new ArrayList<>();
    private Kernel kernel;
    private volatile RefusedFrames refusals;
    private volatile long cutAt = Long.MAX_VALUE;
    private int round;

    /** What the kernels that have lost their power had done. */
    private static final class Totals {
        long read;
        long written;
        long evicted;
        long durableSectors;
        long durableRecords;
        long refusals;
        long readByGuests;

        void add(Kernel kernel, long refused) {
            refusals += refused;
            read += kernel.cache().statistics().pagesRead();
            written += kernel.cache().statistics().pagesWritten();
            evicted += kernel.cache().statistics().pagesEvicted();
        }
    }

    static PageCacheScenario of(long memoryBytes, int threads, long seed) {
        long least = LEAST_BYTES + threads * LEAST_BYTES_A_THREAD;
        if (memoryBytes < least) {
            throw new IllegalArgumentException("the pagecache scenario with " + threads + " threads needs at least "
                    + (least >> 20) + "M of memory, not " + memoryBytes + " bytes");
        }
        if (threads > MOST_THREADS) {
            throw new IllegalArgumentException("the pagecache scenario has a sector for each of " + MOST_THREADS
                    + " threads in each part of a file, not for " + threads);
        }
        return new PageCacheScenario(memoryBytes, threads, seed);
    }

    private PageCacheScenario(long memoryBytes, int threads, long seed) {
        random = new Random(seed);
        directory = ScratchDirectory.make("pagoda-stress-");
        long cacheBytes = Math.min(memoryBytes / CACHE_PART, MOST_CACHE_BYTES);
        config = KernelConfig.defaults()
                .withMemoryBytes(memoryBytes)
                .withCpus(1)
                .withCacheBytes(cacheBytes)
                .withDirectory(directory.path());
        long zones = cacheBytes * DATA_TIMES / FILES / (FileUnderStress.ZONE_PAGES * FileUnderStress.PAGE);
        AtomicLong clock = new AtomicLong();
        for (int i = 0; i < FILES; i++) {
            // The last zone is not whole.
            int sectors = (int) zones * FileUnderStress.ZONE_SECTORS - 3 * FileUnderStress.SECTORS_OF_PAGE;
            long bytes = (long) sectors << FileStamp.SECTOR_SHIFT;
            files.add(new FileUnderStress(
                    i,
                    "file" + i,
                    // Pages that cannot be written leave memory with their file's last user: of a file that nobody
                    // keeps
                    // open nothing may fail.
                    new Disk(faults, seed + i, bytes / 4 * 3, i == 0 ? null : new MemoryStore(sectors), i == FILES - 1),
                    new FileContents(i, sectors, clock),
                    new FileSize(threads),
                    new ReentrantLock()));
        }
        log = makeLog(cacheBytes / LOG_PART, threads, seed + FILES);
        for (int i = 0; i < threads; i++) {
            workers.add(new CacheWorker(i, seed, files, log, threads, faults, () -> refusals.arePossible()));
        }
        for (int i = 0; i < GUESTS; i++) {
            guests.add(new CacheGuest(
                    new CacheWorker(threads + i, seed, files, log, threads, faults, () -> refusals.arePossible())));
        }
        boot();
        beginRound();
    }

    private LogUnderStress makeLog(long mostBytes, int threads, long seed) {
        long records = (long) threads * RecordStamp.MOST_WORDS * Long.BYTES;
        int pages = (int) ((mostBytes + records) / FileUnderStress.PAGE) + 1;
        return new LogUnderStress(
                new Disk(faults, seed, mostBytes / 2, new MemoryStore(pages), false), threads, mostBytes);
    }

    private void boot() {
        kernel = Kernel.boot(config);
        kernel.cache().setLayer(this::over);
        refusals = new RefusedFrames(kernel.core().frames());
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(kernel.newProcess());
        }
        for (CacheWorker worker : workers) {
            worker.enter(processes.get(worker.index % PROCESSES).attach(), kernel.cache());
        }
        for (int i = 0; i < Math.min(PROCESSES, workers.size()); i++) {
            int shared = workers.get(i).log().open();
            for (int j = i; j < workers.size(); j += PROCESSES) {
                workers.get(j).log().share(shared);
            }
        }
    }

    private Store over(Path path, Store host) throws IOException {
        if (path.endsWith(LogUnderStress.NAME)) {
            return log.disk().over(host);
        }
        for (FileUnderStress file : files) {
            if (path.endsWith(file.name())) {
                return file.disk().over(host);
            }
        }
        throw new IOException("no disk has a file " + path);
    }

    @Override
    public List<CacheWorker> workers() {
        return workers;
    }

    @Override
    public Optional<PhysicalMemory> memory() {
        return Optional.of(kernel.core().frames().memory());
    }

    @Override
    public void step(CacheWorker worker) {
        if (worker.index == 0 && System.nanoTime() - cutAt >= 0 && !faults.isCut()) {
            worker.does("the power is cut");
            faults.cutPower();
        }
        if (worker.random.nextInt(STEPS_UNTIL_REFUSAL) == 0) {
            refusals.inject(worker.random);
        }
        guests.forEach(CacheGuest::requireWell);
        worker.step();
    }

    private void beginRound() {
        guests.forEach(guest -> guest.begin(processes.get(random.nextInt(PROCESSES)), kernel.cache()));
        faults.choose(random);
        refusals.begin(random.nextInt(ROUNDS_UNTIL_REFUSALS) == 0);
        long now = System.nanoTime();
        // Never is a moment that is still far away.
        cutAt = now
                + (random.nextInt(ROUNDS_UNTIL_CUT) == 0
                        ? random.nextLong(FIRST_CUT_NANOS, LAST_CUT_NANOS)
                        : Long.MAX_VALUE / 2);
        round++;
    }

    @Override
    public void audit() {
        check();
        beginRound();
    }

    private void check() {
        guests.forEach(CacheGuest::end);
        refusals.end();
        faults.heal();
        if (faults.isCut()) {
            goOnAfterPowerCut();
        } else {
            requireBound();
            hearOfFailures();
            operations().readAll(files.get(round % FILES));
            workers.getFirst().log().judgeAll();
        }
        require(kernel.audit(), false);
        requireBound();
    }

    private FileOperations operations() {
        return workers.getFirst().operations();
    }

    /** The cache has never more pages and tables than its bound, and no frame holds a page of a file that it does not count. */
    private void requireBound() {
        kernel.cache().awaitRest();
        kernel.core().epochs().reclaimAll(0);
        Frames frames = kernel.core().frames();
        long found = 0;
        for (long frame = 0; frame < frames.total(); frame += 1L << frames.order(frames.headOf(frame))) {
            found += frames.isAllocated(frame) && frames.kind(frame) == FrameKind.OBJECT ? 1 : 0;
        }
        long counted = kernel.cache().pages();
        if (found != counted || kernel.cache().pagesAndTables() > kernel.cache().bound()) {
            throw new IllegalStateException(found + " frames hold pages of files, " + counted + " are counted, "
                    + kernel.cache().tables() + " tables, " + kernel.cache().bound() + " are the bound");
        }
    }

    /** Writes that failed since a descriptor's last sync are told to each descriptor once; after that all is well. */
    private void hearOfFailures() {
        for (CacheWorker worker : workers) {
            for (FileUnderStress file : files) {
                if (worker.isOpenedOnUse(file)) {
                    continue;
                }
                worker.hearOfFailures(
                        "file " + file.number(),
                        file.disk().failures() > worker.told[file.number()],
                        worker.descriptor(file),
                        () -> worker.operations().sync(file, true));
            }
            worker.log().hearOfFailures();
        }
    }

    /** Ends the kernel whose disks are gone, makes another, and compares what it finds with what was promised. */
    private void goOnAfterPowerCut() {
        shutDown();
        faults.powerOn();
        boot();
        for (FileUnderStress file : files) {
            totals.durableSectors += operations().settle(file);
        }
        totals.durableRecords += workers.getFirst().log().settle();
    }

    /** The power of a kernel that was ended has been cut if {@link DeviceFaults#isCut}; if not, files have been written back. */
    private void shutDown() {
        require(kernel.audit(), false);
        workers.forEach(CacheWorker::leave);
        processes.forEach(Process::close);
        processes.clear();
        require(kernel.audit(), true);
        totals.add(kernel, refusals.asked());
        totals.readByGuests = guests.stream().mapToLong(CacheGuest::steps).sum();
        kernel.close();
        files.forEach(file -> file.disk().losePower());
        log.disk().losePower();
    }

    @Override
    public String account() {
        return String.format(
                "%,d pages read, %,d written, %,d evicted; %s; %,d sectors and %,d appended records were found as syncs had promised; %,d reads by guest threads%n%s",
                totals.read,
                totals.written,
                totals.evicted,
                faults.account(),
                totals.durableSectors,
                totals.durableRecords,
                totals.readByGuests,
                RefusedFrames.account(totals.refusals));
    }

    @Override
    public void finish() {
        check();
        files.forEach(operations()::readAll);
        files.forEach(file -> operations().sync(file, true));
        workers.getFirst().log().sync(true);
        // All is synced, so that nothing may be missing.
        faults.cutPower();
        goOnAfterPowerCut();
        files.forEach(operations()::readAll);
        shutDown();
        directory.close();
    }

    private static void require(Audit audit, boolean allFree) {
        if (audit.differences() != 0 || allFree && !audit.isAllFree()) {
            throw new IllegalStateException("the audit found " + audit);
        }
    }
}

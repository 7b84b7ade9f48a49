package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import dev.pagoda.pagecache.PageCache;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A thread that reads, writes, maps, cuts and syncs files, in a process that it shares with others. After a power cut it goes on in another kernel. */
final class CacheWorker extends Worker {
    /** Most bytes of one read or write. */
    static final int MOST_BYTES = FileUnderStress.ZONE_PAGES * FileUnderStress.PAGE;

    /** A buffer, and one in pieces. */
    private static final int MEMORY_BYTES = MOST_BYTES + Pieces.BYTES;

    private static final long BUFFER = 0x3000_0000_0000L;
    private static final long STRIDE = 1L << 32;
    private static final int HOT_PART = 16;

    final List<FileUnderStress> files;
    final int workers;
    final DeviceFaults faults;
    /** Whether frames may be refused without a reason. */
    final BooleanSupplier refusesFrames;

    final FileLook look = new FileLook();
    final byte[] bytes = new byte[MOST_BYTES];
    final int[] versions = new int[FileUnderStress.ZONE_SECTORS];
    /** By file: the failed writes that a sync by this worker's descriptor may have told of. */
    final long[] told;

    /** Where its own memory lies: a buffer, and from there on windows on files. */
    final long start;

    private final FileOperations operations;
    private final Transfers transfers;
    private final LogOperations log;
    private final FileWindow shared;
    private final FileWindow copies;
    private final int[] descriptors;
    private LinuxCalls calls;
    private PageCache cache;

    CacheWorker(
            int index,
            long seed,
            List<FileUnderStress> files,
            LogUnderStress log,
            int workers,
            DeviceFaults faults,
            BooleanSupplier refusesFrames) {
        super(index, seed);
        this.files = files;
        this.workers = workers;
        this.faults = faults;
        this.refusesFrames = refusesFrames;
        this.told = new long[files.size()];
        this.descriptors = new int[files.size()];
        this.start = BUFFER + index * STRIDE;
        this.operations = new FileOperations(this);
        this.transfers = new Transfers(this);
        this.log = new LogOperations(this, log);
        this.shared = new FileWindow(this, true);
        this.copies = new FileWindow(this, false);
    }

    @Override
    public String state() {
        return super.state() + "; " + view().participant().describe();
    }

    /** Begins in a process, with calls of its own. */
    void enter(LinuxCalls callsInProcess, PageCache cacheOfKernel) {
        calls = callsInProcess;
        cache = cacheOfKernel;
        for (FileUnderStress file : files) {
            descriptors[file.number()] = isOpenedOnUse(file) ? -1 : (int) require(open(file));
            told[file.number()] = file.disk().failures();
        }
        log.enter();
        int flags = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED | Linux.MAP_POPULATE;
        require(calls.mmap(start, MEMORY_BYTES, Linux.PROT_READ | Linux.PROT_WRITE, flags, -1, 0));
        shared.forget();
        copies.forget();
    }

    /** Undoes what {@link #enter} did, but for the calls. */
    void closeFiles() {
        for (FileUnderStress file : files) {
            if (!isOpenedOnUse(file)) {
                isRefusedWrite(calls.close(descriptor(file)));
            }
        }
        log.leave();
        shared.give();
        calls.munmap(start, MEMORY_BYTES);
    }

    /** Lets the kernel go; at rest. */
    void leave() {
        calls.close();
    }

    LinuxCalls calls() {
        return calls;
    }

    View view() {
        return calls.view();
    }

    FileOperations operations() {
        return operations;
    }

    Transfers transfers() {
        return transfers;
    }

    LogOperations log() {
        return log;
    }

    /** One operation. */
    void step() {
        if (cache.pagesAndTables() > cache.bound()) {
            throw new IllegalStateException(
                    cache.pagesAndTables() + " pages and tables are in memory, " + cache.bound() + " are the bound");
        }
        switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4 -> operations.read(file());
            case 5, 6, 7, 8 -> operations.write(file());
            case 9 -> operations.sync(file());
            case 10 -> operations.resize(file());
            case 11 -> operations.advise(file());
            case 12, 13, 14, 15 -> shared.load();
            case 16, 17, 18, 19 -> shared.store();
            case 20 -> shared.special();
            case 21 -> copies.load();
            case 22 -> copies.store();
            case 23, 24 -> log.step();
            default -> copies.special();
        }
    }

    /** One operation of somebody who only reads. */
    void readStep() {
        if (random.nextInt(3) == 0) {
            shared.load();
        } else if (random.nextInt(8) == 0) {
            log.look();
        } else {
            operations.read(file());
        }
    }

    // What it works on

    private FileUnderStress file() {
        return files.get(random.nextInt(files.size()));
    }

    /** A file that stays open. */
    FileUnderStress openFile() {
        return files.get(random.nextInt(files.size() - 1));
    }

    /** The last file is opened for each operation, so that it leaves the cache now and then. */
    boolean isOpenedOnUse(FileUnderStress file) {
        return file.number() == files.size() - 1;
    }

    long open(FileUnderStress file) {
        return calls.open(file.name(), Linux.O_RDWR | Linux.O_CREAT, 0600);
    }

    /** Of a file that stays open. */
    int descriptor(FileUnderStress file) {
        return descriptors[file.number()];
    }

    /** A page, half of the time among those that are used most. */
    int page(FileUnderStress file) {
        int pages = file.pages();
        return random.nextInt(random.nextBoolean() ? pages / HOT_PART : pages);
    }

    int sector(FileUnderStress file) {
        return page(file) * FileUnderStress.SECTORS_OF_PAGE + random.nextInt(FileUnderStress.SECTORS_OF_PAGE);
    }

    // What may be answered

    long require(long answer) {
        if (answer < 0) {
            IOException host = faults.hostError();
            throw new IllegalStateException("refused by " + Errno.message((int) -answer) + ": " + calls.reason()
                    + (host == null ? "" : "; the host: " + host.getMessage()));
        }
        return answer;
    }

    /**
     * At rest, when the disks are well: of writes that failed since a descriptor's last sync its next one tells, once.
     *
     * @param sync syncs by that descriptor and says whether it went well
     */
    void hearOfFailures(String file, boolean failed, int descriptor, BooleanSupplier sync) {
        does("is told of " + file, failed ? 1 : 0);
        long answer = calls.fsync(descriptor);
        if (failed && answer == 0) {
            throw new IllegalStateException(
                    "a write of " + file + " had failed, and the next fsync of worker " + index + " did not say so");
        }
        if (!sync.getAsBoolean()) {
            throw new IllegalStateException(
                    "fsync of " + file + " by worker " + index + " fails for the second time, though the disk is well");
        }
    }

    /** Whether memory or a descriptor's page may be refused now. */
    boolean mayRefuse() {
        return faults.mayFailWrites() || refusesFrames.getAsBoolean();
    }

    /** Answers of a call that reads: a refusal must have a reason. Returns whether it was refused. */
    boolean isRefusedRead(long answer) {
        return isRefused(answer, faults.mayFailReads(), false);
    }

    /** As {@link #isRefusedRead}, of a call that writes, or asks what became of writes. */
    boolean isRefusedWrite(long answer) {
        return isRefused(answer, faults.mayFailReads() || faults.mayFailWrites(), faults.mayHaveNoRoom());
    }

    private boolean isRefused(long answer, boolean mayFail, boolean full) {
        boolean allowed = answer == -Errno.EIO && mayFail
                || answer == -Errno.ENOSPC && full
                || answer == -Errno.ENOMEM && mayRefuse();
        if (answer < 0 && !allowed) {
            require(answer);
        }
        return answer < 0;
    }

    /**
     * A fault of an access to a map of a file.
     *
     * @param isInside whether the file certainly reached beyond the page
     */
    void judge(MemoryFault fault, boolean isInside) {
        boolean allowed = switch (fault.signal()) {
            case MemoryFault.SIGBUS -> !isInside || faults.mayFailReads();
            case MemoryFault.SIGKILL -> mayRefuse();
            default -> false;
        };
        if (!allowed) {
            throw new IllegalStateException("a fault without a reason: " + fault.getMessage(), fault);
        }
    }
}

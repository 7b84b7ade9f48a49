package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Arrays;
import java.util.Random;

/**
 * A map of a part of a file that one worker loads from and stores to, shared or private; it moves to other parts and other places now and then.
 *
 * <p>What is stored into a private one is a copy that nobody else may ever see, and that stays until the file is cut before it or the worker gives it up.
 */
final class FileWindow {
    private static final int SECTOR = FileStamp.SECTOR_BYTES;
    private static final int PAGE = FileUnderStress.PAGE;
    private static final int PAGES = 48;
    private static final int RIGHTS = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final int MOST_LOCKED = 4;
    /** Of a page in a private window: nothing was stored there. */
    private static final int CLEAN = -1;
    /** Of a page in a private window: it may be a copy or not. */
    private static final int UNKNOWN = -2;

    private final CacheWorker worker;
    private final Random random;
    private final boolean shared;
    private final long[] places;
    /** Sector in the page that was stored to, {@link #CLEAN} or {@link #UNKNOWN}; of a private window. */
    private final int[] copied = new int[PAGES];

    private final int[] copiedVersions = new int[PAGES];
    private final long[] copiedSettings = new long[PAGES];
    private int nextCopy;
    /** Null if nothing is mapped. */
    private FileUnderStress file;

    private long address;
    private int firstPage;

    FileWindow(CacheWorker worker, boolean shared) {
        this.worker = worker;
        this.random = worker.random;
        this.shared = shared;
        long first = worker.start + (shared ? 1L << 28 : 1L << 29);
        // So that it begins in the middle of one table of the tree and of files, and ends in another.
        this.places = new long[] {first, first + (2L << 20) - 20L * PAGE};
    }

    private LinuxCalls calls() {
        return worker.calls();
    }

    /** The kernel that had it is gone. */
    void forget() {
        file = null;
    }

    /** Unmaps it if it is there. */
    void give() {
        if (file != null) {
            unmap();
        }
    }

    // Where it is

    private boolean isThere() {
        if (file == null) {
            map();
        }
        return file != null;
    }

    private void map() {
        FileUnderStress of = worker.openFile();
        int page = Math.min(worker.page(of), of.pages() - PAGES);
        long at = places[random.nextInt(places.length)];
        int flags = (shared ? Linux.MAP_SHARED : Linux.MAP_PRIVATE)
                | Linux.MAP_FIXED
                | (shared && random.nextInt(8) == 0 ? Linux.MAP_POPULATE : 0);
        worker.does(shared ? "mmap shared" : "mmap private", of.number(), page, at, flags);
        long found = calls().mmap(at, (long) PAGES * PAGE, RIGHTS, flags, worker.descriptor(of), (long) page * PAGE);
        if (found == at) {
            file = of;
            address = at;
            firstPage = page;
            Arrays.fill(copied, CLEAN);
        } else if (!worker.mayRefuse()) {
            worker.require(found);
        }
    }

    private void unmap() {
        worker.does("munmap", address);
        if (calls().munmap(address, (long) PAGES * PAGE) == 0) {
            file = null;
        } else if (!worker.mayRefuse()) {
            throw new IllegalStateException("munmap was refused: " + calls().reason());
        }
    }

    private void move() {
        long to = address == places[0] ? places[1] : places[0];
        int flags = Linux.MREMAP_MAYMOVE | Linux.MREMAP_FIXED;
        worker.does("mremap", address, to);
        if (Math.abs(to - address) < (long) PAGES * PAGE) {
            return;
        }
        long found = calls().mremap(address, (long) PAGES * PAGE, (long) PAGES * PAGE, flags, to);
        if (found == to) {
            address = to;
        } else if (!worker.mayRefuse()) {
            worker.require(found);
        }
    }

    // Accesses

    void load() {
        if (!isThere()) {
            return;
        }
        int page = random.nextInt(PAGES);
        int count = random.nextInt(8) == 0 ? 2 * PAGE : 8 * (1 + random.nextInt(SECTOR / 8));
        int within = 8 * random.nextInt(PAGE / 8);
        count = Math.min(count, PAGES * PAGE - page * PAGE - within);
        if (!shared) {
            // A copy, or what the file has: page by page.
            count = Math.min(count, PAGE - within);
            if (loadCopy(page) || copied[page] != CLEAN) {
                return;
            }
        }
        load(page, within, count);
    }

    private void load(int page, int within, int count) {
        long offset = (long) (firstPage + page) * PAGE + within;
        worker.does(shared ? "loads" : "loads from private", file.number(), offset, count);
        worker.look.begin(file, offset, offset + count);
        try {
            if (count <= 64) {
                loadWords(address + (long) page * PAGE + within, count);
            } else {
                worker.view().read(address + (long) page * PAGE + within, worker.bytes, 0, count);
            }
        } catch (MemoryFault fault) {
            long lastPage = offset + count - 1 & -PAGE;
            worker.judge(fault, worker.look.reaches(lastPage + 1));
            return;
        }
        worker.look.judge(worker.bytes, offset, count, true);
    }

    private void loadWords(long from, int count) {
        for (int at = 0; at < count; at += Long.BYTES) {
            FileStamp.put(worker.bytes, at, worker.view().load(from + at, Long.BYTES));
        }
    }

    void store() {
        if (!isThere()) {
            return;
        }
        if (shared) {
            storeShared();
        } else {
            storeCopy();
        }
    }

    private void storeShared() {
        int near =
                firstPage * FileUnderStress.SECTORS_OF_PAGE + random.nextInt(PAGES * FileUnderStress.SECTORS_OF_PAGE);
        int sector = file.ownSectorNear(near, worker.index, worker.workers);
        int inWindow = sector - firstPage * FileUnderStress.SECTORS_OF_PAGE;
        if (sector < 0 || inWindow < 0 || inWindow >= PAGES * FileUnderStress.SECTORS_OF_PAGE) {
            return;
        }
        long start = file.contents().now();
        worker.versions[0] = file.contents().begin(sector);
        FileStamp.fill(worker.bytes, file.number(), sector, 1, worker.versions);
        long at = address + (long) inWindow * SECTOR;
        worker.does("stores", file.number(), (long) sector * SECTOR, at, worker.versions[0]);
        FileSize.Known before = file.size().known();
        try {
            if (random.nextBoolean()) {
                worker.view().write(at, worker.bytes, 0, SECTOR);
            } else {
                for (int i = 0; i < SECTOR; i += Long.BYTES) {
                    worker.view().store(at + i, Long.BYTES, FileStamp.word(worker.bytes, i));
                }
            }
        } catch (MemoryFault fault) {
            FileSize.Known now = file.size().known();
            long page = (long) sector * SECTOR & -PAGE;
            worker.judge(fault, before.isStableUntil(now) && before.least() > page);
            return;
        }
        endStore(sector, start, before, file.size().known());
    }

    /** Inside the file it is the file's; behind its end nobody may ever read it; if nobody knows where the end was, nor do we. */
    private void endStore(int sector, long start, FileSize.Known before, FileSize.Known now) {
        if (!before.isStableUntil(now)) {
            return;
        }
        long offset = (long) sector * SECTOR;
        if (offset + SECTOR <= before.least()) {
            file.contents().end(sector, start);
        } else if (before.most() <= offset && now.most() <= offset && before.growths() == now.growths()) {
            file.contents().endBehindEnd(sector);
        }
    }

    // Copies

    private void storeCopy() {
        int page = random.nextInt(PAGES);
        int sector = random.nextInt(FileUnderStress.SECTORS_OF_PAGE);
        worker.versions[0] = nextCopy = nextCopy % FileStamp.MOST_VERSION + 1;
        int inFile = (firstPage + page) * FileUnderStress.SECTORS_OF_PAGE + sector;
        FileStamp.fill(worker.bytes, FileStamp.PRIVATE, inFile, 1, worker.versions);
        worker.does("stores into private", file.number(), firstPage + page, sector, nextCopy);
        FileSize.Known before = file.size().known();
        copied[page] = UNKNOWN;
        try {
            worker.view().write(address + (long) page * PAGE + (long) sector * SECTOR, worker.bytes, 0, SECTOR);
        } catch (MemoryFault fault) {
            boolean isInside =
                    before.isStableUntil(file.size().known()) && before.least() > (long) (firstPage + page) * PAGE;
            worker.judge(fault, isInside);
            return;
        }
        copied[page] = sector;
        copiedVersions[page] = nextCopy;
        copiedSettings[page] = before.stable() ? before.settings() : -1;
    }

    /** Judges a copy, if one must be there; returns whether that is so. */
    private boolean loadCopy(int page) {
        int sector = copied[page];
        if (sector < 0) {
            return false;
        }
        worker.does("loads copy", file.number(), firstPage + page, sector);
        boolean isLost = false;
        try {
            worker.view().read(address + (long) page * PAGE + (long) sector * SECTOR, worker.bytes, 0, SECTOR);
        } catch (MemoryFault fault) {
            isLost = true;
            worker.judge(fault, file.size().known().settings() == copiedSettings[page]);
        }
        if (file.size().known().settings() != copiedSettings[page]) {
            // The file may have been cut before it meanwhile.
            copied[page] = UNKNOWN;
            return true;
        }
        int inFile = (firstPage + page) * FileUnderStress.SECTORS_OF_PAGE + sector;
        for (int word = 0; word < FileStamp.WORDS && !isLost; word++) {
            long found = FileStamp.word(worker.bytes, word * Long.BYTES);
            long stored = FileStamp.of(FileStamp.PRIVATE, inFile, word, copiedVersions[page]);
            if (found != stored) {
                throw new IllegalStateException("a copy of page " + (firstPage + page) + " of file " + file.number()
                        + " holds 0x" + Long.toHexString(found) + " in word " + word + " of sector " + sector
                        + ", not 0x" + Long.toHexString(stored));
            }
        }
        return true;
    }

    // The rest

    /** Anything but an access. */
    void special() {
        if (!isThere()) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> unmap();
            case 1 -> move();
            case 2 -> protect();
            case 3 -> lock();
            case 4, 5 -> sync();
            case 6 -> remove();
            default -> advise();
        }
    }

    private void protect() {
        int page = random.nextInt(PAGES);
        int count = 1 + random.nextInt(PAGES - page);
        long at = address + (long) page * PAGE;
        worker.does("mprotect and back", at, count);
        tolerate(calls().mprotect(at, (long) count * PAGE, Linux.PROT_READ));
        tolerate(calls().mprotect(at, (long) count * PAGE, RIGHTS));
        if (worker.mayRefuse()) {
            // It may have stayed without the right to be stored to.
            unmap();
        }
    }

    private void lock() {
        int page = random.nextInt(PAGES - MOST_LOCKED);
        long at = address + (long) page * PAGE;
        worker.does("mlock and munlock", at);
        if (!shared) {
            // Locking makes copies of what may be stored to.
            Arrays.fill(copied, page, page + MOST_LOCKED, UNKNOWN);
        }
        calls().mlock(at, (long) MOST_LOCKED * PAGE);
        tolerate(calls().munlock(at, (long) MOST_LOCKED * PAGE));
    }

    private void sync() {
        int page = random.nextInt(PAGES);
        int count = 1 + random.nextInt(PAGES - page);
        int first = (firstPage + page) * FileUnderStress.SECTORS_OF_PAGE;
        int end = first + count * FileUnderStress.SECTORS_OF_PAGE;
        int flags = random.nextInt(3) == 0 ? Linux.MS_ASYNC : Linux.MS_SYNC;
        worker.does("msync", file.number(), firstPage + page, count, flags);
        worker.look.begin(file, first, end);
        long answer = calls().msync(address + (long) page * PAGE, (long) count * PAGE, flags);
        worker.told[file.number()] = file.disk().failures();
        if (!worker.isRefusedWrite(answer) && flags == Linux.MS_SYNC && shared) {
            worker.look.synced(first, end);
        }
    }

    private void remove() {
        if (!shared) {
            return;
        }
        int page = random.nextInt(PAGES);
        int count = 1 + random.nextInt(Math.min(4, PAGES - page));
        int first = (firstPage + page) * FileUnderStress.SECTORS_OF_PAGE;
        int end = first + count * FileUnderStress.SECTORS_OF_PAGE;
        worker.does("MADV_REMOVE", file.number(), firstPage + page, count);
        long start = file.contents().beginZero(first, end);
        boolean done = false;
        try {
            done = !worker.isRefusedWrite(
                    calls().madvise(address + (long) page * PAGE, (long) count * PAGE, Linux.MADV_REMOVE));
        } finally {
            file.contents().endZero(first, end, start, done);
        }
    }

    private void advise() {
        int advice = switch (random.nextInt(10)) {
            case 0, 1 -> Linux.MADV_DONTNEED;
            case 2, 3 -> Linux.MADV_PAGEOUT;
            case 4 -> Linux.MADV_COLD;
            case 5 -> Linux.MADV_WILLNEED;
            case 6 -> Linux.MADV_SEQUENTIAL;
            case 7 -> Linux.MADV_RANDOM;
            case 8 -> Linux.MADV_POPULATE_READ;
            default -> Linux.MADV_NORMAL;
        };
        int page = random.nextInt(PAGES);
        int count = 1 + random.nextInt(PAGES - page);
        worker.does("madvise", file.number(), firstPage + page, count, advice);
        long answer = calls().madvise(address + (long) page * PAGE, (long) count * PAGE, advice);
        if (advice == Linux.MADV_DONTNEED && !shared) {
            Arrays.fill(copied, page, page + count, answer == 0 ? CLEAN : UNKNOWN);
        }
        boolean touches = advice == Linux.MADV_POPULATE_READ || advice == Linux.MADV_PAGEOUT;
        if (answer < 0 && !(touches && (answer == -Errno.EFAULT || worker.faults.mayFailReads()))) {
            tolerate(answer);
        }
    }

    private void tolerate(long answer) {
        if (answer < 0 && !worker.mayRefuse()) {
            worker.require(answer);
        }
    }
}

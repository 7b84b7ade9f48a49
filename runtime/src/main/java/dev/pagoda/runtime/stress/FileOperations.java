package dev.pagoda.runtime.stress;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Random;
import java.util.function.IntToLongFunction;

/** The calls on files that one worker makes. */
final class FileOperations {
    private static final int SECTOR = FileStamp.SECTOR_BYTES;

    private final CacheWorker worker;
    private final Random random;

    FileOperations(CacheWorker worker) {
        this.worker = worker;
        this.random = worker.random;
    }

    private LinuxCalls calls() {
        return worker.calls();
    }

    /** Makes a call on a descriptor, which is opened and closed again if the file does not stay open. */
    private long on(FileUnderStress file, IntToLongFunction call) {
        if (!worker.isOpenedOnUse(file)) {
            return call.applyAsLong(worker.descriptor(file));
        }
        long descriptor = worker.open(file);
        if (worker.isRefusedRead(descriptor)) {
            return descriptor;
        }
        long answer = call.applyAsLong((int) descriptor);
        worker.isRefusedWrite(calls().close((int) descriptor));
        return answer;
    }

    // Reading

    void read(FileUnderStress file) {
        long offset = (long) worker.page(file) * FileUnderStress.PAGE + 8 * random.nextInt(FileUnderStress.PAGE / 8);
        int length = 8 * (1 + random.nextInt((random.nextInt(4) == 0 ? CacheWorker.MOST_BYTES : SECTOR) / 8));
        length = (int) Math.min(length, file.bytes() - offset);
        read(file, offset, length);
    }

    /** Reads a file to its end and judges all of it. */
    void readAll(FileUnderStress file) {
        worker.does("reads all of", file.number());
        for (long offset = 0; offset < file.bytes(); offset += CacheWorker.MOST_BYTES) {
            read(file, offset, (int) Math.min(CacheWorker.MOST_BYTES, file.bytes() - offset));
        }
    }

    private void read(FileUnderStress file, long offset, int length) {
        worker.look.begin(file, offset, offset + length);
        long moved = on(file, descriptor -> worker.transfers().read(file.number(), descriptor, offset, length));
        if (worker.isRefusedRead(moved)) {
            return;
        }
        if (moved == length || !worker.faults.mayFailReads() && !worker.mayRefuse()) {
            worker.look.judgeCount(offset, length, moved);
        }
        worker.look.judge(worker.bytes, offset, (int) moved, false);
    }

    /** Judges what a file has after a power cut, which is what it holds from here on; returns how many sectors a sync had promised. */
    int settle(FileUnderStress file) {
        worker.does("settles", file.number());
        long size = on(file, descriptor -> calls().fileSize(descriptor));
        if (size < file.size().durableLeast() || size > file.bytes()) {
            throw new IllegalStateException("after a power cut file " + file.number() + " has " + size
                    + " bytes, though " + file.size().durableLeast() + " were synced");
        }
        file.size().settle(size);
        int promised = 0;
        int page = FileUnderStress.PAGE;
        for (long offset = 0; offset < file.bytes(); offset += page) {
            long from = offset;
            int expected = Math.clamp(size - from, 0, page);
            byte[] content = new byte[page];
            long moved = expected == 0 ? 0 : on(file, descriptor -> calls().preadInto(descriptor, content, from));
            if (moved != expected) {
                throw new IllegalStateException("a read of " + page + " bytes at " + from + " of file " + file.number()
                        + " answered " + moved + ", not " + expected);
            }
            for (int sector = (int) (from >>> FileStamp.SECTOR_SHIFT), end = sector + page / SECTOR;
                    sector < end;
                    sector++) {
                promised += file.contents().isPromised(sector) ? 1 : 0;
            }
            FileLook.forEachSector(file, content, from, page, file.contents()::settle);
        }
        return promised;
    }

    // Writing

    void write(FileUnderStress file) {
        int sector = file.ownSectorNear(worker.sector(file), worker.index, worker.workers);
        if (sector < 0) {
            return;
        }
        int most = file.ownSectorsFrom(sector);
        int count = random.nextInt(3) == 0 ? 1 + random.nextInt(most) : Math.min(most, 1 + random.nextInt(8));
        long offset = (long) sector << FileStamp.SECTOR_SHIFT;
        int length = count * SECTOR;
        long start = file.contents().now();
        for (int i = 0; i < count; i++) {
            worker.versions[i] = file.contents().begin(sector + i);
        }
        FileStamp.fill(worker.bytes, file.number(), sector, count, worker.versions);
        FileSize.Known before = file.size().beginWrite(worker.index, offset + length);
        long moved = 0;
        try {
            moved = on(file, descriptor -> worker.transfers().write(file.number(), descriptor, offset, length));
        } finally {
            file.size().endWrite(worker.index, before, moved > 0 ? offset + moved : 0);
        }
        if (worker.isRefusedWrite(moved)) {
            return;
        }
        if (moved < length && !worker.mayRefuse() && !worker.faults.mayFailReads()) {
            throw new IllegalStateException("a write of " + length + " bytes moved " + moved);
        }
        for (int i = 0; i < moved / SECTOR; i++) {
            file.contents().end(sector + i, start);
        }
    }

    // Syncing

    void sync(FileUnderStress file) {
        int kind = random.nextInt(4);
        if (kind > 1) {
            syncRange(file);
            return;
        }
        worker.does(kind == 0 ? "fsync" : "fdatasync", file.number());
        sync(file, kind == 0);
    }

    /** Returns whether it went well. */
    boolean sync(FileUnderStress file, boolean metadataToo) {
        int sectors = file.contents().sectors();
        worker.look.begin(file, 0, sectors);
        FileSize.Known before = worker.look.known();
        long answer = on(file, descriptor -> metadataToo ? calls().fsync(descriptor) : calls().fdatasync(descriptor));
        worker.told[file.number()] = file.disk().failures();
        if (worker.isRefusedWrite(answer)) {
            return false;
        }
        worker.look.synced(0, sectors);
        file.size().synced(before);
        return true;
    }

    private void syncRange(FileUnderStress file) {
        long offset = (long) worker.page(file) * FileUnderStress.PAGE;
        long length = random.nextBoolean() ? 0 : (1L + random.nextInt(64)) * FileUnderStress.PAGE;
        int flags = random.nextInt(8);
        worker.does("sync_file_range", file.number(), offset, length, flags);
        long answer = on(
                file, descriptor -> calls().call(Linux.SYS_sync_file_range, descriptor, offset, length, flags, 0, 0));
        worker.told[file.number()] = file.disk().failures();
        worker.isRefusedWrite(answer);
    }

    // Sizes and holes

    void resize(FileUnderStress file) {
        long bytes = file.bytes();
        long size = (long) worker.sector(file) << FileStamp.SECTOR_SHIFT;
        switch (random.nextInt(6)) {
            // Mostly near the end, so that files stay long.
            case 0 -> setSize(file, bytes - size / 4);
            case 1 -> setSize(file, random.nextInt(8) == 0 ? size : bytes - size / 16);
            case 2 -> allocate(file, size, SECTOR * (1L + random.nextInt(256)));
            default -> punch(file, size, SECTOR * (1L + random.nextInt(random.nextBoolean() ? 16 : 512)));
        }
    }

    private void setSize(FileUnderStress file, long size) {
        int first = (int) (size >>> FileStamp.SECTOR_SHIFT);
        long bytes = (long) first << FileStamp.SECTOR_SHIFT;
        int end = file.contents().sectors();
        worker.does("ftruncate", file.number(), bytes);
        file.setting().lock();
        try {
            file.size().beginSet(bytes);
            long start = file.contents().beginZero(first, end);
            boolean done = false;
            try {
                done = !worker.isRefusedWrite(on(file, descriptor -> calls().ftruncate(descriptor, bytes)));
            } finally {
                file.contents().endZero(first, end, start, done);
                file.size().endSet(bytes, done);
            }
        } finally {
            file.setting().unlock();
        }
    }

    private void allocate(FileUnderStress file, long offset, long length) {
        long count = Math.min(length, file.bytes() - offset);
        int mode = random.nextBoolean() ? 0 : Linux.FALLOC_FL_KEEP_SIZE;
        worker.does("fallocate", file.number(), mode, offset, count);
        FileSize.Known before = file.size().beginWrite(worker.index, mode == 0 ? offset + count : 0);
        boolean done = false;
        try {
            done = !worker.isRefusedWrite(on(file, descriptor -> calls().fallocate(descriptor, mode, offset, count)));
        } finally {
            file.size().endWrite(worker.index, before, done && mode == 0 ? offset + count : 0);
        }
    }

    private void punch(FileUnderStress file, long offset, long length) {
        long count = Math.min(length, file.bytes() - offset);
        int mode = Linux.FALLOC_FL_PUNCH_HOLE | Linux.FALLOC_FL_KEEP_SIZE;
        worker.does("punches", file.number(), offset, count);
        int first = (int) (offset >>> FileStamp.SECTOR_SHIFT);
        int end = (int) (offset + count >>> FileStamp.SECTOR_SHIFT);
        long start = file.contents().beginZero(first, end);
        boolean done = false;
        try {
            done = !worker.isRefusedWrite(on(file, descriptor -> calls().fallocate(descriptor, mode, offset, count)));
        } finally {
            file.contents().endZero(first, end, start, done);
        }
    }

    // Advice

    void advise(FileUnderStress file) {
        long offset = (long) worker.page(file) * FileUnderStress.PAGE;
        long length = random.nextInt(4) == 0 ? 0 : (1L + random.nextInt(128)) * FileUnderStress.PAGE;
        int advice = random.nextInt(Linux.POSIX_FADV_NOREUSE + 2);
        worker.does("fadvise64", file.number(), offset, length, advice);
        worker.isRefusedRead(on(
                file,
                descriptor -> advice > Linux.POSIX_FADV_NOREUSE
                        ? calls().call(Linux.SYS_readahead, descriptor, offset, length, 0, 0, 0)
                        : calls().call(Linux.SYS_fadvise64, descriptor, offset, length, advice, 0, 0)));
    }
}

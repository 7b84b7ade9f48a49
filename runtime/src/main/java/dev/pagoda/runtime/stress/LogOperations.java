package dev.pagoda.runtime.stress;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.Arrays;
import java.util.Random;

/** What one worker does with the log: he appends through a descriptor of his own and through one that his process shares, and reads what he and others have appended. */
final class LogOperations {
    private static final int SMALL_WORDS = 64;
    private static final int NEAR_END_BYTES = 2 * FileUnderStress.PAGE;

    private final CacheWorker worker;
    private final LogUnderStress log;
    private final Random random;
    private int descriptor;
    private int shared;
    /** The failed writes that a sync by the descriptor of his own may have told of. */
    private long told;

    LogOperations(CacheWorker worker, LogUnderStress log) {
        this.worker = worker;
        this.log = log;
        this.random = worker.random;
    }

    private LinuxCalls calls() {
        return worker.calls();
    }

    /** Opens it; nobody shares a descriptor with this worker yet. */
    void enter() {
        descriptor = open();
        shared = descriptor;
        told = log.disk().failures();
    }

    void leave() {
        worker.isRefusedWrite(calls().close(descriptor));
    }

    int open() {
        int flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_APPEND;
        return (int) worker.require(calls().open(LogUnderStress.NAME, flags, 0600));
    }

    /** Appends through that descriptor from here on, now and then. */
    void share(int descriptorOfProcess) {
        shared = descriptorOfProcess;
    }

    /** One operation. */
    void step() {
        switch (random.nextInt(16)) {
            case 0 -> sync(random.nextBoolean());
            case 1, 2, 3 -> look();
            default -> append();
        }
    }

    // Appending

    private void append() {
        if (log.isFull()) {
            look();
            return;
        }
        int words = 1 + random.nextInt(random.nextInt(4) == 0 ? RecordStamp.MOST_WORDS : SMALL_WORDS);
        int record = log.records(worker.index);
        int length = words * Long.BYTES;
        RecordStamp.fill(worker.bytes, log.generation(), worker.index, record, words);
        boolean isShared = random.nextBoolean();
        Transfers.Appended done =
                worker.transfers().append(LogUnderStress.NUMBER, isShared ? shared : descriptor, isShared, length);
        if (worker.isRefusedWrite(done.moved())) {
            return;
        }
        requireWords(done.moved());
        if (done.moved() == 0 || done.moved() < length && !worker.mayRefuse() && !worker.faults.mayFailReads()) {
            throw new IllegalStateException("an append of " + length + " bytes moved " + done.moved());
        }
        log.appended(worker.index, (int) done.moved() / Long.BYTES);
        if (done.end() >= 0) {
            readBack(record, (int) done.moved(), done.end());
        }
    }

    private static void requireWords(long bytes) {
        if (bytes % Long.BYTES != 0) {
            throw new IllegalStateException(bytes + " bytes are not whole words, though nobody moves others");
        }
    }

    /** The position says where the record ends, and there it is. */
    private void readBack(int record, int length, long end) {
        long moved = read(end - length, length);
        if (worker.isRefusedRead(moved)) {
            return;
        }
        byte[] expected = new byte[length];
        RecordStamp.fill(expected, log.generation(), worker.index, record, length / Long.BYTES);
        boolean isShort = moved < length && !worker.faults.mayFailReads() && !worker.mayRefuse();
        if (isShort || !Arrays.equals(expected, 0, (int) moved, worker.bytes, 0, (int) moved)) {
            throw new IllegalStateException("record " + record + " was appended up to " + end + ", and the " + moved
                    + " bytes of " + length + " that are read there are others");
        }
    }

    private long read(long offset, int length) {
        return worker.transfers().read(LogUnderStress.NUMBER, descriptor, offset, length);
    }

    // Reading, while others append

    /** Reads a part of the log. */
    void look() {
        long least = calls().fileSize(descriptor);
        requireWords(least);
        long back = least - (random.nextBoolean() ? Math.min(least, random.nextInt(NEAR_END_BYTES)) : 0);
        long offset = (random.nextBoolean() ? back : random.nextLong(least + 1)) & -Long.BYTES;
        int length = Long.BYTES * (1 + random.nextInt(CacheWorker.MOST_BYTES / Long.BYTES));
        long moved = read(offset, length);
        if (worker.isRefusedRead(moved)) {
            return;
        }
        requireWords(moved);
        long most = Math.min(length, calls().fileSize(descriptor) - offset);
        boolean isShort =
                moved < Math.min(length, least - offset) && !worker.faults.mayFailReads() && !worker.mayRefuse();
        if (isShort || moved > most) {
            throw new IllegalStateException("a read of " + length + " bytes at " + offset + " of the log moved " + moved
                    + ", though " + least + " bytes were there before and " + most + " were to be had after it");
        }
        LogReading.from(log, offset).take(worker.bytes, (int) moved);
    }

    // Syncing

    /** Returns whether it went well. */
    boolean sync(boolean metadataToo) {
        worker.does(metadataToo ? "fsync" : "fdatasync", LogUnderStress.NUMBER);
        int[] counts = log.counts();
        long size = calls().fileSize(descriptor);
        long answer = metadataToo ? calls().fsync(descriptor) : calls().fdatasync(descriptor);
        told = log.disk().failures();
        if (worker.isRefusedWrite(answer)) {
            return false;
        }
        log.synced(size, counts);
        return true;
    }

    // At rest, when all is well

    /** A write that failed is told once. */
    void hearOfFailures() {
        worker.hearOfFailures("the log", log.disk().failures() > told, descriptor, () -> sync(true));
    }

    /** Reads the log from end to end, and empties it if there is no room for more. */
    void judgeAll() {
        worker.does("reads all of", LogUnderStress.NUMBER);
        long size = calls().fileSize(descriptor);
        if (size != log.bytes()) {
            throw new IllegalStateException("the log has " + size + " bytes, and " + log.bytes() + " were appended");
        }
        LogReading reading = LogReading.ofAll(log);
        take(reading, size);
        reading.requireAll();
        if (log.isFull()) {
            empty();
        }
    }

    private void take(LogReading reading, long end) {
        for (long offset = 0; offset < end; offset += CacheWorker.MOST_BYTES) {
            int length = (int) Math.min(CacheWorker.MOST_BYTES, end - offset);
            long moved = read(offset, length);
            if (moved != length) {
                throw new IllegalStateException(
                        "a read of " + length + " bytes at " + offset + " of the log answered " + moved);
            }
            reading.take(worker.bytes, length);
        }
    }

    private void empty() {
        worker.does("ftruncate", LogUnderStress.NUMBER, 0);
        worker.require(calls().ftruncate(descriptor, 0));
        log.emptied();
    }

    /** Judges what the log has after a power cut, and empties it; returns how many records a sync had promised. */
    long settle() {
        worker.does("settles", LogUnderStress.NUMBER);
        long size = calls().fileSize(descriptor);
        if (size < log.durableBytes()) {
            throw new IllegalStateException(
                    "after a power cut the log has " + size + " bytes, though " + log.durableBytes() + " were synced");
        }
        LogReading reading = LogReading.ofAll(log);
        take(reading, log.durableBytes());
        reading.requireDurable();
        long promised = 0;
        for (int i = 0; i < log.workers(); i++) {
            promised += log.durableRecords(i);
        }
        empty();
        return promised;
    }
}

package dev.pagoda.runtime.stress;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that workers append records to and nobody cuts while they do. What it holds is those records, each whole and in one piece, in an order in which each worker's follow each
 * other; nothing else. A record is as long as the call said that it had moved. Thread-safe, but for what is called at rest.
 */
final class LogUnderStress {
    static final String NAME = "log";
    /** In notes of what workers do, where files have their numbers. */
    static final int NUMBER = -1;

    private final Disk disk;
    private final Written[] written;
    private final long mostBytes;
    private final AtomicLong bytes = new AtomicLong();
    /** How often it was emptied; changes at rest. */
    private int generation = 1;

    // Under the lock: what a sync has promised to keep
    private long durableBytes;
    private final int[] durableRecords;

    /** The records of one worker: how many words each has. Added to by him, read by others at rest, but for the count. */
    private static final class Written {
        volatile int count;
        int[] words = new int[1024];

        void add(int wordsOfRecord) {
            int n = count;
            if (n == words.length) {
                words = Arrays.copyOf(words, 2 * n);
            }
            words[n] = wordsOfRecord;
            count = n + 1;
        }
    }

    /**
     * An empty log.
     *
     * @param mostBytes above this nobody appends any more; what is under way may still come
     */
    LogUnderStress(Disk disk, int workers, long mostBytes) {
        this.disk = disk;
        this.mostBytes = mostBytes;
        written = new Written[workers];
        Arrays.setAll(written, i -> new Written());
        durableRecords = new int[workers];
    }

    Disk disk() {
        return disk;
    }

    int generation() {
        return generation;
    }

    int workers() {
        return written.length;
    }

    boolean isFull() {
        return bytes.get() > mostBytes;
    }

    /** What all records have together; exact at rest. */
    long bytes() {
        return bytes.get();
    }

    /** How many records a worker has appended. */
    int records(int worker) {
        return written[worker].count;
    }

    /** How many words of a record were appended; at rest, or by its worker. */
    int words(int worker, int record) {
        return written[worker].words[record];
    }

    /** A worker's next record was appended, or the beginning of it. */
    void appended(int worker, int words) {
        written[worker].add(words);
        bytes.addAndGet((long) words * Long.BYTES);
    }

    /** How many records each worker has appended: what a sync that begins now will keep. */
    int[] counts() {
        int[] counts = new int[written.length];
        Arrays.setAll(counts, this::records);
        return counts;
    }

    /** A sync has returned well that began when the file had so many bytes, and before that so many records. */
    synchronized void synced(long size, int[] counts) {
        durableBytes = Math.max(durableBytes, size);
        Arrays.setAll(durableRecords, i -> Math.max(durableRecords[i], counts[i]));
    }

    synchronized long durableBytes() {
        return durableBytes;
    }

    synchronized int durableRecords(int worker) {
        return durableRecords[worker];
    }

    /** It was emptied; at rest. */
    synchronized void emptied() {
        generation++;
        bytes.set(0);
        for (Written of : written) {
            of.count = 0;
        }
        durableBytes = 0;
        Arrays.fill(durableRecords, 0);
    }
}

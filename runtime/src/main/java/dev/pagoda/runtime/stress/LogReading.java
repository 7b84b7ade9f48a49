package dev.pagoda.runtime.stress;

import java.util.Arrays;

/**
 * A part of a log that is read from some place on, word by word: a record goes on, or ends and another one begins with its first word, and those of a worker come in his order. What is
 * read from the beginning of the log, at rest, is compared with what was appended as well. Used by one thread.
 */
final class LogReading {
    private static final int UNKNOWN = -1;

    private final LogUnderStress log;
    private final boolean fromBeginning;
    /** Of each worker the record that comes next. */
    private final int[] next;

    private long at;
    private int worker = UNKNOWN;
    private int record;
    private int word;

    private LogReading(LogUnderStress log, long offset, boolean fromBeginning) {
        this.log = log;
        this.at = offset;
        this.fromBeginning = fromBeginning;
        this.next = new int[log.workers()];
        Arrays.fill(next, fromBeginning ? 0 : UNKNOWN);
    }

    /** A reading of all there is; at rest. */
    static LogReading ofAll(LogUnderStress log) {
        return new LogReading(log, 0, true);
    }

    /** A reading from a place on, a multiple of 8, while others append. */
    static LogReading from(LogUnderStress log, long offset) {
        return new LogReading(log, offset, false);
    }

    /** Goes on with what was read next. */
    void take(byte[] bytes, int count) {
        for (int i = 0; i + Long.BYTES <= count; i += Long.BYTES, at += Long.BYTES) {
            take(FileStamp.word(bytes, i));
        }
    }

    private void take(long value) {
        if (value == 0) {
            throw wrong("nothing was appended there");
        }
        if (!RecordStamp.isOf(value, log.generation()) || RecordStamp.worker(value) >= log.workers()) {
            throw wrong("0x" + Long.toHexString(value) + " is of no record");
        }
        int of = RecordStamp.worker(value);
        int recordThere = RecordStamp.record(value);
        int wordThere = RecordStamp.word(value);
        if (wordThere == 0) {
            endRecord();
            begin(of, recordThere);
        } else if (worker == UNKNOWN && !fromBeginning) {
            // Begun before.
            next[of] = recordThere + 1;
        } else if (of != worker || recordThere != record || wordThere != word + 1) {
            throw wrong("there is word " + wordThere + " of record " + recordThere + " of worker " + of);
        }
        worker = of;
        record = recordThere;
        word = wordThere;
    }

    private void begin(int of, int recordThere) {
        if (next[of] != UNKNOWN && recordThere != next[of]) {
            throw wrong("record " + recordThere + " of worker " + of + " begins, " + next[of] + " is next");
        }
        next[of] = recordThere + 1;
    }

    private void endRecord() {
        if (fromBeginning && worker != UNKNOWN && word + 1 != wordsOf(worker, record)) {
            throw wrong("another record begins, though there were " + wordsOf(worker, record) + " words to come");
        }
    }

    private int wordsOf(int of, int number) {
        if (number >= log.records(of)) {
            throw wrong("it was never said that it had been appended");
        }
        return log.words(of, number);
    }

    /** The log ends there: nothing is missing. */
    void requireAll() {
        endRecord();
        for (int i = 0; i < next.length; i++) {
            if (next[i] != log.records(i)) {
                throw wrong("it ends after " + next[i] + " of " + log.records(i) + " records of worker " + i);
            }
        }
    }

    /** What a sync had promised ends there, perhaps in the middle of a record. */
    void requireDurable() {
        for (int i = 0; i < next.length; i++) {
            int begun = i == worker ? 1 : 0;
            boolean isWhole = begun == 0 || word + 1 == log.words(worker, record);
            int whole = next[i] - (isWhole ? 0 : begun);
            if (whole < log.durableRecords(i)) {
                throw wrong("what was synced ends after " + whole + " records of worker " + i + ", of "
                        + log.durableRecords(i));
            }
        }
    }

    private IllegalStateException wrong(String what) {
        String before = worker == UNKNOWN
                ? "at the beginning"
                : "after word " + word + " of record " + record + " of worker " + worker;
        return new IllegalStateException("the log at " + at + ", " + before + ": " + what);
    }
}

package dev.pagoda.syscalls;

import java.util.List;

/**
 * The values of one argument, or of a part of one, with a verdict for each: what the calls' checks, the pages and the tests go by.
 *
 * <p>Immutable. The checks ask for masks when their classes are initialised, and for single values with two loads.
 */
public final class Flags {
    private static final int WORD_BITS = 64;

    private final String name;
    private final boolean combined;
    private final List<Flag> rows;
    private final Flag others;
    private final int taken;
    private final int named;
    private final long takenLow;
    private final long takenHigh;

    private Flags(String name, boolean combined, Flag others, Flag... rows) {
        this.name = name;
        this.combined = combined;
        this.others = others;
        this.rows = List.of(rows);
        int takenBits = 0;
        int namedBits = 0;
        long low = 0;
        long high = 0;
        for (Flag row : rows) {
            namedBits |= row.value();
            if (row.isTaken()) {
                takenBits |= row.errno() == 0 ? row.value() : 0;
                low |= row.value() >= 0 && row.value() < WORD_BITS ? 1L << row.value() : 0;
                high |= row.value() >= WORD_BITS && row.value() < 2 * WORD_BITS ? 1L << row.value() : 0;
            }
        }
        this.taken = takenBits;
        this.named = namedBits;
        this.takenLow = low;
        this.takenHigh = high;
    }

    /** Any of these together. */
    static Flags any(String name, Flag others, Flag... rows) {
        return new Flags(name, true, others, rows);
    }

    /** One of these. */
    static Flags one(String name, Flag others, Flag... rows) {
        return new Flags(name, false, others, rows);
    }

    /** Values without a row are refused. */
    static Flag othersRefused(int errno) {
        return new Flag("others", 0, Verdict.REFUSED, errno, "no such value");
    }

    /** Values without a row are ignored, as Linux does. */
    static Flag othersIgnored(String why) {
        return new Flag("others", 0, Verdict.IGNORED, 0, why);
    }

    /** The name of the set in SCML. */
    public String name() {
        return name;
    }

    /** Whether values are combined with or; else there is exactly one. */
    public boolean isCombined() {
        return combined;
    }

    /** The values that have names. */
    public List<Flag> rows() {
        return rows;
    }

    /** What becomes of values without a row. */
    public Flag others() {
        return others;
    }

    /** All bits that are supported or ignored, by MAP_SHARED_VALIDATE too. */
    int taken() {
        return taken;
    }

    /** All bits that have a row, whatever becomes of them. */
    int named() {
        return named;
    }

    /** Whether a value, one of a set of which there is exactly one, is supported or ignored. Values are 0 to 127, for larger ones do not exist. */
    boolean takes(int value) {
        if (value < 0 || value >= 2 * WORD_BITS) {
            return false;
        }
        // A shift counts modulo 64.
        return ((value < WORD_BITS ? takenLow : takenHigh) >>> value & 1) != 0;
    }
}

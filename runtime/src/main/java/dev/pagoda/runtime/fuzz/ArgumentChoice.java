package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.CallArgument;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Flags;
import dev.pagoda.syscalls.Linux;
import java.util.List;
import java.util.SplittableRandom;

/** Chooses calls and arguments at random: mostly edges, and what is near something that means something, or nothing would get past the first check. */
final class ArgumentChoice {
    /** Calls that are not in the table: their numbers lie below this. */
    private static final int NUMBERS = 512;

    private static final int FIRST_DESCRIPTOR = 3;
    private static final int MOST_DESCRIPTOR = 8;
    private static final long PAGE = Linux.PAGE_SIZE;
    /** Where maps of the process are made and looked for. */
    static final long PLACE = 0x100000000000L;

    static final int PLACE_PAGES = 64;

    private static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        7,
        8,
        PAGE - 1,
        PAGE,
        PAGE + 1,
        -PAGE,
        -PAGE - 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 31,
        (1L << 32) - 1,
        1L << 32,
        1L << 47,
        Linux.TASK_SIZE,
        Linux.TASK_SIZE - 1,
        Linux.TASK_SIZE - PAGE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MAX_VALUE - PAGE + 1,
        0x7ffff000L,
        2L << 20,
        1L << 30,
        0xffff_8000_0000_0000L
    };

    private final SplittableRandom random;
    private final int pid;
    private final List<CallRow> rows = CallTable.rows();

    /** Chooses for a process. */
    ArgumentChoice(long seed, int pid) {
        this.pid = pid;
        random = new SplittableRandom(seed);
    }

    /** A call: seldom one that is not in the table. */
    CallRow row() {
        if (random.nextInt(64) == 0) {
            return null;
        }
        CallRow row = rows.get(random.nextInt(rows.size()));
        // Those that are refused whole are no use to the calls that follow.
        // Nor does it help to end at once.
        boolean seldom = row.errno() != 0 || row.number() == Linux.SYS_exit || row.number() == Linux.SYS_exit_group;
        return !seldom || random.nextInt(8) == 0 ? row : row();
    }

    int unknownNumber() {
        return random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(NUMBERS);
    }

    /** Six arguments for a call, or for no call that is known. */
    long[] arguments(CallRow row) {
        long[] arguments = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            boolean known = row != null && i < row.arguments().size();
            arguments[i] =
                    known && random.nextInt(8) != 0 ? sensible(row.arguments().get(i)) : any();
        }
        return arguments;
    }

    /** What an argument of that kind might be. */
    private long sensible(CallArgument argument) {
        if (!argument.values().isEmpty()) {
            return flags(argument.values());
        }
        String unit = argument.unit();
        if (unit.startsWith("address") || unit.equals("path")) {
            return address();
        }
        if (unit.startsWith("descriptor")) {
            return random.nextInt(8) == 0
                    ? random.nextInt(-2, MOST_DESCRIPTOR)
                    : random.nextInt(FIRST_DESCRIPTOR, MOST_DESCRIPTOR);
        }
        if (unit.contains("AT_FDCWD")) {
            return random.nextInt(4) == 0 ? random.nextInt(MOST_DESCRIPTOR) : Linux.AT_FDCWD;
        }
        if (unit.equals("process") || unit.equals("0 or the caller")) {
            return random.nextInt(4) == 0 ? random.nextInt(-2, 2) : pid;
        }
        if (unit.equals("bytes") || unit.equals("pages")) {
            return random.nextInt(3) == 0
                    ? EDGES[random.nextInt(EDGES.length)]
                    : random.nextLong(8 * PAGE) & roundness();
        }
        return random.nextInt(4) == 0 ? any() : random.nextInt(4);
    }

    private long flags(List<Flags> sets) {
        long value = 0;
        for (Flags set : sets) {
            List<Flag> values = set.rows();
            int count = set.isCombined() ? random.nextInt(3) : 1;
            for (int i = 0; i < count; i++) {
                value |= values.get(random.nextInt(values.size())).value();
            }
        }
        return random.nextInt(16) == 0 ? value ^ 1L << random.nextInt(Long.SIZE) : value;
    }

    private long address() {
        if (random.nextInt(8) == 0) {
            return EDGES[random.nextInt(EDGES.length)];
        }
        return PLACE + (random.nextLong(PLACE_PAGES * PAGE) & roundness());
    }

    /** Mostly whole pages. */
    private long roundness() {
        return random.nextInt(4) == 0 ? -1 : -PAGE;
    }

    private long any() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> address();
            case 2 -> random.nextLong() >>> random.nextInt(Long.SIZE);
            default -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(-1, 2);
        };
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}

package dev.pagoda.syscalls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel makes of every call, argument and flag: one table, from which come the checks of the calls ({@link CallFlags}), the pages under docs/calls, the listing of
 * {@code pagoda calls} and the tests. A call that is not in it is ENOSYS.
 *
 * <p>Immutable; every thread may read it.
 */
public final class CallTable {
    private static final List<CallRow> ROWS = build();

    private CallTable() {}

    private static List<CallRow> build() {
        Builder builder = new Builder();
        MemoryRows.addTo(builder);
        FileRows.addTo(builder);
        ProcessRows.addTo(builder);
        return List.copyOf(builder.rows);
    }

    /** All calls, group by group. */
    public static List<CallRow> rows() {
        return ROWS;
    }

    /** The calls of a group. */
    public static List<CallRow> of(CallGroup group) {
        return ROWS.stream().filter(row -> row.group() == group).toList();
    }

    /** The call of a name, such as "mmap". */
    public static Optional<CallRow> find(String name) {
        return ROWS.stream().filter(row -> row.name().equals(name)).findAny();
    }

    /** Takes the rows in. */
    static final class Builder {
        private final List<CallRow> rows = new ArrayList<>();
        private CallGroup group;

        void group(CallGroup next) {
            group = next;
        }

        void call(int number, String summary, List<CallArgument> arguments, CallError... errors) {
            call(number, summary, arguments, List.of(), errors);
        }

        void call(int number, String summary, List<CallArgument> arguments, List<String> rules, CallError... errors) {
            add(number, summary, arguments, rules, 0, errors);
        }

        void refused(int number, String why) {
            add(number, why, List.of(), List.of(), Errno.ENOSYS, CallError.of(Errno.ENOSYS, why));
        }

        private void add(
                int number,
                String summary,
                List<CallArgument> arguments,
                List<String> rules,
                int errno,
                CallError... errors) {
            String name = Linux.decodeCall(number);
            rows.add(new CallRow(
                    number, name, group, manual(name), summary, arguments, Arrays.asList(errors), rules, errno));
        }

        /** Numbers of the ABI whose page has another name. */
        private static String manual(String name) {
            return switch (name) {
                case "pread64" -> "pread(2)";
                case "pwrite64" -> "pwrite(2)";
                case "fadvise64" -> "posix_fadvise(2)";
                case "newfstatat" -> "fstatat(2)";
                case "prlimit64" -> "prlimit(2)";
                default -> name + "(2)";
            };
        }
    }
}

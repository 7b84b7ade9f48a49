package dev.pagoda.runtime.command;

import dev.pagoda.syscalls.CallArgument;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Flags;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;

/** The table of calls as one JSON array. Names and reasons hold no character that JSON would not take as it is but quotes. */
final class CallsJson {
    private CallsJson() {}

    static void print(PrintWriter out, List<CallRow> rows) {
        out.println(array(rows, CallsJson::call, ",\n "));
    }

    private static String call(CallRow row) {
        return "{\"name\": " + quoted(row.name()) + ", \"number\": " + row.number() + ", \"group\": "
                + quoted(row.group().page()) + ", \"manual\": " + quoted(row.manual()) + ", \"verdict\": "
                + quoted(row.verdict().word()) + ", \"errno\": " + errno(row.errno()) + ", \"summary\": "
                + quoted(row.summary()) + ",\n  \"arguments\": "
                + array(row.arguments(), CallsJson::argument, ",\n   ") + ",\n  \"errors\": "
                + array(
                        row.errors(),
                        error -> "{\"errno\": " + errno(error.errno()) + ", \"when\": " + quoted(error.when()) + '}',
                        ",\n   ")
                + '}';
    }

    private static String argument(CallArgument argument) {
        return "{\"name\": " + quoted(argument.name()) + ", \"unit\": " + quoted(argument.unit()) + ", \"optional\": "
                + argument.optional() + ", \"values\": " + array(argument.values(), CallsJson::values, ", ") + '}';
    }

    private static String values(Flags set) {
        return "{\"set\": " + quoted(set.name()) + ", \"combined\": " + set.isCombined() + ", \"others\": "
                + flag(set.others()) + ",\n    \"rows\": " + array(set.rows(), CallsJson::flag, ",\n     ") + '}';
    }

    private static String flag(Flag flag) {
        return "{\"name\": " + quoted(flag.name()) + ", \"value\": " + Integer.toUnsignedString(flag.value())
                + ", \"verdict\": " + quoted(flag.verdict().word()) + ", \"errno\": " + errno(flag.errno())
                + ", \"why\": " + quoted(flag.why()) + '}';
    }

    private static String errno(int errno) {
        return errno == 0 ? "null" : quoted(Errno.name(errno));
    }

    private static <T> String array(List<T> values, Function<T, String> text, String between) {
        return '[' + String.join(between, values.stream().map(text).toList()) + ']';
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.Errno;
import java.util.HashMap;
import java.util.Map;

/** What the names of a case hold. They belong to the script, whichever process set them. One thread. */
final class Names {
    private final Map<String, Result> results = new HashMap<>();

    void set(String name, Result result) {
        results.put(name, result);
    }

    void clear() {
        results.clear();
    }

    /** What a name holds; the parser has made sure that a line set it. */
    Result result(String name) {
        return results.get(name);
    }

    /** The number a name holds: as in C, -1 after a call that failed. */
    long number(String name) {
        return switch (results.get(name)) {
            case Result.Word(long value) -> value;
            case Result.Failure failure -> -1;
            case Result.Text text -> throw new NotRun(name + " holds a string, not a number");
            case Result.Fault(var fault) -> throw new NotRun(name + " has no value: its line got " + fault.linuxName());
            case Result.Ended ended -> throw new NotRun(name + " has no value: its process ended");
            case Result.Skipped skipped -> throw new NotRun(name + " has no value: its line was not run");
            case null -> throw new NotRun(name + " has no value");
        };
    }

    /** The bytes a name holds. */
    byte[] text(String name) {
        return switch (results.get(name)) {
            case Result.Text(byte[] bytes) -> bytes;
            case Result.Failure(int errno, String reason) ->
                throw new NotRun(name + " holds no string: its line failed with " + Errno.name(errno));
            case null, default -> throw new NotRun(name + " holds no string");
        };
    }
}

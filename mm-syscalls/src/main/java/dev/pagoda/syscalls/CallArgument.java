package dev.pagoda.syscalls;

import java.util.List;

/**
 * An argument of a call.
 *
 * @param name as its manual page names it
 * @param unit what its number is: bytes, an address, a descriptor
 * @param values the values with names, in parts that are combined with or; empty if any number may be given
 * @param optional whether a program may leave it out, which strace then does
 */
public record CallArgument(String name, String unit, List<Flags> values, boolean optional) {
    static CallArgument of(String name, String unit) {
        return new CallArgument(name, unit, List.of(), false);
    }

    static CallArgument address(String name) {
        return of(name, "address");
    }

    static CallArgument bytes(String name) {
        return of(name, "bytes");
    }

    static CallArgument descriptor(String name) {
        return of(name, "descriptor");
    }

    static CallArgument path(String name) {
        return of(name, "path");
    }

    static CallArgument flags(String name, Flags... values) {
        return new CallArgument(name, "flags", List.of(values), false);
    }

    /** May be left out. */
    CallArgument ifNeeded() {
        return new CallArgument(name, unit, values, true);
    }
}

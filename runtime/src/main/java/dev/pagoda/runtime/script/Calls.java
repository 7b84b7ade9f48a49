package dev.pagoda.runtime.script;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The table of everything that a script can call. Read-only, for every thread. */
final class Calls {
    /** What belongs together, with its heading in the help. */
    enum Group {
        MEMORY("Memory calls", MemoryCalls.SIGNATURES),
        ACCESS("Memory as the program sees it", AccessCalls.SIGNATURES),
        FILES("Files", FileCalls.SIGNATURES),
        LOOKING("Looking", LookingCalls.SIGNATURES),
        PROCESSES("Processes", ProcessCalls.SIGNATURES);

        final String heading;
        final List<Signature> signatures;

        Group(String heading, List<Signature> signatures) {
            this.heading = heading;
            this.signatures = signatures;
        }

        private Result run(String name, Invocation call) {
            return switch (this) {
                case MEMORY -> MemoryCalls.run(name, call);
                case ACCESS -> AccessCalls.run(name, call);
                case FILES -> FileCalls.run(name, call);
                case LOOKING -> LookingCalls.run(name, call);
                case PROCESSES -> ProcessCalls.run(name, call);
            };
        }
    }

    private record Entry(Group group, Signature signature) {}

    private static final Map<String, Entry> TABLE = new TreeMap<>();

    static {
        for (Group group : Group.values()) {
            for (Signature signature : group.signatures) {
                TABLE.put(signature.name(), new Entry(group, signature));
            }
        }
    }

    private Calls() {}

    /** The call of a name, or null. */
    static Signature find(String name) {
        Entry entry = TABLE.get(name);
        return entry == null ? null : entry.signature();
    }

    /** The names of all calls, sorted. */
    static Iterable<String> names() {
        return TABLE.keySet();
    }

    /** Makes a call that the table holds. */
    static Result run(Signature signature, Invocation call) {
        return TABLE.get(signature.name()).group().run(signature.name(), call);
    }
}

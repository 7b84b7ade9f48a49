package dev.pagoda.runtime.trace;

import dev.pagoda.syscalls.Linux;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A first pass over a recording that finds out what each opened descriptor turns out to be: kind and size of the file, whether it is
 * mapped, read or written. The planner needs to know that when it meets the call that opens it.
 */
final class DescriptorFacts {
    /** What is known of one opened file. */
    static final class Facts {
        private final String path;
        private String mode = "";
        private long firstSize = -1;
        private long readExtent;
        private long mapExtent;
        private long position;
        private boolean sizeChanged;
        private boolean directory;

        Facts(String path) {
            this.path = path;
        }

        /** The S_IF name of its kind, or the empty string when no stat was recorded. */
        String kind() {
            return directory ? "S_IFDIR" : mode;
        }

        /** Its size when it was opened, or -1 when the recording does not tell. */
        long firstSize() {
            return firstSize;
        }

        /** How far it was read, in bytes. */
        long readExtent() {
            return readExtent;
        }

        /** How far it was mapped, in bytes. */
        long mapExtent() {
            return mapExtent;
        }

        /** Whether the recording writes to it or sets its size. */
        boolean sizeChanges() {
            return sizeChanged;
        }

        boolean isUsed() {
            return mapExtent > 0 || readExtent > 0 || firstSize > 0;
        }

        private void size(long bytes) {
            if (firstSize < 0 && !sizeChanged && bytes >= 0) {
                firstSize = bytes;
            }
        }
    }

    private record Key(int process, int descriptor) {}

    private final Map<Integer, Facts> byCall = new HashMap<>();
    private final Set<String> writtenPaths = new HashSet<>();
    private final Map<Key, Facts> open = new HashMap<>();
    private final Map<String, Long> sizeByPath = new HashMap<>();

    DescriptorFacts(List<TraceCall> calls, ProcessTree tree) throws TraceError {
        for (int i = 0; i < calls.size(); i++) {
            ProcessTree.Member member = tree.memberOf(i);
            TraceCall call = calls.get(i);
            if (call.result().succeeded()) {
                look(i, member.process(), call, new Arguments(call));
            }
            ProcessTree.Member forked = tree.forkedBy(i);
            if (forked != null) {
                inherit(member.process(), forked.process());
            }
        }
    }

    private void inherit(int parent, int child) {
        Map<Key, Facts> inherited = new HashMap<>();
        open.forEach((key, facts) -> {
            if (key.process == parent) {
                inherited.put(new Key(child, key.descriptor), facts);
            }
        });
        open.putAll(inherited);
    }

    /** What the descriptor that this call opened turns out to be. */
    Facts of(int callIndex) {
        return byCall.get(callIndex);
    }

    /** Whether the recording opens the path for writing somewhere, or changes it. */
    boolean isWritten(String path) {
        return writtenPaths.contains(path);
    }

    /** The path that an open call names, below the directory of its descriptor if it has one. */
    static String pathOf(TraceCall call, Arguments arguments, String directory) throws TraceError {
        boolean at = call.name().startsWith("openat");
        String path = arguments.path(at ? 1 : 0);
        return at && !path.startsWith("/") && !directory.isEmpty() ? directory + '/' + path : path;
    }

    /** The O_ flags of an open call. */
    static int openFlags(TraceCall call, Arguments arguments) throws TraceError {
        return (int)
                switch (call.name()) {
                    case "creat" -> Linux.O_CREAT | Linux.O_WRONLY | Linux.O_TRUNC;
                    case "open" -> arguments.flags(1);
                    case "openat2" -> arguments.flagsField(2, "flags");
                    default -> arguments.flags(2);
                };
    }

    static boolean opensForWriting(int flags) {
        return (flags & Linux.O_ACCMODE) != Linux.O_RDONLY || (flags & (Linux.O_CREAT | Linux.O_TRUNC)) != 0;
    }

    private void look(int index, int process, TraceCall call, Arguments arguments) throws TraceError {
        long result = call.result().value();
        switch (call.name()) {
            case "open", "openat", "openat2", "creat" -> {
                String directory = "";
                if (call.name().startsWith("openat")) {
                    Facts at = open.get(new Key(process, arguments.descriptor(0)));
                    directory = at == null ? "" : at.path;
                }
                String path = pathOf(call, arguments, directory);
                int flags = openFlags(call, arguments);
                if (opensForWriting(flags)) {
                    writtenPaths.add(path);
                }
                Facts facts = new Facts(path);
                facts.directory = (flags & Linux.O_DIRECTORY) != 0 && (flags & Linux.O_TMPFILE) != Linux.O_TMPFILE;
                Long known = sizeByPath.get(path);
                if (known != null && (flags & (Linux.O_TRUNC | Linux.O_EXCL)) == 0) {
                    facts.size(known);
                }
                byCall.put(index, facts);
                open.put(new Key(process, (int) result), facts);
            }
            case "memfd_create" -> open.put(new Key(process, (int) result), new Facts(""));
            case "close" -> open.remove(new Key(process, arguments.descriptor(0)));
            case "dup", "dup2", "dup3" -> alias(process, arguments, result);
            case "fcntl" -> {
                if (arguments.has(1) && arguments.text(1).startsWith("F_DUPFD")) {
                    alias(process, arguments, result);
                }
            }
            case "newfstatat", "statx", "stat", "lstat" -> lookAtStatus(process, call, arguments);
            default -> {
                Facts facts = arguments.has(0) ? factsOf(process, call, arguments) : null;
                if (facts != null) {
                    lookAtUse(facts, call, arguments, result);
                }
            }
        }
    }

    /** The facts of the descriptor in the call's first argument, or for mmap in its fifth. */
    private Facts factsOf(int process, TraceCall call, Arguments arguments) throws TraceError {
        return switch (call.name()) {
            case "mmap" ->
                (arguments.flags(3) & Linux.MAP_ANONYMOUS) == 0
                        ? open.get(new Key(process, arguments.descriptor(4)))
                        : null;
            case "fstat",
                    "ftruncate",
                    "fallocate",
                    "write",
                    "writev",
                    "pwrite64",
                    "pwritev",
                    "pwritev2",
                    "read",
                    "readv",
                    "pread64",
                    "preadv",
                    "lseek",
                    "getdents",
                    "getdents64" -> open.get(new Key(process, arguments.descriptor(0)));
            default -> null;
        };
    }

    private void lookAtUse(Facts facts, TraceCall call, Arguments arguments, long result) throws TraceError {
        switch (call.name()) {
            case "mmap" -> {
                long end = arguments.number(5) + arguments.number(1);
                facts.mapExtent = Math.max(facts.mapExtent, Math.max(end, 0));
                boolean shared = (arguments.flags(3) & Linux.MAP_SHARED) != 0;
                if (shared && (arguments.flags(2) & Linux.PROT_WRITE) != 0) {
                    writtenPaths.add(facts.path);
                }
            }
            case "fstat" -> takeStatus(facts, arguments, 1);
            case "ftruncate", "fallocate", "write", "writev", "pwrite64", "pwritev", "pwritev2" -> {
                facts.sizeChanged = true;
                writtenPaths.add(facts.path);
            }
            case "read", "readv" -> {
                facts.position += result;
                facts.readExtent = Math.max(facts.readExtent, facts.position);
            }
            case "pread64", "preadv" -> {
                long end = arguments.number(3) + result;
                facts.readExtent = Math.max(facts.readExtent, result > 0 ? Math.max(end, 0) : 0);
            }
            case "lseek" -> {
                facts.position = result;
                if (arguments.text(2).equals("SEEK_END")) {
                    facts.size(result - arguments.number(1));
                }
            }
            case "getdents", "getdents64" -> facts.directory = true;
            default -> throw new IllegalStateException(call.name());
        }
    }

    private void alias(int process, Arguments arguments, long result) throws TraceError {
        Key copy = new Key(process, (int) result);
        Facts facts = open.get(new Key(process, arguments.descriptor(0)));
        if (facts == null) {
            open.remove(copy);
        } else {
            open.put(copy, facts);
        }
    }

    private void lookAtStatus(int process, TraceCall call, Arguments arguments) throws TraceError {
        boolean at = call.name().equals("newfstatat") || call.name().equals("statx");
        int pathIndex = at ? 1 : 0;
        int statIndex = call.name().equals("statx") ? 4 : at ? 2 : 1;
        if (!arguments.has(statIndex) || !arguments.isString(pathIndex)) {
            return;
        }
        String path = arguments.path(pathIndex);
        if (!path.isEmpty()) {
            long size = sizeField(arguments, statIndex);
            if (size >= 0) {
                sizeByPath.put(path, size);
            }
        } else if (at) {
            Facts facts = open.get(new Key(process, arguments.descriptor(0)));
            if (facts != null) {
                takeStatus(facts, arguments, statIndex);
            }
        }
    }

    private static void takeStatus(Facts facts, Arguments arguments, int statIndex) throws TraceError {
        facts.mode = kindField(arguments, statIndex);
        facts.size(sizeField(arguments, statIndex));
    }

    /** The size in a recorded stat structure, or -1. */
    static long sizeField(Arguments arguments, int index) throws TraceError {
        long size = arguments.numericField(index, "st_size");
        return size >= 0 ? size : arguments.numericField(index, "stx_size");
    }

    private static String kindField(Arguments arguments, int index) throws TraceError {
        String mode = arguments.field(index, "st_mode");
        if (mode.isEmpty()) {
            mode = arguments.field(index, "stx_mode");
        }
        int bar = mode.indexOf('|');
        return bar < 0 ? mode : mode.substring(0, bar);
    }
}

package dev.pagoda.mm.memory;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/**
 * What the machine has of memory: the host's own, or what the control groups of this program allow if that is less.
 *
 * <p>All figures are in bytes; what the host does not tell is {@link #UNKNOWN}, so that a comparison never refuses for want of a figure. Each call
 * reads a few small files of the host anew, which takes some tens of microseconds. Any thread may call, at boot; no access path does.
 */
public final class HostMemory {
    /** A figure that the host does not tell, or a limit that is not set. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private static final long MIB = 1L << 20;
    private static final Controller UNIFIED =
            new Controller("sys/fs/cgroup", "memory.max", "memory.current", "inactive_file");
    private static final Controller SEPARATE = new Controller(
            "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");

    private final Path root;

    /** Where a version of control groups keeps the limit, the use, and of the use what is given back when asked for. */
    private record Controller(String mount, String limit, String use, String reclaimable) {}

    /** The machine that this program runs on. */
    public static HostMemory ofThisMachine() {
        return new HostMemory(Path.of("/"));
    }

    /** A machine whose files lie below another root, for tests. */
    HostMemory(Path root) {
        this.root = root;
    }

    /** The memory of the machine, or the lowest limit of a control group if that is less. */
    public long totalBytes() {
        return Math.min(meminfo("MemTotal"), lowestOfGroups(Group::limit));
    }

    /** What can be touched now without driving the host out of memory: an estimate, and old at once. */
    public long availableBytes() {
        return Math.min(meminfo("MemAvailable"), lowestOfGroups(Group::available));
    }

    /** The limit of this program's address space (RLIMIT_AS). */
    long addressSpaceLimitBytes() {
        return figure(read(root.resolve("proc/self/limits")), "Max address space");
    }

    /** How much of a range the host holds in huge pages; 0 where it does not tell. Costs a walk over all that this program has touched. */
    long hugePageBytes(long address, long bytes) {
        long sum = 0;
        boolean inside = false;
        for (String line : read(root.resolve("proc/self/smaps")).split("\n")) {
            // The line that begins a mapping starts with its addresses in lower case, all others with a capital letter.
            if (!line.isEmpty() && !Character.isUpperCase(line.charAt(0))) {
                long start = Long.parseUnsignedLong(line, 0, line.indexOf('-'), 16);
                inside = start >= address && start < address + bytes;
            } else if (inside && line.startsWith("AnonHugePages:")) {
                sum += kibibytes(line, "AnonHugePages");
            }
        }
        return Math.min(sum, bytes);
    }

    /** Bytes as a whole number of MiB, rounded up, in the notation that sizes are given in: {@code 4096M}. */
    static String roundUp(long bytes) {
        return (bytes + MIB - 1) / MIB + "M";
    }

    /** As {@link #roundUp}, rounded down. */
    static String roundDown(long bytes) {
        return bytes / MIB + "M";
    }

    private long meminfo(String name) {
        return kibibytes(read(root.resolve("proc/meminfo")), name);
    }

    /** One control group of this program. */
    private record Group(Path directory, Controller controller) {
        long limit() {
            return number(read(directory.resolve(controller.limit)));
        }

        long available() {
            long limit = limit();
            long used = number(read(directory.resolve(controller.use)));
            if (limit == UNKNOWN || used == UNKNOWN) {
                return limit;
            }
            long reclaimable = figure(read(directory.resolve("memory.stat")), controller.reclaimable);
            return Math.max(0, limit - used + (reclaimable == UNKNOWN ? 0 : reclaimable));
        }
    }

    /** A group is bound by those above it too, and in a container only the topmost may be visible. */
    private long lowestOfGroups(ToLongFunction<Group> figure) {
        long lowest = UNKNOWN;
        for (String line : read(root.resolve("proc/self/cgroup")).split("\n")) {
            String[] fields = line.split(":", 3);
            if (fields.length < 3 || !fields[1].isEmpty() && !fields[1].matches("(.*,)?memory(,.*)?")) {
                continue;
            }
            Controller controller = fields[1].isEmpty() ? UNIFIED : SEPARATE;
            Path mount = root.resolve(controller.mount);
            Path at = mount.resolve("." + fields[2]).normalize();
            for (at = at.startsWith(mount) ? at : mount; at.startsWith(mount); at = at.getParent()) {
                lowest = Math.min(lowest, figure.applyAsLong(new Group(at, controller)));
            }
        }
        return lowest;
    }

    private static long kibibytes(String text, String name) {
        long figure = figure(text, name);
        return figure == UNKNOWN ? UNKNOWN : figure << 10;
    }

    /** The number behind a name at the beginning of a line. */
    private static long figure(String text, String name) {
        for (String line : text.split("\n")) {
            if (line.startsWith(name)
                    && line.length() > name.length()
                    && ": ".indexOf(line.charAt(name.length())) >= 0) {
                return number(line.substring(name.length() + 1));
            }
        }
        return UNKNOWN;
    }

    private static long number(String text) {
        String first = text.strip().split("\\s+", 2)[0];
        return first.matches("[0-9]{1,18}") ? Long.parseLong(first) : UNKNOWN;
    }

    /** A channel would be closed under an interrupted thread; a stream is not. */
    private static String read(Path file) {
        try (FileInputStream in = new FileInputStream(file.toFile())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException absent) {
            return "";
        }
    }
}

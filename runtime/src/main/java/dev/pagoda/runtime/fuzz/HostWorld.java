package dev.pagoda.runtime.fuzz;

import dev.pagoda.mm.space.MapUse;
import dev.pagoda.runtime.script.NotRun;
import dev.pagoda.runtime.script.ScriptMemory;
import dev.pagoda.runtime.script.ScriptProcess;
import dev.pagoda.runtime.script.ScriptWorld;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The host's Linux as scripts use it: what a line prints is what Linux answers.
 *
 * <p>Each case runs in processes of an {@link AgentCode agent} of its own, never in the JVM. What the agent has mapped for itself is
 * left out of the maps that scripts see, and counts in sizes and against limits, as the code of any program does. One thread.
 */
public final class HostWorld implements ScriptWorld {
    private HostWorld() {}

    /**
     * Looks whether the host is one.
     *
     * @throws HostRefused if the host is no Linux on x86-64, or refuses what is needed
     */
    public static HostWorld open() throws HostRefused {
        LinuxSide.start().close();
        return new HostWorld();
    }

    @Override
    public ScriptProcess newProcess() {
        try {
            return new Case(LinuxSide.start()).first;
        } catch (HostRefused refused) {
            throw new IllegalStateException(refused.getMessage(), refused);
        }
    }

    @Override
    public Books audit() {
        return new Books(0, "the host keeps its own books");
    }

    @Override
    public String freeBlocks() {
        return text(Path.of("/proc/buddyinfo"));
    }

    @Override
    public void close() {}

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException gone) {
            throw new NotRun("the host does not show " + path);
        }
    }

    /** The processes of one case. */
    private static final class Case {
        private final LinuxSide side;
        private final AgentSeat seat;
        private final Set<Long> ended = new HashSet<>();
        private final HostProcess first;

        Case(LinuxSide side) throws HostRefused {
            this.side = side;
            this.seat = side.attend();
            this.first = new HostProcess(this, side.pid(), new HostCalls(seat, seat.capabilities()), seat);
        }
    }

    private record MapLine(long start, long end, String permissions, long offset, boolean object) {
        static MapLine of(String line) {
            String[] fields = line.split(" +", 6);
            int dash = fields[0].indexOf('-');
            return new MapLine(
                    Long.parseUnsignedLong(fields[0].substring(0, dash), 16),
                    Long.parseUnsignedLong(fields[0].substring(dash + 1), 16),
                    fields[1],
                    Long.parseUnsignedLong(fields[2], 16),
                    !fields[4].equals("0"));
        }

        boolean isAgents() {
            return start < 0
                    || start >= AgentLayout.AGENT_BEGIN
                            && end <= AgentLayout.SHARED + AgentLayout.SHARED_BYTES
                            && !isHeap();
        }

        /** The heap follows the agent's image. */
        private boolean isHeap() {
            return start >= AgentLayout.PRIVATE + AgentLayout.PRIVATE_BYTES && start < AgentLayout.SHARED;
        }
    }

    private static final class HostProcess implements ScriptProcess, ScriptMemory {
        private final Case all;
        private final long pid;
        private final HostCalls calls;
        private final AgentSeat seat;
        private final Map<Long, HostProcess> children = new HashMap<>();

        HostProcess(Case all, long pid, HostCalls calls, AgentSeat seat) {
            this.all = all;
            this.pid = pid;
            this.calls = calls;
            this.seat = seat;
        }

        @Override
        public LinuxCalls calls() {
            return calls;
        }

        @Override
        public ScriptMemory memory() {
            return this;
        }

        private Path proc(String name) {
            return Path.of("/proc", Long.toString(pid), name);
        }

        private List<MapLine> lines() {
            var lines = new ArrayList<MapLine>();
            text(proc("maps"))
                    .lines()
                    .map(MapLine::of)
                    .filter(line -> !line.isAgents())
                    .forEach(lines::add);
            return lines;
        }

        private Optional<MapLine> lineOf(long address) {
            return lines().stream()
                    .filter(line -> line.start <= address && address < line.end)
                    .findFirst();
        }

        private List<MapLine> meeting(long address, long lengthBytes) {
            return lines().stream()
                    .filter(line -> Long.compareUnsigned(line.start, address + lengthBytes) < 0
                            && Long.compareUnsigned(address, line.end) < 0)
                    .toList();
        }

        @Override
        public String permissions(long address) {
            return lineOf(address).map(MapLine::permissions).orElse("");
        }

        @Override
        public long countMaps(long address, long lengthBytes) {
            return lengthBytes == 0 ? 0 : meeting(address, lengthBytes).size();
        }

        @Override
        public long mapStart(long address) {
            return lineOf(address).map(MapLine::start).orElse(0L);
        }

        @Override
        public void forEachMap(long address, long lengthBytes, MapUse use) {
            for (MapLine line : meeting(address, lengthBytes)) {
                long from = Math.max(line.start, address);
                int protection = 0;
                for (int bit = 0; bit < 3; bit++) {
                    protection |= line.permissions.charAt(bit) == '-' ? 0 : 1 << bit;
                }
                boolean shared = line.permissions.charAt(3) == 's';
                long offset = line.object ? line.offset + from - line.start : -1;
                use.use(from, Math.min(line.end, address + lengthBytes), protection, shared, offset);
            }
        }

        private long statusBytes(String field) {
            for (String line : text(proc("status")).lines().toList()) {
                if (line.startsWith(field + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
            throw new NotRun("the host does not show " + field);
        }

        @Override
        public long lockedBytes() {
            return statusBytes("VmLck");
        }

        @Override
        public long mappedBytes() {
            return statusBytes("VmSize");
        }

        @Override
        public long dataBytes() {
            return statusBytes("VmData");
        }

        @Override
        public String maps() {
            return text(proc("maps"))
                    .lines()
                    .filter(line -> !MapLine.of(line).isAgents())
                    .collect(Collectors.joining("\n"));
        }

        @Override
        public Optional<String> smaps() {
            return Optional.of(text(proc("smaps")));
        }

        @Override
        public Optional<String> meminfo() {
            return Optional.of(text(Path.of("/proc/meminfo")));
        }

        @Override
        public Optional<String> status() {
            return Optional.of(text(proc("status")));
        }

        @Override
        public Optional<String> vmstat() {
            return Optional.of(text(Path.of("/proc/vmstat")));
        }

        @Override
        public long residency(long address, long lengthBytes, byte[] vector) {
            return calls.mincoreInto(address, lengthBytes, vector);
        }

        @Override
        public long fork() {
            AgentSeat apart = all.seat.nextSeat();
            long child = seat.fork(apart);
            if (!Errno.isError(child)) {
                var own = new HostCalls(apart, calls.capabilities());
                children.put(child, new HostProcess(all, child, own, apart));
            }
            return child;
        }

        @Override
        public Optional<ScriptProcess> child(long number) {
            return Optional.ofNullable(children.get(number));
        }

        @Override
        public long exit(int status) {
            long returned = calls.exit(status);
            all.ended.add(pid);
            return returned < 0 ? returned : 0;
        }

        @Override
        public long waitFor(long number) {
            if (children.containsKey(number) && !all.ended.contains(number)) {
                throw new NotRun("process " + number
                        + " has not exited, and would not while this line waits: lines run one after the other");
            }
            long returned = calls.wait4((int) number, seat.buffer(), 0);
            return Errno.isError(returned) ? returned : seat.word(0) >> 8 & 0xff;
        }

        @Override
        public long limit(int resource, long softLimit) {
            return calls.limit(resource, softLimit);
        }

        @Override
        public long dropCapability(int capability) {
            return calls.dropCapability(capability);
        }

        @Override
        public void close() {
            if (this == all.first) {
                all.side.close();
            }
        }

        // Memory

        @Override
        public long load(long address, int sizeBytes) {
            return seat.run(AgentLayout.LOAD, sizeBytes, address);
        }

        @Override
        public void store(long address, int sizeBytes, long value) {
            seat.run(AgentLayout.STORE, sizeBytes, address, value);
        }

        @Override
        public long compareAndSet(long address, int sizeBytes, long expected, long value) {
            return seat.run(AgentLayout.COMPARE_AND_SET, sizeBytes, address, expected, value)
                    & -1L >>> 64 - 8 * sizeBytes;
        }

        @Override
        public void read(long address, byte[] destination) {
            for (int done = 0; done < destination.length; ) {
                int step = Math.min(AgentSeat.MOST_BYTES, destination.length - done);
                seat.run(AgentLayout.COPY, 0, address + done, seat.buffer(), step);
                seat.get(destination, done, step);
                done += step;
            }
        }

        @Override
        public void write(long address, byte[] source) {
            for (int done = 0; done < source.length; ) {
                int step = Math.min(AgentSeat.MOST_BYTES, source.length - done);
                seat.put(source, done, step);
                seat.run(AgentLayout.COPY, 0, seat.buffer(), address + done, step);
                done += step;
            }
        }

        @Override
        public void fill(long address, long lengthBytes, byte value) {
            seat.run(AgentLayout.FILL, 0, address, lengthBytes, value);
        }
    }
}

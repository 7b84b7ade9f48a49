package dev.pagoda.runtime.fuzz;

import static dev.pagoda.runtime.fuzz.AgentLayout.DATA;
import static dev.pagoda.runtime.fuzz.AgentLayout.DATA_BYTES;

import dev.pagoda.syscalls.Linux;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One sequence in the agent's shared memory: written as operations, read as an observation. One thread. */
final class AgentBlock {
    /** The bytes in front of a number of /proc/PID/status. */
    private static final String SIZE = "VmSize:\t";

    private static final String LOCKED = "VmLck:\t ";
    private static final String DATA_SIZE = "VmData:\t";

    private static final int SYS_CAPSET = Linux.SYS_capset;
    private static final int CAPABILITY_VERSION = 0x20080522;
    private static final int SCRATCH_SLOT = AgentLayout.MOST_SLOTS - 1;
    /** Slots of the sizes at the end, three for each process. */
    private static final int END_SLOTS = AgentLayout.FIRST_SLOT + Sequence.MOST_STEPS + 1;

    private final MemorySegment shared;
    private final int index;
    private final long start;
    private final AgentFacts facts;
    private final Map<Integer, Integer> dataOfStep = new HashMap<>();
    private int operations;
    private int data;
    private Sequence sequence;

    AgentBlock(MemorySegment shared, int index, AgentFacts facts) {
        this.shared = shared;
        this.index = index;
        this.start = AgentLayout.block(index);
        this.facts = facts;
    }

    // Writing

    /** Writes a sequence down, with a look at maps after each step and at everything at the end. */
    void write(Sequence written) {
        begin();
        sequence = written;
        for (int i = 0; i < written.steps().size(); i++) {
            Step step = written.steps().get(i);
            step(step);
            if (written.looksAfter(i)) {
                maps(processNumber(step.process()));
            }
        }
        for (int process : written.processes()) {
            end(process);
        }
        finish();
    }

    void begin() {
        operations = 0;
        data = 0;
        dataOfStep.clear();
        shared.asSlice(start, AgentLayout.OPERATIONS).fill((byte) 0);
        shared.asSlice(start + AgentLayout.SLOTS, DATA - AgentLayout.SLOTS).fill((byte) 0);
        set(AgentLayout.OUTPUT_END, AgentLayout.SHARED + start + AgentLayout.OUTPUT);
    }

    void finish() {
        set(AgentLayout.OPERATION_COUNT, operations);
    }

    /** One call of the system with plain arguments, for the agent itself. */
    void systemCall(int number, long... arguments) {
        Value[] values = new Value[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Value.of(arguments[i]);
        }
        operation(AgentLayout.SYSTEM_CALL, 0, SCRATCH_SLOT, number, values);
    }

    /** Reads the sizes of a process into the slots of the end. */
    void sizes(int process) {
        int slot = END_SLOTS + 3 * process;
        operation(AgentLayout.STATUS_FIELD, process, slot, 0, token(SIZE));
        operation(AgentLayout.STATUS_FIELD, process, slot + 1, 0, token(LOCKED));
        operation(AgentLayout.STATUS_FIELD, process, slot + 2, 0, token(DATA_SIZE));
    }

    private void step(Step step) {
        int process = processNumber(step.process());
        int slot = slot(step.id());
        Value[] arguments = step.arguments().toArray(Value[]::new);
        switch (step.call()) {
            case LOAD -> operation(AgentLayout.LOAD, process, slot, step.number(1), arguments[0]);
            case STORE -> operation(AgentLayout.STORE, process, slot, step.number(1), arguments[0], arguments[2]);
            case CAS ->
                operation(
                        AgentLayout.COMPARE_AND_SET,
                        process,
                        slot,
                        step.number(1),
                        arguments[0],
                        arguments[2],
                        arguments[3]);
            case FILL -> operation(AgentLayout.FILL, process, slot, 0, arguments);
            case SETRLIMIT -> {
                // The hard limit stays what it is.
                int limit = data(step, 16);
                call(process, SCRATCH_SLOT, Linux.SYS_prlimit64, Value.of(0), arguments[0], Value.of(0), at(limit));
                operation(AgentLayout.STORE, process, SCRATCH_SLOT, 8, at(limit), arguments[1]);
                call(process, slot, Linux.SYS_prlimit64, Value.of(0), arguments[0], at(limit), Value.of(0));
            }
            case DROPCAP -> dropCapability(step, process, slot);
            case TMPFILE -> temporaryFile(step, process, slot);
            case MEMFD -> {
                int name = text(step, "memfd");
                call(process, slot, Linux.SYS_memfd_create, at(name), arguments[1]);
                pattern(process, new Value(step.id(), 0), step.number(0));
            }
            case BYTE -> {
                int buffer = data(step, 8);
                call(process, slot, Linux.SYS_pread64, arguments[0], at(buffer), Value.of(1), arguments[1]);
            }
            case FSTAT_SIZE -> call(process, slot, Linux.SYS_fstat, arguments[0], at(data(step, 144)));
            case RESIDENT -> call(process, slot, Linux.SYS_mincore, arguments[0], arguments[1], at(data(step, 64)));
            case FORK -> operation(AgentLayout.FORK, process, slot, processNumber(step.id()));
            case EXIT -> operation(AgentLayout.EXIT, process, slot, 0, arguments);
            case WAIT ->
                call(process, slot, Linux.SYS_wait4, arguments[0], at(data(step, 8)), Value.of(0), Value.of(0));
            case LOCKED -> operation(AgentLayout.STATUS_FIELD, process, slot, 0, token(LOCKED));
            case VMSIZE -> operation(AgentLayout.STATUS_FIELD, process, slot, 0, token(SIZE));
            case VMDATA -> operation(AgentLayout.STATUS_FIELD, process, slot, 0, token(DATA_SIZE));
            default -> call(process, slot, step.call().number(), arguments);
        }
    }

    private void dropCapability(Step step, int process, int slot) {
        int header = data(step, 32);
        long left = facts.capabilities() & ~(1L << step.number(0));
        putLong(header, CAPABILITY_VERSION);
        for (int half = 0; half < 2; half++) {
            long bits = left >>> 32 * half & 0xffffffffL;
            putLong(header + 8 + 12 * half, bits | bits << 32);
        }
        call(process, slot, SYS_CAPSET, at(header), at(header + 8));
    }

    /** Made under its name, opened as asked, and its name removed. */
    private void temporaryFile(Step step, int process, int slot) {
        int path = text(step, facts.scratchFile());
        long flags = Linux.O_RDWR | Linux.O_CREAT | Linux.O_TRUNC;
        call(process, SCRATCH_SLOT, Linux.SYS_open, at(path), Value.of(flags), Value.of(0600));
        pattern(process, new Value(SCRATCH_SLOT - AgentLayout.FIRST_SLOT, 0), step.number(0));
        call(process, slot, Linux.SYS_open, at(path), step.argument(1), Value.of(0));
        call(process, SCRATCH_SLOT, Linux.SYS_close, new Value(SCRATCH_SLOT - AgentLayout.FIRST_SLOT, 0));
        call(process, SCRATCH_SLOT, Linux.SYS_unlink, at(path));
    }

    private void pattern(int process, Value descriptor, long lengthBytes) {
        if (lengthBytes > 0) {
            int slot = SCRATCH_SLOT - 1;
            call(
                    process,
                    slot,
                    Linux.SYS_pwrite64,
                    descriptor,
                    Value.of(AgentLayout.SHARED),
                    Value.of(lengthBytes),
                    Value.of(0));
        }
    }

    private void maps(int process) {
        List<Ranges.Range> ranges = Ranges.afterStep(sequence);
        Value[] ends = new Value[2 * ranges.size()];
        for (int i = 0; i < ranges.size(); i++) {
            ends[2 * i] = ranges.get(i).from();
            ends[2 * i + 1] = ranges.get(i).to();
        }
        operation(AgentLayout.MAPS, process, SCRATCH_SLOT, 0, ends);
    }

    private void end(int id) {
        int process = processNumber(id);
        sizes(process);
        for (Ranges.Range range : Ranges.atEnd(sequence, id)) {
            operation(AgentLayout.PROBE, process, SCRATCH_SLOT, 0, range.from(), range.to());
        }
    }

    private void call(int process, int slot, int number, Value... arguments) {
        operation(AgentLayout.SYSTEM_CALL, process, slot, number, arguments);
    }

    private void operation(int code, int process, int slot, long number, Value... arguments) {
        if (operations == AgentLayout.MOST_OPERATIONS) {
            throw new IllegalStateException("a sequence of more than " + operations + " operations");
        }
        long at = AgentLayout.OPERATIONS + (long) operations++ * AgentLayout.OPERATION_BYTES;
        set(at + AgentLayout.CODE, code);
        set(at + AgentLayout.PROCESS, process);
        set(at + AgentLayout.RESULT, (long) slot * AgentLayout.SLOT_BYTES);
        set(at + AgentLayout.NUMBER, number);
        for (int i = 0; i < 6; i++) {
            Value value = i < arguments.length ? arguments[i] : Value.of(0);
            set(at + AgentLayout.ARGUMENTS + 16L * i, (long) baseSlot(value) * AgentLayout.SLOT_BYTES);
            set(at + AgentLayout.ARGUMENTS + 16L * i + 8, value.addend());
        }
    }

    private static int baseSlot(Value value) {
        return value.isPlain()
                ? AgentLayout.ZERO_SLOT
                : value.base() == Value.BREAK ? AgentLayout.BREAK_SLOT : slot(value.base());
    }

    private static int slot(int id) {
        return AgentLayout.FIRST_SLOT + id;
    }

    private int processNumber(int id) {
        return sequence.processes().indexOf(id);
    }

    private static Value token(String eightBytes) {
        byte[] bytes = eightBytes.getBytes(StandardCharsets.US_ASCII);
        long token = 0;
        for (int i = 0; i < 8; i++) {
            token |= (bytes[i] & 0xffL) << 8 * i;
        }
        return Value.of(token);
    }

    private int data(Step step, int bytes) {
        int at = data;
        data += bytes + 7 & -8;
        if (data > DATA_BYTES) {
            throw new IllegalStateException("a sequence with more than " + DATA_BYTES + " bytes of data");
        }
        shared.asSlice(start + DATA + at, data - at).fill((byte) 0);
        dataOfStep.put(step.id(), at);
        return at;
    }

    private int text(Step step, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = data(step, bytes.length + 1);
        MemorySegment.copy(bytes, 0, shared, ValueLayout.JAVA_BYTE, start + DATA + at, bytes.length);
        return at;
    }

    private Value at(int dataOffset) {
        return Value.of(AgentLayout.dataAddress(index, dataOffset));
    }

    private void putLong(int dataOffset, long value) {
        shared.set(ValueLayout.JAVA_LONG_UNALIGNED, start + DATA + dataOffset, value);
    }

    private void set(long offset, long value) {
        shared.set(ValueLayout.JAVA_LONG, start + offset, value);
    }

    private long get(long offset) {
        return shared.get(ValueLayout.JAVA_LONG, start + offset);
    }

    // Reading

    /** What the agent found. */
    Observation read() {
        Observation seen = new Observation();
        long status = get(AgentLayout.EXIT_STATUS);
        if (status != 0) {
            seen.unusable = "the agent's process ended with status 0x" + Long.toHexString(status);
            return seen;
        }
        if (get(AgentLayout.OVERFLOW) != 0) {
            seen.unusable = "more lines of maps than there is room for";
            return seen;
        }
        seen.initialBreak = slotValue(AgentLayout.BREAK_SLOT);
        Reader reader = new Reader();
        for (int i = 0; i < sequence.steps().size(); i++) {
            Outcome outcome = outcome(sequence.steps().get(i));
            seen.outcomes.add(outcome);
            boolean looked = sequence.looksAfter(i) && outcome.signal() != Outcome.NOT_RUN;
            seen.maps.add(looked ? reader.lines() : null);
        }
        for (int process : sequence.processes()) {
            int slot = END_SLOTS + 3 * processNumber(process);
            if (slotStatus(slot) == AgentLayout.NOT_RUN) {
                continue;
            }
            var ranges = new ArrayList<List<Observation.ProbedLine>>();
            Ranges.atEnd(sequence, process).forEach(range -> ranges.add(reader.probedLines()));
            seen.ends.add(
                    new Observation.End(process, slotValue(slot), slotValue(slot + 1), slotValue(slot + 2), ranges));
        }
        return seen;
    }

    /** A size at the end, as {@link #sizes} read it: 0 for VmSize, 1 for VmLck, 2 for VmData. */
    long size(int which) {
        return slotValue(END_SLOTS + which);
    }

    private Outcome outcome(Step step) {
        int slot = slot(step.id());
        int status = (int) slotStatus(slot);
        long value = slotValue(slot);
        if (status == AgentLayout.NOT_RUN) {
            return new Outcome(0, Outcome.NOT_RUN, 0, 0);
        }
        if (status != 0) {
            return new Outcome(
                    0, status >> 8, status & 0xff, get(AgentLayout.SLOTS + slot * AgentLayout.SLOT_BYTES + 16L));
        }
        if (value < 0 && value >= -4095) {
            return Outcome.of(value);
        }
        long at = dataOfStep.containsKey(step.id()) ? DATA + dataOfStep.get(step.id()) : 0;
        return Outcome.of(
                switch (step.call()) {
                    case BYTE -> value == 0 ? -1L << 32 : shared.get(ValueLayout.JAVA_BYTE, start + at) & 0xff;
                    case FSTAT_SIZE -> get(at + 48);
                    case WAIT -> get(at) >> 8 & 0xff;
                    case RESIDENT -> mask(at, (step.number(1) + 4095) / 4096);
                    default -> value;
                });
    }

    private long mask(long at, long pages) {
        long mask = 0;
        for (int page = 0; page < pages; page++) {
            mask |= (shared.get(ValueLayout.JAVA_BYTE, start + at + page) & 1L) << page;
        }
        return mask;
    }

    private long slotValue(int slot) {
        return get(AgentLayout.SLOTS + (long) slot * AgentLayout.SLOT_BYTES);
    }

    private long slotStatus(int slot) {
        return get(AgentLayout.SLOTS + (long) slot * AgentLayout.SLOT_BYTES + AgentLayout.STATUS);
    }

    /** Goes through the output in the order in which the agent wrote it. */
    private final class Reader {
        private long at = AgentLayout.OUTPUT;

        private long next() {
            long word = get(at);
            at += 8;
            return word;
        }

        private Line line(long first) {
            long end = next();
            long flags = next();
            long offset = next();
            long inode = next();
            long device = next();
            return new Line(
                    first,
                    end,
                    (int) (flags & 7),
                    (flags & 8) != 0,
                    inode != 0,
                    inode != 0 ? offset : 0,
                    inode == 0 || device != facts.scratchDevice());
        }

        List<Line> lines() {
            var lines = new ArrayList<Line>();
            for (long first = next(); first != AgentLayout.NO_MORE_LINES; first = next()) {
                Line line = line(first);
                if (!Ranges.isPlaced(line.start(), line.end())) {
                    lines.add(line);
                }
            }
            return lines;
        }

        List<Observation.ProbedLine> probedLines() {
            var lines = new ArrayList<Observation.ProbedLine>();
            for (long first = next(); first != AgentLayout.NO_MORE_LINES; first = next()) {
                Line line = line(first);
                long from = next();
                int pages = (int) next();
                long residency = next();
                boolean[] resident = new boolean[pages];
                for (int page = 0; page < pages; page++) {
                    resident[page] = (shared.get(ValueLayout.JAVA_BYTE, start + at + page) & 1) != 0;
                }
                at += AgentLayout.PROBED_PAGES;
                long protect = next();
                long[] hashes = new long[pages];
                int[] faults = new int[pages];
                for (int page = 0; page < pages; page++) {
                    hashes[page] = next();
                    faults[page] = (int) next();
                }
                lines.add(new Observation.ProbedLine(line, from, residency, resident, protect, hashes, faults));
            }
            return lines;
        }
    }
}

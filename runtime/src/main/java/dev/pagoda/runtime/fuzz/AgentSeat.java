package dev.pagoda.runtime.fuzz;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.runtime.script.NotRun;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One process of a script in the agent: operations are given to it one by one, through the block that has its number.
 *
 * <p>Calls return what Linux returned, a value or a negated errno; accesses throw {@link MemoryFault}. One thread.
 */
final class AgentSeat {
    /** Most bytes that are carried between a process and us at one go. */
    static final int MOST_BYTES = 64 << 10;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    private static final long LONGEST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_AGAIN_NANOS = 20_000;
    private static final int LOOKS_BEFORE_PAUSE = 200;

    private final MemorySegment shared;
    private final Process agent;
    private final long capabilities;
    private final int number;
    private final long start;
    private int seats = 1;

    AgentSeat(MemorySegment shared, Process agent, long capabilities, int number) {
        this.shared = shared;
        this.agent = agent;
        this.capabilities = capabilities;
        this.number = number;
        this.start = AgentLayout.block(number);
        shared.asSlice(start, AgentLayout.OUTPUT).fill((byte) 0);
    }

    /** What the agent may do when it starts, a bit for each capability. */
    long capabilities() {
        return capabilities;
    }

    /** Where the bytes lie, for the process, that {@link #put} and {@link #get} carry. */
    long buffer() {
        return AgentLayout.SHARED + start + AgentLayout.OUTPUT;
    }

    void put(byte[] bytes, int from, int count) {
        MemorySegment.copy(bytes, from, shared, ValueLayout.JAVA_BYTE, start + AgentLayout.OUTPUT, count);
    }

    void get(byte[] bytes, int to, int count) {
        MemorySegment.copy(shared, ValueLayout.JAVA_BYTE, start + AgentLayout.OUTPUT, bytes, to, count);
    }

    /** Puts words into the buffer. */
    void putWords(long... words) {
        for (int i = 0; i < words.length; i++) {
            shared.set(ValueLayout.JAVA_LONG, start + AgentLayout.OUTPUT + 8L * i, words[i]);
        }
    }

    long word(int index) {
        return shared.get(ValueLayout.JAVA_LONG, start + AgentLayout.OUTPUT + 8L * index);
    }

    /** Puts a string as C has it into the buffer, and says where it lies. */
    long text(String text) {
        byte[] bytes = (text + "\0").getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MOST_BYTES) {
            throw new NotRun("a string of more than " + MOST_BYTES + " bytes");
        }
        put(bytes, 0, bytes.length);
        return buffer();
    }

    long call(int call, long... arguments) {
        return run(AgentLayout.SYSTEM_CALL, call, arguments);
    }

    /** Makes a child that has a seat of its own, and says its number as a process; the seat is {@code children}'s next. */
    long fork(AgentSeat child) {
        return run(AgentLayout.FORK_APART, child.number);
    }

    /** A seat for a child of any process of this script; asked of the first one. */
    AgentSeat nextSeat() {
        if (seats == AgentLayout.MOST_BLOCKS) {
            throw new NotRun("Linux's side of a script has at most " + AgentLayout.MOST_BLOCKS + " processes");
        }
        return new AgentSeat(shared, agent, capabilities, seats++);
    }

    /** Carries one operation of {@link AgentLayout} out. */
    long run(int code, long operand, long... arguments) {
        set(AgentLayout.DONE, 0);
        set(AgentLayout.OPERATION_COUNT, 1);
        set(AgentLayout.OPERATIONS + AgentLayout.CODE, code);
        set(AgentLayout.OPERATIONS + AgentLayout.PROCESS, number);
        set(AgentLayout.OPERATIONS + AgentLayout.RESULT, (long) AgentLayout.FIRST_SLOT * AgentLayout.SLOT_BYTES);
        set(AgentLayout.OPERATIONS + AgentLayout.NUMBER, operand);
        for (int i = 0; i < 6; i++) {
            long at = AgentLayout.OPERATIONS + AgentLayout.ARGUMENTS + 16L * i;
            set(at, (long) AgentLayout.ZERO_SLOT * AgentLayout.SLOT_BYTES);
            set(at + 8, i < arguments.length ? arguments[i] : 0);
        }
        long slot = AgentLayout.SLOTS + (long) AgentLayout.FIRST_SLOT * AgentLayout.SLOT_BYTES;
        // A process that ends leaves no value.
        set(slot + AgentLayout.VALUE, 0);
        WORD.setRelease(shared, start + AgentLayout.GO, 1L);
        await();
        int status = (int) get(slot + AgentLayout.STATUS);
        if (status != 0) {
            long address = get(slot + AgentLayout.ADDRESS);
            throw new MemoryFault(status >> 8, status & 0xff, address, "as Linux told the process");
        }
        return get(slot + AgentLayout.VALUE);
    }

    private void await() {
        long begin = System.nanoTime();
        for (int looks = 0; (long) WORD.getAcquire(shared, start + AgentLayout.DONE) == 0; looks++) {
            if (looks < LOOKS_BEFORE_PAUSE) {
                Thread.onSpinWait();
            } else if (!agent.isAlive() || System.nanoTime() - begin > LONGEST_ANSWER_NANOS) {
                throw new NotRun("the process ended by a signal, or waits, on the host's Linux");
            } else {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    private void set(long offset, long value) {
        shared.set(ValueLayout.JAVA_LONG, start + offset, value);
    }

    private long get(long offset) {
        return shared.get(ValueLayout.JAVA_LONG, start + offset);
    }
}

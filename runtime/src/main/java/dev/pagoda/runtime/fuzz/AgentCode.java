package dev.pagoda.runtime.fuzz;

import static dev.pagoda.runtime.fuzz.Assembler.Condition.ABOVE;
import static dev.pagoda.runtime.fuzz.Assembler.Condition.ABOVE_OR_EQUAL;
import static dev.pagoda.runtime.fuzz.Assembler.Condition.BELOW;
import static dev.pagoda.runtime.fuzz.Assembler.Condition.EQUAL;
import static dev.pagoda.runtime.fuzz.Assembler.Condition.NOT_EQUAL;
import static dev.pagoda.runtime.fuzz.Assembler.Condition.SIGN;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R10;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R12;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R13;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R14;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R15;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R8;
import static dev.pagoda.runtime.fuzz.Assembler.Register.R9;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RAX;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RBP;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RBX;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RCX;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RDI;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RDX;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RSI;
import static dev.pagoda.runtime.fuzz.Assembler.Register.RSP;

import dev.pagoda.runtime.fuzz.Assembler.Label;
import dev.pagoda.runtime.fuzz.Assembler.Register;
import dev.pagoda.syscalls.Linux;
import java.nio.charset.StandardCharsets;

/**
 * The machine code of the agent: a program without a library that carries sequences out on the host's Linux.
 *
 * <p>It waits for a byte on its standard input. {@code I} carries block 0 out in the agent itself, {@code S} makes the agent a process of a script, any other byte carries out
 * all blocks, each in a fresh child, so that a sequence starts from an empty address space and leaves nothing behind. A byte on standard output says that it is done.
 * The processes of a script have a block each and wait at its word GO, so that operations can be given one by one; they end with standard input.
 * Accesses of memory are made under a handler of SIGSEGV and SIGBUS that notes signal, code and address and goes on behind the access.
 *
 * <p>Registers while a block is carried out: RBX the block, RBP private memory, R12 the operation, R13 its index, R14 the number of the own process, R15 the
 * end of the output. A process waits for its turn by yielding, because the operations of a sequence are carried out in their order whichever process makes them.
 */
final class AgentCode {
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int SYS_RT_SIGACTION = 13;
    private static final int SYS_RT_SIGRETURN = 15;
    private static final int SYS_IOCTL = 16;
    private static final int SYS_SCHED_YIELD = 24;
    private static final int SYS_PRCTL = 157;
    private static final int SA_SIGINFO_NODEFER_RESTORER = 0x4 | 0x40000000 | 0x04000000;
    /** The instruction pointer in the context that a handler gets. */
    private static final int CONTEXT_RIP = 168;

    private static final int PROCMAP_QUERY = 0xc0686611;
    private static final int PROCMAP_QUERY_BYTES = 104;
    private static final int COVERING_OR_NEXT = 0x10;
    /** Where the descriptor of /proc/self/maps is kept out of the way. */
    private static final int MAPS_DESCRIPTOR = 1000;
    /** Where the processes of a script keep standard input, whose end is their end. */
    private static final int LIFELINE = 1001;

    private static final int SYS_PPOLL = 271;
    private static final int POLL_NANOS = 50_000;

    // Private memory, beside what the layout names.
    private static final int CURSOR = 64;
    private static final int LIMIT = 72;
    private static final int CHILD = 80;
    private static final int PAUSES = 88;

    /** Yields before a process gives up: seconds. */
    private static final int MOST_PAUSES = 5_000_000;

    /** Exit status of a process that gave up, and of one that met a signal it did not expect. */
    private static final int GAVE_UP = 98;

    private static final int UNEXPECTED_SIGNAL = 99;

    private static final int QUERY_ADDRESS = AgentLayout.QUERY + 16;
    private static final int QUERY_START = AgentLayout.QUERY + 24;
    private static final int QUERY_END = AgentLayout.QUERY + 32;
    private static final int QUERY_FLAGS = AgentLayout.QUERY + 40;
    private static final int QUERY_OFFSET = AgentLayout.QUERY + 56;
    private static final int QUERY_INODE = AgentLayout.QUERY + 64;
    private static final int QUERY_DEVICE = AgentLayout.QUERY + 72;
    private static final int QUERY_SIZES = AgentLayout.QUERY + 80;

    private final Assembler code;
    private final Label runBlock = new Label();
    private final Label attend = new Label();
    private final Label query = new Label();
    private final Label line = new Label();
    private final Label openMaps = new Label();
    private final Label pause = new Label();
    private final Label sharedPath = new Label();
    private final Label mapsPath = new Label();
    private final Label statusPath = new Label();
    private final Label handler = new Label();
    private final Label restorer = new Label();

    private AgentCode(long base) {
        code = new Assembler(base);
    }

    /**
     * The code.
     *
     * @param base where its first byte, which is its entry, will stand
     * @param sharedFile the path of the file that it shares with us
     */
    static byte[] assemble(long base, String sharedFile) {
        AgentCode agent = new AgentCode(base);
        agent.start();
        agent.serve();
        agent.attend();
        agent.block();
        agent.pause();
        agent.maps();
        agent.signals();
        agent.texts(sharedFile);
        return agent.code.finish();
    }

    private void start() {
        code.move(RBP, AgentLayout.PRIVATE);
        code.address(RSP, RBP, AgentLayout.STACK_TOP);
        code.move(RDI, sharedPath);
        code.move(RSI, Linux.O_RDWR);
        systemCall(Linux.SYS_open);
        code.move(R8, RAX);
        code.move(RDI, AgentLayout.SHARED);
        code.move(RSI, AgentLayout.SHARED_BYTES);
        code.move(RDX, Linux.PROT_READ | Linux.PROT_WRITE);
        code.move(R10, Linux.MAP_SHARED | Linux.MAP_FIXED);
        code.move(R9, 0);
        systemCall(Linux.SYS_mmap);
        code.move(RDI, R8);
        systemCall(Linux.SYS_close);
        code.move(RAX, handler);
        code.store(RBP, AgentLayout.ACTION, RAX);
        code.move(RAX, SA_SIGINFO_NODEFER_RESTORER);
        code.store(RBP, AgentLayout.ACTION + 8, RAX);
        code.move(RAX, restorer);
        code.store(RBP, AgentLayout.ACTION + 16, RAX);
        handle(11);
        handle(7);
        code.move(RDI, PR_SET_CHILD_SUBREAPER);
        code.move(RSI, 1);
        systemCall(SYS_PRCTL);
    }

    private void handle(int signal) {
        code.move(RDI, signal);
        code.address(RSI, RBP, AgentLayout.ACTION);
        code.move(RDX, 0);
        code.move(R10, 8);
        systemCall(SYS_RT_SIGACTION);
    }

    /** One command after the other, until standard input ends. */
    private void serve() {
        Label next = new Label();
        Label end = new Label();
        Label all = new Label();
        Label answer = new Label();
        code.bind(next);
        code.move(RDI, 0);
        code.address(RSI, RBP, AgentLayout.COMMAND);
        code.move(RDX, 1);
        systemCall(Linux.SYS_read);
        code.compare(RAX, 1);
        code.jump(NOT_EQUAL, end);
        code.load(RAX, RBP, AgentLayout.COMMAND);
        code.and(RAX, 0xff);
        Label script = new Label();
        code.compare(RAX, 'S');
        code.jump(EQUAL, script);
        code.compare(RAX, 'I');
        code.jump(NOT_EQUAL, all);
        code.move(RBX, AgentLayout.SHARED + AgentLayout.BLOCKS);
        code.move(R14, 0);
        code.call(openMaps);
        code.call(runBlock);
        code.bind(answer);
        code.move(RDI, 1);
        code.address(RSI, RBP, AgentLayout.COMMAND);
        code.move(RDX, 1);
        systemCall(Linux.SYS_write);
        code.jump(next);
        code.bind(end);
        exit();
        code.bind(all);
        everyBlock();
        code.jump(answer);
        code.bind(script);
        code.move(RDI, 0);
        code.move(RSI, LIFELINE);
        systemCall(Linux.SYS_dup2);
        code.move(R14, 0);
        code.jump(attend);
    }

    /** A process of a script waits for operations, R14 being its number and that of its block. */
    private void attend() {
        Label idle = new Label();
        Label go = new Label();
        code.bind(attend);
        code.move(RBP, AgentLayout.PRIVATE);
        code.address(RSP, RBP, AgentLayout.STACK_TOP);
        code.move(RBX, R14);
        code.move(RAX, AgentLayout.BLOCK_BYTES);
        code.multiply(RBX, RAX);
        code.move(RAX, AgentLayout.SHARED + AgentLayout.BLOCKS);
        code.add(RBX, RAX);
        code.bind(idle);
        code.load(RAX, RBX, AgentLayout.GO);
        code.test(RAX);
        code.jump(NOT_EQUAL, go);
        code.store(RBP, AgentLayout.POLLED, LIFELINE);
        code.store(RBP, AgentLayout.POLL_TIME, 0);
        code.store(RBP, AgentLayout.POLL_TIME + 8, POLL_NANOS);
        code.address(RDI, RBP, AgentLayout.POLLED);
        code.move(RSI, 1);
        code.address(RDX, RBP, AgentLayout.POLL_TIME);
        code.move(R10, 0);
        code.move(R8, 8);
        systemCall(SYS_PPOLL);
        code.test(RAX);
        code.jump(EQUAL, idle);
        code.jump(SIGN, idle);
        exit();
        code.bind(go);
        code.store(RBX, AgentLayout.GO, 0);
        code.call(runBlock);
        code.jump(idle);
    }

    private void everyBlock() {
        Label next = new Label();
        Label child = new Label();
        Label orphans = new Label();
        Label failed = new Label();
        Label end = new Label();
        code.move(RBX, AgentLayout.SHARED + AgentLayout.BLOCKS);
        code.move(R13, 0);
        code.bind(next);
        code.move(RAX, AgentLayout.SHARED + AgentLayout.BLOCK_COUNT);
        code.load(RAX, RAX, 0);
        code.compare(R13, RAX);
        code.jump(ABOVE_OR_EQUAL, end);
        systemCall(Linux.SYS_fork);
        code.test(RAX);
        code.jump(EQUAL, child);
        code.jump(SIGN, failed);
        code.move(RDI, RAX);
        code.address(RSI, RBX, AgentLayout.EXIT_STATUS);
        code.move(RDX, 0);
        code.move(R10, 0);
        systemCall(Linux.SYS_wait4);
        code.bind(orphans);
        code.move(RDI, -1);
        code.move(RSI, 0);
        code.move(RDX, 0);
        code.move(R10, 0);
        systemCall(Linux.SYS_wait4);
        code.test(RAX);
        code.jump(SIGN, failed);
        code.jump(orphans);
        code.bind(failed);
        code.add(R13, 1);
        code.add(RBX, AgentLayout.BLOCK_BYTES);
        code.jump(next);
        code.bind(child);
        code.move(RDI, 0);
        systemCall(Linux.SYS_brk);
        code.store(RBX, AgentLayout.SLOTS + AgentLayout.BREAK_SLOT * AgentLayout.SLOT_BYTES, RAX);
        code.move(R14, 0);
        code.call(openMaps);
        code.call(runBlock);
        exit();
        code.bind(end);
    }

    private void exit() {
        code.move(RDI, 0);
        systemCall(Linux.SYS_exit_group);
    }

    /** The operations of a block, as far as they are this process's. */
    private void block() {
        Label next = new Label();
        Label wait = new Label();
        Label mine = new Label();
        Label skip = new Label();
        Label finish = new Label();
        Label done = new Label();
        code.bind(runBlock);
        code.address(R12, RBX, AgentLayout.OPERATIONS);
        code.move(R13, 0);
        code.bind(next);
        code.load(RAX, RBX, AgentLayout.OPERATION_COUNT);
        code.compare(R13, RAX);
        code.jump(ABOVE_OR_EQUAL, done);
        code.load(RAX, R12, AgentLayout.PROCESS);
        code.compare(RAX, R14);
        code.jump(EQUAL, mine);

        code.bind(wait);
        code.load(RCX, RBX, AgentLayout.DONE);
        code.compare(RCX, R13);
        code.jump(ABOVE, skip);
        Label alive = new Label();
        code.load(RAX, R12, AgentLayout.PROCESS);
        code.shiftLeft(RAX, 3);
        code.load(RAX, RBX, RAX, AgentLayout.DEAD);
        code.test(RAX);
        code.jump(EQUAL, alive);
        // Who ends counts its last operation as done first, so that the count tells whether this one still was its own.
        // What came earlier
        // has to be over, too: a fork may just be bringing the process to life.
        code.load(RCX, RBX, AgentLayout.DONE);
        code.compare(RCX, R13);
        code.jump(ABOVE, skip);
        code.jump(BELOW, alive);
        code.move(RAX, 0);
        code.move(RDX, AgentLayout.NOT_RUN);
        code.jump(finish);
        code.bind(alive);
        code.call(pause);
        code.jump(wait);

        code.bind(mine);
        Label turn = new Label();
        Label myTurn = new Label();
        code.bind(turn);
        code.load(RCX, RBX, AgentLayout.DONE);
        code.compare(RCX, R13);
        code.jump(ABOVE_OR_EQUAL, myTurn);
        code.call(pause);
        code.jump(turn);
        code.bind(myTurn);
        code.store(RBP, PAUSES, 0);
        operations(finish, skip);

        code.bind(finish);
        code.load(RCX, R12, AgentLayout.RESULT);
        code.add(RCX, RBX);
        code.store(RCX, AgentLayout.SLOTS + AgentLayout.VALUE, RAX);
        code.store(RCX, AgentLayout.SLOTS + AgentLayout.STATUS, RDX);
        code.load(RAX, RBP, AgentLayout.FAULT_ADDRESS);
        code.store(RCX, AgentLayout.SLOTS + AgentLayout.ADDRESS, RAX);
        code.address(RAX, R13, 1);
        code.store(RBX, AgentLayout.DONE, RAX);
        code.bind(skip);
        code.add(R13, 1);
        code.add(R12, AgentLayout.OPERATION_BYTES);
        code.jump(next);
        code.bind(done);
        code.ret();
    }

    /** Yields; who has yielded very often waits for a process that is gone, and ends. */
    private void pause() {
        Label patient = new Label();
        code.bind(pause);
        code.load(RAX, RBP, PAUSES);
        code.add(RAX, 1);
        code.store(RBP, PAUSES, RAX);
        code.compare(RAX, MOST_PAUSES);
        code.jump(BELOW, patient);
        code.move(RDI, GAVE_UP);
        systemCall(Linux.SYS_exit_group);
        code.bind(patient);
        systemCall(SYS_SCHED_YIELD);
        code.ret();
    }

    /** What an operation does: leaves its value in RAX and its status in RDX. */
    private void operations(Label finish, Label skip) {
        Label[] kinds = new Label[AgentLayout.FORK_APART + 1];
        code.load(RAX, R12, AgentLayout.CODE);
        for (int kind = 0; kind < kinds.length; kind++) {
            kinds[kind] = new Label();
            code.compare(RAX, kind);
            code.jump(EQUAL, kinds[kind]);
        }
        code.bind(kinds[AgentLayout.SYSTEM_CALL]);
        argument(RDI, 0);
        argument(RSI, 1);
        argument(RDX, 2);
        argument(R10, 3);
        argument(R8, 4);
        argument(R9, 5);
        code.load(RAX, R12, AgentLayout.NUMBER);
        code.systemCall();
        good(finish);

        Label recover = new Label();
        code.bind(kinds[AgentLayout.LOAD]);
        guard(recover);
        argument(RSI, 0);
        sized(new int[] {0x0f, 0xb6, 0x06}, new int[] {0x0f, 0xb7, 0x06}, new int[] {0x8b, 0x06}, new int[] {
            0x48, 0x8b, 0x06
        });
        good(finish);

        code.bind(kinds[AgentLayout.STORE]);
        guard(recover);
        argument(RSI, 0);
        argument(RAX, 1);
        sized(new int[] {0x88, 0x06}, new int[] {0x66, 0x89, 0x06}, new int[] {0x89, 0x06}, new int[] {0x48, 0x89, 0x06
        });
        code.move(RAX, 0);
        good(finish);

        code.bind(kinds[AgentLayout.FILL]);
        guard(recover);
        argument(RDI, 0);
        argument(RCX, 1);
        argument(RAX, 2);
        code.bytes(0xf3, 0xaa);
        code.move(RAX, 0);
        good(finish);

        code.bind(kinds[AgentLayout.COMPARE_AND_SET]);
        guard(recover);
        argument(RSI, 0);
        argument(RAX, 1);
        argument(RDX, 2);
        sized(
                new int[] {0xf0, 0x0f, 0xb0, 0x16},
                new int[] {0x66, 0xf0, 0x0f, 0xb1, 0x16},
                new int[] {0xf0, 0x0f, 0xb1, 0x16},
                new int[] {0xf0, 0x48, 0x0f, 0xb1, 0x16});
        good(finish);

        code.bind(recover);
        code.move(RAX, 0);
        code.load(RDX, RBP, AgentLayout.FAULT_STATUS);
        code.jump(finish);

        code.bind(kinds[AgentLayout.MAPS]);
        code.load(R15, RBX, AgentLayout.OUTPUT_END);
        for (int range = 0; range < 3; range++) {
            eachLine(2 * range, () -> code.call(line));
        }
        code.store(R15, 0, AgentLayout.NO_MORE_LINES);
        code.add(R15, 8);
        code.store(RBX, AgentLayout.OUTPUT_END, R15);
        code.move(RAX, 0);
        good(finish);

        code.bind(kinds[AgentLayout.PROBE]);
        code.load(R15, RBX, AgentLayout.OUTPUT_END);
        eachLine(0, this::probeLine);
        code.store(R15, 0, AgentLayout.NO_MORE_LINES);
        code.add(R15, 8);
        code.store(RBX, AgentLayout.OUTPUT_END, R15);
        code.move(RAX, 0);
        good(finish);

        code.bind(kinds[AgentLayout.STATUS_FIELD]);
        statusField();
        good(finish);

        code.bind(kinds[AgentLayout.COPY]);
        guard(recover);
        argument(RSI, 0);
        argument(RDI, 1);
        argument(RCX, 2);
        code.bytes(0xf3, 0xa4);
        code.move(RAX, 0);
        good(finish);

        fork(kinds[AgentLayout.FORK], finish, skip);

        // The number is read before, because the block is the parent's, which goes on.
        Label apart = new Label();
        code.bind(kinds[AgentLayout.FORK_APART]);
        code.load(R8, R12, AgentLayout.NUMBER);
        systemCall(Linux.SYS_fork);
        code.test(RAX);
        code.jump(EQUAL, apart);
        good(finish);
        code.bind(apart);
        code.move(R14, R8);
        code.jump(attend);

        code.bind(kinds[AgentLayout.EXIT]);
        code.load(RCX, R12, AgentLayout.RESULT);
        code.add(RCX, RBX);
        code.store(RCX, AgentLayout.SLOTS + AgentLayout.STATUS, 0);
        code.address(RAX, R13, 1);
        code.store(RBX, AgentLayout.DONE, RAX);
        code.move(RAX, R14);
        code.shiftLeft(RAX, 3);
        code.add(RAX, RBX);
        code.store(RAX, AgentLayout.DEAD, 1);
        argument(RDI, 0);
        systemCall(Linux.SYS_exit_group);
    }

    /** The parent goes on with the child's number, the child as the process that the operation names. */
    private void fork(Label here, Label finish, Label skip) {
        Label child = new Label();
        Label failed = new Label();
        code.bind(here);
        systemCall(Linux.SYS_fork);
        code.test(RAX);
        code.jump(EQUAL, child);
        code.jump(SIGN, failed);
        good(finish);
        code.bind(failed);
        code.load(RCX, R12, AgentLayout.NUMBER);
        code.shiftLeft(RCX, 3);
        code.add(RCX, RBX);
        code.store(RCX, AgentLayout.DEAD, 1);
        good(finish);
        code.bind(child);
        code.load(R14, R12, AgentLayout.NUMBER);
        code.call(openMaps);
        code.jump(skip);
    }

    private void good(Label finish) {
        code.move(RDX, 0);
        code.jump(finish);
    }

    private void argument(Register to, int index) {
        int at = AgentLayout.ARGUMENTS + 16 * index;
        code.load(to, R12, at);
        code.load(to, RBX, to, AgentLayout.SLOTS);
        code.addFrom(to, R12, at + 8);
    }

    private void systemCall(int number) {
        code.move(RAX, number);
        code.systemCall();
    }

    private void guard(Label recover) {
        code.move(RAX, recover);
        code.store(RBP, AgentLayout.GUARD, RAX);
    }

    /** The instruction for the size that the operation names. */
    private void sized(int[] one, int[] two, int[] four, int[] eight) {
        Label end = new Label();
        int[][] forms = {one, two, four, eight};
        for (int log = 0; log < forms.length; log++) {
            Label other = new Label();
            code.load(RCX, R12, AgentLayout.NUMBER);
            code.compare(RCX, 1 << log);
            code.jump(NOT_EQUAL, other);
            code.bytes(forms[log]);
            code.jump(end);
            code.bind(other);
        }
        code.bind(end);
    }

    /** Walks the lines of maps in the range that two arguments give; the use may not touch the cursor. */
    private void eachLine(int argument, Runnable use) {
        Label next = new Label();
        Label end = new Label();
        Label room = new Label();
        argument(RAX, argument);
        code.store(RBP, CURSOR, RAX);
        argument(RAX, argument + 1);
        code.store(RBP, LIMIT, RAX);
        code.bind(next);
        code.load(RAX, RBP, CURSOR);
        code.load(RCX, RBP, LIMIT);
        code.compare(RAX, RCX);
        code.jump(ABOVE_OR_EQUAL, end);
        code.call(query);
        code.test(RAX);
        code.jump(NOT_EQUAL, end);
        code.load(RAX, RBP, QUERY_START);
        code.load(RCX, RBP, LIMIT);
        code.compare(RAX, RCX);
        code.jump(ABOVE_OR_EQUAL, end);
        code.address(RCX, RBX, AgentLayout.BLOCK_BYTES - AgentLayout.OUTPUT_RESERVE);
        code.compare(R15, RCX);
        code.jump(BELOW, room);
        code.store(RBX, AgentLayout.OVERFLOW, 1);
        code.jump(end);
        code.bind(room);
        use.run();
        code.load(RAX, RBP, QUERY_END);
        code.store(RBP, CURSOR, RAX);
        code.jump(next);
        code.bind(end);
    }

    /** A line, which of its pages are resident, and the hash of each page or why it cannot be read. */
    private void probeLine() {
        Label startKnown = new Label();
        Label endKnown = new Label();
        Label few = new Label();
        code.call(line);
        code.load(R8, RBP, QUERY_START);
        code.load(RAX, RBP, CURSOR);
        code.compare(R8, RAX);
        code.jump(ABOVE_OR_EQUAL, startKnown);
        code.move(R8, RAX);
        code.bind(startKnown);
        code.load(R9, RBP, QUERY_END);
        code.load(RAX, RBP, LIMIT);
        code.compare(RAX, R9);
        code.jump(ABOVE_OR_EQUAL, endKnown);
        code.move(R9, RAX);
        code.bind(endKnown);
        code.subtract(R9, R8);
        code.move(RCX, R9);
        code.shiftRight(RCX, 12);
        code.compare(RCX, AgentLayout.PROBED_PAGES);
        code.jump(BELOW, few);
        code.move(RCX, AgentLayout.PROBED_PAGES);
        code.bind(few);
        code.store(R15, 0, R8);
        code.store(R15, 8, RCX);
        code.move(RDI, R8);
        code.move(RSI, RCX);
        code.shiftLeft(RSI, 12);
        code.address(RDX, R15, 24);
        systemCall(Linux.SYS_mincore);
        code.store(R15, 16, RAX);
        code.move(RDI, R8);
        code.move(RSI, R9);
        code.move(RDX, Linux.PROT_READ);
        systemCall(Linux.SYS_mprotect);
        code.load(R10, R15, 8);
        code.add(R15, 24 + AgentLayout.PROBED_PAGES);
        code.store(R15, 0, RAX);
        code.add(R15, 8);
        hashPages();
    }

    /** R8 is the first page, R10 the number of pages. */
    private void hashPages() {
        Label page = new Label();
        Label word = new Label();
        Label fault = new Label();
        Label hashed = new Label();
        code.bind(page);
        guard(fault);
        code.move(RSI, R8);
        code.move(RDI, AgentLayout.HASH_FACTOR);
        code.move(RCX, 512);
        code.move(RAX, 0);
        code.bind(word);
        code.multiply(RAX, RDI);
        code.load(RDX, RSI, 0);
        code.xor(RAX, RDX);
        code.add(RSI, 8);
        code.add(RCX, -1);
        code.test(RCX);
        code.jump(NOT_EQUAL, word);
        code.move(RDX, 0);
        code.jump(hashed);
        code.bind(fault);
        code.move(RAX, 0);
        code.load(RDX, RBP, AgentLayout.FAULT_STATUS);
        code.bind(hashed);
        code.store(R15, 0, RAX);
        code.store(R15, 8, RDX);
        code.add(R15, 16);
        code.add(R8, 4096);
        code.add(R10, -1);
        code.test(R10);
        code.jump(NOT_EQUAL, page);
    }

    /** A number of kilobytes from /proc/self/status; the argument is the eight bytes in front of it. */
    private void statusField() {
        Label search = new Label();
        Label found = new Label();
        Label blank = new Label();
        Label digit = new Label();
        Label end = new Label();
        Label missing = new Label();
        code.move(RDI, statusPath);
        code.move(RSI, Linux.O_RDONLY);
        systemCall(Linux.SYS_open);
        code.store(RBP, CHILD, RAX);
        code.move(RDI, RAX);
        code.address(RSI, RBP, AgentLayout.TEXT);
        code.move(RDX, AgentLayout.TEXT_BYTES - 8);
        systemCall(Linux.SYS_read);
        code.move(R8, RAX);
        code.load(RDI, RBP, CHILD);
        systemCall(Linux.SYS_close);
        argument(RDX, 0);
        code.address(RSI, RBP, AgentLayout.TEXT);
        code.add(R8, RSI);
        code.bind(search);
        code.compare(RSI, R8);
        code.jump(ABOVE_OR_EQUAL, missing);
        code.load(RAX, RSI, 0);
        code.compare(RAX, RDX);
        code.jump(EQUAL, found);
        code.add(RSI, 1);
        code.jump(search);
        code.bind(found);
        code.add(RSI, 7);
        code.bind(blank);
        code.add(RSI, 1);
        code.load(RCX, RSI, 0);
        code.and(RCX, 0xff);
        code.compare(RCX, ' ');
        code.jump(EQUAL, blank);
        code.move(RAX, 0);
        code.move(RDI, 10);
        code.bind(digit);
        code.load(RCX, RSI, 0);
        code.and(RCX, 0xff);
        code.add(RCX, -'0');
        code.compare(RCX, 10);
        code.jump(ABOVE_OR_EQUAL, end);
        code.multiply(RAX, RDI);
        code.add(RAX, RCX);
        code.add(RSI, 1);
        code.jump(digit);
        code.bind(missing);
        code.move(RAX, -1024 >> 10);
        code.bind(end);
        code.shiftLeft(RAX, 10);
    }

    /** Routines about /proc/self/maps. */
    private void maps() {
        code.bind(query);
        code.move(RAX, PROCMAP_QUERY_BYTES);
        code.store(RBP, AgentLayout.QUERY, RAX);
        code.move(RAX, COVERING_OR_NEXT);
        code.store(RBP, AgentLayout.QUERY + 8, RAX);
        code.load(RAX, RBP, CURSOR);
        code.store(RBP, QUERY_ADDRESS, RAX);
        code.store(RBP, QUERY_SIZES, 0);
        code.move(RDI, MAPS_DESCRIPTOR);
        code.move(RSI, Integer.toUnsignedLong(PROCMAP_QUERY));
        code.address(RDX, RBP, AgentLayout.QUERY);
        systemCall(SYS_IOCTL);
        code.ret();

        code.bind(line);
        int[] words = {QUERY_START, QUERY_END, QUERY_FLAGS, QUERY_OFFSET, QUERY_INODE, QUERY_DEVICE};
        for (int word = 0; word < words.length; word++) {
            code.load(RAX, RBP, words[word]);
            code.store(R15, 8 * word, RAX);
        }
        code.add(R15, 8 * AgentLayout.LINE_WORDS);
        code.ret();

        code.bind(openMaps);
        code.move(RDI, mapsPath);
        code.move(RSI, Linux.O_RDONLY);
        systemCall(Linux.SYS_open);
        code.move(R8, RAX);
        code.move(RDI, RAX);
        code.move(RSI, MAPS_DESCRIPTOR);
        systemCall(Linux.SYS_dup2);
        code.move(RDI, R8);
        systemCall(Linux.SYS_close);
        code.ret();
    }

    private void signals() {
        Label unexpected = new Label();
        code.bind(handler);
        code.move(RBP, AgentLayout.PRIVATE);
        code.load(RAX, RBP, AgentLayout.GUARD);
        code.test(RAX);
        code.jump(EQUAL, unexpected);
        code.store(RDX, CONTEXT_RIP, RAX);
        code.load(RAX, RSI, 8);
        code.and(RAX, 0xff);
        code.shiftLeft(RDI, 8);
        code.or(RAX, RDI);
        code.store(RBP, AgentLayout.FAULT_STATUS, RAX);
        code.load(RAX, RSI, 16);
        code.store(RBP, AgentLayout.FAULT_ADDRESS, RAX);
        code.ret();
        code.bind(unexpected);
        code.move(RDI, UNEXPECTED_SIGNAL);
        systemCall(Linux.SYS_exit_group);
        code.bind(restorer);
        systemCall(SYS_RT_SIGRETURN);
    }

    private void texts(String sharedFile) {
        text(sharedPath, sharedFile);
        text(mapsPath, "/proc/self/maps");
        text(statusPath, "/proc/self/status");
    }

    private void text(Label label, String text) {
        code.bind(label);
        for (byte character : text.getBytes(StandardCharsets.UTF_8)) {
            code.bytes(character);
        }
        code.bytes(0);
    }
}

package dev.pagoda.runtime.fuzz;

/**
 * Where the agent's memory lies, and how the memory that it shares with us is laid out: numbers that its machine code and we must agree on.
 *
 * <pre>
 * shared memory:  pattern (26 pages: page i is the letter 'a'+i) | number of blocks | block 0 | block 1 | ...
 * block:          header | operations | slots | data | output
 * </pre>
 *
 * A block holds one sequence. An operation is 16 words: code, process, result slot, number, and six arguments of a slot and an addend each,
 * so that a call can use what an earlier one returned. All offsets and sizes are in bytes.
 */
final class AgentLayout {
    /** Where the agent's image is loaded: far from all arenas. Nothing of ours lies below or behind it but what is said here. */
    static final long IMAGE = 0x310000000000L;
    /** Where it keeps what every process of it has alone. */
    static final long PRIVATE = IMAGE + 0x10000;
    /** Where it maps the memory that it shares with us. */
    static final long SHARED = 0x320000000000L;
    /** Ranges that reach from below this address to above it would take the agent away. */
    static final long AGENT_BEGIN = 0x300000000000L;

    // Private memory of a process of the agent.
    static final int COMMAND = 0;
    static final int GUARD = 8;
    static final int FAULT_STATUS = 16;
    static final int FAULT_ADDRESS = 24;
    static final int ACTION = 32;
    static final int POLLED = 96;
    static final int POLL_TIME = 104;
    static final int QUERY = 128;
    static final int TEXT = 0x1000;
    static final int TEXT_BYTES = 0x2000;
    static final int STACK_TOP = 0x7000;
    static final int PRIVATE_BYTES = 0x8000;

    // Shared memory.
    static final int PATTERN_PAGES = 26;
    static final int BLOCK_COUNT = PATTERN_PAGES * 4096;
    static final int BLOCKS = BLOCK_COUNT + 4096;
    static final int BLOCK_BYTES = 192 << 10;
    static final int MOST_BLOCKS = 64;
    static final long SHARED_BYTES = BLOCKS + (long) MOST_BLOCKS * BLOCK_BYTES;

    // A block.
    static final int OPERATION_COUNT = 0;
    static final int EXIT_STATUS = 8;
    static final int DONE = 16;
    static final int OUTPUT_END = 24;
    static final int OVERFLOW = 32;
    /** Not 0 when a process that {@code S} made wait has operations to carry out. */
    static final int GO = 40;

    static final int DEAD = 64;
    static final int MOST_PROCESSES = 8;
    static final int OPERATIONS = 256;
    static final int OPERATION_BYTES = 128;
    static final int MOST_OPERATIONS = 240;
    static final int SLOTS = 0x8000;
    static final int SLOT_BYTES = 32;
    static final int MOST_SLOTS = 256;
    static final int DATA = SLOTS + MOST_SLOTS * SLOT_BYTES;
    static final int DATA_BYTES = 0x2000;
    static final int OUTPUT = DATA + DATA_BYTES;
    /** Room for the largest record that is written without a look at the end. */
    static final int OUTPUT_RESERVE = 4096;

    // An operation.
    static final int CODE = 0;
    static final int PROCESS = 8;
    static final int RESULT = 16;
    static final int NUMBER = 24;
    static final int ARGUMENTS = 32;

    // A slot.
    static final int VALUE = 0;
    static final int STATUS = 8;
    static final int ADDRESS = 16;
    /** The status of an operation of a process that has ended. */
    static final int NOT_RUN = 0xffff;

    /** The slot that is always 0, for arguments that are plain numbers. */
    static final int ZERO_SLOT = 0;
    /** The slot that holds the break at the start. */
    static final int BREAK_SLOT = 1;
    /** The first slot for results. */
    static final int FIRST_SLOT = 2;

    // Codes of operations.
    static final int SYSTEM_CALL = 0;
    static final int LOAD = 1;
    static final int STORE = 2;
    static final int FILL = 3;
    static final int COMPARE_AND_SET = 4;
    static final int MAPS = 5;
    static final int PROBE = 6;
    static final int STATUS_FIELD = 7;
    static final int FORK = 8;
    static final int EXIT = 9;
    static final int COPY = 10;
    static final int FORK_APART = 11;

    /** Words of a line of maps in the output: start, end, flags, offset, inode, device. */
    static final int LINE_WORDS = 6;
    /** Stands where a line would begin: lines begin at 0 and above. */
    static final int NO_MORE_LINES = -1;
    /** Most pages of a line that a probe looks into. */
    static final int PROBED_PAGES = 64;
    /** By what the hash of a page is multiplied for each word. */
    static final long HASH_FACTOR = 0x9e3779b97f4a7c15L;

    private AgentLayout() {}

    static int block(int index) {
        return BLOCKS + index * BLOCK_BYTES;
    }

    static long dataAddress(int block, int offset) {
        return SHARED + block(block) + DATA + offset;
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;

/** The places where calls meet: a few pages each, named in scripts by a letter. */
enum Arena {
    A(0x100000000000L),
    B(0x100100000000L),
    C(0x100200000000L),
    /** The last pages of user space. */
    T(Linux.TASK_SIZE);

    /** What still belongs to an arena, on both sides. */
    private static final long NEAR_BYTES = 1L << 30;
    /** What belongs to the edge: less, for the kernel's own choice may begin not far below. */
    private static final long NEAR_EDGE_BYTES = 1L << 20;

    private final long address;

    Arena(long address) {
        this.address = address;
    }

    long address() {
        return address;
    }

    String letter() {
        return this == T ? "TASK_SIZE" : name();
    }

    boolean isNear(long other) {
        long near = this == T ? NEAR_EDGE_BYTES : NEAR_BYTES;
        return Long.compareUnsigned(other - address + near, 2 * near) < 0;
    }
}

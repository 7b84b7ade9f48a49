package dev.pagoda.runtime.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes x86-64 machine code: the few instructions that the {@link AgentCode agent} is made of.
 *
 * <p>All operands are 64 bits wide unless a name says otherwise, all displacements 32 bits. Jumps may lead ahead: they are filled in by {@link #finish}.
 * One thread.
 */
final class Assembler {
    /** The registers, in the processor's order. */
    enum Register {
        RAX,
        RCX,
        RDX,
        RBX,
        RSP,
        RBP,
        RSI,
        RDI,
        R8,
        R9,
        R10,
        R11,
        R12,
        R13,
        R14,
        R15;

        int low() {
            return ordinal() & 7;
        }

        int high() {
            return ordinal() >> 3;
        }
    }

    /** When a jump is taken after a comparison; the second byte of the instruction. Numbers are unsigned but for SIGN. */
    enum Condition {
        BELOW(0x82),
        ABOVE_OR_EQUAL(0x83),
        EQUAL(0x84),
        NOT_EQUAL(0x85),
        ABOVE(0x87),
        SIGN(0x88);

        final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    /** A place in the code, known once it was {@link #bind bound}. */
    static final class Label {
        private int offset = -1;
    }

    private record Reference(int at, Label label, boolean absolute) {}

    private static final int WIDE = 0x48;

    private final long base;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final List<Reference> references = new ArrayList<>();

    /**
     * Starts at an address.
     *
     * @param base where the first byte will stand in memory
     */
    Assembler(long base) {
        this.base = base;
    }

    /** The code so far, with all jumps filled in. */
    byte[] finish() {
        byte[] bytes = code.toByteArray();
        for (Reference reference : references) {
            if (reference.label.offset < 0) {
                throw new IllegalStateException("a jump leads to a label that was never bound");
            }
            long value =
                    reference.absolute ? base + reference.label.offset : reference.label.offset - (reference.at + 4L);
            for (int i = 0; i < (reference.absolute ? 8 : 4); i++) {
                bytes[reference.at + i] = (byte) (value >> 8 * i);
            }
        }
        return bytes;
    }

    /** The label stands here. */
    void bind(Label label) {
        label.offset = code.size();
    }

    /** Instructions that have no method, and data. */
    void bytes(int... bytes) {
        for (int value : bytes) {
            code.write(value);
        }
    }

    /** Where the next byte will stand. */
    long here() {
        return base + code.size();
    }

    void move(Register to, Register from) {
        registers(0x89, from, to);
    }

    void move(Register to, long value) {
        bytes(WIDE | to.high(), 0xb8 | to.low());
        eight(value);
    }

    /** The address of a label. */
    void move(Register to, Label label) {
        bytes(WIDE | to.high(), 0xb8 | to.low());
        references.add(new Reference(code.size(), label, true));
        eight(0);
    }

    void load(Register to, Register at, int displacement) {
        memory(0x8b, to, at, displacement);
    }

    /** Loads from the sum of two registers and a displacement. */
    void load(Register to, Register at, Register index, int displacement) {
        bytes(WIDE | to.high() << 2 | index.high() << 1 | at.high(), 0x8b, 0x84 | to.low() << 3);
        bytes(index.low() << 3 | at.low());
        four(displacement);
    }

    void store(Register at, int displacement, Register from) {
        memory(0x89, from, at, displacement);
    }

    void store(Register at, int displacement, int value) {
        memory(0xc7, Register.RAX, at, displacement);
        four(value);
    }

    void address(Register to, Register at, int displacement) {
        memory(0x8d, to, at, displacement);
    }

    void addFrom(Register to, Register at, int displacement) {
        memory(0x03, to, at, displacement);
    }

    void add(Register to, Register from) {
        registers(0x01, from, to);
    }

    void add(Register to, int value) {
        immediate(0, to, value);
    }

    void subtract(Register to, Register from) {
        registers(0x29, from, to);
    }

    void xor(Register to, Register from) {
        registers(0x31, from, to);
    }

    void or(Register to, Register from) {
        registers(0x09, from, to);
    }

    void and(Register to, int value) {
        immediate(4, to, value);
    }

    void multiply(Register to, Register by) {
        bytes(WIDE | to.high() << 2 | by.high(), 0x0f, 0xaf, 0xc0 | to.low() << 3 | by.low());
    }

    void shiftLeft(Register to, int bits) {
        bytes(WIDE | to.high(), 0xc1, 0xe0 | to.low(), bits);
    }

    void shiftRight(Register to, int bits) {
        bytes(WIDE | to.high(), 0xc1, 0xe8 | to.low(), bits);
    }

    void compare(Register left, Register right) {
        registers(0x39, right, left);
    }

    void compare(Register left, int right) {
        immediate(7, left, right);
    }

    /** Compares with zero. */
    void test(Register value) {
        registers(0x85, value, value);
    }

    void jump(Label to) {
        bytes(0xe9);
        relative(to);
    }

    void jump(Condition condition, Label to) {
        bytes(0x0f, condition.code);
        relative(to);
    }

    void call(Label to) {
        bytes(0xe8);
        relative(to);
    }

    void ret() {
        bytes(0xc3);
    }

    void push(Register from) {
        bytes(0x40 | from.high(), 0x50 | from.low());
    }

    void pop(Register to) {
        bytes(0x40 | to.high(), 0x58 | to.low());
    }

    void systemCall() {
        bytes(0x0f, 0x05);
    }

    private void registers(int operation, Register register, Register operand) {
        bytes(WIDE | register.high() << 2 | operand.high(), operation, 0xc0 | register.low() << 3 | operand.low());
    }

    private void memory(int operation, Register register, Register at, int displacement) {
        bytes(WIDE | register.high() << 2 | at.high(), operation, 0x80 | register.low() << 3 | at.low());
        if (at.low() == Register.RSP.low()) {
            bytes(0x24);
        }
        four(displacement);
    }

    private void immediate(int extension, Register operand, int value) {
        bytes(WIDE | operand.high(), 0x81, 0xc0 | extension << 3 | operand.low());
        four(value);
    }

    private void relative(Label to) {
        references.add(new Reference(code.size(), to, false));
        four(0);
    }

    private void four(int value) {
        for (int i = 0; i < 4; i++) {
            code.write(value >> 8 * i);
        }
    }

    private void eight(long value) {
        for (int i = 0; i < 8; i++) {
            code.write((int) (value >> 8 * i));
        }
    }
}

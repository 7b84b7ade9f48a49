package dev.pagoda.runtime.script;

import static dev.pagoda.runtime.script.Kind.ADDRESS;
import static dev.pagoda.runtime.script.Kind.DECIMAL;
import static dev.pagoda.runtime.script.Kind.LENGTH;
import static dev.pagoda.runtime.script.Kind.TEXT;
import static dev.pagoda.runtime.script.Kind.VALUE;

import java.util.Arrays;
import java.util.List;

/** Loads, stores and what is made of them: memory as the program sees it. What only writes gives 0. */
final class AccessCalls {
    static final List<Signature> SIGNATURES = List.of(
            Signature.of("load", VALUE, "loads 1, 2, 4 or 8 bytes, little-endian")
                    .with("addr", ADDRESS)
                    .with("size", LENGTH),
            Signature.of("store", DECIMAL, "stores 1, 2, 4 or 8 bytes, little-endian")
                    .with("addr", ADDRESS)
                    .with("size", LENGTH)
                    .with("value", VALUE),
            Signature.of("cas", VALUE, "stores a word if it is the expected one; gives the old one")
                    .with("addr", ADDRESS)
                    .with("size", LENGTH)
                    .with("expect", VALUE)
                    .with("new", VALUE),
            Signature.of("peek", TEXT, "reads bytes as a string")
                    .with("addr", ADDRESS)
                    .with("len", LENGTH),
            Signature.of("poke", DECIMAL, "writes the bytes of a string")
                    .with("addr", ADDRESS)
                    .with("bytes", TEXT),
            Signature.of("fill", DECIMAL, "stores one byte all over a range")
                    .with("addr", ADDRESS)
                    .with("len", LENGTH)
                    .with("byte", VALUE),
            Signature.of("same", DECIMAL, "1 if every byte of a range is equal to this one, else 0")
                    .with("addr", ADDRESS)
                    .with("len", LENGTH)
                    .with("byte", VALUE),
            Signature.of("fault_addr", Kind.RESULT_ADDRESS, "si_addr of the last fault"));

    /** A string longer than this is a mistake. */
    static final long LONGEST_TEXT_BYTES = 16 << 20;

    private static final int CHUNK_BYTES = 64 << 10;

    private AccessCalls() {}

    static Result run(String name, Invocation call) {
        ScriptMemory memory = call.process().memory();
        long address = call.number(0);
        return switch (name) {
            case "load" -> {
                int size = size(call);
                yield new Result.Word(memory.load(address, size) & mask(size));
            }
            case "store" -> {
                memory.store(address, size(call), call.number(2));
                yield new Result.Word(0);
            }
            case "cas" -> {
                int size = size(call);
                long old =
                        memory.compareAndSet(address, size, call.number(2) & mask(size), call.number(3) & mask(size));
                yield new Result.Word(old & mask(size));
            }
            case "peek" -> {
                byte[] bytes = new byte[textLength(call, 1)];
                memory.read(address, bytes);
                yield new Result.Text(bytes);
            }
            case "poke" -> {
                memory.write(address, call.text(1));
                yield new Result.Word(0);
            }
            case "fill" -> {
                fill(memory, address, call.number(1), (byte) call.number(2));
                yield new Result.Word(0);
            }
            case "same" -> new Result.Word(same(memory, address, call.number(1), (byte) call.number(2)) ? 1 : 0);
            default -> new Result.Word(call.running().faultAddress());
        };
    }

    /** The argument that is the length of a string in the script. */
    static int textLength(Invocation call, int index) {
        long length = call.number(index);
        if (length < 0 || length > LONGEST_TEXT_BYTES) {
            throw call.refused(
                    index,
                    "expected a string of at most " + LONGEST_TEXT_BYTES + " bytes, found "
                            + Long.toUnsignedString(length));
        }
        return (int) length;
    }

    private static int size(Invocation call) {
        long size = call.number(1);
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw call.refused(1, "expected a size of 1, 2, 4 or 8 bytes, found " + Long.toUnsignedString(size));
        }
        return (int) size;
    }

    private static long mask(int size) {
        return -1L >>> (64 - 8 * size);
    }

    /** Lengths are unsigned: one that wraps runs into memory that is not mapped, as it would in a program. */
    private static void fill(ScriptMemory memory, long address, long length, byte value) {
        long step = 1L << 30;
        for (long done = 0; Long.compareUnsigned(done, length) < 0; done += step) {
            long rest = length - done;
            memory.fill(address + done, Long.compareUnsigned(rest, step) < 0 ? rest : step, value);
        }
    }

    private static boolean same(ScriptMemory memory, long address, long length, byte value) {
        byte[] expected = new byte[CHUNK_BYTES];
        Arrays.fill(expected, value);
        byte[] bytes = new byte[CHUNK_BYTES];
        boolean same = true;
        for (long done = 0; Long.compareUnsigned(done, length) < 0; done += CHUNK_BYTES) {
            long rest = length - done;
            if (Long.compareUnsigned(rest, CHUNK_BYTES) < 0) {
                bytes = new byte[(int) rest];
            }
            memory.read(address + done, bytes);
            same &= Arrays.equals(bytes, 0, bytes.length, expected, 0, bytes.length);
        }
        return same;
    }
}

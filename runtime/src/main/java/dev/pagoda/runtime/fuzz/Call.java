package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/** What a step does: its name in scripts, its number, what its arguments mean and how its results are compared. */
enum Call {
    MMAP(
            Linux.SYS_mmap,
            Result.ADDRESS,
            Argument.ADDRESS,
            Argument.LENGTH,
            Argument.PROTECTION,
            Argument.MAP_FLAGS,
            Argument.NUMBER,
            Argument.LENGTH),
    MUNMAP(Linux.SYS_munmap, Result.VALUE, Argument.ADDRESS, Argument.LENGTH),
    MPROTECT(Linux.SYS_mprotect, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.PROTECTION),
    MREMAP(
            Linux.SYS_mremap,
            Result.ADDRESS,
            Argument.ADDRESS,
            Argument.LENGTH,
            Argument.LENGTH,
            Argument.REMAP_FLAGS,
            Argument.ADDRESS),
    REMAP_FILE_PAGES(
            Linux.SYS_remap_file_pages,
            Result.VALUE,
            Argument.ADDRESS,
            Argument.LENGTH,
            Argument.PROTECTION,
            Argument.NUMBER,
            Argument.MAP_FLAGS),
    MADVISE(Linux.SYS_madvise, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.ADVICE),
    PROCESS_MADVISE(
            Linux.SYS_process_madvise,
            Result.VALUE,
            Argument.NUMBER,
            Argument.ADDRESS,
            Argument.NUMBER,
            Argument.ADVICE,
            Argument.NUMBER),
    MINCORE(Linux.SYS_mincore, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.ADDRESS),
    MSYNC(Linux.SYS_msync, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.SYNC_FLAGS),
    MLOCK(Linux.SYS_mlock, Result.VALUE, Argument.ADDRESS, Argument.LENGTH),
    MLOCK2(Linux.SYS_mlock2, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.LOCK_FLAGS),
    MUNLOCK(Linux.SYS_munlock, Result.VALUE, Argument.ADDRESS, Argument.LENGTH),
    MLOCKALL(Linux.SYS_mlockall, Result.VALUE, Argument.LOCK_ALL_FLAGS),
    MUNLOCKALL(Linux.SYS_munlockall, Result.VALUE),
    BRK(Linux.SYS_brk, Result.BREAK, Argument.ADDRESS),
    SETRLIMIT(-1, Result.VALUE, Argument.RESOURCE, Argument.LENGTH),
    DROPCAP(-1, Result.VALUE, Argument.CAPABILITY),
    LOAD(-1, Result.VALUE, Argument.ADDRESS, Argument.NUMBER),
    STORE(-1, Result.VALUE, Argument.ADDRESS, Argument.NUMBER, Argument.HEX),
    CAS(-1, Result.VALUE, Argument.ADDRESS, Argument.NUMBER, Argument.HEX, Argument.HEX),
    FILL(-1, Result.VALUE, Argument.ADDRESS, Argument.LENGTH, Argument.NUMBER),
    TMPFILE(-1, Result.DESCRIPTOR, Argument.LENGTH, Argument.OPEN_FLAGS),
    MEMFD(-1, Result.DESCRIPTOR, Argument.LENGTH, Argument.MEMFD_FLAGS),
    CLOSE(Linux.SYS_close, Result.VALUE, Argument.NUMBER),
    DUP(Linux.SYS_dup, Result.DESCRIPTOR, Argument.NUMBER),
    READ(Linux.SYS_read, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.LENGTH),
    WRITE(Linux.SYS_write, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.LENGTH),
    READV(Linux.SYS_readv, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.NUMBER),
    WRITEV(Linux.SYS_writev, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.NUMBER),
    PREADV(Linux.SYS_preadv, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.NUMBER, Argument.LENGTH),
    PWRITEV(Linux.SYS_pwritev, Result.VALUE, Argument.NUMBER, Argument.ADDRESS, Argument.NUMBER, Argument.LENGTH),
    LSEEK(Linux.SYS_lseek, Result.VALUE, Argument.NUMBER, Argument.LENGTH, Argument.WHENCE),
    BYTE(-1, Result.VALUE, Argument.NUMBER, Argument.LENGTH),
    FTRUNCATE(Linux.SYS_ftruncate, Result.VALUE, Argument.NUMBER, Argument.LENGTH),
    FALLOCATE(
            Linux.SYS_fallocate,
            Result.VALUE,
            Argument.NUMBER,
            Argument.FALLOCATE_MODE,
            Argument.LENGTH,
            Argument.LENGTH),
    FSYNC(Linux.SYS_fsync, Result.VALUE, Argument.NUMBER),
    FCNTL(Linux.SYS_fcntl, Result.VALUE, Argument.NUMBER, Argument.FCNTL, Argument.SEALS),
    FSTAT_SIZE(-1, Result.VALUE, Argument.NUMBER),
    FORK(-1, Result.PROCESS),
    EXIT(-1, Result.NONE, Argument.NUMBER),
    WAIT(-1, Result.VALUE, Argument.NUMBER),
    RESIDENT(-1, Result.VALUE, Argument.ADDRESS, Argument.LENGTH),
    LOCKED(-1, Result.LOCKED),
    VMSIZE(-1, Result.SIZE),
    VMDATA(-1, Result.DATA);

    /** How the two answers are compared when neither is an error. */
    enum Result {
        /** Equal. */
        VALUE,
        /** Equal, or each side's own place where the kernel chose it. */
        ADDRESS,
        /** Equal beside the heap's start. */
        BREAK,
        /** Any two descriptors. */
        DESCRIPTOR,
        /** Any two numbers of processes. */
        PROCESS,
        /** Equal without what the agent itself has locked. */
        LOCKED,
        /** Equal without the agent's own size. */
        SIZE,
        /** Equal without the agent's own data. */
        DATA,
        /** The process is gone. */
        NONE
    }

    /** What an argument means, and so how it is printed. */
    enum Argument {
        ADDRESS(Argument::place),
        LENGTH(Argument::bytes),
        NUMBER(Long::toString),
        HEX(Argument::word),
        PROTECTION(Linux::decodeProtection),
        MAP_FLAGS(Linux::decodeMapFlags),
        REMAP_FLAGS(Linux::decodeRemapFlags),
        ADVICE(Linux::decodeAdvice),
        SYNC_FLAGS(Linux::decodeSyncFlags),
        LOCK_FLAGS(Linux::decodeLockFlags),
        LOCK_ALL_FLAGS(Linux::decodeLockAllFlags),
        RESOURCE(Linux::decodeResource),
        CAPABILITY(Linux::decodeCapability),
        OPEN_FLAGS(Linux::decodeOpenFlags),
        MEMFD_FLAGS(Linux::decodeMemfdFlags),
        WHENCE(Linux::decodeWhence),
        FALLOCATE_MODE(Linux::decodeFallocateMode),
        FCNTL(Linux::decodeFcntlCommand),
        SEALS(Linux::decodeSeals);

        private final LongFunction<String> text;

        Argument(LongFunction<String> text) {
            this.text = text;
        }

        String print(long value) {
            return text.apply(value);
        }

        /** Whether smaller numbers make a simpler call. */
        boolean isQuantity() {
            return this == LENGTH || this == ADDRESS || this == HEX;
        }

        /** Whether the number is made of bits that each mean something. */
        boolean isFlags() {
            return this == PROTECTION || this == MAP_FLAGS || this == REMAP_FLAGS || this == LOCK_ALL_FLAGS;
        }

        private static String place(long address) {
            for (Arena arena : Arena.values()) {
                if (arena.isNear(address)) {
                    return Argument.sum(arena.letter(), address - arena.address());
                }
            }
            return address == 0 ? "NULL" : "0x" + Long.toHexString(address);
        }

        private static String bytes(long value) {
            if (value != 0 && (value & 4095) == 0 && value > 0 && value < 1L << 40) {
                return value == 4096 ? "PAGE" : value / 4096 + "*PAGE";
            }
            return value < 0 || value > 1 << 20 ? "0x" + Long.toHexString(value) : Long.toString(value);
        }

        private static String word(long value) {
            return value >= 0 && value < 256 ? Long.toString(value) : "0x" + Long.toHexString(value);
        }

        /** A name and what is added to it. */
        static String sum(String name, long addend) {
            return addend == 0 ? name : addend > 0 ? name + "+" + bytes(addend) : name + "-" + bytes(-addend);
        }
    }

    private final int number;
    private final Result result;
    private final List<Argument> arguments;

    Call(int number, Result result, Argument... arguments) {
        this.number = number;
        this.result = result;
        this.arguments = List.of(arguments);
    }

    /** Linux's number where the step is one call with the same arguments, else -1. */
    int number() {
        return number;
    }

    Result result() {
        return result;
    }

    List<Argument> arguments() {
        return arguments;
    }

    /** The name in scripts. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

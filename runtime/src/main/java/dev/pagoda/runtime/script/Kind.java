package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.Linux;

/** What a number means to a call, and so how it is printed. */
enum Kind {
    /** A place in memory: hexadecimal, NULL for 0. */
    ADDRESS,
    /** An address that a call returned: hexadecimal. */
    RESULT_ADDRESS,
    /** A length in bytes, unsigned. */
    LENGTH,
    /** An offset into a file, as mmap has it. */
    HEX_OFFSET,
    /** A signed number. */
    DECIMAL,
    /** A signed 32-bit number, such as a descriptor. */
    INT,
    /** The content of memory. */
    VALUE,
    /** The permission bits of a file. */
    OCTAL,
    /** A string. */
    TEXT,
    /** Pages as bits. */
    MASK,
    /** PROT_... */
    PROTECTION,
    /** MAP_... */
    MAP_FLAGS,
    /** MS_... */
    SYNC_FLAGS,
    /** MREMAP_... */
    REMAP_FLAGS,
    /** MADV_... */
    ADVICE,
    /** MCL_... */
    LOCK_ALL_FLAGS,
    /** MLOCK_... */
    LOCK_FLAGS,
    /** O_... */
    OPEN_FLAGS,
    /** SEEK_... */
    WHENCE,
    /** FALLOC_FL_... */
    FALLOCATE_MODE,
    /** F_... */
    FCNTL_COMMAND,
    /** F_SEAL_... */
    SEALS,
    /** MFD_... */
    MEMFD_FLAGS,
    /** RLIMIT_... */
    RESOURCE,
    /** CAP_... */
    CAPABILITY,
    /** SYNC_FILE_RANGE_... */
    SYNC_RANGE_FLAGS,
    /** POSIX_FADV_... */
    FILE_ADVICE;

    String print(long value) {
        return switch (this) {
            case ADDRESS -> value == 0 ? "NULL" : hex(value);
            case LENGTH -> Long.toUnsignedString(value);
            case RESULT_ADDRESS, HEX_OFFSET, MASK -> value == 0 ? "0" : hex(value);
            case DECIMAL -> Long.toString(value);
            case INT -> Integer.toString((int) value);
            case VALUE, TEXT -> value >= 0 && value < 256 ? Long.toString(value) : hex(value);
            case OCTAL -> value == 0 ? "0" : "0" + Long.toOctalString(value);
            case PROTECTION -> Linux.decodeProtection(value);
            case MAP_FLAGS -> Linux.decodeMapFlags(value);
            case SYNC_FLAGS -> Linux.decodeSyncFlags(value);
            case REMAP_FLAGS -> Linux.decodeRemapFlags(value);
            case ADVICE -> Linux.decodeAdvice(value);
            case LOCK_ALL_FLAGS -> Linux.decodeLockAllFlags(value);
            case LOCK_FLAGS -> Linux.decodeLockFlags(value);
            case OPEN_FLAGS -> Linux.decodeOpenFlags(value);
            case WHENCE -> Linux.decodeWhence(value);
            case FALLOCATE_MODE -> Linux.decodeFallocateMode(value);
            case FCNTL_COMMAND -> Linux.decodeFcntlCommand(value);
            case SEALS -> Linux.decodeSeals(value);
            case MEMFD_FLAGS -> Linux.decodeMemfdFlags(value);
            case RESOURCE -> Linux.decodeResource(value);
            case CAPABILITY -> Linux.decodeCapability(value);
            case SYNC_RANGE_FLAGS -> Linux.decodeSyncRangeFlags(value);
            case FILE_ADVICE -> Linux.decodeFileAdvice(value);
        };
    }

    /** What the names of the constants that it takes begin with; empty if it takes none. */
    String prefix() {
        return switch (this) {
            case ADDRESS, LENGTH, RESULT_ADDRESS, HEX_OFFSET, MASK, DECIMAL, INT, VALUE, TEXT, OCTAL -> "";
            case PROTECTION -> "PROT_";
            case MAP_FLAGS -> "MAP_";
            case SYNC_FLAGS -> "MS_";
            case REMAP_FLAGS -> "MREMAP_";
            case ADVICE -> "MADV_";
            case LOCK_ALL_FLAGS -> "MCL_";
            case LOCK_FLAGS -> "MLOCK_";
            case OPEN_FLAGS -> "O_";
            case WHENCE -> "SEEK_";
            case FALLOCATE_MODE -> "FALLOC_FL_";
            case FCNTL_COMMAND -> "F_";
            case SEALS -> "F_SEAL_";
            case MEMFD_FLAGS -> "MFD_";
            case RESOURCE -> "RLIMIT_";
            case CAPABILITY -> "CAP_";
            case SYNC_RANGE_FLAGS -> "SYNC_FILE_RANGE_";
            case FILE_ADVICE -> "POSIX_FADV_";
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}

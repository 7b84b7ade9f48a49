package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.pagecache.MemoryFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * fstat(2): the kernel's struct stat for x86-64, with what this kernel knows: type, size and blocks.
 *
 * <pre>
 *  offset  0 dev  8 ino  16 nlink  24 mode  28 uid  32 gid  40 rdev  48 size  56 blksize  64 blocks   (144 bytes)
 * </pre>
 */
final class Stat {
    private static final int BYTES = 144;
    private static final int NLINK = 16;
    private static final int MODE = 24;
    private static final int SIZE = 48;
    private static final int BLOCK_SIZE = 56;
    private static final int BLOCKS = 64;
    private static final int REGULAR_FILE = 0100644;
    /** memfd_create(2) makes files with all permissions, without those to execute if MFD_NOEXEC_SEAL asks for it. */
    private static final int MEMORY_FILE = 0100777;

    private static final int NO_EXECUTION = ~0111;
    private static final int PIDFD = 0700;
    private static final int DIRECTORY = 0040755;
    /** st_blocks counts these. */
    private static final int BLOCK = 512;

    private Stat() {}

    static long fstat(ThreadCalls caller, int descriptor, long buffer) {
        Description description = caller.process().descriptors().getAny(descriptor);
        if (description == null) {
            return caller.refuse(Errno.EBADF, "the descriptor is not open");
        }
        long size = FileCalls.size(description);
        ByteBuffer stat = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        stat.putLong(NLINK, 1);
        stat.putInt(MODE, mode(description));
        stat.putLong(SIZE, size);
        stat.putLong(BLOCK_SIZE, Linux.PAGE_SIZE);
        stat.putLong(BLOCKS, (size + BLOCK - 1) / BLOCK);
        try {
            caller.view().write(buffer, stat.array(), 0, BYTES);
            return 0;
        } catch (MemoryFault fault) {
            return caller.refuse(Errno.EFAULT, fault.getMessage());
        }
    }

    private static int mode(Description description) {
        if (description.file() == null) {
            return description.isDirectory() ? DIRECTORY : PIDFD;
        }
        if (description.file().object() instanceof MemoryFile memory) {
            return memory.isExecutable() ? MEMORY_FILE : MEMORY_FILE & NO_EXECUTION;
        }
        return REGULAR_FILE;
    }
}

package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
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
    private static final int DIRECTORY = 0040755;
    /** st_blocks counts these. */
    private static final int BLOCK = 512;

    private Stat() {}

    static long fstat(ThreadCalls caller, int descriptor, long buffer) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return caller.refuse(Errno.EBADF, "the descriptor is not open");
        }
        boolean directory = description.file() == null;
        long size = directory ? Linux.PAGE_SIZE : description.file().size();
        ByteBuffer stat = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        stat.putLong(NLINK, 1);
        stat.putInt(MODE, directory ? DIRECTORY : REGULAR_FILE);
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
}

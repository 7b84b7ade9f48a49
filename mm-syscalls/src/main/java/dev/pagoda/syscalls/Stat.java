package dev.pagoda.syscalls;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.pagecache.MemoryFile;
import dev.pagoda.pagecache.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * fstat(2) and fstatat(2): the kernel's struct stat for x86-64, with what this kernel knows: of what is open type, size and blocks, of a path also what the host says.
 *
 * <pre>
 *  offset  0 dev  8 ino  16 nlink  24 mode  28 uid  32 gid  40 rdev  48 size  56 blksize  64 blocks   (144 bytes)
 * </pre>
 */
final class Stat {
    private static final int BYTES = 144;
    private static final int DEV = 0;
    private static final int INO = 8;
    private static final int NLINK = 16;
    private static final int MODE = 24;
    private static final int UID = 28;
    private static final int GID = 32;
    private static final int RDEV = 40;
    private static final int SIZE = 48;
    private static final int BLOCK_SIZE = 56;
    private static final int BLOCKS = 64;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int REGULAR_FILE = 0100644;
    /** memfd_create(2) makes files with all permissions, without those to execute if MFD_NOEXEC_SEAL asks for it. */
    private static final int MEMORY_FILE = 0100777;

    private static final int NO_EXECUTION = ~0111;
    private static final int PIDFD = 0700;
    private static final int DIRECTORY = 0040755;
    /** st_blocks counts these. */
    private static final int BLOCK = 512;

    private static final int FLAGS = CallFlags.STAT_AT.taken();

    private Stat() {}

    static long fstat(ThreadCalls caller, int descriptor, long buffer) {
        Description description = caller.process().descriptors().getAny(descriptor);
        if (description == null) {
            return caller.refuse(Errno.EBADF, "the descriptor is not open");
        }
        ByteBuffer stat = fresh();
        stat.putLong(NLINK, 1);
        stat.putInt(MODE, mode(description));
        putSize(stat, FileCalls.size(description));
        return copyOut(caller, stat, buffer);
    }

    /** fstatat(2) of a path; the number of the call that has no path is fstat's. */
    static long at(ThreadCalls caller, int directory, String name, long buffer, int flags) {
        if ((flags & ~FLAGS) != 0) {
            return caller.refuse(Errno.EINVAL, "there is no such flag");
        }
        if (name.isEmpty()) {
            return caller.refuse(Errno.ENOENT, "the name is empty");
        }
        Path start = OpenCalls.start(caller, directory, name);
        if (start == null) {
            return OpenCalls.noStart(caller, directory);
        }
        LinkOption[] links = (flags & Linux.AT_SYMLINK_NOFOLLOW) == 0
                ? new LinkOption[0]
                : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        try {
            Path path = start.resolve(name);
            Map<String, Object> host = Files.readAttributes(path, "unix:dev,ino,nlink,mode,uid,gid,rdev,size", links);
            ByteBuffer stat = fresh();
            stat.putLong(DEV, number(host, "dev"));
            stat.putLong(INO, number(host, "ino"));
            stat.putLong(NLINK, number(host, "nlink"));
            stat.putInt(MODE, (int) number(host, "mode"));
            stat.putInt(UID, (int) number(host, "uid"));
            stat.putInt(GID, (int) number(host, "gid"));
            stat.putLong(RDEV, number(host, "rdev"));
            boolean regular = (number(host, "mode") & TYPE) == REGULAR;
            putSize(stat, regular ? cachedSize(caller, path, number(host, "size")) : number(host, "size"));
            return copyOut(caller, stat, buffer);
        } catch (InvalidPathException | NoSuchFileException e) {
            return caller.refuse(Errno.ENOENT, "there is no file of that name");
        } catch (IOException e) {
            // Of a path that leads through something else than a directory the host says so in words only.
            boolean notThrough = String.valueOf(e.getMessage()).contains("Not a directory");
            return notThrough
                    ? caller.refuse(Errno.ENOTDIR, "a part of the path is not a directory")
                    : caller.refuse(Errno.EACCES, "the host does not tell about it: " + e.getMessage());
        }
    }

    private static long number(Map<String, Object> host, String name) {
        return ((Number) host.get(name)).longValue();
    }

    /** A file that this kernel has open may have grown where the host does not know it yet. */
    private static long cachedSize(ThreadCalls caller, Path path, long hostSize) {
        OpenFile.Opening opening = OpenFile.open(caller.process().cache(), path, Linux.O_RDONLY, 0);
        if (opening.errno() != 0) {
            return hostSize;
        }
        try (OpenFile file = opening.file()) {
            return file.size();
        }
    }

    private static ByteBuffer fresh() {
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void putSize(ByteBuffer stat, long size) {
        stat.putLong(SIZE, size);
        stat.putLong(BLOCK_SIZE, Linux.PAGE_SIZE);
        stat.putLong(BLOCKS, (size + BLOCK - 1) / BLOCK);
    }

    private static long copyOut(ThreadCalls caller, ByteBuffer stat, long buffer) {
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

package dev.pagoda.syscalls;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.pagecache.OpenFile;
import java.util.function.ToLongFunction;

/** The calls on an open file: read(2), write(2), lseek(2), ftruncate(2), fallocate(2), fsync(2) and their kin. They block on the host's files. */
final class FileCalls {
    /** Where ext4 says that a directory ends (EXT4_HTREE_EOF_64BIT). */
    private static final long END_OF_DIRECTORY = Long.MAX_VALUE;

    private static final int FALLOCATE_MODES = CallFlags.FALLOCATE.taken();
    private static final int SYNC_RANGE_FLAGS = CallFlags.SYNC_RANGE.taken();

    private FileCalls() {}

    static long read(ThreadCalls caller, int descriptor, long address, long length) {
        return onReadable(
                caller,
                descriptor,
                file -> leavesUserSpace(caller, address, length)
                        ? -Errno.EFAULT
                        : isZero(caller, descriptor)
                                ? ZeroDevice.read(caller, address, clamp(length))
                                : file.read(caller.view(), address, clamp(length)));
    }

    static long write(ThreadCalls caller, int descriptor, long address, long length) {
        return onWritable(
                caller,
                descriptor,
                file -> leavesUserSpace(caller, address, length)
                        ? -Errno.EFAULT
                        : isZero(caller, descriptor)
                                ? clamp(length)
                                : file.write(caller.view(), address, clamp(length)));
    }

    static long pread64(ThreadCalls caller, int descriptor, long address, long length, long offset) {
        if (offset < 0) {
            return caller.refuse(Errno.EINVAL, "the offset is negative");
        }
        return onReadable(
                caller,
                descriptor,
                file -> leavesUserSpace(caller, address, length)
                        ? -Errno.EFAULT
                        : isZero(caller, descriptor)
                                ? ZeroDevice.read(caller, address, clamp(length))
                                : file.pread(caller.view(), address, clamp(length), offset));
    }

    static long pwrite64(ThreadCalls caller, int descriptor, long address, long length, long offset) {
        if (offset < 0) {
            return caller.refuse(Errno.EINVAL, "the offset is negative");
        }
        return onWritable(
                caller,
                descriptor,
                file -> leavesUserSpace(caller, address, length)
                        ? -Errno.EFAULT
                        : isZero(caller, descriptor)
                                ? clamp(length)
                                : file.pwrite(caller.view(), address, clamp(length), offset));
    }

    static long preadInto(ThreadCalls caller, int descriptor, byte[] buffer, long offset) {
        if (offset < 0) {
            return caller.refuse(Errno.EINVAL, "the offset is negative");
        }
        int hit = hit(caller, descriptor, buffer, offset);
        return hit >= 0
                ? hit
                : onReadable(
                        caller,
                        descriptor,
                        file -> isZero(caller, descriptor)
                                ? ZeroDevice.read(buffer)
                                : file.pread(caller.view(), buffer, 0, buffer.length, offset));
    }

    /**
     * Reads what lies in one page that is in memory, uncounted: from looking the descriptor up until the bytes are moved it is inside an epoch. Negative if there is more to
     * do, or to refuse.
     */
    private static int hit(ThreadCalls caller, int descriptor, byte[] buffer, long offset) {
        Participant self = caller.view().participant();
        boolean entered = self.enterBriefly();
        try {
            Description description = caller.process().descriptors().getAny(descriptor);
            OpenFile file = description == null ? null : description.readable();
            return file != null ? file.preadHit(buffer, 0, buffer.length, offset) : -1;
        } finally {
            self.leaveBriefly(entered);
        }
    }

    static long pwriteFrom(ThreadCalls caller, int descriptor, byte[] buffer, long offset) {
        if (offset < 0) {
            return caller.refuse(Errno.EINVAL, "the offset is negative");
        }
        return onWritable(
                caller,
                descriptor,
                file -> isZero(caller, descriptor)
                        ? buffer.length
                        : file.pwrite(caller.view(), buffer, 0, buffer.length, offset));
    }

    static long lseek(ThreadCalls caller, int descriptor, long offset, int whence) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        if (!CallFlags.WHENCE.takes(whence)) {
            return caller.refuse(Errno.EINVAL, "there is no such place to count from");
        }
        if (description.pid() != Description.NO_PROCESS) {
            return caller.refuse(Errno.ESPIPE, "a process has no position");
        }
        if (description.isZero()) {
            return 0;
        }
        return description.isDirectory()
                ? seekDirectory(caller, description, offset, whence)
                : onFile(caller, descriptor, file -> file.seek(offset, whence));
    }

    /** Any number will do, for entries have no order that a program may know. */
    private static long seekDirectory(ThreadCalls caller, Description description, long offset, int whence) {
        long from = whence == Linux.SEEK_CUR ? description.position().get() : 0;
        if (whence == Linux.SEEK_HOLE) {
            return END_OF_DIRECTORY;
        }
        if (whence == Linux.SEEK_END) {
            from = END_OF_DIRECTORY;
        }
        long to = from + offset;
        if (to < 0) {
            return caller.refuse(Errno.EINVAL, "the position would be negative");
        }
        description.position().set(to);
        return to;
    }

    static long ftruncate(ThreadCalls caller, int descriptor, long length) {
        if (length < 0) {
            return caller.refuse(Errno.EINVAL, "the length is negative");
        }
        if (isProcess(caller, descriptor)) {
            return caller.refuse(Errno.EOPNOTSUPP, "a process has no length");
        }
        if (isNoFile(caller, descriptor)) {
            return caller.refuse(Errno.EINVAL, "only a file has a length");
        }
        return onFile(
                caller,
                descriptor,
                file -> file.isWritable() ? file.truncate(length) : notOpenFor(caller, Errno.EINVAL));
    }

    static long fallocate(ThreadCalls caller, int descriptor, int mode, long offset, long length) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        if (offset < 0 || length <= 0) {
            return caller.refuse(Errno.EINVAL, "the offset is negative or the length not positive");
        }
        if (!isFallocateMode(mode)) {
            return caller.refuse(Errno.EOPNOTSUPP, "there is no such mode");
        }
        if (description.isDirectory()) {
            return notOpenFor(caller, Errno.EBADF);
        }
        if (description.file() == null) {
            return caller.refuse(Errno.EOPNOTSUPP, "a process has no pages");
        }
        return onFile(caller, descriptor, file -> {
            if (!file.isWritable()) {
                return notOpenFor(caller, Errno.EBADF);
            }
            return (mode & ~FALLOCATE_MODES) == 0
                    ? file.fallocate(mode, offset, length)
                    : caller.refuse(Errno.EOPNOTSUPP, "this kernel's files do not have that mode");
        });
    }

    /** Whether Linux asks a file system for it at all: one thing to do, with or without keeping the size where that means something (vfs_fallocate of fs/open.c). */
    private static boolean isFallocateMode(int mode) {
        boolean keeps = (mode & Linux.FALLOC_FL_KEEP_SIZE) != 0;
        return switch (mode & ~Linux.FALLOC_FL_KEEP_SIZE) {
            case 0, Linux.FALLOC_FL_UNSHARE_RANGE, Linux.FALLOC_FL_ZERO_RANGE -> true;
            case Linux.FALLOC_FL_PUNCH_HOLE -> keeps;
            case Linux.FALLOC_FL_COLLAPSE_RANGE, Linux.FALLOC_FL_INSERT_RANGE -> !keeps;
            default -> false;
        };
    }

    /** fadvise64(2): what else than a file there may be here takes any advice that exists, and does nothing with it. */
    static long fadvise64(ThreadCalls caller, int descriptor, long offset, long length, int advice) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        if (length < 0 || !CallFlags.FILE_ADVICE.takes(advice)) {
            return caller.refuse(Errno.EINVAL, "the length is negative, or there is no such advice");
        }
        return description.file() == null ? 0 : onFile(caller, descriptor, file -> file.advise(offset, length, advice));
    }

    /** readahead(2): as the advice that a range will be needed, for a descriptor that may read. */
    static long readahead(ThreadCalls caller, int descriptor, long offset, long length) {
        if (isProcess(caller, descriptor)) {
            return caller.refuse(Errno.EINVAL, "a process has nothing to read in advance");
        }
        Description description = caller.process().descriptors().get(descriptor);
        if (description != null && description.file() == null) {
            return caller.refuse(Errno.EINVAL, "a directory has nothing to read in advance");
        }
        return onReadable(caller, descriptor, file -> file.advise(offset, length, Linux.POSIX_FADV_WILLNEED));
    }

    /** sync_file_range(2): what has no pages has nothing to write. */
    static long syncFileRange(ThreadCalls caller, int descriptor, long offset, long length, int flags) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        if ((flags & ~SYNC_RANGE_FLAGS) != 0 || offset < 0 || length < 0 || offset + length < 0) {
            return caller.refuse(Errno.EINVAL, "there is no such flag, or the range is negative or wraps");
        }
        return description.file() == null
                ? 0
                : onFile(caller, descriptor, file -> file.syncRange(offset, length, flags));
    }

    static long fsync(ThreadCalls caller, int descriptor) {
        return onSyncable(caller, descriptor, OpenFile::fsync);
    }

    static long fdatasync(ThreadCalls caller, int descriptor) {
        return onSyncable(caller, descriptor, OpenFile::fdatasync);
    }

    static long fileSize(ThreadCalls caller, int descriptor) {
        Description description = caller.process().descriptors().getAny(descriptor);
        return description == null ? notOpen(caller) : size(description);
    }

    /** The st_size of what a descriptor refers to. */
    static long size(Description description) {
        if (description.file() != null) {
            return description.file().size();
        }
        return description.isDirectory() ? Linux.PAGE_SIZE : 0;
    }

    /** Directories can be synced too; they hold nothing of ours. */
    private static long onSyncable(ThreadCalls caller, int descriptor, ToLongFunction<OpenFile> call) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description != null && description.file() == null && description.pid() == Description.NO_PROCESS) {
            return 0;
        }
        return onFile(caller, descriptor, call);
    }

    /** Makes a call with a file that is open for reading, or for writing. */
    static long onOpenFor(ThreadCalls caller, int descriptor, boolean writing, ToLongFunction<OpenFile> call) {
        return writing ? onWritable(caller, descriptor, call) : onReadable(caller, descriptor, call);
    }

    private static long onReadable(ThreadCalls caller, int descriptor, ToLongFunction<OpenFile> call) {
        return onFile(
                caller,
                descriptor,
                file -> file.isReadable() ? call.applyAsLong(file) : notOpenFor(caller, Errno.EBADF));
    }

    private static long onWritable(ThreadCalls caller, int descriptor, ToLongFunction<OpenFile> call) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description != null && description.isDirectory()) {
            return notOpenFor(caller, Errno.EBADF);
        }
        return onFile(
                caller,
                descriptor,
                file -> file.isWritable() ? call.applyAsLong(file) : notOpenFor(caller, Errno.EBADF));
    }

    private static long onFile(ThreadCalls caller, int descriptor, ToLongFunction<OpenFile> call) {
        Description description = caller.process().descriptors().get(descriptor);
        if (description == null) {
            return notOpen(caller);
        }
        OpenFile file = description.file();
        if (file == null) {
            return description.pid() == Description.NO_PROCESS
                    ? caller.refuse(Errno.EISDIR, "the descriptor refers to a directory")
                    : caller.refuse(Errno.EINVAL, "the descriptor refers to a process");
        }
        // Another thread may close the descriptor meanwhile; the file stays until this call has ended.
        // A guest thread that waits may come back on another CPU, and leaves where it entered.
        int stripe = caller.view().participant().index();
        if (!description.enter(stripe)) {
            return notOpen(caller);
        }
        try {
            long result = call.applyAsLong(file);
            if (Errno.isError(result) && caller.reason().isEmpty()) {
                caller.refuse((int) -result, Errno.message((int) -result));
            }
            return result;
        } finally {
            description.leave(stripe);
        }
    }

    private static boolean isZero(ThreadCalls caller, int descriptor) {
        Description description = caller.process().descriptors().get(descriptor);
        return description != null && description.isZero();
    }

    private static boolean isNoFile(ThreadCalls caller, int descriptor) {
        Description description = caller.process().descriptors().get(descriptor);
        return description != null && description.file() == null;
    }

    private static boolean isProcess(ThreadCalls caller, int descriptor) {
        Description description = caller.process().descriptors().get(descriptor);
        return description != null && description.pid() != Description.NO_PROCESS;
    }

    private static long notOpen(ThreadCalls caller) {
        return caller.refuse(Errno.EBADF, "the descriptor is not open");
    }

    private static long notOpenFor(ThreadCalls caller, int errno) {
        return caller.refuse(errno, "the descriptor is not open for that");
    }

    /** Looked at before anything is moved, and before the length is clamped (fs/read_write.c, access_ok). */
    private static boolean leavesUserSpace(ThreadCalls caller, long address, long length) {
        if (Pages.isUserRange(address, length)) {
            return false;
        }
        caller.refuse(Errno.EFAULT, "the range leaves user space");
        return true;
    }

    /** Linux moves at most this much in one call (MAX_RW_COUNT). */
    private static long clamp(long length) {
        return length < 0 ? length : Math.min(length, 0x7ffff000L);
    }
}

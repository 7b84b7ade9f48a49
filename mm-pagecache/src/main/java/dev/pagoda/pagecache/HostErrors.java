package dev.pagoda.pagecache;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Linux's error numbers for what the host's files answer, positive.
 *
 * <p>The Java platform tells some errors only by the C library's text; one that is not known is EIO.
 */
final class HostErrors {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EIO = 5;
    static final int ENXIO = 6;
    static final int EBADF = 9;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int EINVAL = 22;
    static final int ENFILE = 23;
    static final int ETXTBSY = 26;
    static final int EFBIG = 27;
    static final int ENOSPC = 28;
    static final int EROFS = 30;
    static final int ENAMETOOLONG = 36;
    static final int ELOOP = 40;
    static final int EOPNOTSUPP = 95;
    static final int EDQUOT = 122;

    private HostErrors() {}

    static int errno(IOException error) {
        if (error instanceof HostError host) {
            return host.errno();
        }
        if (error instanceof NoSuchFileException) {
            return ENOENT;
        }
        if (error instanceof AccessDeniedException) {
            return EACCES;
        }
        if (error instanceof FileAlreadyExistsException) {
            return EEXIST;
        }
        String text = error instanceof FileSystemException named ? named.getReason() : error.getMessage();
        return text == null ? EIO : byText(text);
    }

    private static int byText(String text) {
        return switch (text) {
            case "No space left on device" -> ENOSPC;
            case "Disk quota exceeded" -> EDQUOT;
            case "File too large" -> EFBIG;
            case "Is a directory" -> EISDIR;
            case "Not a directory" -> ENOTDIR;
            case "Read-only file system" -> EROFS;
            case "Too many open files", "Too many open files in system" -> ENFILE;
            case "File name too long" -> ENAMETOOLONG;
            case "Too many levels of symbolic links" -> ELOOP;
            default -> EIO;
        };
    }
}

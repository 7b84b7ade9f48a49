package dev.pagoda.syscalls;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Linux's error numbers for x86-64, with the names and the texts that strace and the C library print.
 *
 * <p>Numbers here are positive; a call returns them negated. Everything may be used from every thread.
 */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;
    /** No such file or directory. */
    public static final int ENOENT = 2;
    /** No such process. */
    public static final int ESRCH = 3;
    /** Interrupted system call. */
    public static final int EINTR = 4;
    /** Input/output error. */
    public static final int EIO = 5;
    /** No such device or address. */
    public static final int ENXIO = 6;
    /** Argument list too long. */
    public static final int E2BIG = 7;
    /** Exec format error. */
    public static final int ENOEXEC = 8;
    /** Bad file descriptor. */
    public static final int EBADF = 9;
    /** No child processes. */
    public static final int ECHILD = 10;
    /** Resource temporarily unavailable. */
    public static final int EAGAIN = 11;
    /** Cannot allocate memory. */
    public static final int ENOMEM = 12;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** Bad address. */
    public static final int EFAULT = 14;
    /** Block device required. */
    public static final int ENOTBLK = 15;
    /** Device or resource busy. */
    public static final int EBUSY = 16;
    /** File exists. */
    public static final int EEXIST = 17;
    /** Invalid cross-device link. */
    public static final int EXDEV = 18;
    /** No such device. */
    public static final int ENODEV = 19;
    /** Not a directory. */
    public static final int ENOTDIR = 20;
    /** Is a directory. */
    public static final int EISDIR = 21;
    /** Invalid argument. */
    public static final int EINVAL = 22;
    /** Too many open files in system. */
    public static final int ENFILE = 23;
    /** Too many open files. */
    public static final int EMFILE = 24;
    /** Inappropriate ioctl for device. */
    public static final int ENOTTY = 25;
    /** Text file busy. */
    public static final int ETXTBSY = 26;
    /** File too large. */
    public static final int EFBIG = 27;
    /** No space left on device. */
    public static final int ENOSPC = 28;
    /** Illegal seek. */
    public static final int ESPIPE = 29;
    /** Read-only file system. */
    public static final int EROFS = 30;
    /** Too many links. */
    public static final int EMLINK = 31;
    /** Broken pipe. */
    public static final int EPIPE = 32;
    /** Numerical argument out of domain. */
    public static final int EDOM = 33;
    /** Numerical result out of range. */
    public static final int ERANGE = 34;
    /** Resource deadlock avoided. */
    public static final int EDEADLK = 35;
    /** File name too long. */
    public static final int ENAMETOOLONG = 36;
    /** No locks available. */
    public static final int ENOLCK = 37;
    /** Function not implemented. */
    public static final int ENOSYS = 38;
    /** Directory not empty. */
    public static final int ENOTEMPTY = 39;
    /** Too many levels of symbolic links. */
    public static final int ELOOP = 40;
    /** No message of desired type. */
    public static final int ENOMSG = 42;
    /** Identifier removed. */
    public static final int EIDRM = 43;
    /** Channel number out of range. */
    public static final int ECHRNG = 44;
    /** Level 2 not synchronized. */
    public static final int EL2NSYNC = 45;
    /** Level 3 halted. */
    public static final int EL3HLT = 46;
    /** Level 3 reset. */
    public static final int EL3RST = 47;
    /** Link number out of range. */
    public static final int ELNRNG = 48;
    /** Protocol driver not attached. */
    public static final int EUNATCH = 49;
    /** No CSI structure available. */
    public static final int ENOCSI = 50;
    /** Level 2 halted. */
    public static final int EL2HLT = 51;
    /** Invalid exchange. */
    public static final int EBADE = 52;
    /** Invalid request descriptor. */
    public static final int EBADR = 53;
    /** Exchange full. */
    public static final int EXFULL = 54;
    /** No anode. */
    public static final int ENOANO = 55;
    /** Invalid request code. */
    public static final int EBADRQC = 56;
    /** Invalid slot. */
    public static final int EBADSLT = 57;
    /** Bad font file format. */
    public static final int EBFONT = 59;
    /** Device not a stream. */
    public static final int ENOSTR = 60;
    /** No data available. */
    public static final int ENODATA = 61;
    /** Timer expired. */
    public static final int ETIME = 62;
    /** Out of streams resources. */
    public static final int ENOSR = 63;
    /** Machine is not on the network. */
    public static final int ENONET = 64;
    /** Package not installed. */
    public static final int ENOPKG = 65;
    /** Object is remote. */
    public static final int EREMOTE = 66;
    /** Link has been severed. */
    public static final int ENOLINK = 67;
    /** Advertise error. */
    public static final int EADV = 68;
    /** Srmount error. */
    public static final int ESRMNT = 69;
    /** Communication error on send. */
    public static final int ECOMM = 70;
    /** Protocol error. */
    public static final int EPROTO = 71;
    /** Multihop attempted. */
    public static final int EMULTIHOP = 72;
    /** RFS specific error. */
    public static final int EDOTDOT = 73;
    /** Bad message. */
    public static final int EBADMSG = 74;
    /** Value too large for defined data type. */
    public static final int EOVERFLOW = 75;
    /** Name not unique on network. */
    public static final int ENOTUNIQ = 76;
    /** File descriptor in bad state. */
    public static final int EBADFD = 77;
    /** Remote address changed. */
    public static final int EREMCHG = 78;
    /** Can not access a needed shared library. */
    public static final int ELIBACC = 79;
    /** Accessing a corrupted shared library. */
    public static final int ELIBBAD = 80;
    /** .lib section in a.out corrupted. */
    public static final int ELIBSCN = 81;
    /** Attempting to link in too many shared libraries. */
    public static final int ELIBMAX = 82;
    /** Cannot exec a shared library directly. */
    public static final int ELIBEXEC = 83;
    /** Invalid or incomplete multibyte or wide character. */
    public static final int EILSEQ = 84;
    /** Interrupted system call should be restarted. */
    public static final int ERESTART = 85;
    /** Streams pipe error. */
    public static final int ESTRPIPE = 86;
    /** Too many users. */
    public static final int EUSERS = 87;
    /** Socket operation on non-socket. */
    public static final int ENOTSOCK = 88;
    /** Destination address required. */
    public static final int EDESTADDRREQ = 89;
    /** Message too long. */
    public static final int EMSGSIZE = 90;
    /** Protocol wrong type for socket. */
    public static final int EPROTOTYPE = 91;
    /** Protocol not available. */
    public static final int ENOPROTOOPT = 92;
    /** Protocol not supported. */
    public static final int EPROTONOSUPPORT = 93;
    /** Socket type not supported. */
    public static final int ESOCKTNOSUPPORT = 94;
    /** Operation not supported. */
    public static final int EOPNOTSUPP = 95;
    /** Protocol family not supported. */
    public static final int EPFNOSUPPORT = 96;
    /** Address family not supported by protocol. */
    public static final int EAFNOSUPPORT = 97;
    /** Address already in use. */
    public static final int EADDRINUSE = 98;
    /** Cannot assign requested address. */
    public static final int EADDRNOTAVAIL = 99;
    /** Network is down. */
    public static final int ENETDOWN = 100;
    /** Network is unreachable. */
    public static final int ENETUNREACH = 101;
    /** Network dropped connection on reset. */
    public static final int ENETRESET = 102;
    /** Software caused connection abort. */
    public static final int ECONNABORTED = 103;
    /** Connection reset by peer. */
    public static final int ECONNRESET = 104;
    /** No buffer space available. */
    public static final int ENOBUFS = 105;
    /** Transport endpoint is already connected. */
    public static final int EISCONN = 106;
    /** Transport endpoint is not connected. */
    public static final int ENOTCONN = 107;
    /** Cannot send after transport endpoint shutdown. */
    public static final int ESHUTDOWN = 108;
    /** Too many references: cannot splice. */
    public static final int ETOOMANYREFS = 109;
    /** Connection timed out. */
    public static final int ETIMEDOUT = 110;
    /** Connection refused. */
    public static final int ECONNREFUSED = 111;
    /** Host is down. */
    public static final int EHOSTDOWN = 112;
    /** No route to host. */
    public static final int EHOSTUNREACH = 113;
    /** Operation already in progress. */
    public static final int EALREADY = 114;
    /** Operation now in progress. */
    public static final int EINPROGRESS = 115;
    /** Stale file handle. */
    public static final int ESTALE = 116;
    /** Structure needs cleaning. */
    public static final int EUCLEAN = 117;
    /** Not a XENIX named type file. */
    public static final int ENOTNAM = 118;
    /** No XENIX semaphores available. */
    public static final int ENAVAIL = 119;
    /** Is a named type file. */
    public static final int EISNAM = 120;
    /** Remote I/O error. */
    public static final int EREMOTEIO = 121;
    /** Disk quota exceeded. */
    public static final int EDQUOT = 122;
    /** No medium found. */
    public static final int ENOMEDIUM = 123;
    /** Wrong medium type. */
    public static final int EMEDIUMTYPE = 124;
    /** Operation canceled. */
    public static final int ECANCELED = 125;
    /** Required key not available. */
    public static final int ENOKEY = 126;
    /** Key has expired. */
    public static final int EKEYEXPIRED = 127;
    /** Key has been revoked. */
    public static final int EKEYREVOKED = 128;
    /** Key was rejected by service. */
    public static final int EKEYREJECTED = 129;
    /** Owner died. */
    public static final int EOWNERDEAD = 130;
    /** State not recoverable. */
    public static final int ENOTRECOVERABLE = 131;
    /** Operation not possible due to RF-kill. */
    public static final int ERFKILL = 132;
    /** Another name of {@link #EAGAIN}. */
    public static final int EWOULDBLOCK = EAGAIN;
    /** Another name of {@link #EOPNOTSUPP}. */
    public static final int ENOTSUP = EOPNOTSUPP;

    /** The largest number that a call returns negated; anything below {@code -MAXIMUM} is a value. */
    public static final int MAXIMUM = 4095;

    private static final String[] NAMES = new String[134];
    private static final String[] MESSAGES = new String[134];

    static {
        describe(EPERM, "EPERM", "Operation not permitted");
        describe(ENOENT, "ENOENT", "No such file or directory");
        describe(ESRCH, "ESRCH", "No such process");
        describe(EINTR, "EINTR", "Interrupted system call");
        describe(EIO, "EIO", "Input/output error");
        describe(ENXIO, "ENXIO", "No such device or address");
        describe(E2BIG, "E2BIG", "Argument list too long");
        describe(ENOEXEC, "ENOEXEC", "Exec format error");
        describe(EBADF, "EBADF", "Bad file descriptor");
        describe(ECHILD, "ECHILD", "No child processes");
        describe(EAGAIN, "EAGAIN", "Resource temporarily unavailable");
        describe(ENOMEM, "ENOMEM", "Cannot allocate memory");
        describe(EACCES, "EACCES", "Permission denied");
        describe(EFAULT, "EFAULT", "Bad address");
        describe(ENOTBLK, "ENOTBLK", "Block device required");
        describe(EBUSY, "EBUSY", "Device or resource busy");
        describe(EEXIST, "EEXIST", "File exists");
        describe(EXDEV, "EXDEV", "Invalid cross-device link");
        describe(ENODEV, "ENODEV", "No such device");
        describe(ENOTDIR, "ENOTDIR", "Not a directory");
        describe(EISDIR, "EISDIR", "Is a directory");
        describe(EINVAL, "EINVAL", "Invalid argument");
        describe(ENFILE, "ENFILE", "Too many open files in system");
        describe(EMFILE, "EMFILE", "Too many open files");
        describe(ENOTTY, "ENOTTY", "Inappropriate ioctl for device");
        describe(ETXTBSY, "ETXTBSY", "Text file busy");
        describe(EFBIG, "EFBIG", "File too large");
        describe(ENOSPC, "ENOSPC", "No space left on device");
        describe(ESPIPE, "ESPIPE", "Illegal seek");
        describe(EROFS, "EROFS", "Read-only file system");
        describe(EMLINK, "EMLINK", "Too many links");
        describe(EPIPE, "EPIPE", "Broken pipe");
        describe(EDOM, "EDOM", "Numerical argument out of domain");
        describe(ERANGE, "ERANGE", "Numerical result out of range");
        describe(EDEADLK, "EDEADLK", "Resource deadlock avoided");
        describe(ENAMETOOLONG, "ENAMETOOLONG", "File name too long");
        describe(ENOLCK, "ENOLCK", "No locks available");
        describe(ENOSYS, "ENOSYS", "Function not implemented");
        describe(ENOTEMPTY, "ENOTEMPTY", "Directory not empty");
        describe(ELOOP, "ELOOP", "Too many levels of symbolic links");
        describe(ENOMSG, "ENOMSG", "No message of desired type");
        describe(EIDRM, "EIDRM", "Identifier removed");
        describe(ECHRNG, "ECHRNG", "Channel number out of range");
        describe(EL2NSYNC, "EL2NSYNC", "Level 2 not synchronized");
        describe(EL3HLT, "EL3HLT", "Level 3 halted");
        describe(EL3RST, "EL3RST", "Level 3 reset");
        describe(ELNRNG, "ELNRNG", "Link number out of range");
        describe(EUNATCH, "EUNATCH", "Protocol driver not attached");
        describe(ENOCSI, "ENOCSI", "No CSI structure available");
        describe(EL2HLT, "EL2HLT", "Level 2 halted");
        describe(EBADE, "EBADE", "Invalid exchange");
        describe(EBADR, "EBADR", "Invalid request descriptor");
        describe(EXFULL, "EXFULL", "Exchange full");
        describe(ENOANO, "ENOANO", "No anode");
        describe(EBADRQC, "EBADRQC", "Invalid request code");
        describe(EBADSLT, "EBADSLT", "Invalid slot");
        describe(EBFONT, "EBFONT", "Bad font file format");
        describe(ENOSTR, "ENOSTR", "Device not a stream");
        describe(ENODATA, "ENODATA", "No data available");
        describe(ETIME, "ETIME", "Timer expired");
        describe(ENOSR, "ENOSR", "Out of streams resources");
        describe(ENONET, "ENONET", "Machine is not on the network");
        describe(ENOPKG, "ENOPKG", "Package not installed");
        describe(EREMOTE, "EREMOTE", "Object is remote");
        describe(ENOLINK, "ENOLINK", "Link has been severed");
        describe(EADV, "EADV", "Advertise error");
        describe(ESRMNT, "ESRMNT", "Srmount error");
        describe(ECOMM, "ECOMM", "Communication error on send");
        describe(EPROTO, "EPROTO", "Protocol error");
        describe(EMULTIHOP, "EMULTIHOP", "Multihop attempted");
        describe(EDOTDOT, "EDOTDOT", "RFS specific error");
        describe(EBADMSG, "EBADMSG", "Bad message");
        describe(EOVERFLOW, "EOVERFLOW", "Value too large for defined data type");
        describe(ENOTUNIQ, "ENOTUNIQ", "Name not unique on network");
        describe(EBADFD, "EBADFD", "File descriptor in bad state");
        describe(EREMCHG, "EREMCHG", "Remote address changed");
        describe(ELIBACC, "ELIBACC", "Can not access a needed shared library");
        describe(ELIBBAD, "ELIBBAD", "Accessing a corrupted shared library");
        describe(ELIBSCN, "ELIBSCN", ".lib section in a.out corrupted");
        describe(ELIBMAX, "ELIBMAX", "Attempting to link in too many shared libraries");
        describe(ELIBEXEC, "ELIBEXEC", "Cannot exec a shared library directly");
        describe(EILSEQ, "EILSEQ", "Invalid or incomplete multibyte or wide character");
        describe(ERESTART, "ERESTART", "Interrupted system call should be restarted");
        describe(ESTRPIPE, "ESTRPIPE", "Streams pipe error");
        describe(EUSERS, "EUSERS", "Too many users");
        describe(ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket");
        describe(EDESTADDRREQ, "EDESTADDRREQ", "Destination address required");
        describe(EMSGSIZE, "EMSGSIZE", "Message too long");
        describe(EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket");
        describe(ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available");
        describe(EPROTONOSUPPORT, "EPROTONOSUPPORT", "Protocol not supported");
        describe(ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", "Socket type not supported");
        describe(EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported");
        describe(EPFNOSUPPORT, "EPFNOSUPPORT", "Protocol family not supported");
        describe(EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol");
        describe(EADDRINUSE, "EADDRINUSE", "Address already in use");
        describe(EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address");
        describe(ENETDOWN, "ENETDOWN", "Network is down");
        describe(ENETUNREACH, "ENETUNREACH", "Network is unreachable");
        describe(ENETRESET, "ENETRESET", "Network dropped connection on reset");
        describe(ECONNABORTED, "ECONNABORTED", "Software caused connection abort");
        describe(ECONNRESET, "ECONNRESET", "Connection reset by peer");
        describe(ENOBUFS, "ENOBUFS", "No buffer space available");
        describe(EISCONN, "EISCONN", "Transport endpoint is already connected");
        describe(ENOTCONN, "ENOTCONN", "Transport endpoint is not connected");
        describe(ESHUTDOWN, "ESHUTDOWN", "Cannot send after transport endpoint shutdown");
        describe(ETOOMANYREFS, "ETOOMANYREFS", "Too many references: cannot splice");
        describe(ETIMEDOUT, "ETIMEDOUT", "Connection timed out");
        describe(ECONNREFUSED, "ECONNREFUSED", "Connection refused");
        describe(EHOSTDOWN, "EHOSTDOWN", "Host is down");
        describe(EHOSTUNREACH, "EHOSTUNREACH", "No route to host");
        describe(EALREADY, "EALREADY", "Operation already in progress");
        describe(EINPROGRESS, "EINPROGRESS", "Operation now in progress");
        describe(ESTALE, "ESTALE", "Stale file handle");
        describe(EUCLEAN, "EUCLEAN", "Structure needs cleaning");
        describe(ENOTNAM, "ENOTNAM", "Not a XENIX named type file");
        describe(ENAVAIL, "ENAVAIL", "No XENIX semaphores available");
        describe(EISNAM, "EISNAM", "Is a named type file");
        describe(EREMOTEIO, "EREMOTEIO", "Remote I/O error");
        describe(EDQUOT, "EDQUOT", "Disk quota exceeded");
        describe(ENOMEDIUM, "ENOMEDIUM", "No medium found");
        describe(EMEDIUMTYPE, "EMEDIUMTYPE", "Wrong medium type");
        describe(ECANCELED, "ECANCELED", "Operation canceled");
        describe(ENOKEY, "ENOKEY", "Required key not available");
        describe(EKEYEXPIRED, "EKEYEXPIRED", "Key has expired");
        describe(EKEYREVOKED, "EKEYREVOKED", "Key has been revoked");
        describe(EKEYREJECTED, "EKEYREJECTED", "Key was rejected by service");
        describe(EOWNERDEAD, "EOWNERDEAD", "Owner died");
        describe(ENOTRECOVERABLE, "ENOTRECOVERABLE", "State not recoverable");
        describe(ERFKILL, "ERFKILL", "Operation not possible due to RF-kill");
    }

    private Errno() {}

    /**
     * Whether the result of a call is a negated errno.
     *
     * @param result what the call returned
     */
    public static boolean isError(long result) {
        return result < 0 && result >= -MAXIMUM;
    }

    /**
     * The name of an error number, such as {@code EINVAL}; {@code errno 530} for one that has no name.
     *
     * @param errno the number, positive
     */
    public static String name(int errno) {
        return known(errno) ? NAMES[errno] : "errno " + errno;
    }

    /**
     * The C library's text for an error number, such as {@code Invalid argument}.
     *
     * @param errno the number, positive
     */
    public static String message(int errno) {
        return known(errno) ? MESSAGES[errno] : "Unknown error " + errno;
    }

    /**
     * The error number that has a name.
     *
     * @param name such as {@code EINVAL}; the aliases EWOULDBLOCK, ENOTSUP and EDEADLOCK are known too
     * @return the number, positive, or nothing when no error has that name
     */
    public static OptionalInt number(String name) {
        String main = switch (name) {
            case "EWOULDBLOCK" -> "EAGAIN";
            case "ENOTSUP" -> "EOPNOTSUPP";
            case "EDEADLOCK" -> "EDEADLK";
            default -> name;
        };
        int index = Arrays.asList(NAMES).indexOf(main);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    private static boolean known(int errno) {
        return errno > 0 && errno < NAMES.length && NAMES[errno] != null;
    }

    private static void describe(int errno, String name, String message) {
        NAMES[errno] = name;
        MESSAGES[errno] = message;
    }
}

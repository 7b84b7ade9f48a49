package dev.pagoda.runtime.calls;

import static dev.pagoda.runtime.calls.Guest.A;
import static dev.pagoda.runtime.calls.Guest.FREE;
import static dev.pagoda.runtime.calls.Guest.PAGE;
import static dev.pagoda.runtime.calls.Guest.PRIVATE;
import static dev.pagoda.runtime.calls.Guest.RW;
import static dev.pagoda.runtime.calls.Guest.S;

import dev.pagoda.syscalls.Linux;

/** For each argument with named values a call that succeeds, into which a value is put. */
final class Bases {
    private Bases() {}

    /** Makes what the call needs, so that it is there when the state is looked at. */
    static void prepare(Guest guest, String call) {
        guest.store(S, guest.load(S));
        if (usesFile(call)) {
            guest.open(Linux.O_RDWR);
        }
    }

    private static boolean usesFile(String call) {
        return switch (call) {
            case "lseek", "fallocate", "fcntl", "sync_file_range", "fadvise64", "newfstatat", "dup3" -> true;
            default -> false;
        };
    }

    /** What the value is or-ed to, or what a value that is ignored must be as good as. */
    static int without(String call, String set) {
        return switch (set) {
            case "map_prot", "prot" -> RW;
            case "map_flags" -> PRIVATE | Linux.MAP_FIXED;
            case "mremap_flags" -> Linux.MREMAP_MAYMOVE;
            case "mlockall_flags" -> Linux.MCL_CURRENT;
            case "open_flags", "access_modes" -> Linux.O_RDWR;
            case "wait_options" -> Linux.WNOHANG;
            case "resources" -> Linux.RLIMIT_STACK;
            default -> 0;
        };
    }

    /** Bits of an argument that are another set's. */
    static boolean belongsToAnother(String call, String set, int value) {
        return switch (set) {
            case "map_flags" ->
                // A size of huge pages means nothing without MAP_HUGETLB; each bit of it alone is no size.
                (value & (Linux.MAP_TYPE | Linux.MAP_HUGE_MASK << Linux.MAP_HUGE_SHIFT)) != 0;
            case "open_flags" -> (value & Linux.O_ACCMODE) != 0;
            // MFD_HUGETLB alone gives these a meaning.
            default -> false;
        };
    }

    /** A value of a choice that may be unknown. */
    static int unknown(String set, int i) {
        return switch (set) {
            case "map_types" -> i & Linux.MAP_TYPE;
            case "access_modes" -> Linux.O_ACCMODE;
            default -> i < 20 ? 5 + 7 * i : -i;
        };
    }

    static long run(Guest guest, String call, String set, int value) {
        return switch (call) {
            case "mmap" -> mmap(guest, set, value);
            case "mprotect" -> guest.calls.mprotect(A, PAGE, value);
            case "mremap" -> guest.calls.mremap(A, PAGE, PAGE, value, FREE);
            case "msync" -> guest.calls.msync(A, PAGE, value);
            case "madvise" -> guest.calls.madvise(A, 2 * PAGE, value);
            case "process_madvise" -> processMadvise(guest, value);
            case "mlock2" -> guest.calls.mlock2(A, PAGE, value);
            case "mlockall" -> guest.calls.mlockall(value);
            case "open", "openat" -> open(guest, call, value);
            case "memfd_create" -> guest.call(Linux.SYS_memfd_create, guest.string("name"), value);
            case "dup3" -> guest.calls.dup3(guest.open(Linux.O_RDWR), 20, value);
            case "fcntl" ->
                set.equals("seals")
                        ? guest.calls.fcntl(guest.memfd(Linux.MFD_ALLOW_SEALING), Linux.F_ADD_SEALS, value)
                        : guest.calls.fcntl(guest.open(Linux.O_RDWR), value, 0);
            case "lseek" -> guest.calls.lseek(guest.open(Linux.O_RDWR), 0, value);
            case "fallocate" -> guest.calls.fallocate(guest.open(Linux.O_RDWR), value, 0, PAGE);
            case "sync_file_range" -> guest.calls.syncFileRange(guest.open(Linux.O_RDWR), 0, 0, value);
            case "fadvise64" -> guest.calls.fadvise64(guest.open(Linux.O_RDWR), 0, PAGE, value);
            case "newfstatat" ->
                guest.call(
                        Linux.SYS_newfstatat,
                        Linux.AT_FDCWD,
                        guest.string(guest.file().toString()),
                        S,
                        value);
            case "wait4" -> wait4(guest, value);
            case "pidfd_open" -> guest.calls.pidfdOpen(guest.process.pid(), value);
            case "getrlimit" -> guest.calls.getrlimit(value, S);
            case "setrlimit" -> {
                guest.store(S, 1 << 20);
                guest.store(S + 8, 8 << 20);
                yield guest.calls.setrlimit(value, S);
            }
            case "prlimit64" -> guest.calls.prlimit64(0, value, 0, S);
            default -> throw new AssertionError("there is no case for " + call);
        };
    }

    private static long mmap(Guest guest, String set, int value) {
        return switch (set) {
            case "map_prot" -> guest.calls.mmap(FREE, PAGE, value, PRIVATE | Linux.MAP_FIXED, -1, 0);
            case "map_types" -> guest.calls.mmap(FREE, PAGE, RW, value | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED, -1, 0);
            default -> guest.calls.mmap(FREE, PAGE, RW, value, -1, 0);
        };
    }

    private static long processMadvise(Guest guest, int advice) {
        long pidfd = guest.calls.pidfdOpen(guest.process.pid(), 0);
        guest.store(S, A);
        guest.store(S + 8, 2 * PAGE);
        return guest.calls.processMadvise((int) pidfd, S, 1, advice, 0);
    }

    private static long open(Guest guest, String call, int flags) {
        long path = guest.string(guest.file().toString());
        return call.equals("open")
                ? guest.call(Linux.SYS_open, path, flags, 0600)
                : guest.call(Linux.SYS_openat, Linux.AT_FDCWD, path, flags, 0600);
    }

    private static long wait4(Guest guest, int options) {
        var child = guest.process.fork(guest.calls);
        child.close();
        long result = guest.calls.wait4(child.pid(), S, options);
        return result == child.pid() ? 0 : result;
    }
}

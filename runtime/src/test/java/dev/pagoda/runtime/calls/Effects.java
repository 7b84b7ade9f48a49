package dev.pagoda.runtime.calls;

import static dev.pagoda.runtime.calls.Guest.A;
import static dev.pagoda.runtime.calls.Guest.FIXED;
import static dev.pagoda.runtime.calls.Guest.FREE;
import static dev.pagoda.runtime.calls.Guest.PAGE;
import static dev.pagoda.runtime.calls.Guest.PRIVATE;
import static dev.pagoda.runtime.calls.Guest.RW;
import static dev.pagoda.runtime.calls.Guest.S;
import static dev.pagoda.runtime.calls.Guest.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** That what is supported does what the table says, on a minimal case each. A row without a case here fails. */
final class Effects {
    private static final long HUGE = 2L << 20;
    private static final long GIGANTIC = 1L << 30;
    /** Long enough for a huge page, wherever it starts. */
    private static final long WIDE = 0x100400000000L;

    private Effects() {}

    static void check(Guest guest, String call, String set, Flag flag) throws IOException {
        switch (set) {
            case "map_prot", "prot" -> protection(guest, call, flag);
            case "map_types" -> type(guest, flag);
            case "map_flags" -> mapFlag(guest, flag);
            case "mremap_flags" -> remap(guest, flag);
            case "msync_flags" -> sync(guest, flag);
            case "advice" -> Advices.check(guest, call, flag);
            case "mlock2_flags" -> lockOnFault(guest);
            case "mlockall_flags" -> lockAll(guest, flag);
            case "access_modes", "open_flags" -> Openings.check(guest, call, flag);
            case "whence" -> seek(guest, flag);
            case "fallocate_modes" -> fallocate(guest, flag);
            case "fcntl_commands" -> Openings.fcntl(guest, flag);
            case "seals" -> seals(guest, flag);
            case "memfd_flags" -> memfd(guest, flag);
            case "dup3_flags" -> {
                assertThat(guest.calls.dup3(guest.open(Linux.O_RDWR), 20, flag.value()))
                        .isEqualTo(20);
                assertThat(guest.calls.fcntl(20, Linux.F_GETFD, 0)).isEqualTo(Linux.FD_CLOEXEC);
            }
            case "sync_file_range_flags" -> syncRange(guest, flag);
            case "fadvice" -> fileAdvice(guest, flag);
            case "wait_options" -> wait4(guest, flag);
            case "resources" -> limit(guest, call, flag);
            case "stat_flags" -> {
                boolean empty = flag.name().equals("AT_EMPTY_PATH");
                Path link = Files.createSymbolicLink(guest.directory.resolve("link"), guest.file());
                long name = guest.string(empty ? "" : link.toString());
                long at = empty ? guest.open(0) : Linux.AT_FDCWD;
                assertThat(guest.call(Linux.SYS_newfstatat, at, name, S, flag.value()))
                        .isZero();
                long length = guest.file().toString().length();
                assertThat(guest.load(S + 48)).isEqualTo(empty ? Guest.FILE_PAGES * PAGE : length);
                assertThat(guest.call(Linux.SYS_newfstatat, at, name, S, 0)).isEqualTo(empty ? -Errno.ENOENT : 0);
                assertThat(guest.load(S + 48)).isEqualTo(Guest.FILE_PAGES * PAGE);
            }
            default -> throw new AssertionError("there is no case for " + set);
        }
    }

    private static void protection(Guest guest, String call, Flag flag) {
        boolean maps = call.equals("mmap");
        if (flag.name().equals("PROT_GROWSDOWN")) {
            guest.map(FREE, 4, PRIVATE | Linux.MAP_GROWSDOWN);
            assertThat(guest.calls.mprotect(FREE + 2 * PAGE, PAGE, Linux.PROT_READ | flag.value()))
                    .isZero();
            assertThat(guest.perms(FREE)).isEqualTo("r--p");
            return;
        }
        long at = maps ? FREE : A;
        long result = maps
                ? guest.calls.mmap(FREE, PAGE, flag.value(), PRIVATE | FIXED, -1, 0)
                : guest.calls.mprotect(A, PAGE, flag.value());
        assertThat(result).isEqualTo(maps ? FREE : 0);
        String perms = switch (flag.name()) {
            case "PROT_NONE" -> "---p";
            case "PROT_READ" -> "r--p";
            case "PROT_WRITE" -> "-w-p";
            default -> "--xp";
        };
        assertThat(guest.perms(at)).isEqualTo(perms);
        assertThat(faults(() -> guest.load(at))).isEqualTo(flag.name().equals("PROT_NONE"));
        assertThat(faults(() -> guest.store(at, 1))).isNotEqualTo(flag.name().equals("PROT_WRITE"));
    }

    private static boolean faults(Runnable access) {
        try {
            access.run();
            return false;
        } catch (MemoryFault fault) {
            return true;
        }
    }

    private static void type(Guest guest, Flag flag) {
        if (flag.name().equals("MAP_SHARED_VALIDATE")) {
            int file = guest.open(Linux.O_RDWR);
            assertThat(guest.calls.mmap(FREE, PAGE, RW, flag.value() | FIXED, file, 0))
                    .isEqualTo(FREE);
            assertThat(guest.perms(FREE)).isEqualTo("rw-s");
            assertThat(guest.calls.mmap(FREE, PAGE, RW, flag.value() | 0x200000, file, 0))
                    .isEqualTo(-Errno.EOPNOTSUPP);
            return;
        }
        guest.map(FREE, 1, flag.value() | Linux.MAP_ANONYMOUS);
        guest.store(FREE, 7);
        boolean shared = flag.name().equals("MAP_SHARED");
        assertThat(guest.perms(FREE)).isEqualTo(shared ? "rw-s" : "rw-p");
        assertThat(guest.inChild(FREE)).isEqualTo(flag.name().equals("MAP_DROPPABLE") ? 0 : 7);
    }

    private static void mapFlag(Guest guest, Flag flag) {
        int value = flag.value();
        switch (flag.name()) {
            case "MAP_FIXED" -> {
                assertThat(guest.calls.mmap(A, PAGE, RW, PRIVATE | value, -1, 0))
                        .isEqualTo(A);
                assertThat(guest.load(A)).isZero();
                assertThat(guest.load(A + PAGE)).isEqualTo(2);
            }
            case "MAP_FIXED_NOREPLACE" -> {
                assertThat(guest.calls.mmap(A + 7 * PAGE, 2 * PAGE, RW, PRIVATE | value, -1, 0))
                        .isEqualTo(-Errno.EEXIST);
                assertThat(guest.calls.mmap(A + 8 * PAGE, PAGE, RW, PRIVATE | value, -1, 0))
                        .isEqualTo(A + 8 * PAGE);
            }
            case "MAP_ANONYMOUS" -> {
                assertThat(guest.calls.mmap(0, PAGE, RW, Linux.MAP_PRIVATE, -1, 0))
                        .isEqualTo(-Errno.EBADF);
                long mapped = guest.calls.mmap(0, PAGE, RW, Linux.MAP_PRIVATE | value, -1, 0);
                assertThat(guest.load(mapped)).isZero();
            }
            case "MAP_32BIT" ->
                assertThat(guest.calls.mmap(0, PAGE, RW, PRIVATE | value, -1, 0))
                        .isBetween(0x10000L, (1L << 31) - PAGE);
            case "MAP_GROWSDOWN" -> {
                guest.map(FREE, 1, PRIVATE | value);
                guest.store(FREE - 2 * PAGE, 5);
                assertThat(guest.process.space().mapStart(FREE)).isEqualTo(FREE - 2 * PAGE);
            }
            case "MAP_LOCKED" -> {
                guest.map(FREE, 2, PRIVATE | value);
                assertThat(guest.resident(FREE + PAGE)).isTrue();
                assertThat(guest.process.space().lockedBytes()).isEqualTo(2 * PAGE);
            }
            case "MAP_NORESERVE" -> {
                long before = guest.process.space().committedBytes();
                guest.map(FREE, 2, PRIVATE | value);
                assertThat(guest.process.space().committedBytes()).isEqualTo(before);
            }
            case "MAP_POPULATE" -> {
                guest.map(FREE, 2, PRIVATE | value);
                assertThat(guest.resident(FREE + PAGE)).isTrue();
            }
            case "MAP_NONBLOCK" -> {
                guest.map(FREE, 2, PRIVATE | Linux.MAP_POPULATE | value);
                assertThat(guest.resident(FREE)).isFalse();
            }
            case "MAP_HUGETLB", "MAP_HUGE_2MB" -> huge(guest, value | Linux.MAP_HUGETLB, HUGE);
            default -> {
                assertThat(flag.name()).isEqualTo("MAP_HUGE_1GB");
                huge(guest, value | Linux.MAP_HUGETLB, GIGANTIC);
            }
        }
    }

    /** A map of one page of memory is one of a whole huge page, and cannot be cut. */
    private static void huge(Guest guest, int flags, long bytes) {
        long mapped = guest.calls.mmap(0, PAGE, RW, PRIVATE | flags, -1, 0);
        assertThat(Errno.isError(mapped)).as(guest.calls.reason()).isFalse();
        assertThat(mapped % bytes).isZero();
        guest.store(mapped + bytes - 8, 9);
        assertThat(guest.calls.munmap(mapped, PAGE)).isEqualTo(-Errno.EINVAL);
        assertThat(guest.calls.munmap(mapped, bytes)).isZero();
    }

    private static void remap(Guest guest, Flag flag) {
        guest.map(A + PAGE, 1, PRIVATE);
        switch (flag.name()) {
            case "MREMAP_MAYMOVE" -> {
                assertThat(guest.calls.mremap(A, PAGE, 64 * PAGE, 0, 0)).isEqualTo(-Errno.ENOMEM);
                long moved = guest.calls.mremap(A, PAGE, 64 * PAGE, flag.value(), 0);
                assertThat(guest.load(moved)).isEqualTo(1);
                assertThat(guest.perms(A)).isEmpty();
            }
            case "MREMAP_FIXED" -> {
                assertThat(guest.calls.mremap(A, PAGE, PAGE, flag.value(), FREE))
                        .isEqualTo(-Errno.EINVAL);
                assertThat(guest.calls.mremap(A, PAGE, PAGE, flag.value() | Linux.MREMAP_MAYMOVE, FREE))
                        .isEqualTo(FREE);
                assertThat(guest.load(FREE)).isEqualTo(1);
            }
            default -> {
                assertThat(flag.name()).isEqualTo("MREMAP_DONTUNMAP");
                int flags = flag.value() | Linux.MREMAP_MAYMOVE;
                long moved = guest.calls.mremap(A, PAGE, PAGE, flags, 0);
                assertThat(guest.load(moved)).isEqualTo(1);
                assertThat(guest.perms(A)).isEqualTo("rw-p");
                assertThat(guest.load(A)).isZero();
            }
        }
    }

    private static void sync(Guest guest, Flag flag) throws IOException {
        long mapped = guest.mapFile(Linux.MAP_SHARED);
        guest.store(mapped, 0x4141414141414141L);
        if (flag.name().equals("MS_SYNC")) {
            assertThat(guest.calls.msync(mapped, PAGE, flag.value())).isZero();
            assertThat(Files.readString(guest.file())).startsWith("AAAAAAAAaa");
        } else {
            assertThat(flag.name()).isEqualTo("MS_INVALIDATE");
            assertThat(guest.calls.msync(mapped, PAGE, flag.value())).isZero();
            assertThat(guest.calls.mlock(mapped, PAGE)).isZero();
            assertThat(guest.calls.msync(mapped, PAGE, flag.value())).isEqualTo(-Errno.EBUSY);
        }
    }

    private static void lockOnFault(Guest guest) {
        assertThat(guest.calls.mlock2(A + 4 * PAGE, 2 * PAGE, Linux.MLOCK_ONFAULT))
                .isZero();
        assertThat(guest.process.space().lockedBytes()).isEqualTo(2 * PAGE);
        assertThat(guest.resident(A + 4 * PAGE)).isFalse();
    }

    private static void lockAll(Guest guest, Flag flag) {
        switch (flag.name()) {
            case "MCL_CURRENT" -> {
                assertThat(guest.calls.mlockall(flag.value())).isZero();
                assertThat(guest.resident(A + 7 * PAGE)).isTrue();
            }
            case "MCL_FUTURE" -> {
                assertThat(guest.calls.mlockall(flag.value())).isZero();
                assertThat(guest.resident(A + 7 * PAGE)).isFalse();
                guest.map(FREE, 1, PRIVATE);
                assertThat(guest.resident(FREE)).isTrue();
                assertThat(guest.process.space().lockedBytes()).isEqualTo(PAGE);
            }
            default -> {
                assertThat(guest.calls.mlockall(flag.value())).isEqualTo(-Errno.EINVAL);
                assertThat(guest.calls.mlockall(Linux.MCL_CURRENT | flag.value()))
                        .isZero();
                assertThat(guest.resident(A + 7 * PAGE)).isFalse();
                assertThat(guest.process.space().lockedBytes()).isPositive();
            }
        }
    }

    private static void seek(Guest guest, Flag flag) {
        int file = guest.open(Linux.O_RDWR);
        assertThat(guest.calls.lseek(file, 5, Linux.SEEK_SET)).isEqualTo(5);
        long end = Guest.FILE_PAGES * PAGE;
        long expected = switch (flag.name()) {
            case "SEEK_SET", "SEEK_DATA" -> 3;
            case "SEEK_CUR" -> 8;
            case "SEEK_END" -> end + 3;
            default -> end;
        };
        assertThat(guest.calls.lseek(file, 3, flag.value())).isEqualTo(expected);
        assertThat(guest.calls.lseek(file, 0, Linux.SEEK_CUR)).isEqualTo(expected);
        boolean looks = flag.value() >= Linux.SEEK_DATA;
        assertThat(guest.calls.lseek(file, -end - 100, flag.value())).isEqualTo(looks ? -Errno.ENXIO : -Errno.EINVAL);
    }

    private static void fallocate(Guest guest, Flag flag) {
        int file = guest.open(Linux.O_RDWR);
        long end = Guest.FILE_PAGES * PAGE;
        if (flag.name().equals("FALLOC_FL_KEEP_SIZE")) {
            assertThat(guest.calls.fallocate(file, flag.value(), end, PAGE)).isZero();
            assertThat(guest.calls.fileSize(file)).isEqualTo(end);
            assertThat(guest.calls.fallocate(file, 0, end, PAGE)).isZero();
            assertThat(guest.calls.fileSize(file)).isEqualTo(end + PAGE);
        } else {
            assertThat(flag.name()).isEqualTo("FALLOC_FL_PUNCH_HOLE");
            assertThat(guest.calls.fallocate(file, flag.value(), PAGE, PAGE)).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(guest.calls.fallocate(file, flag.value() | Linux.FALLOC_FL_KEEP_SIZE, PAGE, PAGE))
                    .isZero();
            assertThat(guest.calls.pread64(file, S, 8, PAGE)).isEqualTo(8);
            assertThat(guest.load(S)).isZero();
        }
    }

    private static void seals(Guest guest, Flag flag) {
        int file = guest.memfd(Linux.MFD_ALLOW_SEALING);
        assertThat(guest.calls.ftruncate(file, 2 * PAGE)).isZero();
        assertThat(guest.calls.mmap(FREE, PAGE, RW, Linux.MAP_SHARED | FIXED, file, 0))
                .isEqualTo(FREE);
        if (flag.name().equals("F_SEAL_WRITE")) {
            assertThat(guest.calls.fcntl(file, Linux.F_ADD_SEALS, flag.value())).isEqualTo(-Errno.EBUSY);
            guest.calls.munmap(FREE, PAGE);
        }
        assertThat(guest.calls.fcntl(file, Linux.F_ADD_SEALS, flag.value())).isZero();
        int exec = Linux.F_SEAL_EXEC
                | Linux.F_SEAL_SHRINK
                | Linux.F_SEAL_GROW
                | Linux.F_SEAL_WRITE
                | Linux.F_SEAL_FUTURE_WRITE;
        int seals = flag.name().equals("F_SEAL_EXEC") ? exec : flag.value();
        assertThat(guest.calls.fcntl(file, Linux.F_GET_SEALS, 0)).isEqualTo(seals);
        assertThat(guest.calls.fcntl(file, Linux.F_ADD_SEALS, Linux.F_SEAL_SHRINK))
                .isEqualTo(refusedBy(seals, Linux.F_SEAL_SEAL));
        seals |= (seals & Linux.F_SEAL_SEAL) == 0 ? Linux.F_SEAL_SHRINK : 0;
        assertThat(guest.calls.ftruncate(file, PAGE)).isEqualTo(refusedBy(seals, Linux.F_SEAL_SHRINK));
        assertThat(guest.calls.ftruncate(file, 3 * PAGE)).isEqualTo(refusedBy(seals, Linux.F_SEAL_GROW));
        long written = guest.calls.pwrite64(file, A, 8, 0);
        boolean writes = (seals & (Linux.F_SEAL_WRITE | Linux.F_SEAL_FUTURE_WRITE)) == 0;
        assertThat(written).isEqualTo(writes ? 8 : -Errno.EPERM);
    }

    private static long refusedBy(int seals, int seal) {
        return (seals & seal) == 0 ? 0 : -Errno.EPERM;
    }

    private static void memfd(Guest guest, Flag flag) {
        int file = guest.memfd(flag.value());
        assertThat(file).isNotNegative();
        boolean closes = flag.name().equals("MFD_CLOEXEC");
        assertThat(guest.calls.fcntl(file, Linux.F_GETFD, 0)).isEqualTo(closes ? Linux.FD_CLOEXEC : 0);
        long seals = switch (flag.name()) {
            case "MFD_ALLOW_SEALING" -> 0;
            case "MFD_NOEXEC_SEAL" -> Linux.F_SEAL_EXEC;
            default -> Linux.F_SEAL_SEAL;
        };
        assertThat(guest.calls.fcntl(file, Linux.F_GET_SEALS, 0)).isEqualTo(seals);
        assertThat(guest.calls.fstat(file, S)).isZero();
        assertThat(guest.calls.view().load(S + 24, 4) & 0111).isEqualTo(seals == Linux.F_SEAL_EXEC ? 0 : 0111);
    }

    private static void syncRange(Guest guest, Flag flag) throws IOException {
        int file = guest.open(Linux.O_RDWR);
        assertThat(guest.calls.pwrite64(file, A, 8, 0)).isEqualTo(8);
        assertThat(guest.calls.syncFileRange(file, 0, PAGE, flag.value())).isZero();
        boolean writes = flag.name().equals("SYNC_FILE_RANGE_WRITE");
        if (writes) {
            assertThat(Files.readAllBytes(guest.file())[0]).isEqualTo((byte) 1);
        }
    }

    private static void fileAdvice(Guest guest, Flag flag) {
        int file = guest.open(Linux.O_RDWR);
        long end = Guest.FILE_PAGES * PAGE;
        assertThat(guest.calls.mmap(FREE, end, RW, Linux.MAP_SHARED | FIXED, file, 0))
                .isEqualTo(FREE);
        if (flag.name().equals("POSIX_FADV_RANDOM")) {
            assertThat(guest.calls.fadvise64(file, 0, 0, flag.value())).isZero();
            assertThat(guest.calls.pread64(file, S, 1, 0)).isEqualTo(1);
            assertThat(guest.resident(FREE)).isTrue();
            assertThat(guest.resident(FREE + PAGE)).isFalse();
            return;
        }
        if (flag.name().equals("POSIX_FADV_DONTNEED")) {
            assertThat(guest.calls.pread64(file, S, 1, 0)).isEqualTo(1);
            assertThat(guest.resident(FREE)).isTrue();
        }
        assertThat(guest.calls.fadvise64(file, 0, 0, flag.value())).isZero();
        assertThat(guest.resident(FREE)).isEqualTo(flag.name().equals("POSIX_FADV_WILLNEED"));
        // Normal and sequential read-ahead differ in how much more they read of longer files.
        assertThat(guest.calls.pread64(file, S, 1, PAGE)).isEqualTo(1);
        assertThat(guest.loadByte(S)).isEqualTo('b');
    }

    private static void wait4(Guest guest, Flag flag) {
        Process child = guest.process.fork(guest.calls);
        assertThat(guest.calls.wait4(child.pid(), S, Linux.WNOHANG)).isZero();
        if (flag.name().equals("__WCLONE")) {
            assertThat(guest.calls.wait4(child.pid(), S, flag.value())).isEqualTo(-Errno.ECHILD);
            assertThat(guest.calls.wait4(child.pid(), S, flag.value() | Linux.__WALL | Linux.WNOHANG))
                    .isZero();
        }
        try (LinuxCalls own = child.attach()) {
            own.exit(3);
        }
        assertThat(guest.calls.wait4(child.pid(), S, Linux.WNOHANG)).isEqualTo(child.pid());
        assertThat(guest.calls.view().load(S, 4)).isEqualTo(3 << 8);
    }

    private static void limit(Guest guest, String call, Flag flag) {
        if (call.equals("getrlimit")) {
            assertThat(guest.calls.getrlimit(flag.value(), S)).isZero();
            assertThat(guest.calls.prlimit64(guest.process.pid(), flag.value(), 0, S + 16))
                    .isZero();
            assertThat(guest.load(S)).isEqualTo(guest.load(S + 16));
            return;
        }
        guest.calls.dropCapability(Linux.CAP_IPC_LOCK);
        guest.store(S, PAGE);
        guest.store(S + 8, 1 << 20);
        long set = call.equals("setrlimit")
                ? guest.calls.setrlimit(flag.value(), S)
                : guest.calls.prlimit64(0, flag.value(), S, 0);
        assertThat(set).isZero();
        assertThat(guest.calls.getrlimit(flag.value(), S + 16)).isZero();
        assertThat(guest.load(S + 16)).isEqualTo(PAGE);
        switch (flag.name()) {
            case "RLIMIT_AS" -> {
                guest.calls.munmap(A, 8 * PAGE);
                assertThat(guest.calls.mmap(0, PAGE, 0, SHARED, -1, 0)).isEqualTo(-Errno.ENOMEM);
            }
            case "RLIMIT_DATA" -> {
                assertThat(guest.calls.mmap(0, PAGE, RW, PRIVATE, -1, 0)).isEqualTo(-Errno.ENOMEM);
                assertThat(guest.calls.mmap(FREE, PAGE, RW, SHARED, -1, 0)).isEqualTo(FREE);
            }
            case "RLIMIT_STACK" -> {
                guest.map(FREE, 1, PRIVATE | Linux.MAP_GROWSDOWN);
                assertThat(faults(() -> guest.store(FREE - PAGE, 1))).isTrue();
            }
            default -> {
                assertThat(flag.name()).isEqualTo("RLIMIT_MEMLOCK");
                assertThat(guest.calls.mlock(A, 2 * PAGE)).isEqualTo(-Errno.ENOMEM);
                assertThat(guest.calls.mlock(A, PAGE)).isZero();
            }
        }
    }

    /** Used where a page is wanted that a huge page could stand in. */
    static long wide(Guest guest) {
        return guest.map(WIDE, HUGE / PAGE, PRIVATE);
    }

    static Path directory(Guest guest) {
        return guest.directory;
    }
}

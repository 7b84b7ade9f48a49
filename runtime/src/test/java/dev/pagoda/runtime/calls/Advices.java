package dev.pagoda.runtime.calls;

import static dev.pagoda.runtime.calls.Guest.A;
import static dev.pagoda.runtime.calls.Guest.FREE;
import static dev.pagoda.runtime.calls.Guest.PAGE;
import static dev.pagoda.runtime.calls.Guest.PRIVATE;
import static dev.pagoda.runtime.calls.Guest.S;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Linux;

/** What each advice of madvise and process_madvise does. */
final class Advices {
    private Advices() {}

    private static void advise(Guest guest, String call, long address, long bytes, int advice) {
        if (call.equals("madvise")) {
            assertThat(guest.calls.madvise(address, bytes, advice))
                    .as(guest.calls.reason())
                    .isZero();
            return;
        }
        int pidfd = (int) guest.calls.pidfdOpen(guest.process.pid(), 0);
        guest.store(S, address);
        guest.store(S + 8, bytes);
        assertThat(guest.calls.processMadvise(pidfd, S, 1, advice, 0))
                .as(guest.calls.reason())
                .isEqualTo(bytes);
    }

    static void check(Guest guest, String call, Flag flag) {
        int advice = flag.value();
        switch (flag.name()) {
            // These change how files are read, and how lines of maps are kept apart; not what is read.
            case "MADV_NORMAL", "MADV_RANDOM", "MADV_SEQUENTIAL" -> {
                advise(guest, call, A, PAGE, advice);
                boolean apart = advice != Linux.MADV_NORMAL;
                assertThat(guest.process.space().countMaps(A, 8 * PAGE)).isEqualTo(apart ? 2 : 1);
                assertThat(guest.load(A)).isEqualTo(1);
            }
            case "MADV_WILLNEED" -> {
                long mapped = guest.mapFile(Linux.MAP_SHARED);
                assertThat(guest.resident(mapped + 3 * PAGE)).isFalse();
                advise(guest, call, mapped, Guest.FILE_PAGES * PAGE, advice);
                assertThat(guest.resident(mapped + 3 * PAGE)).isTrue();
            }
            case "MADV_DONTNEED", "MADV_DONTNEED_LOCKED" -> {
                boolean locked = advice == Linux.MADV_DONTNEED_LOCKED;
                assertThat(guest.calls.mlock(A + PAGE, PAGE)).isZero();
                advise(guest, call, locked ? A + PAGE : A, PAGE, advice);
                assertThat(guest.load(A)).isEqualTo(locked ? 1 : 0);
                assertThat(guest.load(A + PAGE)).isEqualTo(locked ? 0 : 2);
                if (!locked) {
                    assertThat(guest.calls.madvise(A + PAGE, PAGE, advice)).isEqualTo(-Errno.EINVAL);
                }
            }
            case "MADV_FREE" -> {
                advise(guest, call, A, PAGE, advice);
                assertThat(guest.load(A)).isIn(0L, 1L);
                guest.store(A, 8);
                assertThat(guest.load(A)).isEqualTo(8);
                guest.map(FREE, 1, Guest.SHARED);
                assertThat(guest.calls.madvise(FREE, PAGE, advice)).isEqualTo(-Errno.EINVAL);
            }
            case "MADV_REMOVE" -> {
                long mapped = guest.mapFile(Linux.MAP_SHARED);
                advise(guest, call, mapped + PAGE, PAGE, advice);
                assertThat(guest.load(mapped + PAGE)).isZero();
                assertThat(guest.loadByte(mapped)).isEqualTo('a');
            }
            case "MADV_COLD" -> {
                advise(guest, call, A, 4 * PAGE, advice);
                assertThat(guest.load(A)).isEqualTo(1);
            }
            case "MADV_PAGEOUT" -> {
                long mapped = guest.mapFile(Linux.MAP_SHARED);
                assertThat(guest.loadByte(mapped)).isEqualTo('a');
                assertThat(guest.resident(mapped)).isTrue();
                advise(guest, call, mapped, PAGE, advice);
                assertThat(guest.resident(mapped)).isFalse();
                assertThat(guest.loadByte(mapped)).isEqualTo('a');
            }
            case "MADV_DONTFORK", "MADV_DOFORK" -> {
                advise(guest, call, A, PAGE, Linux.MADV_DONTFORK);
                assertThat(guest.inChild(A)).isEqualTo(-1);
                assertThat(guest.inChild(A + PAGE)).isEqualTo(2);
                if (advice == Linux.MADV_DOFORK) {
                    advise(guest, call, A, PAGE, advice);
                    assertThat(guest.inChild(A)).isEqualTo(1);
                }
            }
            case "MADV_WIPEONFORK", "MADV_KEEPONFORK" -> {
                advise(guest, call, A, PAGE, Linux.MADV_WIPEONFORK);
                assertThat(guest.inChild(A)).isZero();
                if (advice == Linux.MADV_KEEPONFORK) {
                    advise(guest, call, A, PAGE, advice);
                    assertThat(guest.inChild(A)).isEqualTo(1);
                }
            }
            case "MADV_DONTDUMP", "MADV_DODUMP", "MADV_NOHUGEPAGE" -> {
                int first = advice == Linux.MADV_DODUMP ? Linux.MADV_DONTDUMP : advice;
                advise(guest, call, A, PAGE, first);
                assertThat(guest.process.space().countMaps(A, 8 * PAGE)).isEqualTo(2);
                if (advice == Linux.MADV_DODUMP) {
                    advise(guest, call, A, PAGE, advice);
                    assertThat(guest.process.space().countMaps(A, 8 * PAGE)).isEqualTo(1);
                }
            }
            case "MADV_HUGEPAGE" -> {
                long wide = Effects.wide(guest);
                advise(guest, call, wide, 512 * PAGE, advice);
                guest.store(wide, 1);
                assertThat(guest.resident(wide + 511 * PAGE)).isTrue();
                assertThat(guest.process.space().hugeBytes()).isEqualTo(512 * PAGE);
            }
            case "MADV_COLLAPSE" -> {
                long wide = Effects.wide(guest);
                for (int page = 0; page < 512; page++) {
                    guest.store(wide + page * PAGE, page);
                }
                assertThat(guest.process.space().hugeBytes()).isZero();
                advise(guest, call, wide, 512 * PAGE, advice);
                assertThat(guest.process.space().hugeBytes()).isEqualTo(512 * PAGE);
                assertThat(guest.load(wide + 300 * PAGE)).isEqualTo(300);
            }
            case "MADV_POPULATE_READ", "MADV_POPULATE_WRITE" -> {
                guest.map(FREE, 2, PRIVATE);
                advise(guest, call, FREE, 2 * PAGE, advice);
                assertThat(guest.resident(FREE + PAGE)).isTrue();
                assertThat(guest.calls.mprotect(FREE, PAGE, 0)).isZero();
                assertThat(guest.calls.madvise(FREE, PAGE, advice)).isEqualTo(-Errno.EINVAL);
            }
            default -> throw new AssertionError("there is no case for " + flag.name());
        }
    }
}

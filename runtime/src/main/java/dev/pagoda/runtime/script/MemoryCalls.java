package dev.pagoda.runtime.script;

import static dev.pagoda.runtime.script.Kind.ADDRESS;
import static dev.pagoda.runtime.script.Kind.DECIMAL;
import static dev.pagoda.runtime.script.Kind.INT;
import static dev.pagoda.runtime.script.Kind.LENGTH;
import static dev.pagoda.runtime.script.Kind.RESULT_ADDRESS;

import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.List;

/** Linux's memory calls, as scripts make them. */
final class MemoryCalls {
    static final List<Signature> SIGNATURES = List.of(
            Signature.of("mmap", RESULT_ADDRESS, "maps memory or a file")
                    .with("addr", ADDRESS)
                    .with("length", LENGTH)
                    .with("prot", Kind.PROTECTION)
                    .with("flags", Kind.MAP_FLAGS)
                    .with("fd", INT)
                    .with("offset", Kind.HEX_OFFSET),
            range("munmap", "removes all maps of a range"),
            range("mprotect", "changes the protection of a range").with("prot", Kind.PROTECTION),
            Signature.of("mremap", RESULT_ADDRESS, "resizes or moves a map")
                    .with("old_addr", ADDRESS)
                    .with("old_size", LENGTH)
                    .with("new_size", LENGTH)
                    .with("flags", Kind.REMAP_FLAGS)
                    .withOptional("new_addr", ADDRESS),
            Signature.of("brk", RESULT_ADDRESS, "moves the end of the heap; a failure returns the old end")
                    .with("addr", ADDRESS),
            range("madvise", "gives advice about a range").with("advice", Kind.ADVICE),
            range("msync", "writes a range of shared file maps back").with("flags", Kind.SYNC_FLAGS),
            range("mincore", "tells which pages are resident").with("vector", ADDRESS),
            range("mlock", "fills a range and keeps it resident"),
            range("mlock2", "as mlock, with flags").with("flags", Kind.LOCK_FLAGS),
            range("munlock", "undoes mlock"),
            Signature.of("mlockall", DECIMAL, "locks all maps").with("flags", Kind.LOCK_ALL_FLAGS),
            Signature.of("munlockall", DECIMAL, "undoes mlockall"),
            range("remap_file_pages", "shows other pages of the file in a range of a shared map")
                    .with("prot", Kind.PROTECTION)
                    .with("page_offset", LENGTH)
                    .with("flags", Kind.MAP_FLAGS),
            Signature.of("process_madvise", DECIMAL, "gives advice about ranges of another process")
                    .with("pidfd", INT)
                    .with("iovec", ADDRESS)
                    .with("count", LENGTH)
                    .with("advice", Kind.ADVICE)
                    .with("flags", Kind.VALUE),
            range("mseal", "forbids later changes of a range").with("flags", Kind.VALUE));

    private MemoryCalls() {}

    static Result run(String name, Invocation call) {
        LinuxCalls calls = call.calls();
        if (name.equals("brk")) {
            // A break is never an errno, even where it looks like one.
            return new Result.Word(calls.brk(call.number(0)));
        }
        if (isWide(call)) {
            return call.result(byNumber(name, call));
        }
        long returned = switch (name) {
            case "mmap" ->
                calls.mmap(call.number(0), call.number(1), call.word(2), call.word(3), call.word(4), call.number(5));
            case "munmap" -> calls.munmap(call.number(0), call.number(1));
            case "mprotect" -> calls.mprotect(call.number(0), call.number(1), call.word(2));
            case "mremap" -> calls.mremap(call.number(0), call.number(1), call.number(2), call.word(3), call.number(4));
            case "madvise" -> calls.madvise(call.number(0), call.number(1), call.word(2));
            case "msync" -> calls.msync(call.number(0), call.number(1), call.word(2));
            case "mincore" -> calls.mincore(call.number(0), call.number(1), call.number(2));
            default -> byNumber(name, call);
        };
        return call.result(returned);
    }

    /** Whether protection or flags, which the typed methods take as 32 bits, have more: Linux takes a word, and looks at all of it. */
    private static boolean isWide(Invocation call) {
        for (int i = 0; i < call.count(); i++) {
            if (call.isBits(i) && call.number(i) != call.word(i)) {
                return true;
            }
        }
        return false;
    }

    /** Makes a call that has no typed method, by its number; a kernel that lacks it answers ENOSYS. */
    static long byNumber(String name, Invocation call) {
        int number = (int) Linux.valueOf("SYS_" + name).orElseThrow();
        return call.calls()
                .call(
                        number,
                        call.number(0),
                        call.number(1),
                        call.number(2),
                        call.number(3),
                        call.number(4),
                        call.number(5));
    }

    private static Signature range(String name, String summary) {
        return Signature.of(name, DECIMAL, summary).with("addr", ADDRESS).with("length", LENGTH);
    }
}

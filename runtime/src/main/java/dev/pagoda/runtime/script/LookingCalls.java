package dev.pagoda.runtime.script;

import static dev.pagoda.runtime.script.Kind.ADDRESS;
import static dev.pagoda.runtime.script.Kind.DECIMAL;
import static dev.pagoda.runtime.script.Kind.LENGTH;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Looking at a process and at the kernel from outside. */
final class LookingCalls {
    static final List<Signature> SIGNATURES = List.of(
            Signature.of("resident", Kind.MASK, "which of up to 64 pages are resident: bit i is page i")
                    .with("addr", ADDRESS)
                    .with("len", LENGTH),
            Signature.of("perms", Kind.TEXT, "the permissions in maps; \"\" where nothing is mapped")
                    .with("addr", ADDRESS),
            Signature.of("vmas", DECIMAL, "number of lines of maps that meet a range")
                    .with("addr", ADDRESS)
                    .with("len", LENGTH),
            Signature.of("start", Kind.RESULT_ADDRESS, "start of the line of maps that holds an address")
                    .with("addr", ADDRESS),
            Signature.of("locked", DECIMAL, "bytes of VmLck"),
            Signature.of("vmsize", DECIMAL, "bytes of VmSize"),
            Signature.of("vmdata", DECIMAL, "bytes of VmData"),
            Signature.of("maps", DECIMAL, "prints /proc/self/maps"),
            Signature.of("smaps", DECIMAL, "prints /proc/self/smaps"),
            Signature.of("status", DECIMAL, "prints what /proc/self/status says about memory"),
            Signature.of("vmstat", DECIMAL, "prints /proc/vmstat"),
            Signature.of("meminfo", DECIMAL, "prints /proc/meminfo"),
            Signature.of("buddyinfo", DECIMAL, "prints /proc/buddyinfo, and how much could be had in large blocks"),
            Signature.of("audit", DECIMAL, "prints the kernel's books; gives the number of differences"));

    private static final long MOST_PAGES = 64;

    private LookingCalls() {}

    static Result run(String name, Invocation call) {
        ScriptProcess process = call.process();
        return switch (name) {
            case "resident" -> resident(call);
            case "perms" -> new Result.Text(process.permissions(call.number(0)).getBytes(StandardCharsets.US_ASCII));
            case "vmas" -> new Result.Word(process.countMaps(call.number(0), call.number(1)));
            case "start" -> new Result.Word(process.mapStart(call.number(0)));
            case "locked" -> new Result.Word(process.lockedBytes());
            case "vmsize" -> new Result.Word(process.mappedBytes());
            case "vmdata" -> new Result.Word(process.dataBytes());
            case "maps" -> shown(call, Optional.of(process.maps()));
            case "smaps" -> shown(call, process.smaps());
            case "status" -> shown(call, process.status());
            case "vmstat" -> shown(call, process.vmstat());
            case "buddyinfo" -> shown(call, Optional.of(call.session().world().freeBlocks()));
            case "meminfo" -> shown(call, process.meminfo());
            default -> {
                ScriptWorld.Books books = call.session().world().audit();
                call.session().show(books.text());
                yield new Result.Word(books.differences());
            }
        };
    }

    private static Result shown(Invocation call, Optional<String> text) {
        if (text.isEmpty()) {
            return new Result.Failure(Errno.ENOSYS, "this kernel does not write that text");
        }
        call.session().show(text.get());
        return new Result.Word(0);
    }

    private static Result resident(Invocation call) {
        long length = call.number(1);
        if (length < 0 || length > MOST_PAGES * Linux.PAGE_SIZE) {
            throw call.refused(
                    1, "expected at most " + MOST_PAGES + " pages, found " + Long.toUnsignedString(length) + " bytes");
        }
        byte[] vector = new byte[(int) ((length + Linux.PAGE_SIZE - 1) / Linux.PAGE_SIZE)];
        long returned = call.process().residency(call.number(0), length, vector);
        if (Errno.isError(returned)) {
            return call.result(returned);
        }
        long mask = 0;
        for (int page = 0; page < vector.length; page++) {
            mask |= (vector[page] & 1L) << page;
        }
        return new Result.Word(mask);
    }
}

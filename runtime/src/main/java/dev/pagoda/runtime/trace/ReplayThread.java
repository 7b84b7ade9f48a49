package dev.pagoda.runtime.trace;

import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.trace.Operation.MapPart;
import dev.pagoda.runtime.trace.Operation.Verb;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.util.OptionalInt;

/** Carries out the steps of one recorded thread with the calls of one guest thread, and compares. For that guest thread. */
final class ReplayThread {
    private static final long PAGE = Linux.PAGE_SIZE;
    /** Beyond the largest number that a process can have open. */
    private static final int SURELY_CLOSED = 1_000_000;
    /** What a store writes into memory that is the program's own; not zero, so that the page is really used. */
    private static final long PATTERN = 0x7061_676f_6461_2121L;

    private final Replay replay;
    private final int process;
    private final LinuxCalls calls;
    private final Tally tally;
    private long bounce;
    private long bounceLength;
    private String problem = "";
    private boolean forked;

    ReplayThread(Replay replay, int process, LinuxCalls calls, Tally tally) {
        this.replay = replay;
        this.process = process;
        this.calls = calls;
        this.tally = tally;
    }

    /** Carries one step out. Whatever goes wrong is in the tally, so that the others never wait for nothing. */
    void carryOut(Step step) {
        forked = false;
        try {
            for (Operation preparation : step.preparations()) {
                long result = perform(preparation);
                if (Errno.isError(result)) {
                    String what = preparation.getClass().getSimpleName();
                    differ(step, "could not be prepared (" + what + "): " + describe(result));
                    return;
                }
            }
            if (step.operation() != null) {
                long result = perform(step.operation());
                if (compare(step, result) && !Errno.isError(result)) {
                    touch(step);
                }
            }
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            differ(step, "the replay broke down: " + e);
        } finally {
            if (step.operation() instanceof Operation.Fork fork && !forked) {
                replay.abandon(fork.thread(), "its process was not forked");
            }
        }
    }

    // ---- comparing ----

    private boolean compare(Step step, long result) {
        TraceResult recorded = step.call().result();
        boolean agrees;
        if (recorded.failed()) {
            OptionalInt number = Errno.number(recorded.errno());
            agrees = number.isPresent() && result == -number.getAsInt();
        } else {
            agrees = !Errno.isError(result)
                    && switch (step.expectation()) {
                        case SUCCESS -> true;
                        case SAME_VALUE -> result == recorded.value();
                        case SAME_BREAK ->
                            result - replay.baseOf(((Operation.Break) step.operation()).heap())
                                    == step.expectedBreakOffset();
                    };
        }
        if (agrees) {
            tally.agree();
        } else if (step.expectation() == Step.Expectation.SAME_BREAK && !Errno.isError(result)) {
            long offset = result - replay.baseOf(((Operation.Break) step.operation()).heap());
            differ(
                    step,
                    "a break of " + offset + " bytes above the start of the heap; recorded were "
                            + step.expectedBreakOffset());
        } else {
            differ(step, result == -Errno.ENOSYS && recorded.succeeded(), describe(result));
        }
        return agrees;
    }

    private void differ(Step step, String actual) {
        differ(step, false, actual);
    }

    private void differ(Step step, boolean unsupported, String actual) {
        tally.differ(step, Difference.of(step, unsupported, actual));
    }

    private String describe(long result) {
        if (!Errno.isError(result)) {
            return TraceResult.value(result).toString();
        }
        String why = problem.isEmpty() ? calls.reason() : problem;
        String text = "-1 " + Errno.name((int) -result) + " (" + Errno.message((int) -result) + ")";
        return why.isEmpty() ? text : text + ": " + why;
    }

    // ---- operations ----

    private long perform(Operation operation) throws IOException {
        problem = "";
        return switch (operation) {
            case Operation.MapParts map -> mapParts(map);
            case Operation.OverRange range -> overRange(range);
            case Operation.Remap remap -> remap(remap);
            case Operation.Break move -> moveBreak(move);
            case Operation.Open open -> open(open);
            case Operation.OpenMemory memory ->
                remember(memory.result(), calls.memfdCreate(memory.file().path(), memory.flags()));
            case Operation.Fork fork -> fork(fork);
            case Operation.Close close -> calls.close(numberOf(close.descriptor()));
            case Operation.Duplicate copy -> remember(copy.result(), calls.dup(numberOf(copy.descriptor())));
            case Operation.DuplicateTo copy -> duplicateTo(copy);
            case Operation.Read read ->
                read.descriptor() == null
                        ? calls.read(SURELY_CLOSED, 0, 0)
                        : calls.read(numberOf(read.descriptor()), bounce(read.length()), read.length());
            case Operation.Write write ->
                write.descriptor() == null
                        ? calls.write(SURELY_CLOSED, 0, 0)
                        : calls.write(numberOf(write.descriptor()), bounce(write.length()), write.length());
            case Operation.ReadAt read ->
                calls.preadInto(numberOf(read.descriptor()), buffer(read.descriptor(), read.length()), read.offset());
            case Operation.WriteAt write ->
                calls.pwriteFrom(
                        numberOf(write.descriptor()), buffer(write.descriptor(), write.length()), write.offset());
            case Operation.Seek seek -> calls.lseek(numberOf(seek.descriptor()), seek.offset(), seek.whence());
            case Operation.Truncate truncate -> calls.ftruncate(numberOf(truncate.descriptor()), truncate.length());
            case Operation.Allocate allocate ->
                calls.fallocate(numberOf(allocate.descriptor()), allocate.mode(), allocate.offset(), allocate.length());
            case Operation.Durable durable ->
                durable.dataOnly()
                        ? calls.fdatasync(numberOf(durable.descriptor()))
                        : calls.fsync(numberOf(durable.descriptor()));
            case Operation.Raw raw -> raw(raw);
            case Operation.Start start -> {
                replay.start(start.thread());
                yield 0;
            }
            case Operation.Resize resize -> resize(resize);
            case Operation.Provide provide -> {
                replay.standIns().provide(provide.file(), replay.plan().firstSize(provide.file()));
                yield 0;
            }
        };
    }

    private long mapParts(Operation.MapParts map) {
        long result = 0;
        for (MapPart part : map.parts()) {
            long mapped = mapPart(part);
            if (Errno.isError(mapped)) {
                return mapped;
            }
            if (part.result() != null) {
                replay.placed(part.result(), mapped);
            }
            result = part == map.parts().getFirst() ? mapped : result;
        }
        return result;
    }

    private long mapPart(MapPart part) {
        int descriptor = part.anonymous() ? -1 : numberOf(part.descriptor());
        long address = addressOf(part.at());
        int flags = part.flags()
                | switch (part.where()) {
                    case CHOSEN -> 0;
                    case FIXED -> Linux.MAP_FIXED;
                    case FIXED_NOREPLACE, FIXED_OR_CHOSEN -> Linux.MAP_FIXED_NOREPLACE;
                };
        long mapped = calls.mmap(address, part.at().length(), part.protection(), flags, descriptor, part.fileOffset());
        if (part.where() == Operation.Where.FIXED_OR_CHOSEN && mapped == -Errno.EEXIST) {
            mapped = calls.mmap(0, part.at().length(), part.protection(), part.flags(), descriptor, part.fileOffset());
        }
        return mapped;
    }

    private long overRange(Operation.OverRange range) {
        long first = 0;
        for (Span part : range.parts()) {
            long result = onPart(range.verb(), addressOf(part), part.length(), range.argument());
            if (Errno.isError(result) && first == 0) {
                first = result;
                problem = calls.reason();
            }
        }
        return first;
    }

    private long onPart(Verb verb, long address, long length, long argument) {
        return switch (verb) {
            case UNMAP -> calls.munmap(address, length);
            case PROTECT -> calls.mprotect(address, length, (int) argument);
            case ADVISE -> calls.madvise(address, length, (int) argument);
            case SYNC -> calls.msync(address, length, (int) argument);
            case RESIDENT -> calls.mincore(address, length, bounce((length + PAGE - 1) / PAGE));
            case LOCK -> calls.call(Linux.SYS_mlock, address, length, 0, 0, 0, 0);
            case LOCK_FLAGS -> calls.call(Linux.SYS_mlock2, address, length, argument, 0, 0, 0);
            case UNLOCK -> calls.call(Linux.SYS_munlock, address, length, 0, 0, 0, 0);
        };
    }

    private long remap(Operation.Remap remap) {
        long moved = calls.mremap(
                addressOf(remap.old()),
                remap.old().length(),
                remap.newSize(),
                remap.flags(),
                addressOf(remap.target()));
        if (!Errno.isError(moved) && remap.result() != null) {
            replay.placed(remap.result(), moved);
        }
        return moved;
    }

    private long moveBreak(Operation.Break move) {
        boolean firstQuery = replay.baseOf(move.heap()) == 0;
        if (move.offset() < 0 || firstQuery) {
            long now = calls.brk(0);
            if (firstQuery) {
                replay.placed(move.heap(), now);
            }
            return now;
        }
        return calls.brk(replay.baseOf(move.heap()) + move.offset());
    }

    private long fork(Operation.Fork fork) {
        // A child whose thread could not be started has been abandoned already.
        forked = replay.fork(process, calls, fork.thread());
        return forked ? 0 : -Errno.ENOMEM;
    }

    private long open(Operation.Open open) {
        StandIns standIns = replay.standIns();
        String path;
        if (open.file() == null) {
            path = standIns.absentPath();
        } else {
            path = switch (open.file().kind()) {
                case REAL -> open.file().path();
                case STAND_IN -> standIns.path(open.file());
                case MEMORY, DIRECTORY -> standIns.path();
            };
        }
        return remember(open.result(), calls.open(path, open.flags(), open.mode()));
    }

    private long duplicateTo(Operation.DuplicateTo copy) {
        int from = numberOf(copy.descriptor());
        int to = copy.replaced() == null ? copy.freeNumber() : numberOf(copy.replaced());
        return remember(
                copy.result(),
                copy.flags() < 0 ? calls.dup2(from, to) : calls.call(Linux.SYS_dup3, from, to, copy.flags(), 0, 0, 0));
    }

    private long raw(Operation.Raw raw) {
        boolean onDescriptor = raw.number() != Linux.SYS_mlockall && raw.number() != Linux.SYS_munlockall;
        long[] all = new long[6];
        int count = 0;
        if (onDescriptor) {
            all[count++] = numberOf(raw.descriptor());
        }
        for (int i = 0; i < raw.arguments().size() && count < all.length; i++) {
            all[count++] = raw.arguments().get(i);
        }
        return calls.call(raw.number(), all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    /** Through the kernel, because it may have pages of the file. */
    private long resize(Operation.Resize resize) {
        long descriptor = calls.open(replay.standIns().path(resize.file()), Linux.O_RDWR, 0);
        if (Errno.isError(descriptor)) {
            return descriptor;
        }
        long result = calls.ftruncate((int) descriptor, resize.size());
        problem = calls.reason();
        calls.close((int) descriptor);
        return result;
    }

    // ---- translation ----

    private long addressOf(Span span) {
        return span.placement() == null ? span.offset() : replay.baseOf(span.placement()) + span.offset();
    }

    private int numberOf(Descriptor descriptor) {
        return descriptor == null ? SURELY_CLOSED : replay.numberOf(descriptor);
    }

    private long remember(Descriptor result, long number) {
        if (result != null && !Errno.isError(number)) {
            replay.opened(result, (int) number);
        }
        return number;
    }

    private static byte[] buffer(Descriptor descriptor, long length) {
        return new byte[descriptor == null ? 0 : (int) length];
    }

    /** Memory of the process for what read, write and mincore move; made when it is first needed, and not counted. */
    private long bounce(long length) {
        if (length > bounceLength) {
            if (bounceLength > 0) {
                calls.munmap(bounce, bounceLength);
            }
            long size = Math.max((length + PAGE - 1) & -PAGE, 64 << 10);
            long mapped = calls.mmap(
                    0,
                    size,
                    Linux.PROT_READ | Linux.PROT_WRITE,
                    Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE,
                    -1,
                    0);
            if (Errno.isError(mapped)) {
                throw new IllegalStateException("no room for a transfer of " + length + " bytes: " + calls.reason());
            }
            bounce = mapped;
            bounceLength = size;
        }
        return bounce;
    }

    // ---- touching ----

    private void touch(Step step) {
        if (replay.extent() == TouchExtent.NONE) {
            return;
        }
        for (Touch touch : step.touches()) {
            long start = addressOf(touch.span());
            long first = start & -PAGE;
            long end = replay.extent() == TouchExtent.FIRST
                    ? first + 1
                    : start + touch.span().length();
            for (long page = first; page < end; page += PAGE) {
                if (!touchPage(step, touch, page)) {
                    break;
                }
            }
        }
    }

    /** Touches one page; false when there is no use in going on. */
    private boolean touchPage(Step step, Touch touch, long page) {
        View view = calls.view();
        try {
            if (!touch.writable()) {
                view.load(page, 8);
            } else {
                view.store(page, 8, touch.keepsContent() ? view.load(page, 8) : PATTERN);
            }
            tally.touched();
            return true;
        } catch (MemoryFault fault) {
            tally.refused("line " + step.call().firstLine() + ": " + step.call().name()
                    + ": a touched page was refused: " + fault.linuxName() + ": " + fault.getMessage());
            return fault.signal() != MemoryFault.SIGKILL;
        }
    }
}

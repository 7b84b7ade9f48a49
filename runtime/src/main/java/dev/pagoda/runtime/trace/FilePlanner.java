package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.trace.DescriptorFacts.Facts;
import dev.pagoda.runtime.trace.Step.Expectation;
import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans the calls on files and descriptors. The user's files are only ever read, and only where they are as the recording
 * saw them; everything else is a stand-in of the recorded size, which the planner keeps in step with what the recording shows.
 */
final class FilePlanner {
    /** The largest transfer that is replayed in one piece. */
    static final long LARGEST_TRANSFER_BYTES = 64L << 20;

    private static final String STANDARD_STREAM = "standard stream that the recorded program inherited";
    private static final String UNKNOWN = "descriptor of a socket, a pipe or another call that is not in the recording";
    /** Where dup2 to a number goes that is not in use; ours are given out from 0. */
    private static final int FREE_NUMBERS = 1024;

    private static final int MOST_FREE_NUMBERS = 3072;

    private final DescriptorFacts facts;
    private final HostFiles host;
    private final Map<String, RecordedFile> standIns = new HashMap<>();
    private final List<RecordedFile> files = new ArrayList<>();
    private int descriptors;

    FilePlanner(DescriptorFacts facts, HostFiles host) {
        this.facts = facts;
        this.host = host;
    }

    /** All files that the replay opens. */
    List<RecordedFile> files() {
        return files;
    }

    int descriptors() {
        return descriptors;
    }

    // ---- opening ----

    void open(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        TraceCall call = step.call();
        int flags = DescriptorFacts.openFlags(call, arguments);
        if (call.result().failed()) {
            String path = DescriptorFacts.pathOf(call, arguments, "");
            planFailingOpen(step, path, flags, call.result().errno());
            return;
        }
        Facts known = facts.of(step.number());
        String path = DescriptorFacts.pathOf(call, arguments, directoryOf(process, call, arguments));
        int recorded = (int) call.result().value();
        closeStale(step, process, recorded);
        String kind = known.kind();
        boolean device = kind.equals("S_IFCHR") || (kind.isEmpty() && isDevicePath(path));
        if ((device && known.mapExtent() == 0)
                || kind.equals("S_IFIFO")
                || kind.equals("S_IFSOCK")
                || kind.equals("S_IFBLK")) {
            foreign(step, process, recorded, "device, pipe or socket: " + path);
            return;
        }
        if (kind.equals("S_IFDIR")) {
            RecordedFile directory = newFile(RecordedFile.Kind.DIRECTORY, path, 0, false);
            openAs(
                    step,
                    process,
                    recorded,
                    directory,
                    Linux.O_RDONLY | Linux.O_DIRECTORY | (flags & Linux.O_CLOEXEC),
                    0);
            return;
        }
        int mode = (flags & Linux.O_CREAT) != 0 ? 0600 : 0;
        openAs(step, process, recorded, fileFor(step, path, known, flags), flags, mode);
    }

    void openMemory(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        int flags = (int) arguments.flags(1);
        if (step.call().result().failed()) {
            step.skip("a memfd_create that failed: its cause cannot be brought about");
            return;
        }
        int recorded = (int) step.call().result().value();
        closeStale(step, process, recorded);
        RecordedFile file = newFile(RecordedFile.Kind.MEMORY, arguments.path(0), 0, false);
        Descriptor descriptor = Descriptor.of(descriptors++, file, false);
        process.opened(recorded, descriptor);
        step.uses(descriptor);
        step.uses(file);
        step.replay(new Operation.OpenMemory(file, flags, descriptor), Expectation.SUCCESS);
    }

    /** A call that returns a descriptor, or two of them in brackets, of a kind that the replay does not have. */
    void openForeign(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        String name = step.call().name();
        if (step.call().result().succeeded()) {
            if (name.equals("pipe") || name.equals("pipe2") || name.equals("socketpair")) {
                String pair = arguments.text(name.equals("socketpair") ? 3 : 0);
                for (String number : pair.replaceAll("[\\[\\] ]|<[^>]*>", "").split(",", -1)) {
                    int recorded = LineScanner.smallNumber(number);
                    if (recorded >= 0) {
                        closeStale(step, process, recorded);
                        process.opened(recorded, Descriptor.foreign(name));
                    }
                }
            } else {
                int recorded = (int) step.call().result().value();
                closeStale(step, process, recorded);
                process.opened(recorded, Descriptor.foreign(name));
            }
        }
        step.skip(name + " does not concern memory");
    }

    private void planFailingOpen(Step step, String path, int flags, String errno) {
        switch (errno) {
            case "ENOENT" ->
                step.replay(
                        new Operation.Open(null, flags & ~(Linux.O_CREAT | Linux.O_TRUNC), 0, null),
                        Expectation.SUCCESS);
            case "EEXIST" -> {
                RecordedFile file = standIns.get(path);
                if (file == null) {
                    file = newFile(RecordedFile.Kind.STAND_IN, path, 0, false);
                    standIns.put(path, file);
                    step.prepare(new Operation.Provide(file));
                }
                step.uses(file);
                step.replay(new Operation.Open(file, flags, 0600, null), Expectation.SUCCESS);
            }
            case "EISDIR" -> {
                RecordedFile directory = newFile(RecordedFile.Kind.DIRECTORY, path, 0, false);
                step.replay(new Operation.Open(directory, flags, 0600, null), Expectation.SUCCESS);
            }
            default -> step.skip("an open that failed with " + errno + ": its cause cannot be brought about");
        }
    }

    /** The user's file, the stand-in that is already there, or a new one. */
    private RecordedFile fileFor(Step step, String path, Facts known, int flags) {
        if ((flags & Linux.O_TMPFILE) == Linux.O_TMPFILE) {
            // The path is the directory's, and every such file is another one.
            return newFile(RecordedFile.Kind.MEMORY, path, 0, false);
        }
        boolean madeUp = known.firstSize() <= 0 && known.readExtent() > 0;
        long size = madeUp ? known.readExtent() : known.firstSize();
        boolean written = facts.isWritten(path) || DescriptorFacts.opensForWriting(flags);
        long hostSize = written || path.isEmpty() ? -1 : host.size(path);
        boolean asRecorded = size >= 0 ? hostSize == size : known.isUsed() && hostSize >= known.mapExtent();
        if (hostSize >= 0 && asRecorded && hostSize >= known.readExtent()) {
            return newFile(RecordedFile.Kind.REAL, path, hostSize, false);
        }
        boolean truncates = (flags & Linux.O_TRUNC) != 0;
        boolean mustBeNew = (flags & Linux.O_CREAT) != 0 && (flags & Linux.O_EXCL) != 0;
        if (mustBeNew || (size < 0 && known.sizeChanges())) {
            size = 0;
        } else if (size < 0) {
            size = Math.max(known.mapExtent(), known.readExtent());
        }
        RecordedFile there = standIns.get(path);
        if (there != null && !mustBeNew && (truncates || there.size() == size || known.firstSize() < 0)) {
            if (truncates) {
                there.size(0);
            }
            return there;
        }
        RecordedFile file = newFile(RecordedFile.Kind.STAND_IN, path, truncates ? 0 : size, madeUp && !written);
        standIns.put(path, file);
        boolean kernelMakesIt = (flags & Linux.O_CREAT) != 0 && file.size() == 0;
        if (!kernelMakesIt) {
            step.prepare(new Operation.Provide(file));
        }
        return file;
    }

    private void openAs(Step step, ProcessModel process, int recorded, RecordedFile file, int flags, int mode) {
        Descriptor descriptor = Descriptor.of(descriptors++, file, (flags & Linux.O_APPEND) != 0);
        process.opened(recorded, descriptor);
        step.uses(descriptor);
        step.uses(file);
        step.replay(new Operation.Open(file, flags, mode, descriptor), Expectation.SUCCESS);
    }

    private static boolean isDevicePath(String path) {
        return path.startsWith("/dev/") && !path.startsWith("/dev/shm/");
    }

    private static void foreign(Step step, ProcessModel process, int recorded, String reason) {
        process.opened(recorded, Descriptor.foreign(reason));
        step.skip(reason);
    }

    private static String directoryOf(ProcessModel process, TraceCall call, Arguments arguments) throws TraceError {
        if (!call.name().startsWith("openat")) {
            return "";
        }
        Descriptor directory = process.descriptor(arguments.descriptor(0));
        return directory == null || directory.isForeign()
                ? ""
                : directory.file().path();
    }

    /** A number that is given out anew was closed by a call that is not in the recording. */
    private static void closeStale(Step step, ProcessModel process, int recorded) {
        Descriptor stale = process.descriptor(recorded);
        if (stale != null && !stale.isForeign()) {
            step.uses(stale);
            step.prepare(new Operation.Close(stale));
        }
        process.closed(recorded);
    }

    // ---- closing and duplicating ----

    void close(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        int recorded = arguments.descriptor(0);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Close(null));
            return;
        }
        Descriptor descriptor = usable(step, process, recorded);
        process.closed(recorded);
        if (descriptor != null) {
            step.uses(descriptor);
            step.replay(new Operation.Close(descriptor), Expectation.SAME_VALUE);
        }
    }

    void duplicate(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Duplicate(null, null));
            return;
        }
        int recorded = (int) step.call().result().value();
        Descriptor from = usable(step, process, arguments.descriptor(0));
        if (from == null) {
            closeStale(step, process, recorded);
            process.opened(recorded, Descriptor.foreign(step.reason()));
            return;
        }
        closeStale(step, process, recorded);
        Descriptor copy = from.duplicate(descriptors++);
        process.opened(recorded, copy);
        step.uses(from);
        step.uses(copy);
        step.replay(new Operation.Duplicate(from, copy), Expectation.SUCCESS);
    }

    /** dup2 and dup3. */
    void duplicateTo(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        int target = arguments.descriptor(1);
        int flags = step.call().name().equals("dup3") ? (int) arguments.flags(2) : -1;
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.DuplicateTo(null, null, FREE_NUMBERS, flags, null));
            return;
        }
        Descriptor from = usable(step, process, arguments.descriptor(0));
        if (from == null) {
            closeStale(step, process, target);
            process.opened(target, Descriptor.foreign(step.reason()));
            return;
        }
        Descriptor replaced = process.descriptor(target);
        boolean itself = replaced == from;
        boolean known = replaced != null && !replaced.isForeign();
        if (!known && (target < 0 || target >= MOST_FREE_NUMBERS)) {
            step.skip("dup2 to a number that the replay cannot keep free");
            process.opened(target, Descriptor.foreign(step.reason()));
            return;
        }
        Descriptor copy = itself ? from : from.duplicate(descriptors++);
        process.opened(target, copy);
        step.uses(from);
        step.uses(known ? replaced : null);
        step.uses(copy);
        step.replay(
                new Operation.DuplicateTo(from, known ? replaced : null, FREE_NUMBERS + target, flags, copy),
                Expectation.SUCCESS);
    }

    /** fcntl duplicates, or is left out. */
    void control(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        String command = arguments.text(1);
        if (!command.startsWith("F_DUPFD") || !step.call().result().succeeded()) {
            step.skip("fcntl " + TraceReader.shown(command) + " does not concern memory");
            return;
        }
        Descriptor from = usable(step, process, arguments.descriptor(0));
        int recorded = (int) step.call().result().value();
        closeStale(step, process, recorded);
        if (from == null) {
            process.opened(recorded, Descriptor.foreign(step.reason()));
            return;
        }
        Descriptor copy = from.duplicate(descriptors++);
        process.opened(recorded, copy);
        step.uses(from);
        step.uses(copy);
        step.prepare(new Operation.Duplicate(from, copy));
        step.skip("fcntl " + TraceReader.shown(command) + ": done as dup, and not compared");
    }

    // ---- reading, writing and sizes ----

    void seek(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long offset = arguments.number(1);
        int whence = (int) arguments.flags(2);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Seek(null, offset, whence));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor == null) {
            return;
        }
        long result = step.call().result().value();
        RecordedFile file = descriptor.file();
        if (whence != Linux.SEEK_SET && whence != Linux.SEEK_CUR && whence != Linux.SEEK_END) {
            step.skip("lseek for data or holes: a stand-in has others");
            return;
        }
        if (whence == Linux.SEEK_CUR && descriptor.position().bytes() + offset != result) {
            // The recording was at another position, because of reads or writes that are not in it.
            step.prepare(new Operation.Seek(descriptor, result - offset, Linux.SEEK_SET));
        }
        if (whence == Linux.SEEK_END && !sizeIs(step, descriptor, result - offset)) {
            return;
        }
        descriptor.position().bytes(result);
        step.uses(descriptor);
        step.uses(file);
        step.replay(new Operation.Seek(descriptor, offset, whence), Expectation.SAME_VALUE);
    }

    void read(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long length = transferred(step.call(), arguments);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Read(null, length));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        long got = step.call().result().value();
        if (descriptor == null || !fits(step, length)) {
            return;
        }
        long position = descriptor.position().bytes();
        boolean atEnd = got < length;
        if (atEnd && got > 0 && position + got < descriptor.file().size()) {
            // Short before the end we know of: the recording had read further, by calls that are not in it.
            position = descriptor.file().size() - got;
            step.prepare(new Operation.Seek(descriptor, position, Linux.SEEK_SET));
        } else if (atEnd && got == 0 && position < descriptor.file().size()) {
            position = descriptor.file().size();
            step.prepare(new Operation.Seek(descriptor, position, Linux.SEEK_SET));
        }
        if (position + got > descriptor.file().size() && !sizeIs(step, descriptor, position + got)) {
            return;
        }
        descriptor.position().bytes(position + got);
        step.uses(descriptor);
        step.uses(descriptor.file());
        step.replay(new Operation.Read(descriptor, length), Expectation.SAME_VALUE);
    }

    void readAt(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long length = transferred(step.call(), arguments);
        long offset = arguments.number(3);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.ReadAt(null, length, offset));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        long got = step.call().result().value();
        if (descriptor == null || !fits(step, length)) {
            return;
        }
        long size = descriptor.file().size();
        boolean tooShort = offset + got > size && got > 0;
        boolean tooLong = got < length && offset + got < size;
        if ((tooShort || tooLong) && !sizeIs(step, descriptor, offset + got)) {
            return;
        }
        step.uses(descriptor);
        step.uses(descriptor.file());
        step.replay(new Operation.ReadAt(descriptor, length, offset), Expectation.SAME_VALUE);
    }

    void write(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long length = transferred(step.call(), arguments);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Write(null, length));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor == null || !fits(step, length)) {
            return;
        }
        RecordedFile file = descriptor.file();
        long from = descriptor.appends() ? file.size() : descriptor.position().bytes();
        long end = from + step.call().result().value();
        descriptor.position().bytes(end);
        file.size(Math.max(file.size(), end));
        step.uses(descriptor);
        step.uses(file);
        step.replay(new Operation.Write(descriptor, length), Expectation.SAME_VALUE);
    }

    void writeAt(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long length = transferred(step.call(), arguments);
        long offset = arguments.number(3);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.WriteAt(null, length, offset));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor == null || !fits(step, length)) {
            return;
        }
        RecordedFile file = descriptor.file();
        file.size(Math.max(file.size(), offset + step.call().result().value()));
        step.uses(descriptor);
        step.uses(file);
        step.replay(new Operation.WriteAt(descriptor, length, offset), Expectation.SAME_VALUE);
    }

    void truncate(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        long length = arguments.number(1);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Truncate(null, length));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor != null) {
            descriptor.file().size(length);
            step.uses(descriptor);
            step.uses(descriptor.file());
            step.replay(new Operation.Truncate(descriptor, length), Expectation.SAME_VALUE);
        }
    }

    void allocate(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        int mode = (int) arguments.flags(1);
        long offset = arguments.number(2);
        long length = arguments.number(3);
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Allocate(null, mode, offset, length));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor != null) {
            if ((mode & Linux.FALLOC_FL_KEEP_SIZE) == 0) {
                descriptor.file().size(Math.max(descriptor.file().size(), offset + length));
            }
            step.uses(descriptor);
            step.uses(descriptor.file());
            step.replay(new Operation.Allocate(descriptor, mode, offset, length), Expectation.SAME_VALUE);
        }
    }

    void durable(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        boolean dataOnly = step.call().name().equals("fdatasync");
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Durable(null, dataOnly));
            return;
        }
        Descriptor descriptor = usable(step, process, arguments.descriptor(0));
        if (descriptor != null) {
            step.uses(descriptor);
            step.uses(descriptor.file());
            step.replay(new Operation.Durable(descriptor, dataOnly), Expectation.SAME_VALUE);
        }
    }

    /** sync_file_range and fadvise64: a descriptor and numbers. */
    void raw(Step step, ProcessModel process, Arguments arguments, int number) throws TraceError {
        List<Long> others = new ArrayList<>();
        for (int i = 1; i < arguments.count(); i++) {
            others.add(arguments.flags(i));
        }
        if (step.call().result().failed()) {
            planOnClosed(step, new Operation.Raw(number, null, others));
            return;
        }
        Descriptor descriptor = usableFile(step, process, arguments.descriptor(0));
        if (descriptor != null) {
            step.uses(descriptor);
            step.uses(descriptor.file());
            step.replay(new Operation.Raw(number, descriptor, others), Expectation.SAME_VALUE);
        }
    }

    /** fstat and its kin are not replayed, but tell of size changes that the recording does not show otherwise. */
    void status(Step step, ProcessModel process, Arguments arguments) throws TraceError {
        step.skip(step.call().name() + " does not concern memory");
        String name = step.call().name();
        boolean byPath = name.equals("newfstatat") || name.equals("statx");
        int structure = name.equals("statx") ? 4 : byPath ? 2 : 1;
        if (!step.call().result().succeeded()
                || !arguments.has(structure)
                || (byPath && !arguments.path(1).isEmpty())) {
            return;
        }
        Descriptor descriptor = process.descriptor(arguments.descriptor(0));
        long size = DescriptorFacts.sizeField(arguments, structure);
        if (descriptor == null || descriptor.isForeign() || size < 0) {
            return;
        }
        RecordedFile file = descriptor.file();
        boolean ours = file.kind() == RecordedFile.Kind.STAND_IN || file.kind() == RecordedFile.Kind.MEMORY;
        if (ours && !file.sizeFollowsReads() && file.size() != size) {
            resize(step, descriptor, size);
        }
    }

    /** A removed path is another file when it is opened again. */
    void unlink(Step step, Arguments arguments) throws TraceError {
        step.skip(step.call().name() + " does not concern memory");
        int index = step.call().name().equals("unlinkat") ? 1 : 0;
        if (step.call().result().succeeded() && arguments.isString(index)) {
            standIns.remove(arguments.path(index));
        }
    }

    /** A renamed file is found under its new name. */
    void rename(Step step, Arguments arguments) throws TraceError {
        step.skip(step.call().name() + " does not concern memory");
        int from = step.call().name().equals("rename") ? 0 : 1;
        int to = step.call().name().equals("rename") ? 1 : 3;
        if (step.call().result().succeeded() && arguments.isString(from) && arguments.isString(to)) {
            RecordedFile file = standIns.remove(arguments.path(from));
            if (file != null) {
                standIns.put(arguments.path(to), file);
            }
        }
    }

    // ---- maps of files ----

    /** The descriptor that an mmap names; the step is decided here when it cannot be replayed. Null also means: surely closed. */
    Descriptor forMap(Step step, ProcessModel process, Arguments arguments, int flags, long length, long fileOffset)
            throws TraceError {
        int recorded = arguments.descriptor(4);
        TraceResult result = step.call().result();
        Descriptor descriptor = process.descriptor(recorded);
        boolean usable = descriptor != null && !descriptor.isForeign();
        if (result.failed()) {
            if (!usable && !result.errno().equals("EBADF")) {
                step.skip("a failing map of a " + (descriptor == null ? UNKNOWN : descriptor.foreignReason()));
            }
            return usable && !result.errno().equals("EBADF") ? descriptor : null;
        }
        if (usable) {
            return descriptor;
        }
        long size = fileOffset >= 0 && length <= Linux.TASK_SIZE ? fileOffset + length : length;
        RecordedFile file = newFile(RecordedFile.Kind.STAND_IN, "descriptor " + recorded, size, false);
        Descriptor opened = Descriptor.of(descriptors++, file, false);
        process.opened(recorded, opened);
        step.uses(opened);
        step.prepare(new Operation.Provide(file));
        step.prepare(new Operation.Open(file, Linux.O_RDWR, 0, opened));
        return opened;
    }

    // ---- what they have in common ----

    private void planOnClosed(Step step, Operation onClosed) {
        if (step.call().result().errno().equals("EBADF")) {
            step.replay(onClosed, Expectation.SUCCESS);
        } else {
            step.skip(step.call().name() + " that failed with "
                    + step.call().result().errno() + ": its cause cannot be brought about");
        }
    }

    /** The descriptor, if the replay has it; else the step is left out. */
    private static Descriptor usable(Step step, ProcessModel process, int recorded) {
        Descriptor descriptor = process.descriptor(recorded);
        if (descriptor == null) {
            step.skip(recorded >= 0 && recorded <= 2 ? STANDARD_STREAM : UNKNOWN);
            return null;
        }
        if (descriptor.isForeign()) {
            step.skip(descriptor.foreignReason());
            return null;
        }
        return descriptor;
    }

    private static Descriptor usableFile(Step step, ProcessModel process, int recorded) {
        Descriptor descriptor = usable(step, process, recorded);
        if (descriptor != null && descriptor.file().kind() == RecordedFile.Kind.DIRECTORY) {
            step.skip(step.call().name() + " on a directory");
            return null;
        }
        return descriptor;
    }

    /** The bytes that a call asked for; of ranges that the recording does not hold all of, those that it moved. */
    private static long transferred(TraceCall call, Arguments arguments) throws TraceError {
        if (!call.name().endsWith("v")) {
            return arguments.number(2);
        }
        long asked = arguments.rangeBytes(1);
        return asked >= 0 ? asked : Math.max(0, call.result().value());
    }

    private static boolean fits(Step step, long length) {
        if (length < 0 || length > LARGEST_TRANSFER_BYTES) {
            step.skip("a transfer of more than " + (LARGEST_TRANSFER_BYTES >> 20) + " MiB in one call");
            return false;
        }
        return true;
    }

    /** Makes the file as large as the recording must have had it, or leaves the step out when it is the user's own. */
    private static boolean sizeIs(Step step, Descriptor descriptor, long size) {
        RecordedFile file = descriptor.file();
        if (file.size() == size) {
            return true;
        }
        if (size < 0 || (file.kind() != RecordedFile.Kind.STAND_IN && file.kind() != RecordedFile.Kind.MEMORY)) {
            step.skip("the size of the file is not what the recording says");
            return false;
        }
        resize(step, descriptor, size);
        return true;
    }

    private static void resize(Step step, Descriptor descriptor, long size) {
        RecordedFile file = descriptor.file();
        file.size(size);
        step.uses(descriptor);
        step.uses(file);
        step.prepare(
                file.kind() == RecordedFile.Kind.MEMORY
                        ? new Operation.Truncate(descriptor, size)
                        : new Operation.Resize(file, size));
    }

    private RecordedFile newFile(RecordedFile.Kind kind, String path, long size, boolean sizeFollowsReads) {
        RecordedFile file = new RecordedFile(files.size(), kind, path, size, sizeFollowsReads);
        files.add(file);
        return file;
    }
}

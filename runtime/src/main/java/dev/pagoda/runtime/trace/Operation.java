package dev.pagoda.runtime.trace;

import java.util.List;

/**
 * One thing that the replay has to do, with placements and descriptors instead of recorded numbers. A null descriptor
 * stands for one that is surely not open.
 */
sealed interface Operation {
    /** Where a map goes. */
    enum Where {
        /** The kernel chooses; a start that is not 0 is a hint. */
        CHOSEN,
        /** At the span, over whatever is there. */
        FIXED,
        /** At the span if nothing is there, else refused. */
        FIXED_NOREPLACE,
        /** At the span if nothing is there, else where the kernel chooses. */
        FIXED_OR_CHOSEN
    }

    /** What is done to each part of a range. */
    enum Verb {
        /** munmap. */
        UNMAP,
        /** mprotect; the argument is the protection. */
        PROTECT,
        /** madvise; the argument is the advice. */
        ADVISE,
        /** msync; the argument is the flags. */
        SYNC,
        /** mincore. */
        RESIDENT,
        /** mlock. */
        LOCK,
        /** mlock2; the argument is the flags. */
        LOCK_FLAGS,
        /** munlock. */
        UNLOCK
    }

    /** mmap; several parts when one recorded range lies in several placements. */
    record MapParts(List<MapPart> parts) implements Operation {}

    /**
     * One mmap.
     *
     * @param result the placement that it makes, or null when it lies within one
     */
    record MapPart(
            Span at,
            Where where,
            int protection,
            int flags,
            boolean anonymous,
            Descriptor descriptor,
            long fileOffset,
            Placement result) {}

    /** A call over a range, part by part; the first error is its result. */
    record OverRange(Verb verb, List<Span> parts, long argument) implements Operation {}

    /** mremap. */
    record Remap(Span old, long newSize, int flags, Span target, Placement result) implements Operation {}

    /** brk: the break is put at an offset from the heap's base; a negative offset asks for the break. */
    record Break(Placement heap, long offset) implements Operation {}

    /** open of a file, or of a path that does not exist when the file is null. */
    record Open(RecordedFile file, int flags, int mode, Descriptor result) implements Operation {}

    /** memfd_create. */
    record OpenMemory(RecordedFile file, int flags, Descriptor result) implements Operation {}

    /** close. */
    record Close(Descriptor descriptor) implements Operation {}

    /** dup. */
    record Duplicate(Descriptor descriptor, Descriptor result) implements Operation {}

    /**
     * dup2 or dup3.
     *
     * @param replaced the descriptor whose number is taken, or null
     * @param freeNumber the number to take when nothing is replaced
     * @param flags of dup3, or -1 for dup2
     */
    record DuplicateTo(Descriptor descriptor, Descriptor replaced, int freeNumber, int flags, Descriptor result)
            implements Operation {}

    /** read. */
    record Read(Descriptor descriptor, long length) implements Operation {}

    /** write. */
    record Write(Descriptor descriptor, long length) implements Operation {}

    /** pread64. */
    record ReadAt(Descriptor descriptor, long length, long offset) implements Operation {}

    /** pwrite64. */
    record WriteAt(Descriptor descriptor, long length, long offset) implements Operation {}

    /** lseek. */
    record Seek(Descriptor descriptor, long offset, int whence) implements Operation {}

    /** ftruncate. */
    record Truncate(Descriptor descriptor, long length) implements Operation {}

    /** fallocate. */
    record Allocate(Descriptor descriptor, int mode, long offset, long length) implements Operation {}

    /** fsync, or fdatasync when only data matters. */
    record Durable(Descriptor descriptor, boolean dataOnly) implements Operation {}

    /** Any other call by its number; a null descriptor means that there is none. */
    record Raw(int number, Descriptor descriptor, List<Long> arguments) implements Operation {}

    /** Starts a thread of the plan, in a process of its own when that has no thread yet. */
    record Start(int thread) implements Operation {}

    /** fork: a child of the caller's process, which gets a process and a thread of the plan. */
    record Fork(int thread) implements Operation {}

    /** Preparation: a stand-in gets a size, through the kernel, by a descriptor of its own. */
    record Resize(RecordedFile file, long size) implements Operation {}

    /** Preparation: a stand-in is made with a size, before the kernel knows of it. */
    record Provide(RecordedFile file) implements Operation {}
}

package dev.pagoda.runtime.trace;

/** Something that calls of several recorded threads work on; they keep their recorded order among themselves. */
abstract class Resource {
    private Step lastUse;

    /** The step that used it before this one, or null; this one becomes the last. */
    Step useBy(Step step) {
        Step before = lastUse;
        lastUse = step;
        return before;
    }
}

package dev.pagoda.runtime.fuzz;

/**
 * The first thing in which the two sides differ.
 *
 * @param step the place of the step after which it showed, or the number of steps for what shows at the end
 * @param what what was compared, such as {@code result} or {@code perms(A+PAGE)}
 * @param linux what Linux showed
 * @param pagoda what Pagoda showed
 * @param check the line of a script that shows it, up to the expectation; empty if the step itself does
 * @param known why it may differ; null if nothing explains it
 */
record Difference(int step, String what, String linux, String pagoda, Check check, Explanation known) {
    /**
     * What would have to be looked at to see it: a page at the end of which process, or nothing.
     *
     * @param process the process
     * @param page the first byte of the page, or null if the step's own result differs
     * @param kind what to look at
     */
    record Check(int process, Value page, Kind kind) {
        enum Kind {
            RESULT,
            PERMISSIONS,
            START,
            LOCKED,
            SIZE,
            DATA,
            RESIDENT,
            CONTENT
        }

        static final Check STEP = new Check(0, null, Kind.RESULT);
    }

    Difference explained(Explanation explanation) {
        return new Difference(step, what, linux, pagoda, check, explanation);
    }

    boolean isExplained() {
        return known != null;
    }
}

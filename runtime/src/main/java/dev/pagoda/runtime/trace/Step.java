package dev.pagoda.runtime.trace;

import java.util.ArrayList;
import java.util.List;

/** What the plan makes of one recorded call. Built by the planner, then only read, by any thread. */
final class Step {
    /** What becomes of the call. */
    enum Fate {
        /** It is carried out and its result compared. */
        REPLAYED,
        /** It is left out, for a reason. */
        SKIPPED,
        /** It concerns memory, and the kernel cannot do it. */
        UNSUPPORTED
    }

    /** When a result agrees with the recorded one. */
    enum Expectation {
        /** Both succeed. */
        SUCCESS,
        /** Both are the same number. */
        SAME_VALUE,
        /** Both breaks have the same distance from the heap's base. */
        SAME_BREAK
    }

    private final int number;
    private final TraceCall call;
    private final int thread;
    private final List<Operation> preparations = new ArrayList<>();
    private final List<Touch> touches = new ArrayList<>();
    private final List<Step> waitsFor = new ArrayList<>();
    private boolean usesSomething;
    private int position = -1;
    private Fate fate = Fate.SKIPPED;
    private String reason = "";
    private Operation operation;
    private Expectation expectation = Expectation.SUCCESS;
    private long expectedBreakOffset;

    Step(int number, TraceCall call, int thread) {
        this.number = number;
        this.call = call;
        this.thread = thread;
    }

    // ---- for the planner ----

    void skip(String why) {
        fate = Fate.SKIPPED;
        reason = why;
    }

    void unsupported(String why) {
        fate = Fate.UNSUPPORTED;
        reason = why;
    }

    void replay(Operation what, Expectation when) {
        fate = Fate.REPLAYED;
        operation = what;
        expectation = when;
    }

    void replayBreak(Operation what, long breakOffset) {
        replay(what, Expectation.SAME_BREAK);
        expectedBreakOffset = breakOffset;
    }

    /** Something that has to be done before the call, and is not counted. */
    void prepare(Operation what) {
        preparations.add(what);
    }

    void touch(Touch what) {
        touches.add(what);
    }

    /** The step works on the resource: steps of other threads that did so before come first. */
    void uses(Resource resource) {
        if (resource == null) {
            return;
        }
        usesSomething = true;
        Step before = resource.useBy(this);
        if (before != null && before.thread != thread && !waitsFor.contains(before)) {
            waitsFor.add(before);
        }
    }

    void position(int inThread) {
        position = inThread;
    }

    // ---- for the replay ----

    /** Its number in recorded order. */
    int number() {
        return number;
    }

    TraceCall call() {
        return call;
    }

    int thread() {
        return thread;
    }

    /** Its place among the steps of its thread that have something to do. */
    int position() {
        return position;
    }

    Fate fate() {
        return fate;
    }

    /** Why it is not replayed. */
    String reason() {
        return reason;
    }

    List<Operation> preparations() {
        return preparations;
    }

    /** What is compared, or null when nothing is. */
    Operation operation() {
        return operation;
    }

    Expectation expectation() {
        return expectation;
    }

    /** The recorded break as an offset from the heap's base. */
    long expectedBreakOffset() {
        return expectedBreakOffset;
    }

    List<Touch> touches() {
        return touches;
    }

    /** Steps of other threads that have to be done before. */
    List<Step> waitsFor() {
        return waitsFor;
    }

    /** Whether the replay has to come by here: also when the step is only a link between others that wait for each other. */
    boolean hasWork() {
        return operation != null || !preparations.isEmpty() || usesSomething;
    }

    @Override
    public String toString() {
        return "line " + call.firstLine() + " " + call.name() + " " + fate
                + (reason.isEmpty() ? "" : " (" + reason + ")")
                + (preparations.isEmpty() ? "" : " after " + preparations)
                + (operation == null ? "" : ": " + operation);
    }
}

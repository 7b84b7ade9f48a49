package dev.pagoda.runtime.trace;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A recording translated for the replay: steps in recorded order, and for each recorded thread its own. Immutable, so
 * that it can be carried out many times, also at the same time.
 */
final class Plan {
    /**
     * A recorded thread.
     *
     * @param number its number in the plan
     * @param process the process it belongs to
     * @param name the recorded pid
     * @param startedByStep whether a step starts it; else it is there from the beginning
     * @param steps its steps that have something to do
     */
    record PlanThread(int number, int process, String name, boolean startedByStep, List<Step> steps) {}

    private final Trace trace;
    private final List<Step> steps;
    private final List<PlanThread> threads;
    private final List<RecordedFile> files;
    private final Map<RecordedFile, Long> firstSizes;
    private final int processes;
    private final Set<Integer> forked;
    private final int placements;
    private final int imagePlacements;
    private final int descriptors;

    Plan(
            Trace trace,
            List<Step> steps,
            List<PlanThread> threads,
            Map<RecordedFile, Long> firstSizes,
            int processes,
            Set<Integer> forked,
            MemoryPlanner memory,
            FilePlanner files) {
        this.trace = trace;
        this.steps = steps;
        this.threads = threads;
        this.files = List.copyOf(files.files());
        this.firstSizes = firstSizes;
        this.processes = processes;
        this.forked = forked;
        this.placements = memory.placements();
        this.imagePlacements = memory.imagePlacements();
        this.descriptors = files.descriptors();
    }

    Trace trace() {
        return trace;
    }

    /** All steps in recorded order. */
    List<Step> steps() {
        return steps;
    }

    List<PlanThread> threads() {
        return threads;
    }

    List<RecordedFile> files() {
        return files;
    }

    /** The size with which a stand-in is made; what the recording did to it later is done by steps. */
    long firstSize(RecordedFile file) {
        return firstSizes.get(file);
    }

    int processes() {
        return processes;
    }

    /** Whether a process is there from the beginning; else a step forks it. */
    boolean isThereFromTheBeginning(int process) {
        return !forked.contains(process);
    }

    int placements() {
        return placements;
    }

    /** How many placements are mapped in advance, because the recording only used them. */
    int imagePlacements() {
        return imagePlacements;
    }

    int descriptors() {
        return descriptors;
    }

    long count(Step.Fate fate) {
        return steps.stream().filter(step -> step.fate() == fate).count();
    }

    long countFiles(RecordedFile.Kind kind) {
        return files.stream().filter(file -> file.kind() == kind).count();
    }
}

package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Calls in their order, to be carried out from an empty address space.
 *
 * @param seed what it was made of
 * @param steps the calls; ids ascend from 1
 * @param closely whether the lines of maps are looked at after each step; at the end they always are
 */
record Sequence(long seed, List<Step> steps, boolean closely) {
    /** Ids are below this. */
    static final int MOST_STEPS = 100;

    private static final long LARGEST_PLACED = 1L << 30;

    /** Those steps whose place is wanted and which do not need one that is left out. */
    Sequence keep(IntPredicate wanted) {
        List<Step> kept = new ArrayList<>();
        List<Integer> gone = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (wanted.test(i) && gone.stream().noneMatch(step::refersTo)) {
                kept.add(step);
            } else {
                gone.add(step.id());
            }
        }
        return new Sequence(seed, List.copyOf(kept), closely);
    }

    Sequence with(int index, Step step) {
        List<Step> changed = new ArrayList<>(steps);
        changed.set(index, step);
        return new Sequence(seed, List.copyOf(changed), closely);
    }

    /** The same, looked at after each step. */
    Sequence looked() {
        return new Sequence(seed, steps, true);
    }

    /** Whether the lines of maps are looked at after a step: always around those that go by them. */
    boolean looksAfter(int index) {
        return steps.get(index).call() != Call.EXIT
                && (closely
                        || index == steps.size() - 1
                        || steps.get(index).call() == Call.FORK
                        || goesByMaps(steps.get(index))
                        || steps.get(index + 1).call() == Call.MREMAP
                        || goesByMaps(steps.get(index + 1))
                        || steps.get(index + 1).process() != steps.get(index).process());
    }

    /** Whether a step changes one map after the other, some of which may be refused, or looks for the borders of one. */
    private boolean goesByMaps(Step step) {
        return switch (step.call()) {
            case MADVISE -> step.number(2) == Linux.MADV_COLLAPSE;
            case MPROTECT ->
                (step.number(2) & Linux.PROT_GROWSDOWN) != 0
                        || (step.number(2) & Linux.PROT_WRITE) != 0 && limitsData();
            case MREMAP ->
                (step.number(3) & Linux.MREMAP_DONTUNMAP) != 0
                        && steps.stream().anyMatch(other -> other.call() == Call.SETRLIMIT);
            default -> false;
        };
    }

    private boolean limitsData() {
        return steps.stream().anyMatch(step -> step.call() == Call.SETRLIMIT && step.number(0) == Linux.RLIMIT_DATA);
    }

    /** Whether any argument is of a kind. */
    boolean refersToAny(Predicate<Value> kind) {
        for (Step step : steps) {
            for (Value value : step.arguments()) {
                if (kind.test(value)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a descriptor is a file on disk, or one more of such a file. */
    boolean isFileOnDisk(Value descriptor) {
        int opened = original(descriptor);
        return steps.stream().anyMatch(step -> step.id() == opened && step.call() == Call.TMPFILE);
    }

    /** The step that opened what a descriptor, or the one that it is a copy of, refers to; what it is itself if no step did. */
    int original(Value descriptor) {
        for (Step step : steps) {
            if (step.id() == descriptor.base() && step.call() == Call.DUP) {
                return original(step.argument(0));
            }
        }
        return descriptor.base();
    }

    /** Whether anything is taken out of memory on advice. */
    boolean pagesOut() {
        return steps.stream().anyMatch(step -> step.advises(Linux.MADV_PAGEOUT));
    }

    /** Whether there is private memory that may be dropped when it is short: mapped so, or declared free. */
    boolean allowsDrops() {
        return steps.stream()
                .anyMatch(step -> step.advises(Linux.MADV_FREE)
                        || step.call() == Call.MMAP && (step.number(3) & Linux.MAP_TYPE) == Linux.MAP_DROPPABLE);
    }

    /** Whether huge pages are welcome anywhere. */
    boolean wantsHugePages() {
        return steps.stream().anyMatch(step -> step.advises(Linux.MADV_HUGEPAGE) || step.advises(Linux.MADV_COLLAPSE));
    }

    /** Whether what is resident depends on more than what the program did: what a step that asks for it says is not compared then, for nothing tells pages of zeroes apart there. */
    static boolean blursResidency(Step step) {
        // What mincore says of files on disk is what the host's cache holds.
        return step.call() == Call.TMPFILE
                || step.call() == Call.MREMAP
                || step.call() == Call.FORK
                || step.advises(Linux.MADV_PAGEOUT)
                || step.advises(Linux.MADV_HUGEPAGE)
                || step.advises(Linux.MADV_COLLAPSE);
    }

    /** Whether a step tells what is resident: its result, or what it leaves in memory. */
    private static boolean looksAtResidency(Step step) {
        return step.call() == Call.RESIDENT
                || step.call() == Call.MINCORE && Long.compareUnsigned(step.number(2), Linux.TASK_SIZE) < 0;
    }

    /** The processes that take part, the first one included. */
    List<Integer> processes() {
        List<Integer> processes = new ArrayList<>(List.of(0));
        steps.stream().filter(step -> step.call() == Call.FORK).forEach(step -> processes.add(step.id()));
        return processes;
    }

    /** Where the kernel may have put something by its own choice: the step, and how long it is. */
    record Placed(int process, int step, long lengthBytes) {}

    /** Every map that the kernel may have put anywhere and that still lies there. */
    List<Placed> placed() {
        List<Placed> placed = new ArrayList<>();
        for (Step step : steps) {
            if (step.call() == Call.MMAP && (step.number(3) & Linux.MAP_FIXED) == 0) {
                placed.add(new Placed(step.process(), step.id(), step.number(1)));
            } else if (step.call() == Call.MREMAP) {
                placed.add(new Placed(step.process(), step.id(), step.number(2)));
            }
        }
        placed.removeIf(area -> area.lengthBytes <= 0 || area.lengthBytes > LARGEST_PLACED || isGivenUp(area.step));
        return placed;
    }

    /**
     * Whether it can be carried out and compared: no step leads out of what the kernel placed, for what lies beside it is each kernel's own affair, only who
     * has ended is waited for, no number of a closed descriptor is used when another may have it, and what is resident is asked before it is blurred.
     */
    boolean isSound() {
        return isEachStepSound() && areDescriptorsSound() && isResidencySound();
    }

    private boolean isResidencySound() {
        boolean blurred = false;
        for (Step step : steps) {
            if (blurred && looksAtResidency(step)) {
                return false;
            }
            blurred |= blursResidency(step);
        }
        return true;
    }

    private boolean areDescriptorsSound() {
        Set<List<Integer>> closed = new HashSet<>();
        Set<List<Integer>> taken = new HashSet<>();
        for (Step step : steps) {
            for (Value value : step.arguments()) {
                if (taken.contains(List.of(step.process(), value.base()))) {
                    return false;
                }
            }
            if (step.call() == Call.CLOSE) {
                closed.add(List.of(step.process(), step.argument(0).base()));
            } else if (step.call() == Call.MEMFD || step.call() == Call.TMPFILE || step.call() == Call.DUP) {
                closed.stream()
                        .filter(number -> number.getFirst() == step.process())
                        .forEach(taken::add);
            }
        }
        return true;
    }

    private boolean isEachStepSound() {
        Set<Integer> gone = new HashSet<>();
        Set<Integer> ended = new HashSet<>();
        for (Step step : steps) {
            if (step.call() == Call.EXIT) {
                ended.add(step.process());
            } else if (step.call() == Call.WAIT
                    && !ended.contains(step.argument(0).base())) {
                return false;
            }
            if (step.arguments().stream().anyMatch(argument -> gone.contains(argument.base()))) {
                return false;
            }
            if (step.call() == Call.MUNMAP && step.argument(0).base() > 0) {
                gone.add(step.argument(0).base());
            }
            for (int i = 0; i < step.arguments().size(); i++) {
                Value value = step.argument(i);
                if (step.call().arguments().get(i) == Call.Argument.ADDRESS && value.base() > 0) {
                    if (processOf(value.base()) != step.process()) {
                        return false;
                    }
                    long length = step.arguments().size() > i + 1
                                    && step.call().arguments().get(i + 1) == Call.Argument.LENGTH
                            ? step.number(i + 1)
                            : 0;
                    if (value.addend() + length > lengthOf(value.base())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private int processOf(int id) {
        return steps.stream()
                .filter(step -> step.id() == id)
                .mapToInt(Step::process)
                .findFirst()
                .orElse(-1);
    }

    private long lengthOf(int placing) {
        return steps.stream()
                .filter(step -> step.id() == placing)
                .mapToLong(step -> step.number(step.call() == Call.MREMAP ? 2 : 1))
                .findFirst()
                .orElse(0);
    }

    /** Whether the place may be another map's by the end. */
    private boolean isGivenUp(int placing) {
        return steps.stream()
                .anyMatch(step -> (step.call() == Call.MUNMAP || step.call() == Call.MREMAP)
                        && step.argument(0).base() == placing);
    }
}

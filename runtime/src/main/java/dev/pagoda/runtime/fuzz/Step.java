package dev.pagoda.runtime.fuzz;

import java.util.List;

/**
 * One call of a sequence.
 *
 * @param id its number: by it others refer to its result
 * @param process the process that makes it; 0 is the first, others are named by the id of the fork that made them
 * @param call what it does
 * @param arguments its arguments, as many as the call takes
 */
record Step(int id, int process, Call call, List<Value> arguments) {
    Step {
        if (arguments.size() != call.arguments().size()) {
            throw new IllegalArgumentException(call + " with " + arguments.size() + " arguments");
        }
    }

    Value argument(int index) {
        return arguments.get(index);
    }

    /** The number of an argument that refers to nothing. */
    long number(int index) {
        return arguments.get(index).addend();
    }

    /** Whether it gives an advice, in whichever call. */
    boolean advises(int advice) {
        return call == Call.MADVISE && number(2) == advice || call == Call.PROCESS_MADVISE && number(3) == advice;
    }

    Step with(int index, Value value) {
        List<Value> changed = new java.util.ArrayList<>(arguments);
        changed.set(index, value);
        return new Step(id, process, call, List.copyOf(changed));
    }

    /** Whether it needs another step. */
    boolean refersTo(int other) {
        return process == other && other != 0 || arguments.stream().anyMatch(argument -> argument.base() == other);
    }
}

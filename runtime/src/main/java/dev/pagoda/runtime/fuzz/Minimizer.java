package dev.pagoda.runtime.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Makes a sequence that differs as short and plain as it gets: calls are left out, lengths shrunk, flags dropped, as long as something differs. */
final class Minimizer {
    /** Tells whether a sequence still shows what is looked for. */
    @FunctionalInterface
    interface Test {
        boolean fails(Sequence sequence) throws HostRefused;
    }

    private static final long PAGE = 4096;
    /** A bound for sequences that differ only now and then. */
    private static final int MOST_TRIES = 3000;

    private final Test test;
    private int tries;

    Minimizer(Test test) {
        this.test = test;
    }

    /** The smallest sequence that was found; the given one if it does not fail again. */
    Sequence minimize(Sequence sequence) throws HostRefused {
        Sequence smallest = sequence;
        boolean smaller = true;
        while (smaller && tries < MOST_TRIES) {
            Sequence before = smallest;
            smallest = dropCalls(smallest);
            smallest = simplifyArguments(smallest);
            smaller = !smallest.equals(before);
        }
        return smallest;
    }

    /** Leaves calls out: first half of them at once, in the end one by one, from the last to the first. */
    private Sequence dropCalls(Sequence sequence) throws HostRefused {
        Sequence smallest = sequence;
        for (int width = Math.max(1, sequence.steps().size() / 2); width >= 1; width /= 2) {
            for (int from = smallest.steps().size() - width; from > -width; from -= width) {
                int first = Math.max(0, from);
                int end = from + width;
                Sequence shorter = smallest.keep(index -> index < first || index >= end);
                if (shorter.steps().size() < smallest.steps().size() && fails(shorter)) {
                    smallest = shorter;
                }
            }
        }
        return smallest;
    }

    private Sequence simplifyArguments(Sequence sequence) throws HostRefused {
        Sequence smallest = sequence;
        for (int index = smallest.steps().size() - 1; index >= 0; index--) {
            for (int argument = 0;
                    argument < smallest.steps().get(index).arguments().size();
                    argument++) {
                boolean again = true;
                while (again) {
                    again = false;
                    Step step = smallest.steps().get(index);
                    for (Value simpler : simpler(step.call().arguments().get(argument), step.argument(argument))) {
                        Step changed = step.with(argument, simpler);
                        if (!Safety.harms(changed) && fails(smallest.with(index, changed))) {
                            smallest = smallest.with(index, changed);
                            again = true;
                            break;
                        }
                    }
                }
            }
        }
        return smallest;
    }

    /** What an argument might be instead, the simplest first. */
    private static List<Value> simpler(Call.Argument kind, Value value) {
        long number = value.addend();
        List<Long> numbers = new ArrayList<>();
        switch (kind) {
            case LENGTH -> {
                if (number > PAGE || number < 0) {
                    numbers.addAll(List.of(
                            PAGE, 2 * PAGE, 3 * PAGE, number / 2 & -PAGE, (number & -PAGE) - PAGE, number & -PAGE));
                }
            }
            case ADDRESS -> numbers.add(number & -PAGE);
            case HEX -> numbers.add(1L);
            case PROTECTION -> numbers.add(3L);
            default -> {}
        }
        if (kind.isFlags()) {
            IntStream.range(0, 32)
                    .mapToLong(bit -> 1L << bit)
                    .filter(bit -> (number & bit) != 0)
                    .forEach(bit -> numbers.add(number & ~bit));
        }
        boolean grows = kind == Call.Argument.LENGTH && number > 0;
        return numbers.stream()
                .filter(other -> other != number && (!grows || other > 0 && other < number))
                .filter(other -> kind != Call.Argument.PROTECTION
                        || number != 3 && (other == 3 || Long.bitCount(other) < Long.bitCount(number) && number > 7))
                .map(other -> new Value(value.base(), other))
                .toList();
    }

    private boolean fails(Sequence sequence) throws HostRefused {
        return sequence.isSound() && ++tries <= MOST_TRIES && test.fails(sequence);
    }
}

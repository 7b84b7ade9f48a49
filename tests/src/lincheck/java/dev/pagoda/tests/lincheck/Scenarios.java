package dev.pagoda.tests.lincheck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;

/** Scenarios written by hand: calls such as {@code "store 0 3"}, an operation and its arguments but for the first, which is the thread's number. */
final class Scenarios {
    private Scenarios() {}

    /** Two threads with a few calls each, separated by semicolons, and what is asked when both have ended. */
    static ExecutionScenario of(Class<?> operations, String first, String second, String end) {
        return new ExecutionScenario(
                List.of(),
                List.of(calls(operations, 1, first), calls(operations, 2, second)),
                calls(operations, 3, end),
                validation(operations));
    }

    private static List<Actor> calls(Class<?> operations, int thread, String calls) {
        List<Actor> actors = new ArrayList<>();
        for (String call : calls.split("; *")) {
            String[] words = call.split(" ");
            List<Object> arguments = new ArrayList<>();
            arguments.add(thread);
            Arrays.stream(words).skip(1).map(Integer::valueOf).forEach(arguments::add);
            actors.add(new Actor(method(operations, words[0], arguments.size()), arguments));
        }
        return actors;
    }

    private static Actor validation(Class<?> operations) {
        return new Actor(method(operations, "atRest", 0), List.of());
    }

    private static Method method(Class<?> operations, String name, int parameters) {
        return Arrays.stream(operations.getMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == parameters)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(operations + " has no operation " + name));
    }
}

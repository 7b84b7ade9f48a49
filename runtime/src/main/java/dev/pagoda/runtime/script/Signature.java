package dev.pagoda.runtime.script;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The form of one call: its name, its parameters and the meaning of its result.
 *
 * @param name the name in scripts
 * @param result how the result is printed; {@link Kind#TEXT} for a string
 * @param summary what it does, half a sentence
 * @param parameters what it takes, optional ones last
 */
record Signature(String name, Kind result, String summary, List<Parameter> parameters) {
    /**
     * One parameter.
     *
     * @param name its name in the help
     * @param kind what it means
     * @param optional whether it may be left out
     */
    record Parameter(String name, Kind kind, boolean optional) {}

    static Signature of(String name, Kind result, String summary) {
        return new Signature(name, result, summary, List.of());
    }

    Signature with(String parameter, Kind kind) {
        return with(new Parameter(parameter, kind, false));
    }

    Signature withOptional(String parameter, Kind kind) {
        return with(new Parameter(parameter, kind, true));
    }

    private Signature with(Parameter parameter) {
        List<Parameter> longer = new ArrayList<>(parameters);
        longer.add(parameter);
        return new Signature(name, result, summary, List.copyOf(longer));
    }

    int required() {
        return (int)
                parameters.stream().filter(parameter -> !parameter.optional()).count();
    }

    /** As the help shows it: {@code open("path", flags[, mode])}. */
    String form() {
        String required = parameters.stream()
                .filter(parameter -> !parameter.optional())
                .map(Signature::shown)
                .collect(Collectors.joining(", "));
        String optional = parameters.stream()
                .filter(Parameter::optional)
                .map(parameter -> "[, " + shown(parameter) + "]")
                .collect(Collectors.joining());
        return name + "("
                + (required.isEmpty() && optional.startsWith("[, ") ? "[" + optional.substring(3) : required + optional)
                + ")";
    }

    private static String shown(Parameter parameter) {
        return parameter.kind() == Kind.TEXT ? '"' + parameter.name() + '"' : parameter.name();
    }
}

package dev.pagoda.runtime.scml;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One rule for a call.
 *
 * @param file where it stands
 * @param line where it begins, from 1
 * @param name the call
 * @param parameters what is asked of the arguments
 * @param open whether there may be further ones
 */
record CallRule(
        String file, int line, String name, List<dev.pagoda.runtime.scml.Pattern.Part> parameters, boolean open) {
    private static final Pattern NAMED = Pattern.compile("([a-z_]+)=(.*)", Pattern.DOTALL);

    /**
     * How a rule and a call compare.
     *
     * @param agreed how many parameters matched before one did not
     * @param reason why the rule does not match; empty if it does
     */
    record Comparison(int agreed, String reason) {
        boolean matches() {
            return reason.isEmpty();
        }
    }

    /**
     * Compares a recorded call with the rule.
     *
     * @param arguments as strace wrote them
     * @param whole false if the recording ends before the call returned, so that arguments may be missing
     */
    Comparison compare(List<String> arguments, boolean whole) {
        if (!arguments.isEmpty()
                && arguments.stream()
                        .allMatch(argument -> NAMED.matcher(argument).matches())) {
            return compareByName(arguments);
        }
        int present = Math.min(arguments.size(), parameters.size());
        for (int i = 0; i < present; i++) {
            String mismatch = parameters.get(i).pattern().mismatch(arguments.get(i), 1);
            if (!mismatch.isEmpty()) {
                return new Comparison(i, parameters.get(i).name() + ": " + mismatch);
            }
        }
        boolean tooFew = arguments.size() < parameters.size() && whole;
        boolean tooMany = arguments.size() > parameters.size() && !open;
        if (tooFew || tooMany) {
            return new Comparison(
                    present,
                    arguments.size() + " arguments, where the rule has " + parameters.size()
                            + (open ? " or more" : ""));
        }
        return new Comparison(present, "");
    }

    /** clone's arguments have their names in front, and another order than its manual page. */
    private Comparison compareByName(List<String> arguments) {
        int agreed = 0;
        for (String argument : arguments) {
            var named = NAMED.matcher(argument);
            if (named.matches()) {
                for (var parameter : parameters) {
                    String mismatch = parameter.name().equals(named.group(1))
                            ? parameter.pattern().mismatch(named.group(2), 1)
                            : "";
                    if (!mismatch.isEmpty()) {
                        return new Comparison(agreed, parameter.name() + ": " + mismatch);
                    }
                }
                agreed++;
            }
        }
        return new Comparison(agreed, "");
    }

    /** The place as messages write it. */
    String place() {
        return file + ":" + line;
    }
}

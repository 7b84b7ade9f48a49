package dev.pagoda.runtime.trace;

import java.util.List;
import java.util.Optional;

/** Takes apart what strace writes between brackets. For every thread. */
public final class RecordedList {
    private RecordedList() {}

    /**
     * Splits at the commas that are not inside of strings, brackets, comments or annotations.
     *
     * @param text what stands between the brackets
     * @return the parts, or nothing if the brackets inside do not match
     */
    public static Optional<List<String>> split(String text) {
        try {
            LineScanner scanner = new LineScanner(text + ")", 0);
            List<String> parts = scanner.arguments();
            return scanner.rest().isEmpty() ? Optional.of(parts) : Optional.empty();
        } catch (TraceError damage) {
            return Optional.empty();
        }
    }
}

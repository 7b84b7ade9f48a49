package dev.pagoda.runtime.command;

import java.util.Comparator;
import java.util.List;

/** Names that somebody may have meant who wrote another. */
final class NearNames {
    private static final int MOST = 4;

    private NearNames() {}

    /** The nearest names first: those that take few changes of a letter, or that hold what was written. */
    static List<String> of(String written, List<String> names) {
        int far = Math.max(1, written.length() / 3);
        return names.stream()
                .filter(name -> changes(written, name) <= far || written.length() > 2 && name.contains(written))
                .sorted(Comparator.<String>comparingInt(name -> changes(written, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** Letters to put in, take out or replace (Levenshtein). */
    static int changes(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}

package dev.pagoda.runtime.script;

import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The words of a radix tree that a line changed, in words. Neighbours that changed in the same way are one line of text.
 *
 * <p>Words are kept by their place: the first page of the slot, and its level in the lowest two bits. Stateless.
 */
final class WordChanges {
    /** More lines than these would be read by nobody. */
    private static final int MOST_LINES = 24;

    private static final int LEVEL_BITS = 2;
    private static final int LEVEL_MASK = (1 << LEVEL_BITS) - 1;
    private static final int FIRST_OBJECT_REGION = 1 << 16;

    private WordChanges() {}

    /** The place of a slot, ascending by page and, of the same page, tables before what stands in them. */
    static long place(int level, long page) {
        return page << LEVEL_BITS | LEVEL_MASK - level;
    }

    private static int level(long place) {
        return LEVEL_MASK - (int) (place & LEVEL_MASK);
    }

    private static long page(long place) {
        return place >>> LEVEL_BITS;
    }

    /** Some neighbouring words that changed alike. */
    private record Run(long place, long words, String before, String after, long frame) {
        boolean goesOnWith(long next, String nextBefore, String nextAfter) {
            return level(next) == level(place)
                    && page(next) == page(place) + words * Tables.pagesAt(level(place))
                    && nextBefore.equals(before)
                    && nextAfter.equals(after);
        }

        Run longer() {
            return new Run(place, words + 1, before, after, frame);
        }

        String text() {
            String frames = frame < 0 ? "" : words == 1 ? ", frame " + frame : ", first frame " + frame;
            String count = words == 1 ? "" : words + " words of ";
            return "0x%x  %slevel %d: %s -> %s%s"
                    .formatted(page(place) << 12, count, level(place), before, after, frames);
        }
    }

    /** What became of the words, a line of text for each run of like changes. */
    static List<String> text(TreeMap<Long, Long> before, TreeMap<Long, Long> after) {
        TreeMap<Long, Long> all = new TreeMap<>(before);
        after.forEach(all::putIfAbsent);
        List<Run> runs = new ArrayList<>();
        // One run at a time for each level, because tables and what stands in them alternate.
        Run[] open = new Run[LEVEL_MASK + 1];
        int[] at = new int[LEVEL_MASK + 1];
        for (long place : all.keySet()) {
            Long old = before.get(place);
            Long now = after.get(place);
            if (Objects.equals(old, now)) {
                continue;
            }
            String from = describe(old);
            String to = describe(now);
            int level = level(place);
            if (open[level] != null && open[level].goesOnWith(place, from, to)) {
                open[level] = open[level].longer();
                runs.set(at[level], open[level]);
            } else {
                open[level] = new Run(place, 1, from, to, frame(now));
                at[level] = runs.size();
                runs.add(open[level]);
            }
        }
        List<String> lines =
                new ArrayList<>(runs.stream().limit(MOST_LINES).map(Run::text).toList());
        if (runs.size() > MOST_LINES) {
            lines.add("... and " + (runs.size() - MOST_LINES) + " more");
        }
        return lines;
    }

    private static long frame(Long word) {
        return word != null && (SpaceWord.isTable(word) || SpaceWord.isPresent(word)) ? SpaceWord.frame(word) : -1;
    }

    private static String kind(long word) {
        if (SpaceWord.isPresent(word)) {
            return "present";
        }
        if (SpaceWord.isSwapped(word)) {
            return "swapped";
        }
        return SpaceWord.isBusy(word) ? "busy" : SpaceWord.isTentative(word) ? "tentative" : "reserved";
    }

    /** The word without its frame. */
    private static String describe(Long word) {
        if (word == null) {
            return "unmapped";
        }
        if (SpaceWord.isTable(word)) {
            return "table";
        }
        StringBuilder text = new StringBuilder();
        text.append(kind(word));
        int protection = SpaceWord.protection(word);
        text.append(' ')
                .append((protection & 1) != 0 ? 'r' : '-')
                .append((protection & 2) != 0 ? 'w' : '-')
                .append((protection & 4) != 0 ? 'x' : '-');
        if (SpaceWord.isPresent(word)) {
            text.append(SpaceWord.isOwn(word) ? " own" : "")
                    .append(SpaceWord.isCopyOnWrite(word) ? " copy-on-write" : "")
                    .append(SpaceWord.isAccessed(word) ? " accessed" : "")
                    .append(SpaceWord.isDirty(word) ? " dirty" : "");
        }
        text.append(SpaceWord.isLocked(word) ? " locked" : "").append(SpaceWord.isFrozen(word) ? " frozen" : "");
        int region = SpaceWord.region(word);
        return text.append(region < FIRST_OBJECT_REGION ? " anonymous" : " region " + region)
                .append(region < FIRST_OBJECT_REGION && region != 1 ? " 0x" + Integer.toHexString(region) : "")
                .toString();
    }
}

package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.function.Supplier;

/**
 * Looks at every word of a space that is not empty: for people who want to see what a call did to the tree.
 *
 * <p>Changes nothing. Lock-free, in one epoch for each table; what other threads change meanwhile may be seen or not. Costs a load for each slot of each table.
 */
public final class Words {
    /** What is done with one word. */
    @FunctionalInterface
    public interface WordUse {
        /**
         * Uses one word.
         *
         * @param level of its slot: 0 for a page, 1 for 2 MiB, 2 for 1 GiB, 3 for 512 GiB
         * @param page the first page that the slot covers
         * @param word see {@link SpaceWord}
         */
        void use(int level, long page, long word);
    }

    private Words() {}

    /** Tells every word that is not empty, tables before what stands in them, ascending. */
    public static void forEach(View view, WordUse use) {
        forEach(view.space(), view::participant, use);
    }

    /** The same, for whoever is no view of the space. */
    static void forEach(AddressSpace space, Supplier<Participant> actor, WordUse use) {
        walk(space, actor, Tables.ROOT_LEVEL, 0, use);
    }

    private static void walk(AddressSpace space, Supplier<Participant> actor, int level, long first, WordUse use) {
        long[] words = new long[Tables.SLOTS];
        if (!copy(space, actor, level, first, words)) {
            return;
        }
        for (int i = 0; i < Tables.SLOTS; i++) {
            long page = first + i * Tables.pagesAt(level);
            if (words[i] != SpaceWord.UNMAPPED) {
                use.use(level, page, words[i]);
            }
            if (SpaceWord.isTable(words[i])) {
                walk(space, actor, level - 1, page, use);
            }
        }
    }

    /** Copies the table that covers a page; false if it is gone. Found from the root, because it may have been freed since it was seen. */
    private static boolean copy(AddressSpace space, Supplier<Participant> actor, int level, long page, long[] words) {
        Tables tables = space.core().tables();
        Participant self = actor.get();
        self.enter();
        try {
            // A space that ended gave its root back, after it had left the list.
            if (!space.core().spaces().containsKey(space)) {
                return false;
            }
            long table = space.root();
            for (int at = Tables.ROOT_LEVEL; at > level; at--) {
                long word = RawMemory.getAcquire(tables.slot(table, page, at));
                if (!SpaceWord.isTable(word)) {
                    return false;
                }
                table = SpaceWord.frame(word);
            }
            for (int i = 0; i < words.length; i++) {
                words[i] = RawMemory.getAcquire(Tables.slotAt(tables.tableAddress(table), i));
            }
            return true;
        } finally {
            self.leave();
        }
    }
}

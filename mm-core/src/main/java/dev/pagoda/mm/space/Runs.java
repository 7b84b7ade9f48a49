package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.function.Supplier;

/**
 * Looks at a range as maps shows it: maximal runs of words with equal identity. Reads only; lock-free.
 */
final class Runs {
    private Runs() {}

    /** What is done with one run; the caller's view is outside of epochs. */
    @FunctionalInterface
    interface RunUse {
        /**
         * Uses one run.
         *
         * @param identity the words' identity, or 0 for a hole
         * @param first first page
         * @param end one above the last page
         * @return false to stop
         */
        boolean use(long identity, long first, long end);
    }

    /** What is done with one run of an object's pages; the object is held meanwhile. */
    @FunctionalInterface
    interface ObjectUse {
        /**
         * Uses one run.
         *
         * @return 0, or a refusal that ends the walk
         */
        int use(Region region, long first, long end);
    }

    /** The word that covers a page, or 0. Inside an epoch. */
    static long wordAt(View view, long page) {
        return wordAt(view.core(), view.space(), page);
    }

    private static long wordAt(Core core, AddressSpace space, long page) {
        Tables tables = core.tables();
        int level = Tables.ROOT_LEVEL;
        long word = RawMemory.getAcquire(tables.slot(space.root(), page, level));
        while (SpaceWord.isTable(word)) {
            level--;
            word = RawMemory.getAcquire(tables.slot(SpaceWord.frame(word), page, level));
        }
        // A frozen word is what the page was when its table began to leave, which was in this epoch.
        return SpaceWord.withoutFrozen(word);
    }

    /**
     * What {@link #firstMapped} found.
     *
     * @param identity the word's identity
     * @param page the page
     */
    record Found(long identity, long page) {}

    /** The lowest mapped page of a range; null if nothing is mapped. Looks at no more than lies below it. */
    static Found firstMapped(View view, long first, long end) {
        Cursor cursor = new Cursor(view.core(), view.space(), view::participant);
        for (long page = first; page < end; page = cursor.end) {
            cursor.look(page);
            if (cursor.identity != 0) {
                return new Found(cursor.identity, page);
            }
        }
        return null;
    }

    /** The first page of the line of maps that holds a page, looked for downwards; -1 if nothing is mapped there. */
    static long startOf(Core core, AddressSpace space, Supplier<Participant> actor, long page) {
        Cursor cursor = new Cursor(core, space, actor);
        cursor.lookDown(page);
        long identity = cursor.identity;
        if (identity == 0) {
            return -1;
        }
        long start = cursor.start;
        while (start > 0) {
            cursor.lookDown(start - 1);
            if (!isOneLine(cursor.identity, identity)) {
                return start;
            }
            start = cursor.start;
        }
        return start;
    }

    /** Whether a range holds a page of the space's own, one that was stored to. Looks at a leaf table in an epoch; lock-free. */
    static boolean holdsOwn(View view, long first, long end) {
        for (long page = first; page < end; ) {
            Participant self = view.participant();
            self.enter();
            try {
                long stop = Math.min(end, Tables.slotEnd(page, 1));
                while (page < stop) {
                    Tables tables = view.core().tables();
                    int level = Tables.ROOT_LEVEL;
                    long word = RawMemory.getAcquire(tables.slot(view.space().root(), page, level));
                    while (SpaceWord.isTable(word)) {
                        level--;
                        word = RawMemory.getAcquire(tables.slot(SpaceWord.frame(word), page, level));
                    }
                    if (SpaceWord.isOwn(word)) {
                        return true;
                    }
                    page = Tables.slotEnd(page, level);
                }
            } finally {
                self.leave();
            }
        }
        return false;
    }

    /** Tells the runs of a range, holes included, in ascending order. Enters and leaves epochs itself. */
    static void forEach(Core core, AddressSpace space, Supplier<Participant> actor, long first, long end, RunUse use) {
        Cursor cursor = new Cursor(core, space, actor);
        long runStart = first;
        long runIdentity = 0;
        long page = first;
        boolean started = false;
        while (page < end) {
            cursor.look(page);
            if (started && cursor.identity != runIdentity) {
                if (!use.use(runIdentity, runStart, page)) {
                    return;
                }
                runStart = page;
            }
            runIdentity = cursor.identity;
            started = true;
            page = Math.min(end, cursor.end);
        }
        if (started) {
            use.use(runIdentity, runStart, end);
        }
    }

    /** As {@link #forEach}, with neighbours joined that are one line of maps: see {@link Attributes#lineOf}. The first one's identity is told. */
    static void forEachLine(
            Core core, AddressSpace space, Supplier<Participant> actor, long first, long end, RunUse use) {
        long[] line = {0, first, first};
        boolean[] stopped = new boolean[1];
        forEach(core, space, actor, first, end, (identity, from, to) -> {
            if (line[2] > line[1] && !isOneLine(line[0], identity)) {
                stopped[0] = !use.use(line[0], line[1], line[2]);
                line[1] = from;
            }
            if (line[1] == from) {
                line[0] = identity;
            }
            line[2] = to;
            return !stopped[0];
        });
        if (!stopped[0] && line[2] > line[1]) {
            use.use(line[0], line[1], line[2]);
        }
    }

    /** Whether neighbours of these identities are one line of maps. */
    static boolean isOneLine(long left, long right) {
        return left == right
                || left != 0
                        && right != 0
                        && SpaceWord.withRegion(left, Attributes.lineOf(SpaceWord.region(left)))
                                == SpaceWord.withRegion(right, Attributes.lineOf(SpaceWord.region(right)));
    }

    /**
     * Tells the runs of objects in a range, each object held meanwhile.
     *
     * @return the first refusal, else {@link Refusal#NO_MEMORY} if part of the range is not mapped, else 0
     */
    static int forEachObject(View view, long first, long end, ObjectUse use) {
        int[] answer = new int[1];
        boolean[] hole = new boolean[1];
        forEach(view.core(), view.space(), view::participant, first, end, (identity, from, to) -> {
            if (identity == 0) {
                hole[0] = true;
                return true;
            }
            int id = SpaceWord.region(identity);
            if (Attributes.isAnonymous(id)) {
                return true;
            }
            Region region = view.core().regions().get(id);
            if (region == null
                    || region.space() != view.space()
                    || !region.pager().hold()) {
                return true;
            }
            try {
                answer[0] = use.use(region, from, to);
            } finally {
                region.pager().letGo();
            }
            return answer[0] == 0;
        });
        return answer[0] != 0 ? answer[0] : hole[0] ? Refusal.NO_MEMORY : 0;
    }

    /** Looks at one slot after the other, each in an epoch of its own. */
    private static final class Cursor {
        /** So few slots are looked at one by one. */
        private static final int FEW = 16;
        /** No word's identity: of a slot that leads to a table. */
        private static final long NO_WORD = -1;

        private final Core core;
        private final AddressSpace space;
        private final Supplier<Participant> actor;
        private long identity;
        private long end;
        private long start;

        Cursor(Core core, AddressSpace space, Supplier<Participant> actor) {
            this.core = core;
            this.space = space;
            this.actor = actor;
        }

        void look(long page) {
            Tables tables = core.tables();
            // Asked for afresh: what is done between two looks may move a guest thread to another CPU.
            Participant self = actor.get();
            self.enter();
            try {
                long table = space.root();
                int level = Tables.ROOT_LEVEL;
                long word = RawMemory.getAcquire(tables.slot(table, page, level));
                while (SpaceWord.isTable(word)) {
                    table = SpaceWord.frame(word);
                    level--;
                    word = RawMemory.getAcquire(tables.slot(table, page, level));
                }
                identity = SpaceWord.isMapped(word) ? SpaceWord.identity(word) : 0;
                end = Tables.slotEnd(page, level);
                // The rest of the table is looked at in the same epoch.
                long stop = level == Tables.ROOT_LEVEL ? AddressSpace.PAGES : Tables.slotEnd(page, level + 1);
                if (level == 0) {
                    for (long some = stop - end; some >= FEW; some = Math.min(some >>> 2, stop - end)) {
                        while (end + some <= stop && isAlike(tables.slot(table, end, 0), (int) some)) {
                            end += some;
                        }
                    }
                }
                while (end < stop && identityAt(tables, table, end, level) == identity) {
                    end += Tables.pagesAt(level);
                }
            } finally {
                self.leave();
            }
        }

        /** Whether some slots are mapped like the one that was found, which is the usual case. */
        private boolean isAlike(long slot, int slots) {
            return identity != 0 && Tables.unlike(slot, slots, identity) == 0;
        }

        /** Finds the first page of what is like this one and lies in the same table. */
        void lookDown(long page) {
            Tables tables = core.tables();
            Participant self = actor.get();
            self.enter();
            try {
                long table = space.root();
                int level = Tables.ROOT_LEVEL;
                long word = RawMemory.getAcquire(tables.slot(table, page, level));
                while (SpaceWord.isTable(word)) {
                    table = SpaceWord.frame(word);
                    level--;
                    word = RawMemory.getAcquire(tables.slot(table, page, level));
                }
                identity = SpaceWord.isMapped(word) ? SpaceWord.identity(word) : 0;
                start = Tables.slotStart(page, level);
                long stop = level == Tables.ROOT_LEVEL ? 0 : Tables.slotStart(page, level + 1);
                while (start > stop && identityAt(tables, table, start - 1, level) == identity) {
                    start -= Tables.pagesAt(level);
                }
            } finally {
                self.leave();
            }
        }

        private static long identityAt(Tables tables, long table, long page, int level) {
            long word = RawMemory.getAcquire(tables.slot(table, page, level));
            return SpaceWord.isTable(word) ? NO_WORD : SpaceWord.isMapped(word) ? SpaceWord.identity(word) : 0;
        }
    }
}

package dev.pagoda.bench;

import dev.pagoda.mm.space.AccessRun;

/** Reads of a file that is in our cache, a batch at each call, for {@link Turns}: each returns what depends on all that it read. Used by one thread. */
final class CachedReads {
    /** Pages of a batch. */
    static final int PAGES = 32;
    /** Words of a batch. */
    static final int WORDS = 512;
    /** Words that are read in one epoch, where some are. */
    static final int RUN = 64;

    private final FileUser user;
    private final PageChoice choice;

    CachedReads(FileUser user, PageChoice choice) {
        this.user = user;
        this.choice = choice;
    }

    /** Pages by pread from a descriptor. */
    long pages(int descriptor) {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            sum += PagedFile.done(user.calls, user.calls.preadInto(descriptor, choice.page, choice.nextPage()));
            sum += choice.page[i];
        }
        return sum;
    }

    /** Pages through the cursor. */
    long pagesByCursor() {
        long sum = 0;
        for (int i = 0; i < PAGES; i++) {
            user.cursor.get(choice.nextPage(), choice.page, 0, HostMemory.PAGE_BYTES);
            sum += choice.page[i];
        }
        return sum;
    }

    /** Words by pread from a descriptor. */
    long words(int descriptor) {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += PagedFile.done(user.calls, user.calls.preadInto(descriptor, choice.word, choice.nextHotWord()));
            sum += choice.word[0];
        }
        return sum;
    }

    /** Words by loads from the map. */
    long wordsByLoad() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += user.view.load(user.address + choice.nextHotWord(), Long.BYTES);
        }
        return sum;
    }

    /** The same, {@link #RUN} in one epoch. */
    long wordsByLoadInRuns() {
        AccessRun run = user.view.run();
        long sum = 0;
        for (int i = 0; i < WORDS; i += RUN) {
            run.begin();
            try {
                for (int j = 0; j < RUN; j++) {
                    sum += run.load(user.address + choice.nextHotWord(), Long.BYTES);
                }
            } finally {
                run.end();
            }
        }
        return sum;
    }

    /** Words through the cursor. */
    long wordsByCursor() {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += user.cursor.getLong(choice.nextHotWord());
        }
        return sum;
    }

    /** The same, {@link #RUN} in one epoch. */
    long wordsByCursorInRuns() {
        long sum = 0;
        for (int i = 0; i < WORDS; i += RUN) {
            user.cursor.begin();
            try {
                for (int j = 0; j < RUN; j++) {
                    sum += user.cursor.getLong(choice.nextHotWord());
                }
            } finally {
                user.cursor.end();
            }
        }
        return sum;
    }
}

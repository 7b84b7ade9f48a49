package dev.pagoda.mm.space;

import dev.pagoda.mm.radix.SpaceWord;

/**
 * Changes the protection of a range: the operation below mprotect.
 *
 * <p>Ascending: up to a page that is not mapped, or that its object does not allow to be so; what came before keeps the change. Returns only when
 * no access relies any more on a right that was taken away, so that a program may use it as a barrier. Lock-free but for that wait.
 */
public final class Protect {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private Protect() {}

    /**
     * Protects a range.
     *
     * @param view the caller's
     * @param page first page
     * @param pages length
     * @param protection in Linux's bits
     * @return 0, {@link Refusal#NO_MEMORY} at a page that is not mapped or without a table to split the range, or {@link Refusal#DENIED}
     */
    public static int range(View view, long page, long pages, int protection) {
        long end = page + pages;
        if (!Edges.prepare(view, page, end, false)) {
            return Refusal.NO_MEMORY;
        }
        Walk walk = new Walk(view, protection);
        long stopped = walk.run(page, end);
        if (walk.rightTaken) {
            view.awaitGraceOfOthers();
        }
        return stopped == end ? 0 : walk.refusal;
    }

    private static final class Walk extends Rewrite {
        private final int protection;
        private boolean rightTaken;
        private int refusal = Refusal.NO_MEMORY;

        Walk(View view, int protection) {
            super(view);
            this.protection = protection;
        }

        @Override
        long change(long word, long page, int level) {
            int region = SpaceWord.region(word);
            long after = SpaceWord.withProtection(word, protection);
            if (Attributes.isAnonymous(region)) {
                boolean startsToCount = (protection & PROT_WRITE) != 0
                        && (region & Attributes.CHARGE_MASK) == Attributes.NOT_ACCOUNTED_YET;
                return startsToCount ? SpaceWord.withRegion(after, region & ~Attributes.NOT_ACCOUNTED_YET) : after;
            }
            int most = view.core().regions().get(region).mostProtection();
            if ((protection & ~most & (PROT_READ | PROT_WRITE | PROT_EXEC)) != 0) {
                refusal = Refusal.DENIED;
                return STOP;
            }
            return after;
        }

        @Override
        void changed(long before, long after, long page, int level) {
            super.changed(before, after, page, level);
            rightTaken |= SpaceWord.isPresent(before)
                    && (SpaceWord.isReadable(before) && !SpaceWord.isReadable(after)
                            || SpaceWord.isWritable(before) && !SpaceWord.isWritable(after));
        }

        @Override
        boolean passesHole(long page) {
            return false;
        }
    }
}

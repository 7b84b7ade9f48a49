package dev.pagoda.mm.space;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;

/**
 * Claims of pages of a table that meet, one of the pages being mapped already, and give back page by page.
 *
 * <p>Invariant: linearizable against a set of pages: a claim is refused only because some page was taken, and one that is not has all its pages for itself. At rest what is mapped is
 * what the threads hold, and no word is tentative.
 */
public final class MeetingClaims extends SmallSpace {
    private static final int PAGES = 3;
    private static final int MOST_THREADS = 5;

    private final List<List<Integer>> held = new ArrayList<>();

    /** A table with one page behind those that are claimed. */
    public MeetingClaims() {
        for (int i = 0; i < MOST_THREADS; i++) {
            held.add(new ArrayList<>());
        }
        begin(view(0));
    }

    private void begin(View view) {
        fixed(view, PAGES, 1, READ_WRITE);
        write(0, PAGES, 1);
    }

    /** Claims from one page up to another; all or nothing. */
    @Operation
    public long claim(
            @Param(gen = ThreadIdGen.class) int thread,
            @Param(gen = IntGen.class, conf = "0:3") int first,
            @Param(gen = IntGen.class, conf = "0:3") int last) {
        int from = Math.min(first, last);
        int pages = Math.max(first, last) - from + 1;
        long mapped = Map.anonymous(
                view(thread), Map.Where.FIXED_UNLESS_MAPPED, FIRST_PAGE + from, pages, READ_WRITE, 0, false);
        for (int page = from; mapped >= 0 && page < from + pages; page++) {
            held.get(thread).add(page);
        }
        return mapped < 0 ? mapped : DONE;
    }

    /** Unmaps the page that the thread has had longest. */
    @Operation
    public void giveBack(@Param(gen = ThreadIdGen.class) int thread) {
        if (!held.get(thread).isEmpty()) {
            unmap(view(thread), held.get(thread).removeFirst(), 1);
        }
    }

    /** Audits, and compares with what is held. */
    @Validate
    public void atRest() {
        audit();
    }

    @Override
    void audit() {
        super.audit();
        List<Integer> all = held.stream().flatMap(List::stream).sorted().toList();
        List<Integer> mapped = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            if (Advise.isMapped(view(0), FIRST_PAGE + page)) {
                mapped.add(page);
            }
        }
        if (!mapped.equals(all)) {
            throw new IllegalStateException("pages " + all + " are held and " + mapped + " are mapped");
        }
    }

    /** A set of pages, and who holds which. */
    public static class Model {
        private final List<List<Integer>> held = new ArrayList<>();

        /** Nobody holds any. */
        public Model() {
            for (int i = 0; i < MOST_THREADS; i++) {
                held.add(new ArrayList<>());
            }
        }

        /** As above. */
        public long claim(int thread, int first, int last) {
            List<Integer> wanted = new ArrayList<>();
            for (int page = Math.min(first, last); page <= Math.max(first, last); page++) {
                wanted.add(page);
            }
            if (wanted.contains(PAGES)
                    || held.stream().anyMatch(pages -> pages.stream().anyMatch(wanted::contains))) {
                return Refusal.EXISTS;
            }
            held.get(thread).addAll(wanted);
            return DONE;
        }

        /** As above. */
        public void giveBack(int thread) {
            if (!held.get(thread).isEmpty()) {
                held.get(thread).removeFirst();
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Model model && held.equals(model.held);
        }

        @Override
        public int hashCode() {
            return held.hashCode();
        }
    }
}

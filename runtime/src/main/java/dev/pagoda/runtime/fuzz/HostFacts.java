package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to be known of the host's Linux to compare with it, found out as it starts.
 *
 * @param ownSizeBytes what belongs to the agent of VmSize
 * @param ownDataBytes what belongs to the agent of VmData
 * @param dropsReadPages whether pages that were only read, and are declared free, go when they are paged out: Linux shows them its page of zeroes, which never
 *     goes (mm/madvise.c, vm_normal_folio), but for a host that shows a page of their own
 */
record HostFacts(long ownSizeBytes, long ownDataBytes, boolean dropsReadPages) {
    private static final int PAGE = 4096;
    /** More than one, since a page that another processor is about to sort is passed over. */
    private static final int PAGES = 4;

    /** Reads pages, declares them free and pages them out; {@link #showsDropOfReadPages} understands what it shows. */
    static final Sequence READ_PAGES_DROPPED = readPagesDropped();

    /** Whether a host that showed this of {@link #READ_PAGES_DROPPED} drops such pages. */
    static boolean showsDropOfReadPages(Observation seen) {
        if (seen.unusable != null || !seen.outcomes.stream().allMatch(Outcome::isValue)) {
            return false;
        }
        for (List<Observation.ProbedLine> range : seen.ends.getFirst().ranges()) {
            for (Observation.ProbedLine line : range) {
                for (boolean resident : line.resident()) {
                    if (!resident) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Sequence readPagesDropped() {
        long place = Arena.A.address();
        List<Step> steps = new ArrayList<>();
        add(
                steps,
                Call.MMAP,
                place,
                PAGES * PAGE,
                Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED,
                -1,
                0);
        for (int page = 0; page < PAGES; page++) {
            add(steps, Call.LOAD, place + page * PAGE, Long.BYTES);
        }
        add(steps, Call.MADVISE, place, PAGES * PAGE, Linux.MADV_FREE);
        add(steps, Call.MADVISE, place, PAGES * PAGE, Linux.MADV_PAGEOUT);
        return new Sequence(0, List.copyOf(steps), false);
    }

    private static void add(List<Step> steps, Call call, long... arguments) {
        List<Value> values = new ArrayList<>();
        for (long argument : arguments) {
            values.add(Value.of(argument));
        }
        steps.add(new Step(steps.size() + 1, 0, call, List.copyOf(values)));
    }
}

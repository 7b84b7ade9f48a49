package dev.pagoda.runtime.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Linux and Pagoda, and what they make of the same sequences. One thread; while Pagoda carries a batch out, Linux does too. */
final class Sides implements AutoCloseable {
    /** Both observations of one sequence. */
    record Both(Observation linux, Observation pagoda) {}

    private final LinuxSide linux;
    private final PagodaSide pagoda;

    private Sides(LinuxSide linux, PagodaSide pagoda) {
        this.linux = linux;
        this.pagoda = pagoda;
    }

    /**
     * Starts both.
     *
     * @param answers what becomes of Pagoda's answers
     * @throws HostRefused if the host is not fit
     */
    static Sides start(PagodaSide.Answers answers) throws HostRefused {
        LinuxSide linux = LinuxSide.start();
        try {
            return new Sides(linux, new PagodaSide(answers));
        } catch (IOException failure) {
            linux.close();
            throw new UncheckedIOException(failure);
        }
    }

    PagodaSide pagoda() {
        return pagoda;
    }

    /** Carries sequences out on both sides, {@link LinuxSide#BATCH} at most. */
    List<Both> run(List<Sequence> sequences) throws HostRefused {
        begin(sequences);
        return finish(here(sequences));
    }

    /** Has Linux start to carry sequences out, {@link LinuxSide#BATCH} at most, after which comes {@link #finish}. */
    void begin(List<Sequence> sequences) throws HostRefused {
        linux.begin(sequences);
    }

    /** Carries sequences out here. */
    List<Observation> here(List<Sequence> sequences) {
        List<Observation> ours = new ArrayList<>();
        for (Sequence sequence : sequences) {
            ours.add(pagoda.run(sequence));
        }
        return ours;
    }

    /** Waits for Linux, and puts what it saw of the sequences that it began beside what was seen of them here. */
    List<Both> finish(List<Observation> ours) throws HostRefused {
        List<Observation> theirs = linux.finish();
        List<Both> both = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            both.add(new Both(theirs.get(i), ours.get(i)));
        }
        return both;
    }

    /** Compares what was seen. */
    Comparison compare(Sequence sequence, Both both) {
        return new Comparison(sequence, both.linux(), both.pagoda(), linux.host());
    }

    /** The first difference of a sequence that nothing explains, or null. */
    Difference differs(Sequence sequence) throws HostRefused {
        return compare(sequence, run(List.of(sequence)).getFirst()).first();
    }

    @Override
    public void close() {
        linux.close();
        pagoda.close();
    }
}

package dev.pagoda.bench.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When the host's faults have paid off, from numbers made up here. */
class BreakEvenTest {
    private static Measured measured(String name, int threads, double nanos) {
        return new Measured(name, threads, new TreeMap<>(), List.of(nanos), new TreeMap<>());
    }

    private static Comparison row(String name, int threads, double ours, Double peer) {
        return new Comparison(
                measured(name, threads, ours),
                0,
                0,
                peer == null ? null : measured(name + "Host", threads, peer),
                0,
                0,
                0,
                List.of());
    }

    @Test
    void faultsAreDividedByAccesses() {
        List<BreakEven> all = BreakEven.of(
                List.of(
                        row(BreakEven.FAULT, 1, 100, 2100.0),
                        row("AccessBench.loopLoad", 1, 5, 1.0),
                        row("AccessBench.copyOut4K", 1, 5, 1.0)),
                0);
        assertThat(all).containsExactly(new BreakEven("loopLoad", 1, 2000, 4));
        assertThat(all.getFirst().accesses()).isEqualTo(500);
        assertThat(all.getFirst().inWords())
                .isEqualTo(
                        "after 500 accesses to a page; a fault of the host costs 2,000 ns more than ours, an access of"
                                + " ours 4.00 ns more than the host's");
    }

    @Test
    void aReplayIsManyAccesses() {
        List<BreakEven> all =
                BreakEven.of(List.of(row(BreakEven.FAULT, 2, 0, 1000.0), row(BreakEven.REPLAY, 2, 3000, 1000.0)), 1000);
        assertThat(all).containsExactly(new BreakEven("replay", 2, 1000, 2));
    }

    @Test
    void theFirstPeerCountsAndThreadsAreKeptApart() {
        Comparison first = row("AccessBench.loadFar", 1, 6, 2.0);
        Comparison second =
                new Comparison(first.ours(), 0, 0, measured("AccessBench.loadFarHugeHost", 1, 1.0), 0, 0, 0, List.of());
        assertThat(BreakEven.of(List.of(first, second, row(BreakEven.FAULT, 1, 0, 40.0)), 0))
                .containsExactly(new BreakEven("loadFar", 1, 40, 4));
        assertThat(BreakEven.of(List.of(first, row(BreakEven.FAULT, 2, 0, 40.0)), 0))
                .isEmpty();
    }

    @Test
    void eitherSideMayBeAhead() {
        assertThat(new BreakEven("x", 1, 100, -1).accesses()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(new BreakEven("x", 1, 100, -1).inWords()).startsWith("never; ");
        assertThat(new BreakEven("x", 1, -100, 5).accesses()).isZero();
    }
}

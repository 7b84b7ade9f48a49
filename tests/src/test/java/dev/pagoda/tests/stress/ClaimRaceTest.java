package dev.pagoda.tests.stress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.Refusal;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.runtime.stress.Crew;
import dev.pagoda.runtime.stress.SpaceUnderStress;
import dev.pagoda.runtime.stress.SpaceWorker;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that map ranges at the same time where nothing is mapped, each only if nothing is: who loses must have met a winner. */
class ClaimRaceTest {
    private static final long BORDER = 0x100000000000L + (7L << 30) >>> 12;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void whoLosesMetAWinner(int threads) {
        long seed = StressSettings.seed("ClaimRaceTest " + threads + " threads,");
        SpaceUnderStress kernel = new SpaceUnderStress(64L << 20, threads, seed);
        long[] firsts = new long[threads];
        long[] ends = new long[threads];
        long[] results = new long[threads];
        AtomicBoolean over = new AtomicBoolean();
        long end = System.nanoTime() + StressSettings.SECONDS * 1_000_000_000L;
        long[] rounds = new long[1];
        // The last one to arrive judges the round and clears the space for the next.
        CyclicBarrier barrier = new CyclicBarrier(threads, () -> {
            judge(kernel, firsts, ends, results);
            rounds[0]++;
            over.set(System.nanoTime() > end);
        });
        new Crew<>(seed, kernel.workers).run(StressSettings.SECONDS * 1_000_000_000L + 1_000_000_000L, worker -> {
            if (over.get()) {
                return;
            }
            int me = worker.index;
            long reach = switch (worker.random.nextInt(5)) {
                case 0 -> 3;
                case 1 -> 40;
                case 2 -> 700;
                case 3 -> 5000;
                default -> 600_000;
            };
            firsts[me] = BORDER - worker.random.nextLong(reach + 1);
            ends[me] = Math.max(firsts[me], BORDER - reach / 3) + 1 + worker.random.nextLong(reach);
            worker.does("claim", firsts[me], ends[me] - firsts[me]);
            results[me] = Map.anonymous(
                    worker.view, Map.Where.FIXED_UNLESS_MAPPED, firsts[me], ends[me] - firsts[me], 3, 0, false);
            try {
                barrier.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(rounds[0]).isPositive();
        kernel.shutDown();
    }

    private static void judge(SpaceUnderStress kernel, long[] firsts, long[] ends, long[] results) {
        long mapped = 0;
        for (int i = 0; i < results.length; i++) {
            boolean won = results[i] == firsts[i];
            if (!won && results[i] != Refusal.EXISTS) {
                throw new IllegalStateException("thread " + i + " got " + results[i]);
            }
            mapped += won ? ends[i] - firsts[i] : 0;
            boolean metAWinner = false;
            for (int j = 0; j < results.length; j++) {
                metAWinner |= j != i && results[j] == firsts[j] && firsts[i] < ends[j] && firsts[j] < ends[i];
            }
            if (won == metAWinner) {
                throw new IllegalStateException(
                        "thread " + i + (won ? " won over another winner" : " lost, and nobody was there"));
            }
        }
        if (kernel.space.mappedBytes() != mapped << 12) {
            throw new IllegalStateException(
                    kernel.space.mappedBytes() + " bytes are mapped instead of " + (mapped << 12));
        }
        SpaceWorker first = kernel.workers.getFirst();
        for (int i = 0; i < results.length; i++) {
            if (results[i] == firsts[i]) {
                Unmap.range(first.view, firsts[i], ends[i] - firsts[i]);
            }
        }
        if ((firsts[0] & 3) == 0) {
            // Every few rounds without any table.
            Unmap.range(first.view, 0, 1L << 35);
        }
        if (kernel.space.mappedBytes() != 0) {
            throw new IllegalStateException("something is left");
        }
    }
}

package dev.pagoda.runtime.stress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The watchdog. */
class CrewTest {
    @Test
    void aStuckThreadIsReportedWithEpochsAndStacks() {
        SpaceUnderStress kernel = new SpaceUnderStress(4L << 20, 1, 11);
        SpaceWorker worker = kernel.workers.getFirst();
        Crew<SpaceWorker> crew = new Crew<>(11, List.of(worker), 100_000_000L);
        assertThatThrownBy(() -> crew.run(1, CrewTest::standStill))
                .isInstanceOf(StressFailure.class)
                .hasMessageContaining("worker 0 has made no progress for 100 ms")
                .hasMessageContaining("participant 'worker 0' is inside an epoch")
                .hasMessageContaining("standStill")
                .hasMessageContaining("seed 11")
                .hasMessageContaining("stand still 42");
    }

    private static void standStill(SpaceWorker worker) {
        worker.does("stand still", 42);
        worker.view.participant().enter();
        while (true) {
            LockSupport.park();
        }
    }
}

package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which orders a benchmark asks for, and how many blocks fill how much memory. */
class BlockOrdersTest {
    @Test
    void oneOrderIsAlwaysTheSame() {
        BlockOrders orders = new BlockOrders("3");
        assertThat(IntStream.range(0, 2000).map(i -> orders.next()).distinct()).containsExactly(3);
        assertThat(orders.blocksIn(801)).isEqualTo(100);
        assertThat(orders.isMixed()).isFalse();
    }

    @Test
    void theMixIsTheSameInEveryPeriodAndEveryRun() {
        BlockOrders orders = new BlockOrders(BlockOrders.MIXED);
        BlockOrders others = new BlockOrders(BlockOrders.MIXED);
        Map<Integer, Long> counts = IntStream.range(0, 1024)
                .map(i -> orders.next())
                .boxed()
                .collect(Collectors.groupingBy(order -> order, Collectors.counting()));
        assertThat(counts).isEqualTo(Map.of(0, 920L, 3, 100L, 9, 4L));
        for (int place = 0; place < 5000; place++) {
            assertThat(others.next()).isEqualTo(orders.at(place));
        }
        assertThat(orders.blocksIn(2 * (920 + 800 + 2048))).isEqualTo(2048);
        assertThat(orders.isMixed()).isTrue();
    }

    @Test
    void aBlockTellsItsFrameAndOrder() {
        for (int order : new int[] {0, 3, 9}) {
            for (long frame : new long[] {0, 512, (1L << 29) - 512}) {
                int block = FrameShare.block(frame, order);
                assertThat(FrameShare.frame(block)).isEqualTo(frame);
                assertThat(FrameShare.order(block)).isEqualTo(order);
                assertThat(block).isNotEqualTo(FrameShare.EMPTY);
            }
        }
    }
}

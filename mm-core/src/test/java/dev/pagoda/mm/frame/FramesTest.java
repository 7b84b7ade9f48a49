package dev.pagoda.mm.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.mm.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final long MIB = 1 << 20;

    @Test
    void sizesThatCannotBeServedAreNamed() {
        assertThatThrownBy(() -> new Frames(MIB - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(MIB - 1));
        assertThatThrownBy(() -> new Frames((1L << 40) + 4096)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Frames(Long.MIN_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsGoUpUnlessZeroAndTheLastDropFrees() {
        try (Frames frames = new Frames(MIB)) {
            long free = frames.countFree();
            long frame = frames.allocate(0, FrameKind.ANONYMOUS);
            assertThat(frames.count(frame)).isEqualTo(1);
            assertThat(frames.kind(frame)).isEqualTo(FrameKind.ANONYMOUS);
            assertThat(frames.raiseUnlessZero(frame)).isTrue();
            assertThat(frames.dropIfLast(0, frame)).isFalse();
            frames.drop(frame);
            assertThat(frames.countFree()).isEqualTo(free - 1);
            assertThat(frames.dropIfLast(0, frame)).isTrue();
            assertThat(frames.countFree()).isEqualTo(free);
            assertThat(frames.raiseUnlessZero(frame)).isFalse();
            assertThat(frames.kind(frame)).isEqualTo(FrameKind.FREE);
            assertThatThrownBy(() -> frames.drop(frame))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("frame " + frame);
        }
    }

    @Test
    void aZeroedFrameIsZeroWhateverItHeld() {
        try (Frames frames = new Frames(MIB)) {
            List<Long> all = new ArrayList<>();
            for (long frame; (frame = frames.allocate(0, FrameKind.ANONYMOUS)) != Frames.REFUSED; ) {
                RawMemory.fill(frames.address(frame), 4096, (byte) 0x5a);
                all.add(frame);
            }
            assertThat(all).doesNotContain(frames.zeroFrame());
            assertThat(frames.allocateZeroed(0, FrameKind.ANONYMOUS)).isEqualTo(Frames.REFUSED);
            assertThat(RawMemory.getLong(frames.address(frames.zeroFrame()))).isZero();
            all.forEach(frames::drop);
            for (int i = 0; i < all.size(); i++) {
                long frame = frames.allocateZeroed(i, FrameKind.OBJECT);
                for (int at = 0; at < 4096; at += 8) {
                    assertThat(RawMemory.getLong(frames.address(frame) + at)).isZero();
                }
            }
        }
    }

    @Test
    void theReserveServesWhenNothingIsFreeAndIsFilledFirst() {
        try (Frames frames = new Frames(MIB)) {
            long kernels = frames.kernelFrames();
            assertThat(frames.countFree() + kernels).isEqualTo(frames.total());
            List<Long> all = new ArrayList<>();
            for (long frame; (frame = frames.allocate(0, FrameKind.ANONYMOUS)) != Frames.REFUSED; ) {
                all.add(frame);
            }
            List<Long> reserve = new ArrayList<>();
            for (long frame;
                    (frame = frames.allocate(0, 0, FrameKind.TABLE | FrameRequest.USE_RESERVE | FrameRequest.ZEROED))
                            != Frames.REFUSED; ) {
                assertThat(frames.count(frame)).isEqualTo(1);
                assertThat(frames.kind(frame)).isEqualTo(FrameKind.TABLE);
                assertThat(RawMemory.getLong(frames.address(frame))).isZero();
                reserve.add(frame);
            }
            assertThat(reserve).hasSize((int) kernels - 1).doesNotContain(frames.zeroFrame());
            assertThat(frames.kernelFrames()).isEqualTo(1);
            // Whatever comes back first fills the reserve; only then is anything free.
            for (int i = 0; i < reserve.size(); i++) {
                frames.drop(all.get(i));
                assertThat(frames.countFree()).isZero();
            }
            assertThat(frames.kernelFrames()).isEqualTo(kernels);
            all.subList(reserve.size(), all.size()).forEach(frames::drop);
            reserve.forEach(frames::drop);
            assertThat(frames.countFree() + frames.kernelFrames()).isEqualTo(frames.total());
        }
    }
}

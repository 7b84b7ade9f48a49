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

    @Test
    void aRefusalSaysWhy() {
        try (Frames frames = new Frames(4 * MIB)) {
            List<Long> all = new ArrayList<>();
            for (long frame; (frame = frames.allocate(0, FrameKind.ANONYMOUS)) != Frames.REFUSED; ) {
                all.add(frame);
            }
            assertThat(FrameRefusal.of(frames.allocate(0, 1, FrameKind.ANONYMOUS)))
                    .isEqualTo(FrameRefusal.EXHAUSTED);
            for (int i = 0; i < all.size(); i += 2) {
                frames.drop(all.get(i));
            }
            long answer = frames.allocate(0, 5, FrameKind.ANONYMOUS | FrameRequest.EXACT);
            assertThat(FrameRefusal.isRefused(answer)).isTrue();
            assertThat(FrameRefusal.of(answer)).isEqualTo(FrameRefusal.FRAGMENTED);
            assertThat(FrameRefusal.of(answer).reason()).contains("smaller order");
            assertThatThrownBy(() -> FrameRefusal.of(7)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void blocksAreCountedByTheirFirstFrameAndGoBackWhole() {
        try (Frames frames = new Frames(16 * MIB)) {
            long free = frames.countFree();
            long block = frames.allocate(0, 9, FrameKind.ANONYMOUS | FrameRequest.ZEROED);
            assertThat(frames.order(block)).isEqualTo(9);
            assertThat(frames.kind(block)).isEqualTo(FrameKind.ANONYMOUS);
            for (int at = 0; at < 2 * MIB; at += 512) {
                assertThat(RawMemory.getLong(frames.address(block) + at)).isZero();
            }
            frames.raise(block, 511);
            for (int i = 0; i < 511; i++) {
                frames.drop(1, block);
            }
            assertThat(frames.countFree()).isEqualTo(free - 512);
            frames.drop(1, block);
            assertThat(frames.countFree()).isEqualTo(free);
            assertThatThrownBy(() -> frames.drop(1, block))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("frame " + block)
                    .hasMessageContaining("dropped twice");
            assertThatThrownBy(() -> frames.drop(1, frames.total())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> frames.drop(1, -1)).isInstanceOf(IllegalStateException.class);
            assertThat(frames.audit()).isEmpty();
        }
    }

    @Test
    void aSplitBlockIsSingleFramesWithCountsOfTheirOwn() {
        try (Frames frames = new Frames(16 * MIB)) {
            long free = frames.countFree();
            for (int order : new int[] {0, 1, 4, 8, 9, 10}) {
                long block = frames.allocate(0, order, FrameKind.ANONYMOUS);
                frames.raise(block, (1 << order) - 1);
                assertThat(frames.split(block, (1 << order) + 1)).isFalse();
                assertThat(frames.split(block, 1 << order)).isTrue();
                for (long frame = block; frame < block + (1 << order); frame++) {
                    assertThat(frames.count(frame)).isEqualTo(1);
                    assertThat(frames.order(frame)).isZero();
                    assertThat(frames.kind(frame)).isEqualTo(FrameKind.ANONYMOUS);
                }
                for (long frame = block; frame < block + (1 << order); frame++) {
                    frames.drop(0, frame);
                }
                assertThat(frames.countFree()).isEqualTo(free);
            }
            assertThat(frames.audit()).isEmpty();
        }
    }

    @Test
    void ownerAndGenerationAreKeptApartFromTheRest() {
        try (Frames frames = new Frames(MIB)) {
            long frame = frames.allocate(0, FrameKind.TABLE);
            int generation = frames.generation(frame);
            frames.raiseGeneration(frame);
            frames.setOwner(frame, FrameOwner.of(77, 0x7_ffff_ffffL));
            assertThat(FrameOwner.holder(frames.owner(frame))).isEqualTo(77);
            assertThat(FrameOwner.page(frames.owner(frame))).isEqualTo(0x7_ffff_ffffL);
            assertThat(frames.kind(frame)).isEqualTo(FrameKind.TABLE);
            assertThat(frames.count(frame)).isEqualTo(1);
            frames.drop(0, frame);
            long again = frames.allocate(0, FrameKind.KERNEL);
            assertThat(again).as("the magazine gives back what came last").isEqualTo(frame);
            assertThat(frames.generation(frame)).isEqualTo(generation + 1);
            assertThat(frames.owner(frame)).isZero();
        }
    }

    @Test
    void framesAreZeroedInAdvanceAndAreFreeAllTheSame() {
        try (Frames frames = new Frames(16 * MIB)) {
            long free = frames.countFree();
            while (frames.zeroInAdvance(3)) {
                assertThat(frames.countFree()).isEqualTo(free);
            }
            long fromAllocator = frames.freeBlocks().freeFrames();
            assertThat(free - fromAllocator).isEqualTo(ZeroedFrames.SLOTS);
            long first = frames.allocateZeroed(3, FrameKind.ANONYMOUS);
            assertThat(frames.freeBlocks().freeFrames())
                    .as("taken from the stock")
                    .isEqualTo(fromAllocator);
            for (int at = 0; at < 4096; at += 8) {
                assertThat(RawMemory.getLong(frames.address(first) + at)).isZero();
            }
            assertThatThrownBy(() -> frames.drop(0, first + 1)).isInstanceOf(IllegalStateException.class);
            // Nobody is refused while there is stock, whoever's it is, and whether it is single frames or a block that
            // is wanted.
            List<Long> all = new ArrayList<>(List.of(first));
            for (long frame; (frame = frames.allocate(0, FrameKind.ANONYMOUS)) != Frames.REFUSED; ) {
                all.add(frame);
            }
            assertThat(all).hasSize((int) free);
            all.forEach(frame -> frames.drop(0, frame));
            while (frames.zeroInAdvance(3)) {
                assertThat(frames.countFree()).isEqualTo(free);
            }
            int blocks = 0;
            while (frames.allocate(0, 9, FrameKind.ANONYMOUS) != Frames.REFUSED) {
                blocks++;
            }
            assertThat(blocks)
                    .as("every area but the one of the kernel's own frames")
                    .isEqualTo(7);
            assertThat(frames.audit()).isEmpty();
        }
    }

    @Test
    void nothingIsZeroedInAdvanceWhileMemoryIsShort() {
        try (Frames frames = new Frames(16 * MIB)) {
            frames.setWatermarks(new Watermarks(10, 20, frames.countFree() + 1));
            assertThat(frames.zeroInAdvance(0)).isFalse();
        }
    }

    @Test
    void watermarksAreNoticedWithoutBeingAskedFor() {
        try (Frames frames = new Frames(64 * MIB)) {
            Watermarks marks = frames.watermarks();
            assertThat(marks.min()).isPositive();
            int[] told = new int[1];
            frames.setPressureListener(() -> told[0]++);
            List<Long> all = new ArrayList<>();
            long left = frames.countFree();
            while (left > marks.high() + 256) {
                all.add(frames.allocate(0, FrameKind.ANONYMOUS));
                left--;
                assertThat(frames.isBelowHigh()).isFalse();
            }
            while (left > marks.low() - 128) {
                all.add(frames.allocate(0, FrameKind.ANONYMOUS));
                left--;
            }
            assertThat(frames.isBelowHigh()).isTrue();
            assertThat(frames.isBelowLow()).isTrue();
            assertThat(told[0]).isPositive();
            while (left > marks.min() - 128) {
                all.add(frames.allocate(0, FrameKind.ANONYMOUS));
                left--;
            }
            assertThat(frames.isBelowMin()).isTrue();
            all.forEach(frame -> frames.drop(0, frame));
            frames.measurePressure();
            assertThat(frames.isBelowHigh()).isFalse();
            assertThatThrownBy(() -> new Watermarks(3, 2, 4)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusalsAreInjectedWhereTheyWereAskedFor() {
        try (Frames frames = new Frames(MIB)) {
            frames.injectRefusals(2, 1);
            assertThat(frames.allocate(0, FrameKind.ANONYMOUS)).isNotNegative();
            assertThat(frames.allocateZeroed(0, FrameKind.ANONYMOUS)).isNotNegative();
            assertThat(frames.allocate(0, FrameKind.ANONYMOUS)).isEqualTo(Frames.REFUSED);
            assertThat(frames.allocate(0, FrameKind.ANONYMOUS)).isNotNegative();
            frames.injectRefusals(-1, 0);
            assertThat(frames.allocate(0, FrameKind.ANONYMOUS)).isNotNegative();
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.faults;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pins: what somebody reaches without looking at a word stays. */
@Timeout(60)
class PinTest {
    private static byte first(Pin pin) {
        return pin.segments().getFirst().get(ValueLayout.JAVA_BYTE, 0);
    }

    @Test
    void theSegmentsAreTheMemory() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 8 * PAGE, READ_WRITE);
            t.fill(A, 8 * PAGE, 1);
            try (Pin pin = Pin.of(t.view, A + 100, 6 * PAGE, true)) {
                long bytes = 0;
                for (MemorySegment run : pin.segments()) {
                    run.fill((byte) 2);
                    bytes += run.byteSize();
                }
                assertThat(bytes).isEqualTo(6 * PAGE);
                t.audit();
            }
            assertThat(t.same(A, 100, 1)).isTrue();
            assertThat(t.same(A + 100, 6 * PAGE, 2)).isTrue();
            assertThat(t.same(A + 100 + 6 * PAGE, 2 * PAGE - 100, 1)).isTrue();
            try (Pin nothing = Pin.of(t.view, A, 0, true)) {
                assertThat(nothing.segments()).isEmpty();
            }
            try (Pin zeroes = Pin.of(t.view, A + 7 * PAGE, PAGE, false)) {
                assertThat(zeroes.segments().getFirst().isReadOnly()).isTrue();
            }
        }
    }

    @Test
    void aRefusedPageLeavesNothingPinned() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 3 * PAGE, READ_WRITE);
            t.protect(A + 2 * PAGE, PAGE, READ);
            faults(
                    () -> Pin.of(t.view, A + 9, 3 * PAGE, true),
                    A + 2 * PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_ACCERR);
            t.audit();
            try (Pin pin = Pin.of(t.view, A, 3 * PAGE, false)) {
                assertThat(first(pin)).isZero();
            }
            assertThatThrownBy(() -> Pin.of(t.view, A, -1, false)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void unmappingAndDiscardingLeaveTheFrame() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 7);
            Pin pin = Pin.of(t.view, A, 2 * PAGE, true);
            MemorySegment memory = pin.segments().getFirst();
            t.discard(A, PAGE);
            t.unmap(A + PAGE, PAGE);
            t.exhaust(B);
            t.audit();
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
            t.unmap(B, 4 * MIB);
            assertThat(t.load(A)).isZero();
            pin.close();
            pin.close();
            assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(pin::segments).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void forkCopiesPinnedPagesAtOnce() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 2 * PAGE, READ_WRITE);
            t.fill(A, 2 * PAGE, 7);
            try (Pin pin = Pin.of(t.view, A, PAGE, true)) {
                AddressSpace childSpace = Fork.childOf(t.view);
                try (View child = childSpace.open("child")) {
                    pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 8);
                    assertThat(t.load(A)).as("the parent keeps the page").isEqualTo(8);
                    assertThat(child.load(A, 1)).isEqualTo(7);
                    t.store(A + 1, 9);
                    assertThat(pin.segments().getFirst().get(ValueLayout.JAVA_BYTE, 1))
                            .isEqualTo((byte) 9);
                    assertThat(child.load(A + 1, 1)).isEqualTo(7);
                    child.store(A + PAGE, 1, 3);
                    assertThat(t.load(A + PAGE)).isEqualTo(7);
                    t.audit();
                }
                childSpace.destroy();
            }
        }
    }

    /** Either fork sees the pin and copies, or the pin sees that the page was shared and takes a copy: never is a page that is pinned for stores shared. */
    @Test
    void pinsAgainstFork() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            t.fixed(A, PAGE, READ_WRITE);
            AtomicBoolean stop = new AtomicBoolean();
            Future<?> pinning = threads.submit(() -> {
                try (View view = t.space.open("pinning")) {
                    while (!stop.get()) {
                        try (Pin pin = Pin.of(view, A, PAGE, true)) {
                            showsWhatIsStored(pin, view);
                        }
                    }
                }
            });
            try {
                long deadline = System.nanoTime() + 1_500_000_000L;
                while (System.nanoTime() < deadline) {
                    AddressSpace child = Fork.childOf(t.view);
                    try (View view = child.open("child")) {
                        long seen = view.load(A, 8);
                        Thread.yield();
                        assertThat(view.load(A, 8))
                                .as("the child's page is its own")
                                .isEqualTo(seen);
                    }
                    child.destroy();
                }
            } finally {
                stop.set(true);
            }
            pinning.get();
        }
    }

    private static void showsWhatIsStored(Pin pin, View view) {
        MemorySegment memory = pin.segments().getFirst();
        for (long i = 1; i < 2_000; i++) {
            view.store(A, 8, i);
            if (memory.get(ValueLayout.JAVA_LONG, 0) != i) {
                throw new AssertionError("a store of the program is not in the pinned page");
            }
            memory.set(ValueLayout.JAVA_LONG, 8, i);
            if (view.load(A + 8, 8) != i) {
                throw new AssertionError("a store through the pin is not in the program's page");
            }
        }
    }

    @Test
    void whatWasDeclaredFreeWhilePinnedIsKept() {
        try (TestSpace t = new TestSpace(2 * MIB)) {
            t.fixed(A, PAGE, READ_WRITE);
            t.store(A, 1);
            try (Pin pin = Pin.of(t.view, A, PAGE, true)) {
                assertThat(Advise.free(t.view, A >>> 12, 1)).isZero();
                t.exhaust(B);
                pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 5);
            }
            t.core.freedPages().reclaim(64);
            assertThat(t.load(A)).isEqualTo(5);
        }
    }

    @Test
    void sharedPagesAreHeldAndThePinOutlivesItsView() {
        try (TestSpace t = new TestSpace()) {
            View other = t.space.open("other");
            t.fixedShared(A, 4 * PAGE, READ_WRITE);
            t.fill(A, 4 * PAGE, 7);
            Pin pin = Pin.of(other, A, 4 * PAGE, true);
            t.unmap(A, 4 * PAGE);
            other.close();
            assertThat(first(pin)).isEqualTo((byte) 7);
            t.audit();
            pin.close();
        }
    }

    /** The frame that was pinned is the one that the word named, and nobody gets it while it is pinned: its content stays. */
    @Test
    void pinsAgainstUnmapAndReuse() throws Exception {
        try (TestSpace t = new TestSpace(2 * MIB);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            t.fixed(A, PAGE, READ_WRITE);
            AtomicBoolean stop = new AtomicBoolean();
            Future<?> remapping = threads.submit(() -> {
                try (View view = t.space.open("remapping")) {
                    for (long i = 1; !stop.get(); i++) {
                        Map.anonymous(view, Map.Where.FIXED, A >>> 12, 1, READ_WRITE, 0, false);
                        view.store(A, 8, i);
                        view.store(A + PAGE - 8, 8, i);
                    }
                }
            });
            try {
                long deadline = System.nanoTime() + 1_000_000_000L;
                while (System.nanoTime() < deadline) {
                    try (Pin pin = Pin.of(t.view, A, PAGE, false)) {
                        MemorySegment memory = pin.segments().getFirst();
                        long seen = 0;
                        for (int i = 0; i < 20; i++) {
                            long now = memory.get(ValueLayout.JAVA_LONG, 0);
                            assertThat(now == seen || seen == 0)
                                    .as("%d after %d", now, seen)
                                    .isTrue();
                            seen = now;
                            Thread.yield();
                        }
                    }
                }
            } finally {
                stop.set(true);
            }
            remapping.get();
        }
    }
}

package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.B;
import static dev.pagoda.mm.space.TestSpace.NONE;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static dev.pagoda.mm.space.TestSpace.READ;
import static dev.pagoda.mm.space.TestSpace.READ_WRITE;
import static dev.pagoda.mm.space.TestSpace.faults;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies, comparisons, searches, looks and atomics through views. */
@Timeout(60)
class CopyTest {
    private static byte[] random(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    @Test
    void segmentsOfTheHeapAndOfTheHostGoInAndOut() {
        try (TestSpace t = new TestSpace();
                Arena arena = Arena.ofConfined()) {
            t.fixed(A, 4 * PAGE, READ_WRITE);
            byte[] content = random(1, 9_000);
            MemorySegment heap = MemorySegment.ofArray(content);
            MemorySegment host = arena.allocate(9_000);
            Copy.in(t.view, A + 77, heap, 0, 9_000);
            Copy.out(t.view, A + 77, host, 0, 9_000);
            assertThat(host.mismatch(heap)).isEqualTo(-1);
            Copy.in(t.view, A + 5_000, host, 10, 4_000);
            byte[] back = new byte[4_000];
            t.view.read(A + 5_000, back, 0, 4_000);
            assertThat(MemorySegment.ofArray(back).mismatch(heap.asSlice(10, 4_000)))
                    .isEqualTo(-1);
            assertThat(Compare.mismatch(t.view, A + 5_000, host, 10, 4_000)).isEqualTo(-1);
            assertThat(Compare.mismatch(t.view, A + 4_990, host, 0, 4_010)).isBetween(0L, 10L);
            assertThatThrownBy(() -> Copy.in(t.view, A, heap, 8_000, 1_001))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> t.view.read(A, back, -1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> t.view.fill(A, -1, (byte) 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void betweenSpacesAndWithinOne() {
        try (TestSpace t = new TestSpace()) {
            AddressSpace otherSpace = new AddressSpace(t.core);
            View other = otherSpace.open("other");
            t.fixed(A, 8 * PAGE, READ_WRITE);
            Map.anonymous(other, Map.Where.FIXED, B >>> 12, 8, READ_WRITE, 0, false);
            byte[] content = random(2, (int) (7 * PAGE));
            t.view.write(A + 100, content, 0, content.length);
            Copy.between(t.view, A + 100, other, B + 3_000, content.length);
            assertThat(Compare.mismatch(t.view, A + 100, other, B + 3_000, content.length))
                    .isEqualTo(-1);
            other.store(B + 3_000 + 20_000, 1, content[20_000] + 1);
            assertThat(Compare.mismatch(other, B + 3_000, t.view, A + 100, content.length))
                    .isEqualTo(20_000);
            for (long shift : new long[] {1, 8, 4_095, 4_096, 5_000, -1, -3_000}) {
                t.view.write(A + 3_000, content, 0, 16_000);
                Copy.between(t.view, A + 3_000, t.view, A + 3_000 + shift, 16_000);
                byte[] back = new byte[16_000];
                t.view.read(A + 3_000 + shift, back, 0, back.length);
                assertThat(MemorySegment.ofArray(back)
                                .mismatch(MemorySegment.ofArray(content).asSlice(0, 16_000)))
                        .as("moved by %d", shift)
                        .isEqualTo(-1);
            }
            other.close();
            otherSpace.destroy();
        }
    }

    @Test
    void whatRefusesStopsTheCopyThere() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 4 * PAGE, READ_WRITE);
            t.fixed(B, 4 * PAGE, READ_WRITE);
            t.fill(A, 4 * PAGE, 1);
            t.protect(B + 2 * PAGE, PAGE, READ);
            faults(
                    () -> Copy.between(t.view, A + 8, t.view, B, 4 * PAGE),
                    B + 2 * PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_ACCERR);
            assertThat(t.same(B, 2 * PAGE, 1)).isTrue();
            assertThat(t.same(B + 2 * PAGE, 2 * PAGE, 0)).isTrue();
            t.protect(A + PAGE, PAGE, NONE);
            faults(
                    () -> Compare.indexOf(t.view, A + 5, 2 * PAGE, (byte) 0),
                    A + PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_ACCERR);
            t.store(A + PAGE - 1, 0);
            assertThat(Compare.indexOf(t.view, A + 5, 2 * PAGE, (byte) 0)).isEqualTo(PAGE - 6);
            t.store(A + 100, 0xfe);
            for (int from = 90; from <= 100; from++) {
                assertThat(Compare.indexOf(t.view, A + from, 50, (byte) 0xfe)).isEqualTo(100 - from);
                assertThat(Compare.indexOf(t.view, A + from, 100 - from, (byte) 0xfe))
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void looksShowRunsWithoutCopies() {
        try (TestSpace t = new TestSpace()) {
            t.fixed(A, 16 * PAGE, READ_WRITE);
            byte[] content = random(3, (int) (10 * PAGE));
            t.view.write(A + 50, content, 0, content.length);
            long[] seen = new long[1];
            MemorySegment[] kept = new MemorySegment[1];
            Look.at(t.view, A + 50, content.length, false, (run, address) -> {
                assertThat(address).isEqualTo(A + 50 + seen[0]);
                assertThat(run.isReadOnly()).isTrue();
                assertThat(run.mismatch(MemorySegment.ofArray(content).asSlice(seen[0], run.byteSize())))
                        .isEqualTo(-1);
                seen[0] += run.byteSize();
                kept[0] = run;
            });
            assertThat(seen[0]).isEqualTo(content.length);
            assertThatThrownBy(() -> kept[0].get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
            Look.at(t.view, A, 16 * PAGE, true, (run, address) -> run.fill((byte) 9));
            assertThat(t.same(A, 16 * PAGE, 9)).isTrue();
            faults(
                    () -> Look.at(t.view, A + 15 * PAGE, 2 * PAGE, false, (run, address) -> {}),
                    A + 16 * PAGE,
                    MemoryFault.SIGSEGV,
                    MemoryFault.SEGV_MAPERR);
        }
    }

    @Test
    void atomicsAreWholeAndAligned() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            t.fixed(A, PAGE, READ_WRITE);
            t.view.store(A, 8, 0xffff_ffff_ffff_ffffL);
            assertThat(t.view.getAndAdd(A + 4, 4, 2)).isEqualTo(0xffff_ffffL);
            assertThat(t.view.load(A, 8)).isEqualTo(0x1_ffff_ffffL);
            assertThat(t.view.getAndSet(A, 4, 7)).isEqualTo(0xffff_ffffL);
            assertThat(t.view.getAndSet(A, 8, 5)).isEqualTo(0x1_0000_0007L);
            assertThat(t.view.getAndAdd(A, 8, -6)).isEqualTo(5);
            assertThat(t.view.load(A, 8)).isEqualTo(-1);
            faults(() -> t.view.getAndAdd(A + 4, 8, 1), A + 4, MemoryFault.SIGBUS, MemoryFault.BUS_ADRALN);
            faults(() -> t.view.getAndSet(A + 2, 4, 1), A + 2, MemoryFault.SIGBUS, MemoryFault.BUS_ADRALN);
            assertThatThrownBy(() -> t.view.getAndAdd(A, 2, 1)).isInstanceOf(IllegalArgumentException.class);
            t.view.store(A, 8, 0);
            List<Future<?>> adding = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                adding.add(threads.submit(() -> {
                    try (View view = t.space.open("adding")) {
                        for (int i = 0; i < 10_000; i++) {
                            view.getAndAdd(A, 8, 1);
                            view.getAndAdd(A + 8, 4, 3);
                        }
                    }
                }));
            }
            for (Future<?> each : adding) {
                each.get();
            }
            assertThat(t.view.load(A, 8)).isEqualTo(20_000);
            assertThat(t.view.load(A + 8, 4)).isEqualTo(60_000);
            t.protect(A, PAGE, READ);
            faults(() -> t.view.getAndAdd(A, 8, 0), A, MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR);
        }
    }

    @Test
    void aClosedViewAndADestroyedSpaceSaySo() {
        try (TestSpace t = new TestSpace()) {
            AddressSpace gone = new AddressSpace(t.core);
            View attached = gone.open("attached");
            View lent = gone.openOn(t.view.participant());
            Map.anonymous(attached, Map.Where.FIXED, A >>> 12, 1, READ_WRITE, 0, false);
            attached.store(A, 1, 1);
            assertThat(lent.load(A, 1)).isEqualTo(1);
            attached.close();
            lent.close();
            lent.mount(t.view.participant());
            for (View view : new View[] {attached, lent}) {
                saysSo(() -> view.load(A, 8));
                saysSo(() -> view.store(A + PAGE - 2, 8, 1));
                saysSo(() -> view.getAndAdd(A, 8, 1));
                saysSo(() -> view.fill(A, 8, (byte) 1));
                saysSo(() -> Copy.between(view, A, t.view, A, 8));
                saysSo(() -> Look.at(view, A, 8, false, (run, address) -> {}));
                saysSo(() -> Pin.of(view, A, 8, false));
                saysSo(() -> Map.anonymous(view, Map.Where.FIXED, A >>> 12, 1, READ_WRITE, 0, false));
                saysSo(() -> Unmap.range(view, A >>> 12, 1));
                saysSo(() -> Advise.discard(view, A >>> 12, 1, false));
                view.close();
            }
            gone.destroy();
            saysSo(() -> gone.open("late"));
            saysSo(() -> gone.openOn(t.view.participant()));
            saysSo(gone::destroy);
            saysSo(() -> attached.load(A, 8));
            saysSo(() -> lent.load(A, 8));
        }
    }

    private static void saysSo(org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessageMatching(".*(closed|destroyed).*");
    }

    /** Each step of a copy is whole: what arrives is one of the contents that the page had, or the copy faults. */
    @Test
    void copiesAgainstUnmapAndProtectOnEitherSide() throws Exception {
        try (TestSpace t = new TestSpace();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            AddressSpace otherSpace = new AddressSpace(t.core);
            t.fixed(A, PAGE, READ_WRITE);
            AtomicBoolean stop = new AtomicBoolean();
            List<Future<?>> changing = new ArrayList<>();
            changing.add(threads.submit(() -> {
                try (View view = t.space.open("source")) {
                    for (int i = 0; !stop.get(); i++) {
                        Unmap.range(view, A >>> 12, 1);
                        Map.anonymous(view, Map.Where.FIXED, A >>> 12, 1, READ_WRITE, 0, false);
                        view.store(A, 8, i + 1L);
                        // Nobody copies into this page: not even one whose target was this frame a moment ago.
                        Thread.yield();
                        assertThat(view.load(A, 8)).isEqualTo(i + 1L);
                        Protect.range(view, A >>> 12, 1, NONE);
                        Protect.range(view, A >>> 12, 1, READ_WRITE);
                    }
                }
            }));
            changing.add(threads.submit(() -> {
                try (View view = otherSpace.open("target")) {
                    while (!stop.get()) {
                        Map.anonymous(view, Map.Where.FIXED, B >>> 12, 1, READ_WRITE, 0, false);
                        Protect.range(view, B >>> 12, 1, READ);
                        Protect.range(view, B >>> 12, 1, READ_WRITE);
                        Unmap.range(view, B >>> 12, 1);
                    }
                }
            }));
            long copied = 0;
            try (View other = otherSpace.open("copying")) {
                long deadline = System.nanoTime() + 1_000_000_000L;
                long last = 0;
                while (System.nanoTime() < deadline) {
                    try {
                        Copy.between(t.view, A, other, B, PAGE);
                        copied++;
                        long arrived = other.load(B, 8);
                        assertThat(arrived == 0 || arrived >= last).isTrue();
                        last = Math.max(last, arrived);
                    } catch (MemoryFault fault) {
                        assertThat(fault.signal()).isEqualTo(MemoryFault.SIGSEGV);
                    }
                }
            } finally {
                stop.set(true);
            }
            for (Future<?> each : changing) {
                each.get();
            }
            assertThat(copied).isPositive();
            otherSpace.destroy();
        }
    }
}

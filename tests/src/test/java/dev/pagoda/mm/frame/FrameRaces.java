package dev.pagoda.mm.frame;

import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.memory.Reservation;
import dev.pagoda.tests.stopped.StoppedRace;

/** Atomic changes of what is kept beside frames, areas and trees: of two that meet none is lost, and of two that want the same one has it. */
final class FrameRaces {
    private FrameRaces() {}

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Frames and what is known of them. */
    abstract static class OnTable implements StoppedRace {
        static final long FRAME = 5;

        final FrameTable table = new FrameTable(128);

        @Override
        public void close() {
            table.close();
        }
    }

    /** Two want the same, of which there is one. */
    abstract static class ForOne extends OnTable {
        private boolean firstHasIt;
        private boolean secondHasIt;

        abstract boolean take(int who);

        @Override
        public void stopped() {
            firstHasIt = take(1);
        }

        @Override
        public void meanwhile() {
            secondHasIt = take(2);
        }

        @Override
        public void check() {
            require(firstHasIt != secondHasIt, firstHasIt ? "both have it" : "nobody has it");
        }
    }

    static final class Pins extends OnTable {
        @Override
        public void stopped() {
            table.addPins(FRAME, 1);
        }

        @Override
        public void meanwhile() {
            table.addPins(FRAME, 1);
        }

        @Override
        public void check() {
            require(table.pins(FRAME) == 2, "pins: " + table.pins(FRAME));
        }
    }

    static final class Generations extends OnTable {
        @Override
        public void stopped() {
            table.raiseGeneration(FRAME);
        }

        @Override
        public void meanwhile() {
            table.raiseGeneration(FRAME);
        }

        @Override
        public void check() {
            require(table.generation(FRAME) == 2, "generation " + table.generation(FRAME));
        }
    }

    static final class Notes extends ForOne {
        @Override
        boolean take(int who) {
            return table.changeOwner(FRAME, 0, who);
        }
    }

    static final class Users extends ForOne {
        @Override
        boolean take(int who) {
            return table.changeUser(FRAME, 0, who);
        }
    }

    static final class LastCount extends ForOne {
        LastCount() {
            table.start(FRAME, 0, FrameKind.ANONYMOUS, 1);
        }

        @Override
        boolean take(int who) {
            return table.change(FRAME, 1, 0);
        }
    }

    static final class Deposit extends ForOne {
        @Override
        boolean take(int who) {
            return table.deposit(FRAME, 100 + who);
        }
    }

    static final class DepositTaken extends ForOne {
        DepositTaken() {
            table.deposit(FRAME, 100);
        }

        @Override
        boolean take(int who) {
            return table.takeDeposit(FRAME) >= 0;
        }
    }

    static final class ReserveTaken extends ForOne {
        private final EmergencyReserve reserve = new EmergencyReserve(table);

        ReserveTaken() {
            reserve.refill(FRAME);
        }

        @Override
        boolean take(int who) {
            return reserve.take() >= 0;
        }
    }

    static final class ReserveFilled extends ForOne {
        private final EmergencyReserve reserve = new EmergencyReserve(table);

        ReserveFilled() {
            for (int i = 1; i < EmergencyReserve.FRAMES; i++) {
                reserve.refill(i);
            }
        }

        @Override
        boolean take(int who) {
            return reserve.refill(100 + who);
        }
    }

    /** A frame is taken while another look found none missing. */
    static final class ReserveFoundFull extends OnTable {
        private final EmergencyReserve reserve = new EmergencyReserve(table);

        ReserveFoundFull() {
            for (int i = 0; i < EmergencyReserve.FRAMES; i++) {
                reserve.refill(i);
            }
        }

        @Override
        public void stopped() {
            reserve.refill(100);
        }

        @Override
        public void meanwhile() {
            reserve.take();
        }

        @Override
        public void check() {
            require(
                    reserve.isIncomplete() || reserve.count() == EmergencyReserve.FRAMES,
                    "a missing frame is forgotten");
        }
    }

    /** Two begin to zero a frame, and end. */
    static final class Fillings implements StoppedRace {
        private final ZeroedFrames zeroed = new ZeroedFrames();
        private final long before = zeroed.passages();

        @Override
        public void stopped() {
            zeroed.beginFilling();
            zeroed.endFilling(true);
        }

        @Override
        public void meanwhile() {
            zeroed.beginFilling();
            zeroed.endFilling(true);
        }

        @Override
        public void check() {
            long after = zeroed.passages();
            require(zeroed.isSettled(after), "a filling does not end");
            require(after - before == 2L << 32, "fillings that ended: " + (after - before >>> 32));
        }

        @Override
        public void close() {
            zeroed.close();
        }
    }

    /** Two areas of a tree, none of which has a free frame. */
    abstract static class OnTree implements StoppedRace {
        private final Reservation memory = new Reservation(4096);
        private final long words = memory.address() + 2048;

        final Trees trees = new Trees(memory.address(), 2, words);

        /** Frames come back. */
        final void free(long area, long frames) {
            RawMemory.getAndAdd(words + area * Long.BYTES, frames);
            if (frames == AreaWord.FRAMES) {
                trees.nowWhole(area);
            }
            trees.nowSome(area);
        }

        final void take(long area, long frames) {
            RawMemory.getAndAdd(words + area * Long.BYTES, -frames);
        }

        @Override
        public void check() {
            for (long area = 0; area < 2; area++) {
                long word = RawMemory.getVolatile(words + area * Long.BYTES);
                require(AreaWord.free(word) == 0 || trees.isFindable(area, false), "area " + area + " is hidden");
                require(!AreaWord.isWholeFree(word) || trees.isFindable(area, true), "area " + area + " is not whole");
            }
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** Two areas become free. */
    static final class BothFreed extends OnTree {
        @Override
        public void stopped() {
            free(0, AreaWord.FRAMES);
        }

        @Override
        public void meanwhile() {
            free(1, AreaWord.FRAMES);
        }
    }

    /** An area that was found to have nothing is corrected, while it or the other one becomes free. */
    abstract static class Corrected extends OnTree {
        private final long freed;

        Corrected(long freed) {
            this.freed = freed;
            free(0, AreaWord.FRAMES);
            take(0, AreaWord.FRAMES);
        }

        @Override
        public void stopped() {
            trees.correct(0);
        }

        @Override
        public void meanwhile() {
            free(freed, AreaWord.FRAMES);
        }
    }

    static final class FreedWhenCorrected extends Corrected {
        FreedWhenCorrected() {
            super(0);
        }
    }

    static final class OtherFreedWhenCorrected extends Corrected {
        OtherFreedWhenCorrected() {
            super(1);
        }
    }

    /** Two blocks whose inner bits stand in one word. */
    static final class Blocks implements StoppedRace {
        private static final int ORDER = 2;

        private final Reservation memory = new Reservation(4096);
        private final AreaBits bits = new AreaBits(memory.address());
        private long one;
        private long other;

        @Override
        public void stopped() {
            one = bits.takeRun(0, ORDER, 0);
        }

        @Override
        public void meanwhile() {
            other = bits.takeRun(0, ORDER, 0);
        }

        @Override
        public void check() {
            require(one != other, "both have block " + one);
            require(bits.giveBackRun(one, ORDER) == 1 << ORDER, "block " + one + " is not known as one");
            require(bits.giveBackRun(other, ORDER) == 1 << ORDER, "block " + other + " is not known as one");
            require(bits.countClear(0) == AreaWord.FRAMES, "a bit is set");
        }

        @Override
        public void close() {
            memory.close();
        }
    }
}

package dev.pagoda.tests.lincheck;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.util.ValueResult;
import org.jetbrains.lincheck.datastructures.verifier.CachedVerifier;

/**
 * Whether the results of a scenario can be explained by a plain set of free frames, which an operation changes at one instant between its call and its return.
 *
 * <p>Lincheck's own verifier compares results with those of a deterministic model; but an allocator may hand out any free block. So here the
 * result itself says which block it was, and the model says whether it was free: the strongest specification of an allocator that leaves it the
 * choice. A refused allocation changes nothing and is judged by {@link Refusal}: while it is under way, every state that the model goes through takes the
 * blocks from its list that are not free then, and it may return when the list is empty.
 */
public final class AllocatorVerifier extends CachedVerifier {
    private final Geometry geometry;

    /**
     * For memory of one geometry.
     *
     * @param geometry a class that implements {@link Geometry}
     */
    public AllocatorVerifier(Class<?> geometry) throws ReflectiveOperationException {
        this.geometry = (Geometry) geometry.getDeclaredConstructor().newInstance();
    }

    @Override
    public boolean verifyResultsImpl(ExecutionScenario scenario, ExecutionResult result) {
        List<List<Call>> threads = new ArrayList<>();
        for (int thread = 0; thread < scenario.getNThreads(); thread++) {
            List<Call> calls = new ArrayList<>();
            List<Actor> actors = scenario.getThreads().get(thread);
            List<ResultWithClock> results = result.getThreadsResultsWithClock().get(thread);
            for (int i = 0; i < actors.size(); i++) {
                if (!(results.get(i).getResult() instanceof ValueResult value)) {
                    // An exception, or nothing: no operation of an allocator may end so.
                    return false;
                }
                calls.add(Call.of(
                        actors.get(i),
                        (Block) value.getValue(),
                        results.get(i).getClockOnStart().getClock()));
            }
            threads.add(calls);
        }
        return new Search(threads)
                .explains(new int[threads.size()], new BitSet(), new HashSet<>(), new BitSet[threads.size()]);
    }

    /**
     * A call and its result.
     *
     * @param before how many calls of each thread had returned when this one began
     */
    private record Call(boolean allocates, int order, Block block, int[] before) {
        static Call of(Actor actor, Block block, int[] before) {
            OfOrder allocates = actor.getMethod().getAnnotation(OfOrder.class);
            return new Call(allocates != null, allocates != null ? allocates.value() : -1, block, before);
        }

        boolean isRefused() {
            return allocates && block == null;
        }

        boolean hasBegun(int[] returned) {
            for (int thread = 0; thread < returned.length; thread++) {
                if (returned[thread] < before[thread]) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Tries all orders, depth first; a state from which there is no way is not tried again. */
    private final class Search {
        private final List<List<Call>> threads;
        private final Set<List<Object>> noWay = new HashSet<>();

        Search(List<List<Call>> threads) {
            this.threads = threads;
        }

        /**
         * Whether the calls that are left can be explained.
         *
         * @param returned how many calls of each thread have had their instant
         * @param taken the frames handed out
         * @param blocks the blocks handed out
         * @param suspects for each thread whose next call is refused and under way: the blocks that it has not seen taken
         */
        boolean explains(int[] returned, BitSet taken, Set<Block> blocks, BitSet[] suspects) {
            BitSet[] left = lookAround(returned, taken, suspects);
            List<Object> state = List.of(List.of(box(returned)), blocks, List.of(text(left)));
            if (noWay.contains(state)) {
                return false;
            }
            boolean done = true;
            for (int thread = 0; thread < returned.length; thread++) {
                Call call = next(thread, returned);
                if (call == null) {
                    continue;
                }
                done = false;
                if (!call.hasBegun(returned) || !isPossible(call, taken, blocks, left[thread])) {
                    continue;
                }
                int[] nextReturned = returned.clone();
                nextReturned[thread]++;
                BitSet nextTaken = (BitSet) taken.clone();
                Set<Block> nextBlocks = new HashSet<>(blocks);
                if (call.block() != null) {
                    nextTaken.flip(
                            (int) call.block().frame(), (int) call.block().end());
                    if (call.allocates()) {
                        nextBlocks.add(call.block());
                    } else {
                        nextBlocks.remove(call.block());
                    }
                }
                BitSet[] nextSuspects = left.clone();
                nextSuspects[thread] = null;
                if (explains(nextReturned, nextTaken, nextBlocks, nextSuspects)) {
                    return true;
                }
            }
            if (!done) {
                noWay.add(state);
            }
            return done;
        }

        private Call next(int thread, int[] returned) {
            List<Call> calls = threads.get(thread);
            return returned[thread] < calls.size() ? calls.get(returned[thread]) : null;
        }

        private boolean isPossible(Call call, BitSet taken, Set<Block> blocks, BitSet suspects) {
            if (call.isRefused()) {
                return suspects.isEmpty();
            }
            Block block = call.block();
            if (block == null) {
                return true;
            }
            if (!call.allocates()) {
                return blocks.contains(block);
            }
            return block.order() == call.order()
                    && block.frame() % (1L << block.order()) == 0
                    && block.frame() >= 0
                    && block.end() <= geometry.frames()
                    && isFree(block.frame(), block.order(), taken);
        }

        /** What the refused calls that are under way still miss after they have seen this state. */
        private BitSet[] lookAround(int[] returned, BitSet taken, BitSet[] suspects) {
            BitSet[] left = new BitSet[suspects.length];
            for (int thread = 0; thread < left.length; thread++) {
                Call call = next(thread, returned);
                if (call != null && call.isRefused() && call.hasBegun(returned)) {
                    left[thread] = look(call, returned, taken, suspects[thread]);
                }
            }
            return left;
        }

        private BitSet look(Call call, int[] returned, BitSet taken, BitSet suspects) {
            int all = (int) (geometry.frames() >> call.order());
            BitSet free = new BitSet(all);
            for (int block = 0; block < all; block++) {
                free.set(block, isFree((long) block << call.order(), call.order(), taken));
            }
            if (suspects == null) {
                suspects = new BitSet(all);
                suspects.set(0, all);
            }
            BitSet left = (BitSet) suspects.clone();
            switch (geometry.refusal()) {
                case NONE_FREE -> {
                    if (free.isEmpty()) {
                        left.clear();
                    }
                }
                case EACH_SEEN_TAKEN -> left.and(free);
                case FREES_ASIDE -> {
                    left.and(free);
                    if (left.cardinality() <= overlapping(call, returned, true)) {
                        left.clear();
                    }
                }
                case OTHERS_AT_WORK -> {
                    left.and(free);
                    if (overlapping(call, returned, false) > 0) {
                        left.clear();
                    }
                }
            }
            return left;
        }

        /** How many calls have had their instant, or could have it now, and had not returned when this one began. */
        private int overlapping(Call call, int[] returned, boolean freesOnly) {
            int count = 0;
            for (int thread = 0; thread < returned.length; thread++) {
                List<Call> calls = threads.get(thread);
                for (int i = call.before()[thread]; i < calls.size(); i++) {
                    Call other = calls.get(i);
                    boolean begun = i < returned[thread] || i == returned[thread] && other.hasBegun(returned);
                    boolean counts = freesOnly ? !other.allocates() && other.block() != null : other != call;
                    count += begun && counts ? 1 : 0;
                }
            }
            return count;
        }

        private static boolean isFree(long frame, int order, BitSet taken) {
            int next = taken.nextSetBit((int) frame);
            return next < 0 || next >= frame + (1L << order);
        }

        private static Integer[] box(int[] numbers) {
            Integer[] boxed = new Integer[numbers.length];
            for (int i = 0; i < boxed.length; i++) {
                boxed[i] = numbers[i];
            }
            return boxed;
        }

        private static String[] text(BitSet[] sets) {
            String[] texts = new String[sets.length];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = String.valueOf(sets[i]);
            }
            return texts;
        }
    }
}

package dev.pagoda.tests.lincheck;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * How Lincheck runs a class of operations: scenarios of two operations for each thread. Model checking takes two threads, whose orders can nearly all be
 * tried, and then three.
 *
 * <p>{@code -Dpagoda.lincheck.factor=20} makes twenty times as many scenarios. Lincheck draws them from a fixed seed, so a failure comes again.
 */
final class LincheckRuns {
    private static final int FACTOR = Integer.getInteger("pagoda.lincheck.factor", 1);
    private static final int ORDERS = 200;
    /** A kernel is booted for each, which is most of what it costs. */
    private static final int SPACE_ORDERS = 300 * FACTOR;

    /** A thread that goes round so often in a loop waits for another. */
    private static final int LONGER_THAN_A_TABLE = 600;

    private static final int LONGEST_LOOP = 4096;
    private static final long LONGEST_INVOCATION_MILLIS = 120_000;
    private static final int STRESS_RUNS = 1000;

    private LincheckRuns() {}

    /**
     * Explores the orders of the accesses of each scenario, up to a bound.
     *
     * @param obstructionFree whether a thread that waits for another is a failure too
     * @param before how many operations make a start, one after the other
     */
    static void modelCheck(
            Class<?> operations,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            boolean obstructionFree,
            int before,
            int scenarios) {
        for (int threads = 2; threads <= 3; threads++) {
            ModelCheckingOptions options = new ModelCheckingOptions()
                    .checkObstructionFreedom(obstructionFree)
                    .addGuarantee(forClasses("dev.pagoda.mm.memory.RawMemory")
                            .allMethods()
                            .treatAsAtomic())
                    // Before and after the scenario nobody else is there.
                    .addGuarantee(forClasses("dev.pagoda.mm.frame.FrameAllocator")
                            .methods("<init>")
                            .ignore())
                    .addGuarantee(forClasses(AllocatorAudit.class.getName())
                            .allMethods()
                            .ignore())
                    .addGuarantee(forClasses("dev.pagoda.mm.epoch.RingOfRecords")
                            .methods("fill", "audit")
                            .ignore())
                    .invocationsPerIteration(ORDERS);
            check(operations, options, verifier, specification, threads, before, scenarios);
        }
    }

    /**
     * As {@link #modelCheck}, for operations of a space. Frames, rings and counters have tests of their own: here an access of them is one step. Grace periods are waited for, so a thread
     * that waits is no failure.
     */
    static void modelCheckSpace(
            Class<?> operations,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            ExecutionScenario scenario) {
        check(spaceOptions(operations), operations, verifier, specification, scenario);
    }

    /**
     * As {@link #modelCheckSpace}, for what two operations do to the words of tables: another thread comes in before an access of a word, and not where a view looks after itself. So most
     * orders with two changes of thread can be tried.
     *
     * @param orders how many are tried
     */
    static void modelCheckTables(
            Class<?> operations,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            ExecutionScenario scenario,
            int orders) {
        ModelCheckingOptions options = spaceOptions(operations)
                .loopIterationsBeforeThreadSwitch(LONGER_THAN_A_TABLE)
                .addGuarantee(forClasses(
                                "dev.pagoda.mm.space.Budget",
                                "dev.pagoda.mm.space.ChildTree",
                                "dev.pagoda.mm.space.Emptied",
                                "dev.pagoda.mm.space.HoleHints",
                                "dev.pagoda.mm.space.HugeBlock",
                                "dev.pagoda.mm.space.Limits",
                                "dev.pagoda.mm.space.Runs")
                        .allMethods()
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.space.Collapse")
                        .methods("copyPages")
                        .treatAsAtomic())
                .addGuarantee(forClasses("dev.pagoda.mm.space.Collapse")
                        .methods("kindOf")
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.epoch.Roster")
                        .methods("join", "remove")
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.space.Mappings")
                        .methods("forEach")
                        .ignore())
                // A step that it makes in an epoch is looked into.
                .addGuarantee(forClasses("dev.pagoda.pagecache.Actors")
                        .methods("<init>", "borrow", "giveBack", "rest", "retire")
                        .ignore())
                .addGuarantee(forClasses(
                                "java.util.concurrent.locks.ReentrantLock",
                                "java.util.IdentityHashMap",
                                "java.util.Collections",
                                "java.util.Collections.SetFromMap",
                                "java.util.IdentityHashMap.KeySet",
                                "java.util.IdentityHashMap.KeyIterator")
                        .allMethods()
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.epoch.Participant")
                        .methods("enter", "leave", "enterBriefly", "leaveBriefly", "makeRoom", "retire", "tidy")
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.space.Replace")
                        .methods("removed", "flushCount", "isNothingToDo", "lookForOthers")
                        .ignore())
                .addGuarantee(forClasses("dev.pagoda.mm.space.View")
                        .methods(
                                "accessSlot",
                                "bill",
                                "forgetHuge",
                                "makeRoom",
                                "participant",
                                "rawAddress",
                                "stripe",
                                "use")
                        .ignore())
                .invocationsPerIteration(orders * FACTOR);
        check(options, operations, verifier, specification, scenario);
    }

    private static ModelCheckingOptions spaceOptions(Class<?> operations) {
        return new ModelCheckingOptions()
                .checkObstructionFreedom(false)
                // A table has 512 slots; a loop over them is no wait.
                .loopBound(LONGEST_LOOP)
                .addGuarantee(forClasses("dev.pagoda.mm.memory.HeapMemory", "dev.pagoda.mm.space.Counters")
                        .allMethods()
                        .ignore())
                .addGuarantee(forClasses(
                                "dev.pagoda.mm.frame.Frames",
                                "dev.pagoda.mm.epoch.RetireRing",
                                "dev.pagoda.mm.space.Placement")
                        .allMethods()
                        .treatAsAtomic())
                // Tables that nobody else can reach.
                .addGuarantee(forClasses("dev.pagoda.mm.radix.Tables")
                        .methods("allocate", "drain")
                        .treatAsAtomic())
                .addGuarantee(forClasses(
                                "dev.pagoda.mm.space.SmallSpace",
                                "dev.pagoda.mm.radix.PagesOfATree",
                                operations.getCanonicalName())
                        .methods("boot", "join", "openViews", "openChild", "begin", "audit")
                        .ignore())
                .invocationsPerIteration(SPACE_ORDERS);
    }

    private static void check(
            ModelCheckingOptions options,
            Class<?> operations,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            ExecutionScenario scenario) {
        options.addCustomScenario(scenario);
        options.invocationTimeout$lincheck(LONGEST_INVOCATION_MILLIS);
        options.iterations(0)
                .verifier(verifier)
                .sequentialSpecification(specification)
                .check(operations);
    }

    /**
     * Runs each scenario many times on real threads.
     *
     * @param before how many operations make a start, one after the other
     */
    static void stress(
            Class<?> operations,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            int before,
            int scenarios) {
        StressOptions options = new StressOptions().invocationsPerIteration(STRESS_RUNS);
        check(operations, options, verifier, specification, 3, before, scenarios);
    }

    private static void check(
            Class<?> operations,
            Options<?, ?> options,
            Class<? extends Verifier> verifier,
            Class<?> specification,
            int threads,
            int before,
            int scenarios) {
        // The first invocation of a scenario may have classes prepared, which takes long on a busy machine.
        options.invocationTimeout$lincheck(LONGEST_INVOCATION_MILLIS);
        options.threads(threads)
                .actorsPerThread(2)
                .actorsBefore(before)
                .actorsAfter(1)
                .iterations(scenarios * FACTOR)
                .verifier(verifier)
                .sequentialSpecification(specification)
                .check(operations);
    }
}

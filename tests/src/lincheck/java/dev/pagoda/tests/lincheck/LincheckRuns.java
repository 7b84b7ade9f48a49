package dev.pagoda.tests.lincheck;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * How Lincheck runs a class of operations: three threads of two or three operations, after a few that make a start.
 *
 * <p>{@code -Dpagoda.lincheck.factor=20} makes twenty times as many scenarios. Lincheck draws them from a fixed seed, so a failure comes again.
 */
public final class LincheckRuns {
    private static final int FACTOR = Integer.getInteger("pagoda.lincheck.factor", 1);
    private static final int THREADS = 3;
    private static final int OPERATIONS = 2;
    private static final int MODEL_SCENARIOS = 10;
    private static final int MODEL_ORDERS = 500;
    private static final int STRESS_SCENARIOS = 20;
    private static final int STRESS_RUNS = 1000;

    private LincheckRuns() {}

    /** Explores the orders of the accesses of each scenario, up to a bound. */
    public static void modelCheck(Class<?> operations, Class<? extends Verifier> verifier, Class<?> specification) {
        ModelCheckingOptions options = new ModelCheckingOptions()
                .addGuarantee(forClasses("dev.pagoda.mm.memory.RawMemory")
                        .allMethods()
                        .treatAsAtomic())
                // Nobody else is there yet, or any more.
                .addGuarantee(forClasses("dev.pagoda.mm.frame.FrameAllocator")
                        .methods("<init>")
                        .ignore())
                .addGuarantee(
                        forClasses(AllocatorAudit.class.getName()).allMethods().ignore());
        shared(options, verifier, specification)
                .iterations(MODEL_SCENARIOS * FACTOR)
                .invocationsPerIteration(MODEL_ORDERS)
                .check(operations);
    }

    /** Runs each scenario many times on real threads. */
    public static void stress(Class<?> operations, Class<? extends Verifier> verifier, Class<?> specification) {
        shared(new StressOptions(), verifier, specification)
                .iterations(STRESS_SCENARIOS * FACTOR)
                .invocationsPerIteration(STRESS_RUNS)
                .check(operations);
    }

    private static <O extends Options<O, ?>> O shared(
            O options, Class<? extends Verifier> verifier, Class<?> specification) {
        return options.threads(THREADS)
                .actorsPerThread(OPERATIONS)
                .actorsBefore(3)
                .actorsAfter(1)
                .verifier(verifier)
                .sequentialSpecification(specification);
    }
}

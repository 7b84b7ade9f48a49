package dev.pagoda.tests.lincheck;

import java.util.List;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.util.ExceptionResult;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/** For operations without results: what counts is the audit afterwards, and that none of them throws. */
public final class NothingThrown implements Verifier {
    /**
     * Needs no specification.
     *
     * @param unused what Lincheck hands to every verifier
     */
    public NothingThrown(Class<?> unused) {}

    @Override
    public boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
        for (List<ResultWithClock> thread : result.getThreadsResultsWithClock()) {
            for (ResultWithClock one : thread) {
                if (one.getResult() instanceof ExceptionResult) {
                    return false;
                }
            }
        }
        return true;
    }
}

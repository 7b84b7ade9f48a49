package dev.pagoda.runtime.trace;

/**
 * A call that did not do what the recording says.
 *
 * @param line the recorded line
 * @param unsupported whether the kernel cannot do it at all
 * @param call the recorded call
 * @param recorded the recorded result
 * @param actual the result of the replay, with the reason
 */
public record Difference(int line, boolean unsupported, String call, String recorded, String actual) {
    static Difference of(Step step, boolean unsupported, String actual) {
        TraceCall call = step.call();
        return new Difference(
                call.firstLine(), unsupported, call.toString(), call.result().toString(), actual);
    }
}

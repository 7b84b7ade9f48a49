package dev.pagoda.runtime.scml;

import dev.pagoda.runtime.trace.TraceCall;

/** Says what becomes of a call. For every thread. */
@FunctionalInterface
public interface Judge {
    /** The verdict on one recorded call. */
    Judgement judge(TraceCall call);
}

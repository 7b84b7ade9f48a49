package dev.pagoda.tests.lincheck;

/** The memory of an allocator test; {@link AllocatorVerifier} makes one by the constructor without parameters. */
public interface Geometry {
    /** Number of frames. */
    long frames();

    /** The order of which the whole memory consists when all is free. */
    int largestOrder();

    /** When an allocation may be refused. */
    Refusal refusal();
}

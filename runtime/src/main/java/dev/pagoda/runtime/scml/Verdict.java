package dev.pagoda.runtime.scml;

/** What becomes of a recorded call. */
public enum Verdict {
    /** It does what it does on Linux. */
    SUPPORTED,
    /** It is accepted, and a part of what it asks for has no effect. */
    IGNORED,
    /** It is answered with an error that Linux would not give. */
    REFUSED,
    /** The rules do not speak of this call. */
    OTHER
}

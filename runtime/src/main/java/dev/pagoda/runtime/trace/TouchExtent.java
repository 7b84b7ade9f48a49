package dev.pagoda.runtime.trace;

/** How much of each range that becomes accessible the replay accesses. */
public enum TouchExtent {
    /** Nothing. */
    NONE,
    /** The first page. */
    FIRST,
    /** Every page, up to the end of the file where there is one. */
    ALL
}

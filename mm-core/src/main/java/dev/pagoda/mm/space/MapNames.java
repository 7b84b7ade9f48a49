package dev.pagoda.mm.space;

/** What a program's private memory without an object is called in maps and smaps: the heap, the stack. Asked when such a text is written; by any thread. */
@FunctionalInterface
public interface MapNames {
    /** No memory has a name. */
    MapNames NONE = (start, end) -> "";

    /**
     * The name of a line of maps.
     *
     * @param start first address of the line
     * @param end the address behind it
     * @return such as {@code [heap]}; empty if it has none
     */
    String of(long start, long end);
}

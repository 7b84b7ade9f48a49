package dev.pagoda.runtime.trace;

/** An open descriptor of the recording, from the call that returned it to the one that closes it. */
final class Descriptor extends Resource {
    /** The position, which duplicates share. */
    static final class Position {
        private long bytes;

        long bytes() {
            return bytes;
        }

        void bytes(long position) {
            bytes = position;
        }
    }

    private final int number;
    private final RecordedFile file;
    private final Position position;
    private final boolean appends;
    private final String foreign;

    private Descriptor(int number, RecordedFile file, Position position, boolean appends, String foreign) {
        this.number = number;
        this.file = file;
        this.position = position;
        this.appends = appends;
        this.foreign = foreign;
    }

    /** A descriptor that the replay opens. */
    static Descriptor of(int number, RecordedFile file, boolean appends) {
        return new Descriptor(number, file, new Position(), appends, "");
    }

    /** A descriptor that the replay does not have: a socket, a pipe, a device. */
    static Descriptor foreign(String reason) {
        return new Descriptor(-1, null, new Position(), false, reason);
    }

    /** Another descriptor of the same open file. */
    Descriptor duplicate(int duplicateNumber) {
        return new Descriptor(duplicateNumber, file, position, appends, foreign);
    }

    /** The number of this instance within the plan; not the recorded number. */
    int number() {
        return number;
    }

    RecordedFile file() {
        return file;
    }

    Position position() {
        return position;
    }

    boolean appends() {
        return appends;
    }

    boolean isForeign() {
        return !foreign.isEmpty();
    }

    /** Why the replay does not have it. */
    String foreignReason() {
        return foreign;
    }

    @Override
    public String toString() {
        return isForeign() ? "foreign(" + foreign + ")" : "fd#" + number + "(" + file + ")";
    }
}

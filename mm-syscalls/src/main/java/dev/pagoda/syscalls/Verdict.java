package dev.pagoda.syscalls;

/** What the kernel makes of a call, or of one value of an argument. */
public enum Verdict {
    /** It does what its manual page says. */
    SUPPORTED("supported"),
    /** It is taken and changes nothing. */
    IGNORED("ignored"),
    /** It is answered with an errno. */
    REFUSED("refused");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** The verdict as pages and listings say it. */
    public String word() {
        return word;
    }
}

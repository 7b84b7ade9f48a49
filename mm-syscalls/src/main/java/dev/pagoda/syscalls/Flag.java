package dev.pagoda.syscalls;

/**
 * A row of the table of calls: one value of one argument.
 *
 * @param name Linux's
 * @param value Linux's
 * @param verdict what becomes of it
 * @param errno the positive errno of what is refused; of other verdicts the one that MAP_SHARED_VALIDATE answers, which looks at flags more closely, or 0
 * @param why what it does, or why it is ignored or refused: a phrase without a full stop
 */
public record Flag(String name, int value, Verdict verdict, int errno, String why) {
    static Flag supported(String name, String why) {
        return of(name, Verdict.SUPPORTED, 0, why);
    }

    static Flag ignored(String name, String why) {
        return of(name, Verdict.IGNORED, 0, why);
    }

    static Flag refused(String name, int errno, String why) {
        return of(name, Verdict.REFUSED, errno, why);
    }

    /** The same, but refused with an errno by MAP_SHARED_VALIDATE. */
    Flag unlessValidated(int strictErrno) {
        return new Flag(name, value, verdict, strictErrno, why);
    }

    private static Flag of(String name, Verdict verdict, int errno, String why) {
        int value = (int)
                Linux.valueOf(name).orElseThrow(() -> new IllegalArgumentException("Linux has no constant " + name));
        return new Flag(name, value, verdict, errno, why);
    }

    /** Whether a call goes on with it. */
    public boolean isTaken() {
        return verdict != Verdict.REFUSED;
    }
}

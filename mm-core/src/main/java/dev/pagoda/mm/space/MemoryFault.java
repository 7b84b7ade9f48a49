package dev.pagoda.mm.space;

/**
 * An access that memory does not allow, described as Linux describes it to a signal handler.
 *
 * <p>Thrown by the accesses of a {@link View} on the thread that made the access. It carries the signal, its
 * code, the first bad byte ({@code si_addr}) and a sentence that says why. It has no stack trace: it is an
 * answer to the program that runs on the kernel, not a defect of the kernel.
 */
public final class MemoryFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Signal number of a killed thread; used when no memory can be found for a page, as Linux's out-of-memory killer does. */
    public static final int SIGKILL = 9;
    /** Signal number of an access past the end of an object, or of one that could not be read. */
    public static final int SIGBUS = 7;
    /** Signal number of an access that nothing maps, or that the protection forbids. */
    public static final int SIGSEGV = 11;

    /** Code of SIGSEGV: nothing is mapped at the address. */
    public static final int SEGV_MAPERR = 1;
    /** Code of SIGSEGV: the protection forbids the access. */
    public static final int SEGV_ACCERR = 2;
    /** Code of SIGBUS: the page lies past the end of the object. */
    public static final int BUS_ADRERR = 2;
    /** Code of SIGBUS: an atomic access is not aligned to its size. */
    public static final int BUS_ADRALN = 1;
    /** Code of a signal that the kernel itself decided on. */
    public static final int SI_KERNEL = 0x80;

    private final int signal;
    private final int code;
    private final long address;

    /**
     * Describes one refused access.
     *
     * @param signal {@link #SIGSEGV}, {@link #SIGBUS} or {@link #SIGKILL}
     * @param code the signal's code
     * @param address the first bad byte
     * @param reason a sentence that says why
     */
    public MemoryFault(int signal, int code, long address, String reason) {
        super(reason, null, false, false);
        this.signal = signal;
        this.code = code;
        this.address = address;
    }

    /** The signal number that Linux would send. */
    public int signal() {
        return signal;
    }

    /** The signal's code, such as {@link #SEGV_MAPERR}. */
    public int code() {
        return code;
    }

    /** The first bad byte. */
    public long address() {
        return address;
    }

    /** The signal and its code under their Linux names, such as {@code SIGSEGV SEGV_MAPERR}. */
    public String linuxName() {
        return switch (signal) {
            case SIGSEGV -> code == SEGV_MAPERR ? "SIGSEGV SEGV_MAPERR" : "SIGSEGV SEGV_ACCERR";
            case SIGBUS -> code == BUS_ADRALN ? "SIGBUS BUS_ADRALN" : "SIGBUS BUS_ADRERR";
            default -> "SIGKILL SI_KERNEL";
        };
    }
}

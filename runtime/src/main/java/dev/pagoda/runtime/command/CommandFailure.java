package dev.pagoda.runtime.command;

/**
 * A command that cannot be carried out as asked, in one line: what, where, and what to do.
 *
 * <p>Thrown by a subcommand; {@link PagodaCommand} prints the message and exits with {@link #status}.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Describes what is wrong with what the user gave.
     *
     * @param message one line
     */
    public CommandFailure(String message) {
        this(message, PagodaCommand.EXIT_USAGE);
    }

    /**
     * Describes what failed.
     *
     * @param message one line
     * @param status the exit status
     */
    public CommandFailure(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The exit status. */
    public int status() {
        return status;
    }
}

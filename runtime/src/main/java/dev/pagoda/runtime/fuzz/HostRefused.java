package dev.pagoda.runtime.fuzz;

/** The host is no Linux that calls can be compared with, or refuses what that needs; the message is one sentence. */
public final class HostRefused extends Exception {
    private static final long serialVersionUID = 1L;

    HostRefused(String message) {
        super(message);
    }
}

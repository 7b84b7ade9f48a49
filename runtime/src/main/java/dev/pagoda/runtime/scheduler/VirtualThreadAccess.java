package dev.pagoda.runtime.scheduler;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;

/**
 * The one place that knows how to give a virtual thread a scheduler of ours.
 *
 * <p>The JDK keeps that constructor to itself. It is reached by reflection, which needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED} (and the module's own name when Pagoda is on the module path).
 * Without it, {@link #refusal()} says what is missing and guest threads run on the JDK's own scheduler.
 */
final class VirtualThreadAccess {
    private static final Constructor<?> BUILDER;
    private static final String REFUSAL;

    static {
        Constructor<?> builder = null;
        String refusal = "";
        try {
            builder = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            builder.setAccessible(true);
        } catch (ReflectiveOperationException e) {
            refusal = "this JDK has no virtual threads with a scheduler of one's own (" + e + "); use JDK 25";
            builder = null;
        } catch (RuntimeException e) {
            refusal = "virtual threads are closed to Pagoda; start Java with --add-opens java.base/java.lang="
                    + (VirtualThreadAccess.class.getModule().isNamed()
                            ? VirtualThreadAccess.class.getModule().getName()
                            : "ALL-UNNAMED");
            builder = null;
        }
        BUILDER = builder;
        REFUSAL = refusal;
    }

    private VirtualThreadAccess() {}

    /** Why our own scheduler cannot be used, or the empty string when it can. */
    static String refusal() {
        return REFUSAL;
    }

    /**
     * A virtual thread, not yet started, whose every continuation is handed to the executor.
     *
     * @throws UnsupportedOperationException when {@link #refusal()} is not empty
     */
    static Thread unstarted(String name, Executor executor, Runnable body) {
        if (BUILDER == null) {
            throw new UnsupportedOperationException(REFUSAL);
        }
        try {
            return ((Thread.Builder.OfVirtual) BUILDER.newInstance(executor))
                    .name(name)
                    .unstarted(body);
        } catch (InvocationTargetException e) {
            throw new UnsupportedOperationException("no virtual thread with our scheduler: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("no virtual thread with our scheduler: " + e, e);
        }
    }

    /** A virtual thread, not yet started, on the JDK's own scheduler. */
    static Thread unstartedOnJdkScheduler(String name, Runnable body) {
        return Thread.ofVirtual().name(name).unstarted(body);
    }
}

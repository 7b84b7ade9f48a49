package dev.pagoda.bench;

import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.LinuxCalls;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark's thread, attached to the process. */
@State(Scope.Thread)
public class AttachedThread {
    private BootedKernel kernel;
    /** The thread's calls. */
    LinuxCalls calls;
    /** The thread's view. */
    View view;

    /** Attaches. */
    @Setup(Level.Trial)
    public void attach(BootedKernel booted) {
        kernel = booted;
        calls = booted.attach();
        view = calls.view();
    }

    /** What it is attached to. A state that needs both asks here: JMH would stop the kernel first if the state depended on it too. */
    final Process process() {
        return kernel.process;
    }

    /** Detaches. */
    @TearDown(Level.Trial)
    public void detach() {
        kernel.detach(calls);
    }
}

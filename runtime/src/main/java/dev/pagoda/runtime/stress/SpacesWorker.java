package dev.pagoda.runtime.stress;

import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.LinuxCalls;
import java.util.ArrayList;
import java.util.List;

/** A worker with calls in several processes, of which it uses one at a time. */
final class SpacesWorker extends Worker {
    /** Its calls, by process. */
    final List<LinuxCalls> calls = new ArrayList<>();
    /** Its own pages, by process. */
    final List<ExactPages> exact = new ArrayList<>();

    SpacesWorker(int index, List<Process> processes, long seed) {
        super(index, seed);
        processes.forEach(process -> calls.add(process.attach()));
    }

    @Override
    public String state() {
        StringBuilder text = new StringBuilder(super.state());
        for (LinuxCalls one : calls) {
            View view = one.view();
            text.append("; ").append(view.participant().describe());
        }
        return text.toString();
    }

    void close() {
        calls.forEach(LinuxCalls::close);
    }
}

package dev.pagoda.runtime.trace;

import dev.pagoda.runtime.trace.Operation.Verb;
import dev.pagoda.runtime.trace.Plan.PlanThread;
import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a recording into a plan: one pass in recorded order that keeps, for each recorded process, what lies at which recorded
 * address and what each descriptor number stands for, so that every call can name placements and descriptors instead.
 *
 * <p>Steps that work on the same placement, descriptor or file keep their recorded order, also between threads; everything else is
 * free. One planner makes one plan, on one thread.
 */
final class Planner {
    private final Trace trace;
    private final ProcessTree tree;
    private final FilePlanner files;
    private final MemoryPlanner memory;
    private final Map<Integer, ProcessModel> processes = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Integer, Step> starters = new HashMap<>();
    private final Map<RecordedFile, Long> firstSizes = new IdentityHashMap<>();

    private Planner(Trace trace, HostFiles host) throws TraceError {
        this.trace = trace;
        this.tree = new ProcessTree(trace.calls());
        this.files = new FilePlanner(new DescriptorFacts(trace.calls(), tree), host);
        this.memory = new MemoryPlanner(files, freeAddress(trace));
    }

    /**
     * Plans a recording.
     *
     * @throws TraceError if a call's arguments make no sense
     */
    static Plan plan(Trace trace, HostFiles host) throws TraceError {
        return new Planner(trace, host).planAll();
    }

    private Plan planAll() throws TraceError {
        List<TraceCall> calls = trace.calls();
        for (int i = 0; i < calls.size(); i++) {
            ProcessTree.Member member = tree.memberOf(i);
            Step step = new Step(i, calls.get(i), member.thread());
            steps.add(step);
            ProcessModel process = processes.computeIfAbsent(member.process(), ProcessModel::new);
            int filesBefore = files.files().size();
            planStep(step, process);
            for (RecordedFile file :
                    files.files().subList(filesBefore, files.files().size())) {
                firstSizes.put(file, file.size());
            }
            planStart(step, i);
        }
        return new Plan(
                trace, List.copyOf(steps), threads(), firstSizes, tree.processes(), tree.forked(), memory, files);
    }

    private void planStart(Step step, int callIndex) {
        ProcessTree.Member started = tree.startedBy(callIndex);
        if (started != null) {
            starters.put(started.thread(), step);
            step.prepare(new Operation.Start(started.thread()));
        }
    }

    private List<PlanThread> threads() {
        List<PlanThread> threads = new ArrayList<>();
        for (ProcessTree.Member member : tree.members()) {
            List<Step> own = new ArrayList<>();
            for (Step step : steps) {
                if (step.thread() == member.thread() && step.hasWork()) {
                    step.position(own.size());
                    own.add(step);
                }
            }
            threads.add(new PlanThread(
                    member.thread(), member.process(), member.name(), starters.containsKey(member.thread()), own));
        }
        return List.copyOf(threads);
    }

    private void planStep(Step step, ProcessModel process) throws TraceError {
        TraceCall call = step.call();
        Arguments arguments = new Arguments(call);
        if (call.result().kind() == TraceResult.Kind.NEVER) {
            step.skip(
                    switch (call.name()) {
                        case "exit", "exit_group" -> call.name() + " does not concern memory";
                        default -> "the call never returned";
                    });
            return;
        }
        switch (call.name()) {
            case "mmap" -> memory.map(step, process, arguments);
            case "munmap" -> memory.overRange(step, process, arguments, Verb.UNMAP, 0);
            case "mprotect" -> memory.overRange(step, process, arguments, Verb.PROTECT, arguments.flags(2));
            case "madvise" -> memory.overRange(step, process, arguments, Verb.ADVISE, arguments.flags(2));
            case "msync" -> memory.overRange(step, process, arguments, Verb.SYNC, arguments.flags(2));
            case "mincore" -> memory.overRange(step, process, arguments, Verb.RESIDENT, 0);
            case "mlock" -> memory.overRange(step, process, arguments, Verb.LOCK, 0);
            case "mlock2" -> memory.overRange(step, process, arguments, Verb.LOCK_FLAGS, arguments.flags(2));
            case "munlock" -> memory.overRange(step, process, arguments, Verb.UNLOCK, 0);
            case "mlockall" ->
                step.replay(
                        new Operation.Raw(Linux.SYS_mlockall, null, List.of(arguments.flags(0))),
                        Step.Expectation.SAME_VALUE);
            case "munlockall" ->
                step.replay(new Operation.Raw(Linux.SYS_munlockall, null, List.of()), Step.Expectation.SAME_VALUE);
            case "mremap" -> memory.remap(step, process, arguments);
            case "brk" -> memory.moveBreak(step, process, arguments);
            case "open", "openat", "openat2", "creat" -> files.open(step, process, arguments);
            case "memfd_create" -> files.openMemory(step, process, arguments);
            case "close" -> files.close(step, process, arguments);
            case "dup" -> files.duplicate(step, process, arguments);
            case "dup2", "dup3" -> files.duplicateTo(step, process, arguments);
            case "fcntl" -> files.control(step, process, arguments);
            case "lseek" -> files.seek(step, process, arguments);
            case "read", "readv" -> files.read(step, process, arguments);
            case "write", "writev" -> files.write(step, process, arguments);
            case "pread64", "preadv" -> files.readAt(step, process, arguments);
            case "pwrite64", "pwritev" -> files.writeAt(step, process, arguments);
            case "ftruncate" -> files.truncate(step, process, arguments);
            case "fallocate" -> files.allocate(step, process, arguments);
            case "fsync", "fdatasync" -> files.durable(step, process, arguments);
            case "sync_file_range" -> files.raw(step, process, arguments, Linux.SYS_sync_file_range);
            case "fadvise64" -> files.raw(step, process, arguments, Linux.SYS_fadvise64);
            case "fstat", "newfstatat", "statx" -> files.status(step, process, arguments);
            case "unlink", "unlinkat" -> files.unlink(step, arguments);
            case "rename", "renameat", "renameat2" -> files.rename(step, arguments);
            case "pipe",
                    "pipe2",
                    "socket",
                    "socketpair",
                    "accept",
                    "accept4",
                    "epoll_create",
                    "epoll_create1",
                    "eventfd",
                    "eventfd2",
                    "timerfd_create",
                    "signalfd",
                    "signalfd4",
                    "inotify_init",
                    "inotify_init1",
                    "pidfd_open",
                    "perf_event_open",
                    "fanotify_init",
                    "bpf",
                    "io_uring_setup",
                    "userfaultfd",
                    "memfd_secret" -> files.openForeign(step, process, arguments);
            case "clone", "clone2", "clone3", "fork", "vfork" -> planClone(step, process);
            case "shmat",
                    "shmdt",
                    "mbind",
                    "set_mempolicy",
                    "get_mempolicy",
                    "migrate_pages",
                    "move_pages",
                    "pkey_alloc",
                    "pkey_free",
                    "pkey_mprotect",
                    "remap_file_pages",
                    "process_madvise",
                    "process_mrelease",
                    "mseal",
                    "cachestat",
                    "set_mempolicy_home_node",
                    "map_shadow_stack" -> planMissing(step);
            default -> step.skip(call.name() + " does not concern memory");
        }
    }

    private void planClone(Step step, ProcessModel process) {
        ProcessTree.Member forked = tree.forkedBy(step.number());
        if (step.call().result().failed()) {
            step.skip("a " + step.call().name() + " that failed");
        } else if (forked != null) {
            // The child has what the parent's calls before this one have left, and nothing of those that come after.
            process.resources().forEach(step::uses);
            processes.put(forked.process(), process.forked(forked.process()));
            starters.put(forked.thread(), step);
            step.replay(new Operation.Fork(forked.thread()), Step.Expectation.SUCCESS);
        } else if (ProcessTree.sharesMemory(step.call())) {
            step.skip(step.call().name() + " starts a thread of the replay; there is nothing to compare");
        } else {
            step.skip("a " + step.call().name() + " whose child is not in the recording");
        }
    }

    private static void planMissing(Step step) {
        if (step.call().result().succeeded()) {
            step.unsupported("the replay has no " + step.call().name() + " yet");
        } else {
            step.skip(step.call().name() + " that failed");
        }
    }

    /** An address with 2 TiB around it that the recording never names, for ranges in which nothing is mapped. */
    private static long freeAddress(Trace trace) {
        long room = 1L << 40;
        for (long candidate = 0x1000_0000_0000L; candidate < Linux.TASK_SIZE - room; candidate += 4 * room) {
            long free = candidate;
            boolean named = trace.calls().stream()
                    .filter(call -> call.name().startsWith("m") && call.result().succeeded())
                    .anyMatch(call -> isNear(call, free, room));
            if (!named) {
                return free;
            }
        }
        return 0x1000_0000_0000L;
    }

    private static boolean isNear(TraceCall call, long address, long room) {
        if (Math.abs(call.result().value() - address) < room) {
            return true;
        }
        try {
            return !call.arguments().isEmpty()
                    && Math.abs(Arguments.parseNumber(call.arguments().getFirst()) - address) < room;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}

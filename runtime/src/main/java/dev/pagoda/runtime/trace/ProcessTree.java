package dev.pagoda.runtime.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which process and thread of the replay each recorded call belongs to.
 *
 * <p>A new thread starts with clone or clone3 and CLONE_VM, a new process with fork, vfork, clone without CLONE_VM, and execve. A pid whose creation is not in the recording counts as a thread of the first process,
 * as in a recording of memory calls only, unless it begins with execve.
 */
final class ProcessTree {
    /** A thread of the replay. */
    record Member(int thread, int process, String name) {}

    private final Member[] places;
    private final List<Member> members = new ArrayList<>();
    private final Map<Integer, Member> byPid = new HashMap<>();
    private final Map<Integer, Integer> startedBy = new HashMap<>();
    private final Map<Integer, Member> forkedBy = new HashMap<>();
    private int processes;

    ProcessTree(List<TraceCall> calls) {
        places = new Member[calls.size()];
        for (int i = 0; i < places.length; i++) {
            place(i, calls.get(i));
        }
    }

    /** The thread that makes the call. */
    Member memberOf(int callIndex) {
        return places[callIndex];
    }

    /** The only thread of the process that the call forks, or null. */
    Member forkedBy(int callIndex) {
        return forkedBy.get(callIndex);
    }

    /** All threads, in the order of their numbers. */
    List<Member> members() {
        return members;
    }

    /** The processes that are forked from others. */
    Set<Integer> forked() {
        return forkedBy.values().stream().map(Member::process).collect(Collectors.toUnmodifiableSet());
    }

    int processes() {
        return processes;
    }

    /** The thread that the call starts, in a process that is there or in a fresh one, or null. */
    Member startedBy(int callIndex) {
        Integer thread = startedBy.get(callIndex);
        return thread == null ? null : members.get(thread);
    }

    static boolean isClone(String name) {
        return switch (name) {
            case "clone", "clone3", "clone2", "fork", "vfork" -> true;
            default -> false;
        };
    }

    static boolean sharesMemory(TraceCall call) {
        String arguments = String.join(",", call.arguments());
        return call.name().startsWith("clone") && arguments.contains("CLONE_VM") && !arguments.contains("CLONE_VFORK");
    }

    private void place(int index, TraceCall call) {
        Member place = byPid.get(call.pid());
        boolean executes = call.name().equals("execve") || call.name().equals("execveat");
        if (place == null) {
            place = members.isEmpty() || executes
                    ? newMember(call.pid(), processes++, -1)
                    : newMember(call.pid(), members.getFirst().process(), -1);
            byPid.put(call.pid(), place);
            places[index] = place;
            return;
        }
        places[index] = place;
        if (!call.result().succeeded()) {
            return;
        }
        if (executes) {
            byPid.put(call.pid(), newMember(call.pid(), processes++, index));
        } else if (isClone(call.name())
                && call.result().value() > 0
                && call.result().value() <= Integer.MAX_VALUE) {
            int child = (int) call.result().value();
            if (sharesMemory(call)) {
                byPid.put(child, newMember(child, place.process(), index));
            } else {
                Member forked = newMember(child, processes++, -1);
                byPid.put(child, forked);
                forkedBy.put(index, forked);
            }
        }
    }

    private Member newMember(int pid, int process, int callIndex) {
        Member member = new Member(members.size(), process, pid == 0 ? "main" : Integer.toString(pid));
        members.add(member);
        if (callIndex >= 0) {
            startedBy.put(callIndex, member.thread());
        }
        return member;
    }
}

package dev.pagoda.runtime;

import dev.pagoda.syscalls.ProcessOwner.Awaited;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The children of one process that nobody has waited for, ended ones included. Thread-safe; waiting blocks, or parks a guest thread. */
final class Children {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final SortedMap<Integer, Process> byPid = new TreeMap<>();

    void add(Process child) {
        lock.lock();
        try {
            byPid.put(child.pid(), child);
        } finally {
            lock.unlock();
        }
    }

    /** Told after a child has given everything back. */
    void childEnded() {
        lock.lock();
        try {
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody will wait for them any more. */
    void forget() {
        lock.lock();
        try {
            byPid.values().forEach(Process::orphan);
            byPid.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Whether that is a child, running or ended, that nobody has waited for. */
    boolean has(int pid) {
        lock.lock();
        try {
            return byPid.containsKey(pid);
        } finally {
            lock.unlock();
        }
    }

    /** Takes one that has ended, the lowest number first. */
    Awaited await(int pidOrAny, boolean mayWait) {
        lock.lock();
        try {
            while (true) {
                Awaited found = take(pidOrAny);
                if (found.pid() != Awaited.NONE_YET || !mayWait) {
                    return found;
                }
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private Awaited take(int pidOrAny) {
        boolean any = false;
        for (Iterator<Process> each = byPid.values().iterator(); each.hasNext(); ) {
            Process child = each.next();
            if (pidOrAny == -1 || pidOrAny == child.pid()) {
                any = true;
                if (child.hasEnded()) {
                    each.remove();
                    return new Awaited(child.pid(), child.exitStatus());
                }
            }
        }
        return new Awaited(any ? Awaited.NONE_YET : Awaited.NO_CHILD, 0);
    }
}

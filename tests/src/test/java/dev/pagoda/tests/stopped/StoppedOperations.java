package dev.pagoda.tests.stopped;

import dev.pagoda.mm.epoch.EpochReader;
import dev.pagoda.mm.space.AddressSpace;
import dev.pagoda.mm.space.Audit;
import dev.pagoda.mm.space.Core;
import dev.pagoda.mm.space.Map;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.Protect;
import dev.pagoda.mm.space.Unmap;
import dev.pagoda.mm.space.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Stops a thread at each point of an operation in turn, and has another thread do everything on the same pages and beside them meanwhile. Loaded by
 * {@link StoppingLoader}.
 *
 * <p>What may wait is left out, and only that: who takes a right away waits until no access relies on it, so it is done only while the stopped thread is
 * outside of epochs; a claim that finds the tentative words of a claim of several slots waits for its end, so pages are not claimed where one is going on.
 */
public final class StoppedOperations {
    private static final long MEMORY_BYTES = 16L << 20;
    private static final int READ = 1;
    private static final int READ_WRITE = 3;
    private static final int TABLE = 512;
    /** More than a view keeps after it emptied them. */
    private static final int MANY_TABLES = 12;
    /** First page of a leaf table, some way into a larger one. */
    private static final long FIRST = (0x2000_0000_0000L >>> 12) + 7 * TABLE;
    /** The page that is fought for. */
    private static final long PAGE = FIRST + 10;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Operations have some dozens of points, but those on whole tables have one for each slot: of these some are left out. */
    private static final int DENSE_POINTS = 200;

    private static final int STRIDE = 13;

    private final Core core = new Core(MEMORY_BYTES);
    private final ExecutorService others = Executors.newSingleThreadExecutor(StoppedOperations::daemon);
    private final ExecutorService stoppable = Executors.newSingleThreadExecutor(StoppedOperations::daemon);
    private final List<String> report = new ArrayList<>();

    /**
     * An operation to stop in.
     *
     * @param name for reports
     * @param before what is done to the empty space first
     * @param operation what is done by the thread that is stopped
     * @param isLongClaim whether others that claim the same pages may wait for it
     */
    private record Victim(String name, Consumer<View> before, Consumer<View> operation, boolean isLongClaim) {
        Victim(String name, Consumer<View> before, Consumer<View> operation) {
            this(name, before, operation, false);
        }
    }

    private static final List<Victim> VICTIMS = List.of(
            new Victim("map of one page", view -> map(view, PAGE + 1, 1), view -> claim(view, PAGE, 1)),
            new Victim("map of the first page of a table", view -> {}, view -> claim(view, PAGE, 1)),
            new Victim("map of four pages", view -> map(view, PAGE + 4, 1), view -> claim(view, PAGE, 4), true),
            new Victim("map of a table", view -> {}, view -> claim(view, FIRST, TABLE)),
            new Victim("map over a page", view -> touched(view, PAGE, 1), view -> map(view, PAGE, 1)),
            new Victim("map over four pages", view -> touched(view, PAGE - 1, 6), view -> map(view, PAGE, 4)),
            new Victim("map over a table", view -> touched(view, FIRST, 20), view -> map(view, FIRST, TABLE)),
            new Victim("map anywhere", view -> touched(view, PAGE, 1), view -> {
                long page = Map.anonymous(view, Map.Where.ANYWHERE, 0, 3, READ_WRITE, 0, false);
                Unmap.range(view, page, 3);
            }),
            new Victim("first store to a page", view -> map(view, PAGE - 1, 3), view -> store(view, PAGE)),
            new Victim(
                    "first store below a folded word", view -> map(view, FIRST, 3 * TABLE), view -> store(view, PAGE)),
            new Victim("first load of a page", view -> map(view, PAGE - 1, 3), view -> load(view, PAGE)),
            new Victim(
                    "first store to a page that was loaded",
                    view -> {
                        map(view, PAGE - 1, 3);
                        load(view, PAGE);
                    },
                    view -> store(view, PAGE)),
            new Victim("store", view -> touched(view, PAGE - 1, 3), view -> store(view, PAGE)),
            new Victim("protect of a page", view -> touched(view, PAGE - 1, 3), view -> protect(view, PAGE, 1, READ)),
            new Victim(
                    "protect of four pages", view -> touched(view, PAGE - 1, 6), view -> protect(view, PAGE, 4, READ)),
            new Victim(
                    "protect of a folded table",
                    view -> map(view, FIRST - TABLE, 3 * TABLE),
                    view -> protect(view, FIRST + 5, 20, READ)),
            new Victim("unmap of a page", view -> touched(view, PAGE - 1, 3), view -> unmap(view, PAGE, 1)),
            new Victim(
                    "unmap of the last page of a table", view -> touched(view, PAGE, 1), view -> unmap(view, PAGE, 1)),
            new Victim("unmap of four pages", view -> touched(view, PAGE - 1, 6), view -> unmap(view, PAGE, 4)),
            new Victim("unmap of a table", view -> touched(view, FIRST, TABLE), view -> unmap(view, FIRST, TABLE)),
            new Victim("unmap of the last pages of many tables", StoppedOperations::touchManyTables, view -> {
                // A view keeps the last few tables that it emptied; the one that is fought for has to be given back.
                for (int table = 0; table < MANY_TABLES; table++) {
                    unmap(view, PAGE + (long) table * TABLE, 1);
                }
            }),
            new Victim(
                    "unmap across tables",
                    view -> touched(view, FIRST - 3, TABLE + 6),
                    view -> unmap(view, FIRST - 2, TABLE + 4)));

    /** For the loader. */
    public StoppedOperations() {}

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body);
        // One that waits for ever must not keep the JVM alive.
        thread.setDaemon(true);
        return thread;
    }

    /** Stops everywhere; returns one line for each operation. Throws when the other thread does not finish. */
    public List<String> run() throws Exception {
        for (Victim victim : VICTIMS) {
            int points = 0;
            int stops = 0;
            while (stopAt(victim, points)) {
                stops++;
                points += points < DENSE_POINTS ? 1 : STRIDE;
            }
            report.add(victim.name + ": stopped at " + stops + " of about " + points + " points");
        }
        others.shutdown();
        stoppable.shutdown();
        core.close();
        return report;
    }

    /** Whether the operation has so many points. */
    private boolean stopAt(Victim victim, int points) throws Exception {
        AddressSpace space = new AddressSpace(core);
        View first = space.open("stopped");
        View second = space.open("other");
        victim.before.accept(first);
        StopPoints.Stop stop = StopPoints.run(stoppable, points, does(() -> victim.operation.accept(first)));
        boolean isStopped = stop.await();
        if (isStopped) {
            String where = victim.name + ", stopped before point " + points;
            List<Callable<?>> all = othersOf(second, victim);
            // Whoever comes first may clear the way for the others, so each comes first at some of the points.
            Collections.rotate(all, points);
            for (Callable<?> other : all) {
                finish(others.submit(other), where);
            }
            stop.resume();
        }
        finish(stop.work(), victim.name + ", resumed after point " + points);
        stop.resume();
        first.close();
        second.close();
        space.destroy();
        Audit audit = Audit.run(core);
        if (audit.differences() != 0 || !audit.isAllFree()) {
            throw new IllegalStateException(victim.name + ", stopped before point " + points + ": " + audit);
        }
        return isStopped;
    }

    /** What the other thread does. */
    private List<Callable<?>> othersOf(View view, Victim victim) {
        List<Callable<?>> all = new ArrayList<>();
        for (long page : new long[] {PAGE, PAGE - 1, PAGE + 1, PAGE + 5}) {
            all.add(does(() -> store(view, page)));
            all.add(does(() -> protect(view, page, 1, READ_WRITE)));
            all.add(does(() -> unmap(view, page, 1)));
            if (!victim.isLongClaim) {
                all.add(does(() -> claim(view, page, 1)));
                all.add(does(() -> map(view, page, 1)));
                all.add(does(() -> store(view, page)));
                all.add(does(() -> load(view, page)));
            }
            all.add(does(() -> {
                if (isNobodyInside()) {
                    protect(view, page, 1, READ);
                    protect(view, page, 1, READ_WRITE);
                }
            }));
        }
        if (!victim.isLongClaim) {
            all.add(does(() -> map(view, PAGE - 2, 8)));
            all.add(does(() -> store(view, PAGE + 2)));
            all.add(does(() -> map(view, FIRST, TABLE)));
            all.add(does(() -> store(view, PAGE)));
        }
        all.add(does(() -> unmap(view, PAGE - 2, 8)));
        all.add(does(() -> unmap(view, FIRST, TABLE)));
        all.add(does(() -> {
            long page = Map.anonymous(view, Map.Where.ANYWHERE, 0, 2, READ_WRITE, 0, false);
            store(view, page);
            unmap(view, page, 2);
        }));
        return all;
    }

    private static Callable<?> does(Runnable body) {
        return () -> {
            body.run();
            return null;
        };
    }

    private boolean isNobodyInside() {
        List<EpochReader> inside = core.epochs().inside();
        return inside.isEmpty();
    }

    private static void finish(Future<?> work, String where) throws Exception {
        try {
            work.get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            StringBuilder text =
                    new StringBuilder(where + ": nobody got on for " + LIMIT_NANOS / 1_000_000_000L + " s");
            Thread.getAllStackTraces().forEach((thread, stack) -> {
                text.append("\n").append(thread.getName());
                for (StackTraceElement element : stack) {
                    text.append("\n    at ").append(element);
                }
            });
            throw new IllegalStateException(text.toString(), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(where + ": " + e.getCause(), e.getCause());
        }
    }

    private static void map(View view, long page, long pages) {
        require(page, Map.anonymous(view, Map.Where.FIXED, page, pages, READ_WRITE, 0, false));
    }

    /** As {@link #map}, where nothing is mapped; somebody may be. */
    private static void claim(View view, long page, long pages) {
        Map.anonymous(view, Map.Where.FIXED_UNLESS_MAPPED, page, pages, READ_WRITE, 0, false);
    }

    private static void touched(View view, long page, long pages) {
        map(view, page, pages);
        for (long at = page; at < page + pages; at++) {
            store(view, at);
        }
    }

    private static void touchManyTables(View view) {
        for (int table = 0; table < MANY_TABLES; table++) {
            touched(view, PAGE + (long) table * TABLE, 1);
        }
    }

    private static void unmap(View view, long page, long pages) {
        require(0, Unmap.range(view, page, pages));
    }

    /** Others may have unmapped a part: that is an answer as good as any. */
    private static void protect(View view, long page, long pages, int protection) {
        Protect.range(view, page, pages, protection);
    }

    private static void store(View view, long page) {
        try {
            view.store(page << 12, 8, page);
        } catch (MemoryFault fault) {
            requireTaken(fault);
        }
    }

    private static void load(View view, long page) {
        try {
            long found = view.load(page << 12, 8);
            if (found != 0 && found != page) {
                throw new IllegalStateException("page " + Long.toHexString(page) + " holds " + Long.toHexString(found));
            }
        } catch (MemoryFault fault) {
            requireTaken(fault);
        }
    }

    /** The other thread may have unmapped or protected the page; nothing else may keep an access from succeeding. */
    private static void requireTaken(MemoryFault fault) {
        if (fault.signal() != MemoryFault.SIGSEGV) {
            throw fault;
        }
    }

    private static void require(long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException("expected " + expected + ", found " + found);
        }
    }
}

package dev.pagoda.pagecache;

import dev.pagoda.mm.frame.FrameKind;
import dev.pagoda.mm.frame.Frames;
import dev.pagoda.mm.frame.Standstill;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.TableRoom;
import dev.pagoda.mm.space.Core;
import dev.pagoda.pagecache.replacement.Replacement;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of one kernel that have pages in memory: each file once, however often it is opened, and never more pages and tables that lead to them than the bound.
 *
 * <p>A page counts from before it has a frame until the frame is given back, and so does a table, so the count never passes the bound. Not counted are the tables on the way to a file's first page, at most four for each file. Which page leaves says the {@link Replacement}. Before the bound is reached a
 * thread of the cache's own evicts; when it is reached, whoever brings a page in does; if all pages are needed by others at that moment (faults between reading and mapping, pages under write-back, locked ones, dirty ones that the host
 * refuses), it waits ({@link RoomWait}) and is then refused for want of memory. Files in memory are not counted: they cannot be evicted. Thread-safe.
 */
public final class PageCache implements AutoCloseable {
    /** Fewest pages that a cache can have: room for some threads to hold a page each while they look for the next. */
    public static final long LEAST_PAGES = 16;

    private static final long ONE_PAGE = 1;
    private static final long ONE_TABLE = 1L << 32;
    /** Pages that a miss evicts at once. */
    static final int EVICTED_AT_ONCE = 32;

    private static final int EVICTED_AT_CLOSE = 64;

    private static final int MOST_READ_AHEAD = 2 * ReadAhead.MOST_PAGES;
    private static final int READ_AHEAD_PART = 4;

    private final Core core;
    private final Actors actors;
    private final FrameGuesses guesses;
    private final Flusher flusher;
    private final IoThreads io = new IoThreads();
    /** Where guest threads wait for reads; null if other threads wait in their place. */
    private final CpuRings rings;

    private final FileNumbers numbers = new FileNumbers();
    private final CachedPages cachedPages;
    private final Replacement replacement;
    private final Evictor evictor;
    private final Statistics statistics = new Statistics();
    private final ConcurrentMap<Object, CachedFile> files = new ConcurrentHashMap<>();
    /** What counts toward the bound: pages below, tables from {@link #ONE_TABLE} up. */
    private final AtomicLong used = new AtomicLong();

    private final TableRoom tableRoom = new TableRoom() {
        @Override
        public boolean take() {
            return takeTableIfRoom();
        }

        @Override
        public void giveBack(long tables) {
            used.addAndGet(-tables * ONE_TABLE);
        }
    };

    private final long bound;
    private final boolean direct;
    private final AtomicBoolean toldBuffered = new AtomicBoolean();
    private volatile Store.Layer layer = Store.Layer.NONE;

    /**
     * Starts without a file, and from here on gives pages back when the kernel runs out of frames.
     *
     * @param core the kernel
     * @param bound most frames that pages of files, and the tables that lead to them, may fill, at least {@link #LEAST_PAGES}
     */
    public PageCache(Core core, long bound) {
        this(core, bound, false);
    }

    /**
     * As {@link #PageCache(Core, long)}.
     *
     * @param direct whether files are read and written past the host's own cache, so that memory is not spent twice; those whose file system cannot do that
     *     go through it, of which the first is told to the log, and each by {@link CachedFile#isDirect}
     */
    public PageCache(Core core, long bound, boolean direct) {
        this(core, bound, direct, null);
    }

    /**
     * As {@link #PageCache(Core, long, boolean)}.
     *
     * @param rings where guest threads wait for the device, or null; closed by the caller, after the cache
     */
    public PageCache(Core core, long bound, boolean direct, CpuRings rings) {
        this.rings = rings;
        this.direct = direct;
        if (bound < LEAST_PAGES) {
            throw new IllegalArgumentException(
                    "a page cache of " + bound + " pages cannot work; it needs at least " + LEAST_PAGES);
        }
        this.core = core;
        this.actors = new Actors(core);
        this.guesses = new FrameGuesses(core.frames().total());
        this.bound = bound;
        this.cachedPages = new CachedPages(core.frames(), numbers, actors);
        this.replacement =
                new Replacement(cachedPages, bound, Runtime.getRuntime().availableProcessors());
        this.flusher = new Flusher(this);
        this.evictor = new Evictor(this);
        core.setTableRoom(tableRoom);
        core.setReclaimer(this::evict);
        core.setThrottle(flusher::throttle);
        flusher.start();
        evictor.start();
    }

    /** Most pages and tables at one time. */
    public long bound() {
        return bound;
    }

    /** Has files that are opened from here on read and written through a layer. */
    public void setLayer(Store.Layer layer) {
        this.layer = layer;
    }

    /** Pages of files in memory now. */
    public long pages() {
        return pagesOf(used.get());
    }

    /** Tables that lead to pages of files now, those left out that a file keeps as long as it is open: up to four, which lead to its first page. */
    public long tables() {
        return used.get() / ONE_TABLE;
    }

    /** Pages and tables, at one moment: never more than the bound. */
    public long pagesAndTables() {
        return bound - room();
    }

    /** How many more pages and tables there may be. */
    long room() {
        return room(used.get());
    }

    private long room(long seen) {
        return bound - pagesOf(seen) - seen / ONE_TABLE;
    }

    private static long pagesOf(long seen) {
        return seen % ONE_TABLE;
    }

    /** Where the tables of files are counted. */
    TableRoom tableRoom() {
        return tableRoom;
    }

    /** Pages that are newer than their files, and not just being written. */
    public long dirtyPages() {
        return flusher.dirtyPages();
    }

    /** Files that are open or mapped now. */
    public int openFiles() {
        return files.size();
    }

    /** What was done so far. */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Opens a file that exists, for reading: whoever lets it be stored to makes it {@link CachedFile#makeWritable writable} first. The caller holds it and ends that with {@link CachedFile#letGo}. Blocks on the host.
     *
     * @throws IOException if the host does not have it, or does not let it be read
     */
    public CachedFile open(Path path) throws IOException {
        while (true) {
            Object identity = identity(path);
            CachedFile known = files.get(identity);
            if (known != null && known.hold()) {
                return known;
            }
            Store store = FileStore.open(path, direct, rings);
            CachedFile fresh = null;
            try {
                tellIfBuffered(store, path);
                store = layer.over(path, store);
                // The name may have come to mean another file meanwhile.
                if (identity.equals(identity(path))) {
                    fresh = enter(
                            store, identity, path.toAbsolutePath().normalize().toString(), known);
                }
            } finally {
                if (fresh == null) {
                    store.close();
                }
            }
            if (fresh != null) {
                return fresh;
            }
        }
    }

    /** Once; not of files that the host makes up when they are read, which are in nobody's memory. */
    private void tellIfBuffered(Store store, Path path) throws IOException {
        if (direct && !store.isDirect() && store.size() > 0 && toldBuffered.compareAndSet(false, true)) {
            System.getLogger(PageCache.class.getPackageName())
                    .log(
                            System.Logger.Level.INFO,
                            "the file system of " + path + " has no direct I/O: its files are in the host's cache too");
        }
    }

    /** What tells a file from all others, whatever its name. */
    static Object identity(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        return attributes.fileKey() == null ? path.toRealPath() : attributes.fileKey();
    }

    /**
     * Makes the pages of a store part of the cache, held by the caller.
     *
     * @param known the file that the identity stood for and that is gone, or null
     * @return the file, or null if another thread was faster
     */
    CachedFile enter(Store store, Object identity, String name, CachedFile known) throws IOException {
        CachedFile fresh = numbered(store, identity, name);
        boolean entered =
                known == null ? files.putIfAbsent(identity, fresh) == null : files.replace(identity, known, fresh);
        if (!entered) {
            forgetNumber(fresh);
            // The one that is gone may have left between the look and this.
            return null;
        }
        return fresh;
    }

    private CachedFile numbered(Store store, Object identity, String name) throws IOException {
        long size = store.size();
        while (true) {
            int number = core.nextHolderNumber();
            CachedFile fresh = new CachedFile(this, store, identity, name, size, number);
            if (numbers.add(number, fresh)) {
                return fresh;
            }
            // A million spaces and objects ago the number was that of a file that is still open.
            core.holders().remove(fresh);
        }
    }

    private void forgetNumber(CachedFile file) {
        numbers.remove(file.number(), file);
        core.holders().remove(file);
    }

    /** Waits until nothing is read or written in the background: before an audit, which looks at memory at rest. Outside of epochs. */
    public void awaitRest() {
        Backoff backoff = new Backoff();
        while (!io.isIdle() || flusher.isAtWork() || evictor.isAtWork()) {
            backoff.pause();
        }
    }

    /** Writes everything dirty back; returns 0 or the first error, a negated errno. Blocks on the host. */
    public int sync() {
        int refused = 0;
        for (CachedFile file : List.copyOf(files.values())) {
            if (file.hold()) {
                try {
                    int answer = file.sync(0, ObjectTree.MAX_PAGES, true);
                    refused = refused == 0 ? answer : refused;
                } finally {
                    file.letGo();
                }
            }
        }
        return refused;
    }

    /** Evicts pages, about so many; outside of epochs. Returns how many went. May block on the host. */
    public long evict(long wanted) {
        return new Eviction(this).run(wanted);
    }

    /**
     * Writes everything back and empties the cache; nobody may use files or maps of files any more.
     *
     * @throws IllegalStateException if a file is still open or mapped, or its pages could not be written
     */
    @Override
    public void close() {
        core.epochs().reclaimAll(0);
        core.setReclaimer(frames -> 0);
        core.setThrottle(() -> {});
        evictor.close();
        flusher.close();
        io.close();
        List<String> open = new ArrayList<>();
        files.values().forEach(file -> open.add(file.name()));
        int refused = sync();
        while (pages() > 0 && evict(EVICTED_AT_CLOSE) > 0) {}
        actors.close();
        if (!open.isEmpty()) {
            throw new IllegalStateException("the page cache is closed while files are in use: " + open);
        }
        if (refused != 0) {
            throw new IllegalStateException("pages could not be written back: error " + -refused);
        }
    }

    Core core() {
        return core;
    }

    Actors actors() {
        return actors;
    }

    FrameGuesses guesses() {
        return guesses;
    }

    /** Which page leaves next. */
    Replacement replacement() {
        return replacement;
    }

    /** Whether pages can leave. */
    Standstill standstill() {
        return core.frames().standstill();
    }

    CachedPages cachedPages() {
        return cachedPages;
    }

    Evictor evictor() {
        return evictor;
    }

    /** Most pages that one advice reads: not so much that it drives out what it read. */
    long mostReadAhead() {
        return Math.min(MOST_READ_AHEAD, bound / READ_AHEAD_PART);
    }

    /** Who writes in the background. */
    Flusher flusher() {
        return flusher;
    }

    /** Files that have pages in memory. */
    Collection<CachedFile> files() {
        return files.values();
    }

    /** The threads that wait for the device. */
    IoThreads io() {
        return io;
    }

    void forget(CachedFile file) {
        files.remove(file.identity(), file);
        numbers.remove(file.number(), file);
    }

    /** A frame for a page of a file, counted, and room for tables on its way. Outside of epochs; may block on the host. */
    PageRoom takeRoom(long tables, int stripe) {
        if (!count(ONE_PAGE + tables * ONE_TABLE, stripe)) {
            return PageRoom.refused();
        }
        return PageRoom.of(this, countedFrame(stripe), tables);
    }

    private long countedFrame(int stripe) {
        long frame = core.frames().allocate(stripe, FrameKind.OBJECT);
        if (frame == Frames.REFUSED) {
            uncountPage();
        }
        return frame;
    }

    /** A frame for a page of a file, counted, if that evicts nothing. */
    long newFrameIfRoom(int stripe) {
        return countIfRoom(ONE_PAGE) ? countedFrame(stripe) : Frames.REFUSED;
    }

    /** Counts a table, if that evicts nothing. Does not wait. */
    boolean takeTableIfRoom() {
        return countIfRoom(ONE_TABLE);
    }

    private boolean countIfRoom(long units) {
        long wanted = pagesOf(units) + units / ONE_TABLE;
        while (true) {
            long seen = used.get();
            long left = room(seen) - wanted;
            if (left < 0) {
                evictor.roomLeft(0);
                return false;
            }
            if (used.compareAndSet(seen, seen + units)) {
                evictor.roomLeft(left);
                return true;
            }
        }
    }

    /** Evicts in one go what is wanting for so many new pages, at most as many as one advice reads. Outside of epochs; may block. */
    void makeRoom(long wanted) {
        long most = Math.min(wanted, mostReadAhead());
        if (room() < most) {
            statistics.missesWithoutRoom.increment();
            evict(most - room());
        }
    }

    void dropFrame(long frame) {
        core.frames().drop(frame);
        uncountPage();
    }

    void uncountPage() {
        used.getAndAdd(-ONE_PAGE);
    }

    /**
     * Counts a page and what goes with it, making room for both together. Pages that are just being read or written are worth waiting for, also on a device that takes its time; those that the device refuses to take are not.
     */
    private boolean count(long units, int stripe) {
        RoomWait wait = null;
        while (true) {
            if (countIfRoom(units)) {
                return true;
            }
            statistics.missesWithoutRoom.increment();
            Eviction eviction = new Eviction(this);
            // At a standstill the look is a short one, and in vain.
            long most = standstill().isDeclared() ? 1 : bound / READ_AHEAD_PART;
            long evicted = wait == null ? eviction.run(Math.min(EVICTED_AT_ONCE, most)) : wait.evict(eviction, most);
            if (evicted == 0) {
                // Tables count until they are disposed of.
                core.epochs().reclaimAll(stripe);
                wait = wait == null ? new RoomWait(this) : wait;
                if (wait.endsAfter(eviction.looked())) {
                    return countIfRoom(units);
                }
            }
        }
    }
}

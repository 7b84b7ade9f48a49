package dev.pagoda.pagecache;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one open file description reads in advance: a window behind the page that is read, which grows while reading goes straight on.
 *
 * <p>A miss where the last window ended goes straight on: it reads a window of twice the size, four times while it is small. The first page that nobody has asked for
 * yet carries a marker; whoever comes to it starts the next window in the background, so that reading straight on meets no second miss. A reader who comes to a
 * window before the background does reads the rest of it. A miss elsewhere halves the size and reads only what was asked for. Hits write nothing here. Races between threads that share the description cost a window that is too small or too large, nothing else. Lock-free.
 *
 * <pre>
 *  63                  24 23          0
 *  +---------------------+------------+
 *  |  next               |  size      |   next: the page behind all that was read for this description; size: of the last window, in pages
 *  +---------------------+------------+
 * </pre>
 */
final class ReadAhead {
    /** How the description's pages are used, as posix_fadvise(2) says it. */
    enum Advice {
        /** Windows grow up to {@link #MOST_PAGES}. */
        NORMAL,
        /** Nothing is read that was not asked for. */
        RANDOM,
        /** Windows grow up to twice {@link #MOST_PAGES}, and what lies behind them goes first when memory is short. */
        SEQUENTIAL
    }

    /**
     * Largest window: 4 MiB, some milliseconds of a device that reads 1 GB a second. It is read in parts, several at a time, and the next one begins when a reader comes to this one: with 1 MiB the device waited for readers now and then, which took
     * 580 us for a MiB where this takes 495.
     */
    static final int MOST_PAGES = 1024;

    /** Windows below this grow fourfold, if the largest is so many times that. */
    private static final int SMALL_PAGES = 16;

    private static final int SMALL_PART = 16;

    /** The first window is so many times what was asked for. */
    private static final int FIRST_FACTOR = 4;

    private static final int SIZE_BITS = 24;
    private static final long SIZE_MASK = (1L << SIZE_BITS) - 1;

    private final AtomicLong state = new AtomicLong();
    private volatile Advice advice = Advice.NORMAL;

    /**
     * What to read.
     *
     * @param first the first page
     * @param pages how many, at least 1 for a miss, 0 if there is nothing to do
     * @param marker the page that starts the next window, or -1
     */
    record Window(long first, int pages, long marker) {
        static final Window NOTHING = new Window(0, 0, -1);

        /** Nothing in advance. */
        static Window only(long index, int wanted) {
            return new Window(index, wanted, -1);
        }
    }

    Advice advice() {
        return advice;
    }

    void advise(Advice to) {
        advice = to;
    }

    /** Pages of the largest window that a cache allows which can spare so many. */
    private int most(Advice now, long spare) {
        int most = now == Advice.SEQUENTIAL ? 2 * MOST_PAGES : MOST_PAGES;
        return (int) Math.max(1, Math.min(most, spare));
    }

    /**
     * Plans what a miss reads.
     *
     * @param index the page that was missed
     * @param wanted how many pages from there on the caller is about to read
     * @param now the advice that holds: the description's, or that of the map
     * @param spare most pages that the cache has room for
     */
    Window onMiss(long index, int wanted, Advice now, long spare) {
        int most = most(now, spare);
        int asked = Math.clamp(wanted, 1, most);
        if (now == Advice.RANDOM) {
            return Window.only(index, asked);
        }
        long seen = state.get();
        long next = seen >>> SIZE_BITS;
        int size = (int) (seen & SIZE_MASK);
        if (index < next && index >= next - size) {
            // Planned and not read yet, or already given up: no reason to think otherwise of what comes next.
            int pages = (int) Math.max(asked, Math.min(next - index, most));
            return new Window(index, pages, pages > asked ? index + asked : -1);
        }
        if (index != next) {
            state.compareAndSet(seen, state(index + asked, size / 2));
            return Window.only(index, asked);
        }
        int pages = Math.max(asked, grown(size, asked, most));
        state.compareAndSet(seen, state(index + pages, pages));
        return new Window(index, pages, pages > asked ? index + asked : -1);
    }

    /**
     * Plans what whoever comes to a marker has read in the background.
     *
     * @param index the page that carries it
     * @param firstAbsent the first page behind it that is not in memory: where to go on if the marker was set for another description
     * @param now the advice that holds
     * @param spare most pages that the cache has room for
     */
    Window onMarker(long index, long firstAbsent, Advice now, long spare) {
        if (now == Advice.RANDOM) {
            return Window.NOTHING;
        }
        int most = most(now, spare);
        long seen = state.get();
        long next = seen >>> SIZE_BITS;
        boolean own = next > index && next - index <= 2L * most;
        long first = own ? next : firstAbsent;
        int pages = grown((int) (seen & SIZE_MASK), 1, most);
        return state.compareAndSet(seen, state(first + pages, pages))
                ? new Window(first, pages, first)
                : Window.NOTHING;
    }

    private static int grown(int size, int asked, int most) {
        int grown = size == 0
                ? asked * FIRST_FACTOR
                : size < Math.min(SMALL_PAGES, most / SMALL_PART) ? size * 4 : size * 2;
        return Math.min(most, grown);
    }

    private static long state(long next, int size) {
        return next << SIZE_BITS | size;
    }
}

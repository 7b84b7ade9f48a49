package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.TestSpace.A;
import static dev.pagoda.mm.space.TestSpace.GIB;
import static dev.pagoda.mm.space.TestSpace.MIB;
import static dev.pagoda.mm.space.TestSpace.PAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random operations on a window that straddles a 512 GiB border, checked against arrays.
 *
 * <p>The window is divided into <em>units</em> of some pages; every operation works on whole units, and only one page of
 * a unit is ever touched, so that large units exercise folded words.
 */
class SpaceModelTest {
    private static final int UNMAPPED = -1;
    /** Index in the object of a unit that is private. */
    private static final long PRIVATE = -1;

    private static final long OBJECT_UNITS = 4096;

    private int units;
    private long unitPages;
    private long base;
    private TestSpace t;
    private SharedMemory object;
    private Random random;

    private int[] protection;
    private long[] index;
    private long[] content;
    private boolean[] own;
    private final HashMap<Long, Long> objectContent = new HashMap<>();
    private final ArrayDeque<String> last = new ArrayDeque<>();

    @ParameterizedTest
    @CsvSource({
        "1, 2048, 1000, 20000, MADVISE",
        "1, 2048, 1000, 20000, ALWAYS",
        "7, 300, 1001, 10000, MADVISE",
        "7, 300, 1001, 10000, ALWAYS",
        "512, 300, 51200, 10000, MADVISE",
        "512, 300, 51200, 10000, ALWAYS",
        "3001, 200, 5, 10000, MADVISE",
        "3001, 200, 5, 10000, ALWAYS",
        "262144, 200, 262143, 10000, ALWAYS"
    })
    @Timeout(120)
    void agreesWithTheModel(
            long pagesOfAUnit, int unitsOfTheWindow, long pagesBelowTheBorder, int steps, HugePages huge) {
        long seed = Long.getLong("pagoda.seed", System.nanoTime());
        System.out.println("SpaceModelTest unit " + pagesOfAUnit + ", huge pages " + huge + ", seed " + seed);
        random = new Random(seed);
        unitPages = pagesOfAUnit;
        units = unitsOfTheWindow;
        base = (A + 512 * GIB >>> 12) - pagesBelowTheBorder;
        protection = new int[units];
        java.util.Arrays.fill(protection, UNMAPPED);
        index = new long[units];
        content = new long[units];
        own = new boolean[units];
        try (TestSpace space = new TestSpace(512 * MIB)) {
            t = space;
            t.core.setHugePages(huge);
            object = new SharedMemory(t.core, OBJECT_UNITS * unitPages);
            for (int i = 0; i < steps; i++) {
                step();
                if (i % 500 == 499) {
                    compareAll();
                }
            }
            object.letGo();
        } catch (Throwable e) {
            throw new AssertionError(
                    "seed " + seed + ", unit " + unitPages + ", last operations:\n" + String.join("\n", last), e);
        }
    }

    private void step() {
        int first = random.nextInt(units);
        int longest = Math.min(units - first, random.nextInt(20) == 0 ? units : 40);
        int end = first + 1 + random.nextInt(longest);
        switch (random.nextInt(14)) {
            case 0 -> mapFixed(first, end);
            case 1 -> mapUnlessMapped(first, end);
            case 2 -> mapShared(first, end);
            case 3 -> unmap(first, end);
            case 4, 5 -> protect(first, end);
            case 6 -> discard(first, end);
            case 7 -> resize(first, end);
            case 8, 9 -> move(first, end);
            case 10, 11 -> store(first);
            default -> load(first);
        }
    }

    private void did(String what) {
        last.add(what);
        if (last.size() > 30) {
            last.remove();
        }
    }

    private long page(int unit) {
        return base + unit * unitPages;
    }

    /** The byte of a unit that is touched. */
    private long address(int unit) {
        return (page(unit) + unitPages / 3) * PAGE + 2040;
    }

    private void set(int unit, int asked, long objectIndex) {
        protection[unit] = asked;
        index[unit] = objectIndex;
        content[unit] = 0;
        own[unit] = false;
    }

    private void setAll(int first, int end, int asked) {
        for (int unit = first; unit < end; unit++) {
            set(unit, asked, PRIVATE);
        }
    }

    private void mapFixed(int first, int end) {
        int asked = random.nextInt(8);
        did("map fixed " + first + " " + end + " " + asked);
        assertThat(Map.anonymous(t.view, Map.Where.FIXED, page(first), (end - first) * unitPages, asked, 0, false))
                .isEqualTo(page(first));
        setAll(first, end, asked);
    }

    private void mapUnlessMapped(int first, int end) {
        did("map unless mapped " + first + " " + end);
        long got = Map.anonymous(
                t.view, Map.Where.FIXED_UNLESS_MAPPED, page(first), (end - first) * unitPages, 3, 0, false);
        boolean free = true;
        for (int unit = first; unit < end; unit++) {
            free &= protection[unit] == UNMAPPED;
        }
        assertThat(got).isEqualTo(free ? page(first) : Refusal.EXISTS);
        if (free) {
            setAll(first, end, 3);
        }
    }

    private void mapShared(int first, int end) {
        int asked = random.nextInt(8);
        long from = random.nextInt(3) == 0 ? random.nextInt((int) OBJECT_UNITS) : first;
        did("map shared " + first + " " + end + " " + asked + " from " + from);
        Map.Source source = new Map.Source(object, object, true, from * unitPages, 7, 0);
        assertThat(Map.object(t.view, Map.Where.FIXED, page(first), (end - first) * unitPages, asked, false, source))
                .isEqualTo(page(first));
        for (int unit = first; unit < end; unit++) {
            set(unit, asked, from + unit - first);
        }
    }

    private void unmap(int first, int end) {
        did("unmap " + first + " " + end);
        assertThat(Unmap.range(t.view, page(first), (end - first) * unitPages)).isZero();
        setAll(first, end, UNMAPPED);
    }

    private void protect(int first, int end) {
        int asked = random.nextInt(3) == 0 ? random.nextInt(8) : 3;
        did("protect " + first + " " + end + " " + asked);
        int got = Protect.range(t.view, page(first), (end - first) * unitPages, asked);
        int unit = first;
        while (unit < end && protection[unit] != UNMAPPED) {
            protection[unit++] = asked;
        }
        assertThat(got).isEqualTo(unit == end ? 0 : Refusal.NO_MEMORY);
    }

    private void discard(int first, int end) {
        did("discard " + first + " " + end);
        int got = Advise.discard(t.view, page(first), (end - first) * unitPages, false);
        boolean hole = false;
        for (int unit = first; unit < end; unit++) {
            hole |= protection[unit] == UNMAPPED;
            content[unit] = 0;
            own[unit] = false;
        }
        assertThat(got).isEqualTo(hole ? Refusal.NO_MEMORY : 0);
    }

    private boolean isOneMap(int first, int end) {
        for (int unit = first + 1; unit < end; unit++) {
            if (!continues(unit)) {
                return false;
            }
        }
        return protection[first] != UNMAPPED;
    }

    /** Whether a unit and the one below it are in one line of maps, or both unmapped. */
    private boolean continues(int unit) {
        // PRIVATE is no index: a private page does not continue in the object's first.
        boolean sameObject = index[unit] == PRIVATE || index[unit - 1] == PRIVATE
                ? index[unit] == index[unit - 1]
                : index[unit - 1] == index[unit] - 1;
        return protection[unit] == protection[unit - 1] && (protection[unit] == UNMAPPED || sameObject);
    }

    private void resize(int first, int end) {
        int newEnd = first + 1 + random.nextInt(Math.min(60, units - first));
        did("resize " + first + " " + end + " to " + newEnd);
        long got = remap(first, end, newEnd - first, -1, false);
        if (protection[first] == UNMAPPED) {
            assertThat(got).isEqualTo(Refusal.BAD_ADDRESS);
            return;
        }
        if (newEnd <= end) {
            assertThat(got).isEqualTo(page(first));
            setAll(newEnd, end, UNMAPPED);
            return;
        }
        if (!isOneMap(first, end)) {
            assertThat(got).isEqualTo(Refusal.BAD_ADDRESS);
            return;
        }
        for (int unit = end; unit < newEnd; unit++) {
            if (protection[unit] != UNMAPPED) {
                assertThat(got).isEqualTo(Refusal.NO_MEMORY);
                return;
            }
        }
        assertThat(got).isEqualTo(page(first));
        for (int unit = end; unit < newEnd; unit++) {
            set(unit, protection[first], index[first] == PRIVATE ? PRIVATE : index[first] + unit - first);
        }
    }

    private long remap(int first, int end, int newLength, int target, boolean keep) {
        return Remap.run(
                t.view,
                new Remap.Request(
                        page(first),
                        (end - first) * unitPages,
                        newLength * unitPages,
                        target >= 0,
                        target < 0 ? -1 : page(target),
                        keep));
    }

    private void move(int first, int end) {
        boolean keep = random.nextInt(4) == 0;
        int length = end - first;
        int newLength = keep || random.nextBoolean() ? length : 1 + random.nextInt(Math.min(60, units));
        int target = random.nextInt(units);
        if (target + newLength > units || target < end && first < target + newLength) {
            return;
        }
        did("move " + first + " " + end + " to " + target + " length " + newLength + (keep ? " kept" : ""));
        long got = remap(first, end, newLength, target, keep);
        // Only a move that keeps the size takes several maps along; what a smaller one leaves behind may be anything.
        boolean oneMap = isOneMap(first, first + Math.min(length, newLength));
        if (protection[first] == UNMAPPED || newLength != length && !oneMap) {
            assertThat(got).isEqualTo(Refusal.BAD_ADDRESS);
            return;
        }
        assertThat(got).isEqualTo(page(target));
        for (int i = 0; i < newLength; i++) {
            int from = Math.min(first + i, end - 1);
            int to = target + i;
            if (protection[from] == UNMAPPED) {
                // Map after map is moved: what lies where the source has a hole stays.
                continue;
            }
            set(to, protection[from], index[from]);
            if (i < length) {
                content[to] = content[from];
                own[to] = own[from];
            } else if (index[from] != PRIVATE) {
                index[to] = index[from] + i - (length - 1);
            }
        }
        for (int unit = first; unit < end; unit++) {
            if (keep) {
                content[unit] = 0;
                own[unit] = false;
            } else {
                set(unit, UNMAPPED, PRIVATE);
            }
        }
    }

    private void store(int unit) {
        long value = random.nextLong();
        did("store " + unit);
        String expected = fault(unit, true);
        assertThat(attempt(() -> t.view.store(address(unit), 8, value))).isEqualTo(expected);
        if (!expected.isEmpty()) {
            return;
        }
        if (index[unit] == PRIVATE) {
            content[unit] = value;
            own[unit] = true;
        } else {
            objectContent.put(index[unit], value);
        }
    }

    private void load(int unit) {
        did("load " + unit);
        long[] got = new long[1];
        String expected = fault(unit, false);
        assertThat(attempt(() -> got[0] = t.view.load(address(unit), 8))).isEqualTo(expected);
        if (expected.isEmpty()) {
            long value = index[unit] == PRIVATE ? content[unit] : objectContent.getOrDefault(index[unit], 0L);
            assertThat(got[0]).as("unit %d", unit).isEqualTo(value);
        }
    }

    private String fault(int unit, boolean store) {
        if (protection[unit] == UNMAPPED) {
            return "SIGSEGV SEGV_MAPERR";
        }
        if (store ? (protection[unit] & 2) == 0 : protection[unit] == 0) {
            return "SIGSEGV SEGV_ACCERR";
        }
        return index[unit] >= OBJECT_UNITS ? "SIGBUS BUS_ADRERR" : "";
    }

    private static String attempt(Runnable access) {
        try {
            access.run();
            return "";
        } catch (MemoryFault fault) {
            return fault.linuxName();
        }
    }

    private void compareAll() {
        did("compare all");
        int mapped = 0;
        int maps = 0;
        int owned = 0;
        for (int unit = 0; unit < units; unit++) {
            load(unit);
            mapped += protection[unit] != UNMAPPED ? 1 : 0;
            owned += own[unit] ? 1 : 0;
            boolean starts = unit == 0 || !continues(unit);
            maps += starts && protection[unit] != UNMAPPED ? 1 : 0;
        }
        assertThat(t.space.mappedBytes()).isEqualTo(mapped * unitPages * PAGE);
        if (t.core.hugePages() == HugePages.ALWAYS) {
            // One store populates its neighbours too.
            assertThat(t.space.ownBytes()).isGreaterThanOrEqualTo(owned * PAGE);
        } else {
            assertThat(t.space.ownBytes()).isEqualTo(owned * PAGE);
        }
        assertThat(t.maps(page(0) * PAGE, units * unitPages * PAGE)).isEqualTo(maps);
        t.audit();
    }
}

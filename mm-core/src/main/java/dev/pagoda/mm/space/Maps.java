package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;
import java.util.Locale;

/** What /proc/self/maps shows of a space. For people and tests: it joins the epochs for each question. */
final class Maps {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;

    private Maps() {}

    static String permissions(AddressSpace space, long address) {
        String[] answer = {""};
        long page = address >>> 12;
        look(space, page, page + 1, (identity, first, end) -> {
            answer[0] = identity == 0 ? "" : permissions(identity);
            return false;
        });
        return answer[0];
    }

    static int count(AddressSpace space, long address, long bytes) {
        int[] count = new int[1];
        look(space, address >>> 12, (address + bytes + 4095) >>> 12, (identity, first, end) -> {
            count[0] += identity == 0 ? 0 : 1;
            return true;
        });
        return count[0];
    }

    static long start(AddressSpace space, long address) {
        long page = address >>> 12;
        if (page >= AddressSpace.PAGES) {
            return 0;
        }
        try (Participant self = space.core().epochs().join("maps")) {
            return Math.max(0, Runs.startOf(space.core(), space, () -> self, page)) << 12;
        }
    }

    static void forEach(AddressSpace space, long address, long bytes, MapUse use) {
        look(space, address >>> 12, (address + bytes + 4095) >>> 12, (identity, first, end) -> {
            if (identity != 0) {
                int id = SpaceWord.region(identity);
                Region region = region(space, id);
                long offset = region == null ? -1 : region.indexOf(first) << 12;
                use.use(first << 12, end << 12, SpaceWord.protection(identity), !Attributes.isPrivate(id), offset);
            }
            return true;
        });
    }

    static String text(AddressSpace space) {
        StringBuilder text = new StringBuilder();
        look(space, 0, AddressSpace.PAGES, (identity, first, end) -> {
            if (identity != 0) {
                text.append(line(space, identity, first, end)).append('\n');
            }
            return true;
        });
        return text.toString();
    }

    static String line(AddressSpace space, long identity, long first, long end) {
        int id = SpaceWord.region(identity);
        Region region = region(space, id);
        long offset = region == null ? 0 : region.indexOf(first) << 12;
        String name = HugeTlb.levelOf(space.core(), id) > 0
                ? "/anon_hugepage (deleted)"
                : region == null
                        ? space.mapNames().of(first << 12, end << 12)
                        : region.pager().shownName();
        String range = String.format(
                Locale.ROOT, "%08x-%08x %s %08x 00:00 %d ", first << 12, end << 12, permissions(identity), offset, 0);
        return name.isEmpty() ? range : String.format(Locale.ROOT, "%-73s%s", range, name.replace("\n", "\\012"));
    }

    /** The region of an id; null for private anonymous memory. */
    private static Region region(AddressSpace space, int id) {
        return Attributes.isAnonymous(id) ? null : space.core().regions().get(id);
    }

    private static String permissions(long identity) {
        int protection = SpaceWord.protection(identity);
        return ((protection & PROT_READ) != 0 ? "r" : "-")
                + ((protection & PROT_WRITE) != 0 ? "w" : "-")
                + ((protection & PROT_EXEC) != 0 ? "x" : "-")
                + (Attributes.isPrivate(SpaceWord.region(identity)) ? "p" : "s");
    }

    static void look(AddressSpace space, long first, long end, Runs.RunUse use) {
        try (Participant self = space.core().epochs().join("maps")) {
            Runs.forEachLine(
                    space.core(), space, () -> self, Math.max(0, first), Math.min(end, AddressSpace.PAGES), use);
        }
    }
}

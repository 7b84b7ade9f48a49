package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.radix.SpaceWord;
import dev.pagoda.mm.radix.Tables;
import java.util.BitSet;

/**
 * How many frames the maps of all spaces show: each counted once, however many maps show it, as Linux's nr_anon_pages and nr_mapped.
 *
 * <p>For people and tests: looks at every word of every space; what changes meanwhile may be seen in one place and not yet in another.
 *
 * @param anonymous frames of private memory
 * @param objects frames of files and of shared memory
 */
record MappedPages(long anonymous, long objects) {
    static MappedPages count(Core core) {
        // A frame's number fits: memory is at most 2^31 frames.
        BitSet own = new BitSet();
        BitSet shown = new BitSet();
        try (Participant self = core.epochs().join("mapped pages")) {
            for (AddressSpace space : core.spaces().keySet()) {
                Words.forEach(space, () -> self, (level, page, word) -> add(core, level, word, own, shown));
            }
        }
        return new MappedPages(own.cardinality(), shown.cardinality());
    }

    private static void add(Core core, int level, long word, BitSet own, BitSet shown) {
        boolean counts = !SpaceWord.isTable(word)
                && SpaceWord.isPresent(word)
                && SpaceWord.frame(word) != core.frames().zeroFrame()
                && HugeTlb.levelOf(core, SpaceWord.region(word)) == 0;
        if (counts) {
            int frame = (int) SpaceWord.frame(word);
            (SpaceWord.isOwn(word) ? own : shown).set(frame, frame + (int) Tables.pagesAt(level));
        }
    }
}

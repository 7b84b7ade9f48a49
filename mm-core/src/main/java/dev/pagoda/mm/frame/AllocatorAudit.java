package dev.pagoda.mm.frame;

import java.util.ArrayList;
import java.util.List;

/** Holds the allocator's books against each other at rest: units against bits, large blocks against their areas, hints against what they hint at. */
final class AllocatorAudit {
    private static final int MOST_REPORTED = 20;

    private final Areas areas;
    private final Lanes lanes;
    private final List<String> differences = new ArrayList<>();

    private AllocatorAudit(Areas areas, Lanes lanes) {
        this.areas = areas;
        this.lanes = lanes;
    }

    /** What does not fit, in words, at most so many; nobody may use the allocator meanwhile. */
    static List<String> run(Areas areas, Lanes lanes) {
        AllocatorAudit audit = new AllocatorAudit(areas, lanes);
        audit.compareUnits(audit.countUnitsInMagazines());
        audit.compareBlocks();
        return audit.differences;
    }

    private int[] countUnitsInMagazines() {
        int[] units = new int[Math.toIntExact(areas.count())];
        for (int lane = 0; lane < lanes.magazines.used(); lane++) {
            for (int index = 0; index < lanes.magazines.slots(); index++) {
                long frame = lanes.magazines.look(lane, index);
                if (frame >= areas.frames()) {
                    report("a magazine of stripe " + Lanes.stripe(lane) + " holds frame " + frame);
                } else if (frame != Magazines.NONE) {
                    units[(int) Areas.areaOf(frame)]++;
                }
            }
        }
        return units;
    }

    private void compareUnits(int[] inMagazines) {
        for (long area = 0; area < areas.count(); area++) {
            long word = areas.word(area);
            int clear = areas.bits.countClear(area);
            int units = AreaWord.free(word) + inMagazines[(int) area];
            if (clear != (AreaWord.isHandedOut(word) ? AreaWord.FRAMES : units)) {
                report("area " + area + " has " + clear + " clear bits, " + AreaWord.free(word)
                        + " units of its own and " + inMagazines[(int) area] + " in magazines"
                        + (AreaWord.isHandedOut(word) ? ", handed out" : ""));
            }
            if (AreaWord.free(word) != 0 && !areas.trees.isFindable(area, false)
                    || AreaWord.isWholeFree(word) && !areas.trees.isFindable(area, true)) {
                report("area " + area + " has " + AreaWord.free(word) + " free units and cannot be found");
            }
            compareInner(area);
        }
    }

    private void compareInner(long area) {
        long first = Areas.firstFrame(area);
        for (long frame = first; frame < Math.min(first + AreaWord.FRAMES, areas.frames()); frame++) {
            if (areas.bits.isInner(frame)
                    && (frame == first || !areas.bits.isTaken(frame) || !areas.bits.isTaken(frame - 1))) {
                report("frame " + frame + " is marked as part of a block that is not handed out");
            }
        }
    }

    private void compareBlocks() {
        for (long area = 0; area < areas.count(); ) {
            long word = areas.word(area);
            long step = 1;
            if (AreaWord.isInner(word)) {
                report("area " + area + " is part of a large block without a beginning");
            } else if (AreaWord.isHandedOut(word)) {
                step = LargeBlocks.areasOf(AreaWord.order(word));
                for (long inner = area + 1; inner < Math.min(area + step, areas.count()); inner++) {
                    if (!AreaWord.isInner(areas.word(inner))) {
                        report("area " + inner + " is not part of the block of order " + AreaWord.order(word)
                                + " in area " + area);
                    }
                }
            }
            area += step;
        }
    }

    private void report(String difference) {
        if (differences.size() < MOST_REPORTED) {
            differences.add(difference);
        }
    }
}

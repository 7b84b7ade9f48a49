package dev.pagoda.mm.space;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.SpaceWord;

/**
 * Accesses that reach from one page into the next: both pages are looked up in one epoch, and nothing is written if either refuses.
 */
final class CrossPage {
    private static final long PAGE_BYTES = PhysicalMemory.FRAME_BYTES;

    private CrossPage() {}

    static long load(View view, long address, int size) {
        long second = (address & -PAGE_BYTES) + PAGE_BYTES;
        int inFirst = (int) (second - address);
        while (true) {
            Participant self = view.participant();
            long bad = address;
            self.enter();
            try {
                long low = rawAddress(view, address, false);
                long high = low == 0 ? 0 : rawAddress(view, second, false);
                if (high != 0) {
                    long value = 0;
                    for (int i = size - 1; i >= 0; i--) {
                        long at = i < inFirst ? low + i : high + (i - inFirst);
                        value = value << 8 | RawMemory.getByte(at) & 0xffL;
                    }
                    return value;
                }
                bad = low == 0 ? address : second;
            } finally {
                self.leave();
            }
            Fault.resolve(view, bad, false);
        }
    }

    static void store(View view, long address, int size, long value) {
        long second = (address & -PAGE_BYTES) + PAGE_BYTES;
        int inFirst = (int) (second - address);
        while (true) {
            Participant self = view.participant();
            long bad = address;
            self.enter();
            try {
                long low = rawAddress(view, address, true);
                long high = low == 0 ? 0 : rawAddress(view, second, true);
                if (high != 0) {
                    for (int i = 0; i < size; i++) {
                        long at = i < inFirst ? low + i : high + (i - inFirst);
                        RawMemory.setByte(at, (byte) (value >>> 8 * i));
                    }
                    return;
                }
                bad = low == 0 ? address : second;
            } finally {
                self.leave();
            }
            Fault.resolve(view, bad, true);
        }
    }

    private static long rawAddress(View view, long address, boolean store) {
        long slot = view.accessSlot(address);
        if (slot == 0) {
            return 0;
        }
        long word = RawMemory.getAcquire(slot);
        boolean allowed = store ? SpaceWord.allowsStore(word) : SpaceWord.allowsLoad(word);
        return allowed ? view.rawAddress(word, address) : 0;
    }
}

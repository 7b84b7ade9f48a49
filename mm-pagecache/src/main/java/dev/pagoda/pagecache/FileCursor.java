package dev.pagoda.pagecache;

import dev.pagoda.mm.epoch.Participant;
import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import dev.pagoda.mm.radix.ObjectTree;
import dev.pagoda.mm.radix.ObjectWord;
import dev.pagoda.mm.space.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * One thread's way to the content of an open file where it lies, for a storage engine that links this cache in: numbers and ranges of bytes at any offset, without a call, a map or a copy of the page.
 *
 * <p>Made by {@link OpenFile#cursor}, used by the view's thread, closed when no longer needed; until then the file's pages stay reachable, also after the open file was closed. A get or put of
 * what is in memory is one epoch: no pin that could be forgotten, and no value that has to be read again because the page left meanwhile, for its frame is nobody else's before the epoch ends.
 * Accesses that follow each other closely can share one: {@link #begin}, any gets and puts, {@link #end}. Between the two the thread must not wait, and should not stay for more than some microseconds.
 *
 * <p>A get is a read of pread's: what others write may come between its bytes, but not into a number that is aligned to its size. A put is a write of pwrite's at that
 * offset, also if the file is open for appending: it may make the file longer, and is with the device after a sync, or at once if the file was opened so. Neither moves the position.
 *
 * <p>Hits are wait-free and allocate nothing: an epoch, a look at the place of the page among the recent ones, one at the page's word, at the file's size before and after, and the access. What is not in memory is
 * brought in outside of the epoch, which a run enters again, and may block.
 */
public final class FileCursor implements AutoCloseable {
    private static final int PAGE_SHIFT = PagedObject.PAGE_SHIFT;
    private static final int PAGE_BYTES = PagedObject.PAGE_BYTES;
    private static final long OFFSET_MASK = PagedObject.OFFSET_MASK;
    /** Pages of a leaf table, and where in it the slot of a page lies. */
    private static final int LEAF_SHIFT = 9;

    private static final long SLOT_MASK = (1L << LEAF_SHIFT) - 1 << 3;
    /** Leaf tables that are remembered: those of 1 GiB. A power of two. */
    private static final int REMEMBERED = 512;

    /** No leaf table has this number. */
    private static final long NONE = -1;

    /** Of 1024 pages that lie anyhow, eight in ten have a place of their own. */
    private static final int RECENT_SHIFT = 12;

    /** Pages that were accessed last. */
    private static final int RECENT = 1 << RECENT_SHIFT;

    private static final int ENTRY_SHIFT = 5;
    /** Entries that are forgotten together: as many groups as a long has bits. */
    private static final long GROUP_BYTES = (RECENT << ENTRY_SHIFT) / Long.SIZE;

    private static final int SLOT_OFFSET = 8;
    private static final int WORD_OFFSET = 16;
    private static final int DISTANCE_OFFSET = 24;

    private final OpenFile file;
    private final PagedObject object;
    private final View view;
    private final long frameBase;
    private final FrameGuesses guesses;
    private final int objectNumber;
    private final boolean hasStore;
    /** Whether a put may be over with the store: not if it is to be with the device then. */
    private final boolean putsInPlace;

    private final ObjectTree tree;
    /** The tree's, when nothing was remembered yet: while it is the same in the epoch of an access, every table that is remembered is the tree's. */
    private long sequence;

    /** Of each place the number of the leaf table, and the address of its first slot. */
    private final long[] numbers = new long[REMEMBERED];

    private final long[] tables = new long[REMEMBERED];
    /**
     * The pages accessed last, each in its place: offset of its last byte, 0 if there is none, address of its slot, the word that was a plain hit there, distance from an offset in it to the absolute address. As a view's recent pages: nothing is taken on
     * trust, each access reads the slot's word and compares; but the address of the bytes does not have to wait for that word.
     */
    private final MemorySegment recentPages =
            Arena.ofAuto().allocate((long) RECENT << ENTRY_SHIFT, PhysicalMemory.FRAME_BYTES);

    private final long recent = recentPages.address();
    /** The groups that hold an entry, a bit each. */
    private long used;

    /** Room for a number that is not read or written in place. */
    private final byte[] number = new byte[Long.BYTES];

    private Participant inside;
    private boolean closed;

    /** The caller holds the object for it. */
    FileCursor(OpenFile file, View view, boolean syncs) {
        this.file = file;
        this.object = file.object();
        this.tree = object.tree();
        this.sequence = tree.retireSequence();
        this.view = view;
        this.frameBase = object.core().frames().base();
        this.guesses = object.guesses();
        this.objectNumber = object.guessNumber();
        this.hasStore = object.hasStore();
        this.putsInPlace = file.isWritable() && !syncs;
        forget();
    }

    private void forget() {
        Arrays.fill(numbers, NONE);
        for (; used != 0; used &= used - 1) {
            long group = Long.numberOfTrailingZeros(used) * GROUP_BYTES;
            recentPages.asSlice(group, GROUP_BYTES).fill((byte) 0);
        }
    }

    /** Gives the file up, which may write it back if nobody else uses it; ends a run. A second call does nothing. */
    @Override
    public void close() {
        end();
        if (!closed) {
            closed = true;
            // So that no access finds a table any more: they may be another file's from here on.
            forget();
            object.letGo();
        }
    }

    // Runs

    /**
     * Enters an epoch for the accesses that follow. Wait-free.
     *
     * @throws IllegalStateException if the run has begun, or the cursor or the view was closed
     */
    public void begin() {
        requireOpen();
        if (inside != null) {
            throw new IllegalStateException("the run has begun");
        }
        Participant self = view.participant();
        self.enter();
        inside = self;
    }

    /** Leaves it; nothing if the run has not begun. Wait-free. */
    public void end() {
        if (inside != null) {
            Participant self = inside;
            inside = null;
            self.leave();
        }
    }

    // Gets

    /**
     * The eight bytes at an offset, little-endian.
     *
     * @throws IndexOutOfBoundsException if the file ends before the last of them
     * @throws FileFault if the page cannot be read
     */
    public long getLong(long offset) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForGet(offset, Long.BYTES);
            if (raw != 0) {
                long value = RawMemory.getLong(raw);
                if (isInside(offset, Long.BYTES)) {
                    return value;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        return getUnknown(offset, Long.BYTES);
    }

    /** As {@link #getLong}, of four bytes. */
    public int getInt(long offset) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForGet(offset, Integer.BYTES);
            if (raw != 0) {
                int value = RawMemory.getInt(raw);
                if (isInside(offset, Integer.BYTES)) {
                    return value;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        return (int) getUnknown(offset, Integer.BYTES);
    }

    /** As {@link #getLong}, of two bytes. */
    public short getShort(long offset) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForGet(offset, Short.BYTES);
            if (raw != 0) {
                short value = RawMemory.getShort(raw);
                if (isInside(offset, Short.BYTES)) {
                    return value;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        return (short) getUnknown(offset, Short.BYTES);
    }

    /** As {@link #getLong}, of one byte. */
    public byte getByte(long offset) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForGet(offset, Byte.BYTES);
            if (raw != 0) {
                byte value = RawMemory.getByte(raw);
                if (isInside(offset, Byte.BYTES)) {
                    return value;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        return (byte) getUnknown(offset, Byte.BYTES);
    }

    /**
     * Copies bytes of the file into an array, page by page.
     *
     * @throws IndexOutOfBoundsException if the file ends before the last of them, or the array does; bytes before may have been copied
     * @throws FileFault if a page cannot be read
     */
    public void get(long offset, byte[] to, int start, int length) {
        Objects.checkFromIndexSize(start, length, to.length);
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long word = word(offset, length);
            if (ObjectWord.isPlainHit(word)) {
                // Two copies, so that the first one's address does not come from the word; see FrameGuesses.
                long guess = guesses.frame(objectNumber, offset >>> PAGE_SHIFT);
                if (ObjectWord.frame(word) == guess) {
                    RawMemory.copyOut(raw(guess, offset), to, start, length);
                } else {
                    RawMemory.copyOut(raw(ObjectWord.frame(word), offset), to, start, length);
                }
                if (isInside(offset, length)) {
                    return;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        getUnknown(offset, to, start, length);
    }

    // Puts

    /**
     * Writes eight bytes at an offset, little-endian.
     *
     * @throws FileFault if the file is not open for writing, is sealed, has no room, or the page cannot be read
     */
    public void putLong(long offset, long value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForPut(offset, Long.BYTES);
            if (raw != 0) {
                RawMemory.setLong(raw, value);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        putUnknown(offset, Long.BYTES, value);
    }

    /** As {@link #putLong}, of four bytes. */
    public void putInt(long offset, int value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForPut(offset, Integer.BYTES);
            if (raw != 0) {
                RawMemory.setInt(raw, value);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        putUnknown(offset, Integer.BYTES, value);
    }

    /** As {@link #putLong}, of two bytes. */
    public void putShort(long offset, short value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForPut(offset, Short.BYTES);
            if (raw != 0) {
                RawMemory.setShort(raw, value);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        putUnknown(offset, Short.BYTES, value);
    }

    /** As {@link #putLong}, of one byte. */
    public void putByte(long offset, byte value) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawForPut(offset, Byte.BYTES);
            if (raw != 0) {
                RawMemory.setByte(raw, value);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        putUnknown(offset, Byte.BYTES, value);
    }

    /**
     * Writes bytes of an array into the file, page by page.
     *
     * @throws IndexOutOfBoundsException if the array ends before the last of them
     * @throws FileFault as {@link #putLong}; bytes before may have been written
     */
    public void put(long offset, byte[] from, int start, int length) {
        Objects.checkFromIndexSize(start, length, from.length);
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long word = word(offset, length);
            if (ObjectWord.isPlainHit(word) && allowsPut(word)) {
                RawMemory.copyIn(from, start, raw(ObjectWord.frame(word), offset), length);
                return;
            }
        } finally {
            self.leaveBriefly(entered);
        }
        putUnknown(offset, from, start, length);
    }

    // Where it lies, inside an epoch

    /**
     * Absolute address of bytes of a recent page that may be read, in one page and before the file's end; 0 if this is not known at once. Whether they still lie before the end is asked again after the read.
     */
    private long rawForGet(long offset, int bytes) {
        long entry = recent + placeOf(offset);
        // The last byte's page is compared, in the place of the first one's: they only agree if both are the same, for
        // neighbours have different places.
        if (RawMemory.getPlain(entry) == (offset + bytes - 1 | OFFSET_MASK)
                && tree.retireSequence() == sequence
                && isInside(offset, bytes)) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET)) {
                return offset + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    /** As {@link #rawForGet}, of bytes that may be stored: the page counts as dirty already, and no write-back is about to copy it. What one begins later waits for this epoch. */
    private long rawForPut(long offset, int bytes) {
        long entry = recent + placeOf(offset);
        if (RawMemory.getPlain(entry) == (offset + bytes - 1 | OFFSET_MASK)
                && tree.retireSequence() == sequence
                && isInside(offset, bytes)) {
            long word = RawMemory.getAcquire(RawMemory.getPlain(entry, SLOT_OFFSET));
            if (word == RawMemory.getPlain(entry, WORD_OFFSET) && allowsPut(word)) {
                return offset + RawMemory.getPlain(entry, DISTANCE_OFFSET);
            }
        }
        return 0;
    }

    private boolean allowsPut(long word) {
        boolean dirty = ObjectWord.isDirty(word) || !hasStore;
        return putsInPlace && dirty && ObjectWord.allowsStores(word) && object.refusesWrite() == 0;
    }

    private boolean isInside(long offset, int bytes) {
        return offset <= object.size() - bytes;
    }

    /** As {@link #rawForGet}, of any page whose leaf table is remembered; the page is a recent one then. */
    private long rawByTable(long offset, int bytes) {
        long word = word(offset, bytes);
        if (!ObjectWord.isPlainHit(word)) {
            return 0;
        }
        long raw = raw(ObjectWord.frame(word), offset);
        long place = placeOf(offset);
        long entry = recent + place;
        used |= 1L << place / GROUP_BYTES;
        RawMemory.setPlain(entry, offset | OFFSET_MASK);
        RawMemory.setPlain(entry + SLOT_OFFSET, slot(offset));
        RawMemory.setPlain(entry + WORD_OFFSET, word);
        RawMemory.setPlain(entry + DISTANCE_OFFSET, raw - offset);
        return raw;
    }

    /** Of a recent page; pages that lie a power of two apart have places of their own, as neighbours have. */
    private static long placeOf(long offset) {
        long page = offset >>> PAGE_SHIFT;
        return (page + (page >>> RECENT_SHIFT) & RECENT - 1) << ENTRY_SHIFT;
    }

    /** The word of the page; absent where bytes lie in two pages or reach behind the end, or no table is remembered. */
    private long word(long offset, int bytes) {
        long leaf = offset >>> PAGE_SHIFT + LEAF_SHIFT;
        int place = (int) leaf & REMEMBERED - 1;
        boolean inPage = (offset & OFFSET_MASK) <= PAGE_BYTES - bytes;
        if (numbers[place] != leaf || tree.retireSequence() != sequence || !inPage || !isInside(offset, bytes)) {
            return ObjectWord.ABSENT;
        }
        return RawMemory.getAcquire(slot(offset));
    }

    private long slot(long offset) {
        int place = (int) (offset >>> PAGE_SHIFT + LEAF_SHIFT) & REMEMBERED - 1;
        return tables[place] + (offset >>> PAGE_SHIFT - 3 & SLOT_MASK);
    }

    private long raw(long frame, long offset) {
        return frameBase + (frame << PAGE_SHIFT) + (offset & OFFSET_MASK);
    }

    /** Remembers the leaf table that covers an offset, if the file has it. */
    private void remember(long offset) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        long slot;
        try {
            long now = tree.retireSequence();
            if (now != sequence) {
                forget();
                sequence = now;
            }
            slot = tree.slot(offset >>> PAGE_SHIFT);
        } finally {
            self.leaveBriefly(entered);
        }
        if (slot != 0) {
            long leaf = offset >>> PAGE_SHIFT + LEAF_SHIFT;
            int place = (int) leaf & REMEMBERED - 1;
            // A table fills a frame.
            tables[place] = slot & -PhysicalMemory.FRAME_BYTES;
            numbers[place] = leaf;
        }
    }

    // The longer ways: by the table, in an epoch; then as pread and pwrite, outside of epochs

    private long getUnknown(long offset, int bytes) {
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            long raw = rawByTable(offset, bytes);
            if (raw != 0) {
                long value = load(raw, bytes);
                if (isInside(offset, bytes)) {
                    return value;
                }
            }
        } finally {
            self.leaveBriefly(entered);
        }
        getUnknown(offset, number, 0, bytes);
        return numberRead(bytes);
    }

    private static long load(long raw, int bytes) {
        return switch (bytes) {
            case Byte.BYTES -> RawMemory.getByte(raw);
            case Short.BYTES -> RawMemory.getShort(raw);
            case Integer.BYTES -> RawMemory.getInt(raw);
            default -> RawMemory.getLong(raw);
        };
    }

    private long numberRead(int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << Byte.SIZE | number[i] & 0xff;
        }
        return value;
    }

    private void getUnknown(long offset, byte[] to, int start, int length) {
        requireOpen();
        requireRange(offset, length);
        boolean ran = leaveRun();
        try {
            int done = 0;
            while (done < length) {
                long moved = file.pread(view, to, start + done, length - done, offset + done);
                if (moved < 0) {
                    throw new FileFault((int) -moved, offset + done, "a page cannot be read");
                }
                if (moved == 0) {
                    throw new IndexOutOfBoundsException(
                            length + " bytes at " + offset + " reach behind the end of the file at " + object.size());
                }
                done += (int) moved;
            }
            remember(offset);
        } finally {
            if (ran) {
                begin();
            }
        }
    }

    private void putUnknown(long offset, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            number[i] = (byte) (value >>> i * Byte.SIZE);
        }
        put(offset, number, 0, bytes);
        Participant self = view.participant();
        boolean entered = self.enterBriefly();
        try {
            // So that the page is a recent one next time.
            rawByTable(offset, bytes);
        } finally {
            self.leaveBriefly(entered);
        }
    }

    private void putUnknown(long offset, byte[] from, int start, int length) {
        requireOpen();
        requireRange(offset, length);
        if (!file.isWritable()) {
            throw new FileFault(HostErrors.EBADF, offset, "the file is not open for writing");
        }
        boolean ran = leaveRun();
        try {
            int done = 0;
            while (done < length) {
                long moved = file.pwriteThere(view, from, start + done, length - done, offset + done);
                if (moved <= 0) {
                    throw new FileFault((int) -moved, offset + done, "the file does not take what is put");
                }
                done += (int) moved;
            }
            remember(offset);
        } finally {
            if (ran) {
                begin();
            }
        }
    }

    /** Leaves the run, if there is one; returns whether there was. */
    private boolean leaveRun() {
        boolean ran = inside != null;
        end();
        if (view.participant().isInside()) {
            throw new IllegalStateException(
                    "a page may have to be waited for, and the caller is inside of an epoch that is not the cursor's");
        }
        return ran;
    }

    private static void requireRange(long offset, int length) {
        if ((offset | offset + length) < 0) {
            throw new IndexOutOfBoundsException("no file has " + length + " bytes at " + offset);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the cursor was closed");
        }
    }
}

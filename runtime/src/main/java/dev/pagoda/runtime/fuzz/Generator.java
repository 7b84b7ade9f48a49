package dev.pagoda.runtime.fuzz;

import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes sequences from seeds: the same seed, groups and length make the same sequence.
 *
 * <p>It knows nothing of what calls do. It keeps ranges small and close together, so that calls meet, and it keeps away from what would harm the
 * agent (its own image) or the host (filling much memory).
 */
final class Generator {
    private static final int PAGE = 4096;
    /** One sequence in so many is looked at after each step: that takes as long as all the rest. */
    private static final int LOOKED_CLOSELY = 4;

    private static final int PIDFD_SELF_THREAD = -10000;
    private static final int PIDFD_SELF = -10001;
    private static final int LEAST_STEPS = 5;
    private static final int ARENA_PAGES = 12;
    private static final long LARGEST_PLACED = 1L << 43;
    /** Distance of large places: the reach of a table of 512 pages. */
    private static final long TABLE_BYTES = 512L * PAGE;

    private final Set<Group> groups;
    private final int mostSteps;

    /**
     * Makes a generator.
     *
     * @param groups what sequences are made of
     * @param mostSteps most calls of a sequence
     */
    Generator(Set<Group> groups, int mostSteps) {
        this.groups = groups;
        this.mostSteps = Math.min(mostSteps, Sequence.MOST_STEPS / 2);
    }

    /** The sequence of a seed. */
    Sequence generate(long seed) {
        return new Making(seed).sequence();
    }

    /** How far such a map may grow goes by its borders, so they are looked at where it may be large. */
    private static boolean growsDown(Step step) {
        return step.call() == Call.MMAP && (step.number(3) & Linux.MAP_GROWSDOWN) != 0;
    }

    /** One sequence. */
    private final class Making {
        private final long seed;
        private final SplittableRandom random;
        private final List<Step> steps = new ArrayList<>();
        private final List<Integer> descriptors = new ArrayList<>();
        private final List<Integer> openedBy = new ArrayList<>();
        /** Descriptors that were closed and whose numbers nothing has taken yet. */
        private final Set<Integer> closed = new HashSet<>();

        private final List<Integer> placed = new ArrayList<>();
        private final List<Integer> placedBy = new ArrayList<>();
        private final List<Long> placedBytes = new ArrayList<>();
        private final List<Integer> processes = new ArrayList<>(List.of(0));
        private final boolean large;
        private final boolean giant;
        private final boolean bad;
        private final boolean heap;
        private final boolean limitsData;
        private final boolean unprivileged;
        private int process;
        /** How long a range from the last place may be. */
        private long most = Long.MAX_VALUE;

        Making(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.large = groups.contains(Group.LARGE) && random.nextInt(12) == 0;
            // What is larger than memory is accounted where limits are.
            this.giant =
                    groups.contains(Group.LARGE) && groups.contains(Group.LIMIT) && !large && random.nextInt(40) == 0;
            this.bad = groups.contains(Group.BAD);
            this.unprivileged = groups.contains(Group.LIMIT) && random.nextInt(6) == 0;
            this.limitsData = groups.contains(Group.LIMIT) && random.nextInt(3) == 0;
            this.heap = !limitsData && groups.contains(Group.BREAK) && random.nextInt(3) == 0;
        }

        Sequence sequence() {
            int length = LEAST_STEPS + random.nextInt(Math.max(1, mostSteps - LEAST_STEPS + 1));
            prepare();
            while (steps.size() < length) {
                process = processes.get(random.nextInt(processes.size()));
                one();
            }
            boolean closely = seed % LOOKED_CLOSELY == 0
                    || (large || giant) && steps.stream().anyMatch(Generator::growsDown);
            Sequence made = new Sequence(seed, List.copyOf(steps), closely);
            while (!made.isSound()) {
                // Now and then a place is used after another process or call has taken it away.
                int last = made.steps().size() - 1;
                made = made.keep(index -> index < last);
            }
            return made;
        }

        /** What later calls can work on. */
        private void prepare() {
            if (unprivileged) {
                add(Call.DROPCAP, Value.of(Linux.CAP_IPC_LOCK));
            }
            if (has(Group.MEMFD) && chance(3)) {
                memoryFile();
            }
            if (has(Group.FILE) && chance(6)) {
                file();
            }
            for (int i = random.nextInt(3); i >= 0; i--) {
                map();
            }
        }

        private void one() {
            most = Long.MAX_VALUE;
            int choice = random.nextInt(100);
            if (choice < 20) {
                map();
            } else if (choice < 27) {
                unmap();
            } else if (choice < 41) {
                protect();
            } else if (choice < 52) {
                remap();
            } else if (choice < 62) {
                advise();
            } else if (choice < 78) {
                access();
            } else if (choice < 82) {
                residency();
            } else if (choice < 85) {
                sync();
            } else if (choice < 90) {
                lock();
            } else if (choice < 93) {
                limitOrHeap();
            } else if (choice < 98) {
                fileCall();
            } else {
                processCall();
            }
        }

        // Calls

        private void map() {
            int kind = random.nextInt(100);
            Value address;
            long flags;
            if (kind < 62) {
                flags = Linux.MAP_FIXED;
                address = place();
            } else if (kind < 76) {
                flags = Linux.MAP_FIXED_NOREPLACE | (chance(6) ? Linux.MAP_FIXED : 0);
                address = place();
            } else if (kind < 90) {
                flags = 0;
                address = place();
            } else {
                flags = chance(4) ? Linux.MAP_32BIT : 0;
                address = Value.of(0);
            }
            Value length = length();
            if (giant && chance(3)) {
                giantMap();
                return;
            }
            if (length.addend() > LARGEST_PLACED && length.addend() <= Linux.TASK_SIZE) {
                // Whether a hole is large enough for it depends on what else a process has.
                length = Value.of(Linux.TASK_SIZE + PAGE);
            }
            boolean file = !descriptors.isEmpty() && chance(2);
            int type = random.nextInt(100);
            flags |= type < 60 ? Linux.MAP_PRIVATE : type < 96 ? Linux.MAP_SHARED : bad ? badType() : Linux.MAP_SHARED;
            flags |= file ? 0 : Linux.MAP_ANONYMOUS;
            if (has(Group.DROPPABLE) && !file && chance(20)) {
                flags = flags & ~Linux.MAP_TYPE | Linux.MAP_DROPPABLE;
            }
            flags |= moreFlags();
            if (has(Group.HUGE) && address.isPlain() && chance(50)) {
                flags = hugeFlags(flags);
            }
            Value descriptor = file ? descriptor() : Value.of(bad && chance(30) ? 999 : -1);
            long offset = file ? random.nextInt(6) * (long) PAGE : chance(20) ? PAGE : 0;
            if (bad && chance(60)) {
                offset = new long[] {1, -PAGE, 1L << 62, 0x7ffffffffffff000L, 0x800}[random.nextInt(5)];
            }
            add(Call.MMAP, address, length, Value.of(protection()), Value.of(flags), descriptor, Value.of(offset));
            if ((flags & Linux.MAP_FIXED) == 0) {
                mayBePlaced(length);
            }
        }

        private long badType() {
            return new long[] {Linux.MAP_SHARED_VALIDATE, Linux.MAP_SHARED_VALIDATE, 0, 5, Linux.MAP_TYPE}
                    [random.nextInt(5)];
        }

        /** Pages that the host would have to set aside: what is asked of the arguments comes before. */
        private long hugeFlags(long flags) {
            long[] sizes = {0, 0, Linux.MAP_HUGE_2MB, Linux.MAP_HUGE_1GB, 16L << Linux.MAP_HUGE_SHIFT};
            // Whether a gigabyte is free below two is each kernel's own affair.
            return flags & ~Linux.MAP_NORESERVE & ~Linux.MAP_32BIT & ~(1L << 27)
                    | Linux.MAP_HUGETLB
                    | sizes[random.nextInt(bad ? sizes.length : 3)];
        }

        private long moreFlags() {
            long flags = 0;
            long[] harmless = {Linux.MAP_NORESERVE, Linux.MAP_STACK, Linux.MAP_DENYWRITE, Linux.MAP_EXECUTABLE};
            for (long flag : harmless) {
                flags |= chance(14) ? flag : 0;
            }
            flags |= chance(10) ? Linux.MAP_POPULATE : 0;
            flags |= chance(25) ? Linux.MAP_NONBLOCK : 0;
            flags |= has(Group.LOCK) && chance(14) ? Linux.MAP_LOCKED : 0;
            flags |= has(Group.GROWDOWN) && chance(12) ? Linux.MAP_GROWSDOWN : 0;
            flags |= bad && chance(60) ? Linux.MAP_SYNC : 0;
            flags |= bad && chance(60) ? 1L << 27 : 0;
            return flags;
        }

        /** Sixteen terabytes: refused, or never filled. */
        private void giantMap() {
            long flags = Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED;
            flags |= chance(2) ? Linux.MAP_NORESERVE : 0;
            long bytes = 1L << 36 + random.nextInt(8);
            Value at = Value.of(Arena.A.address() + random.nextInt(2) * random.nextInt(4) * TABLE_BYTES);
            long protection = bytes < 1L << 40 && (flags & Linux.MAP_NORESERVE) == 0 ? Linux.PROT_NONE : protection();
            add(Call.MMAP, at, Value.of(bytes), Value.of(protection), Value.of(flags), Value.of(-1), Value.of(0));
        }

        private void unmap() {
            Value at = place();
            add(Call.MUNMAP, at, length());
            int index = placed.indexOf(at.base());
            if (index >= 0) {
                placed.remove(index);
                placedBy.remove(index);
                placedBytes.remove(index);
            }
        }

        private void protect() {
            if (!has(Group.PROTECT)) {
                return;
            }
            long protection = protection();
            if (has(Group.GROWDOWN) && chance(12)) {
                protection |= Linux.PROT_GROWSDOWN;
            }
            add(Call.MPROTECT, place(), length(), Value.of(protection));
        }

        private void remap() {
            if (has(Group.REORDER) && chance(12)) {
                reorder();
                return;
            }
            if (!has(Group.REMAP)) {
                return;
            }
            long flags = 0;
            flags |= chance(5) ? 0 : Linux.MREMAP_MAYMOVE;
            flags |= chance(2) ? Linux.MREMAP_FIXED : 0;
            flags |= chance(8) ? Linux.MREMAP_DONTUNMAP : 0;
            flags |= bad && chance(40) ? 8 : 0;
            Value from = arenaPlace();
            Value oldSize = chance(12) ? Value.of(0) : length();
            Value newSize = chance(3) ? oldSize : length();
            if ((flags & Linux.MREMAP_DONTUNMAP) != 0 && !chance(6)) {
                newSize = oldSize;
            }
            boolean goesTo = (flags & Linux.MREMAP_FIXED) != 0 || (flags & Linux.MREMAP_DONTUNMAP) != 0 && !chance(12);
            Value to = goesTo ? arenaPlace() : Value.of(0);
            add(Call.MREMAP, from, oldSize, newSize, Value.of(flags), to);
            mayBePlaced(newSize);
        }

        /** Other pages of a shared map's object in part of the map. */
        private void reorder() {
            long protection = bad && chance(8) ? protection() : 0;
            long flags = chance(6) ? Linux.MAP_NONBLOCK : bad && chance(12) ? Linux.MAP_SHARED : 0;
            long index = bad && chance(20) ? new long[] {-1, 1L << 52, 1L << 51}[random.nextInt(3)] : random.nextInt(6);
            add(Call.REMAP_FILE_PAGES, place(), length(), Value.of(protection), Value.of(index), Value.of(flags));
        }

        /** The last call may have made a map at the kernel's own choice. */
        private void mayBePlaced(Value length) {
            Step last = steps.isEmpty() ? null : steps.getLast();
            boolean places = last != null && (last.call() == Call.MMAP || last.call() == Call.MREMAP);
            if (places && length.addend() > 0 && length.addend() <= 64 * PAGE && !placed.contains(last.id())) {
                placed.add(last.id());
                placedBy.add(process);
                placedBytes.add(last.number(last.call() == Call.MMAP ? 1 : 2));
            }
        }

        private void advise() {
            int[] plain = {
                Linux.MADV_NORMAL,
                Linux.MADV_RANDOM,
                Linux.MADV_SEQUENTIAL,
                Linux.MADV_WILLNEED,
                Linux.MADV_DONTNEED,
                Linux.MADV_DONTNEED,
                Linux.MADV_DONTNEED,
                Linux.MADV_DONTNEED_LOCKED,
                Linux.MADV_FREE,
                Linux.MADV_DONTFORK,
                Linux.MADV_DOFORK,
                Linux.MADV_WIPEONFORK,
                Linux.MADV_KEEPONFORK,
                Linux.MADV_DONTDUMP,
                Linux.MADV_DODUMP,
                Linux.MADV_POPULATE_READ,
                Linux.MADV_POPULATE_WRITE
            };
            int[] huge = {Linux.MADV_HUGEPAGE, Linux.MADV_NOHUGEPAGE, Linux.MADV_COLLAPSE};
            int[] reclaim = {Linux.MADV_COLD, Linux.MADV_PAGEOUT, Linux.MADV_REMOVE, Linux.MADV_REMOVE};
            int advice;
            if (bad && chance(25)) {
                advice = new int[] {-1, 1212, 5, 6, 7, 1 << 20}[random.nextInt(6)];
            } else if (has(Group.HUGE) && chance(10)) {
                advice = huge[random.nextInt(huge.length)];
            } else if (has(Group.RECLAIM) && chance(4)) {
                advice = reclaim[random.nextInt(reclaim.length)];
            } else if (has(Group.ADVISE)) {
                advice = plain[random.nextInt(plain.length)];
            } else {
                return;
            }
            if (giant && (advice == Linux.MADV_POPULATE_READ || advice == Linux.MADV_POPULATE_WRITE)) {
                return;
            }
            if (has(Group.ACCESS) && advice != Linux.MADV_COLLAPSE && chance(12)) {
                adviseRanges(advice);
            } else {
                add(Call.MADVISE, place(), length(), Value.of(advice));
            }
        }

        /** The same advice about ranges that lie in memory. */
        private void adviseRanges(int advice) {
            Value ranges = arenaPlace().plus(chance(4) ? PAGE - 16 : random.nextInt(8) * 16L);
            int count = 1 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                Value at = place();
                Value length = length();
                if (!at.isPlain()) {
                    return;
                }
                add(Call.STORE, ranges.plus(16L * i), Value.of(8), at);
                add(Call.STORE, ranges.plus(16L * i + 8), Value.of(8), length);
            }
            long self = bad && chance(8) ? -1 : chance(4) ? PIDFD_SELF_THREAD : PIDFD_SELF;
            long told = bad && chance(8) ? new long[] {0, 3, 1025, -1}[random.nextInt(4)] : count;
            long flags = bad && chance(12) ? 1 : 0;
            add(Call.PROCESS_MADVISE, Value.of(self), ranges, Value.of(told), Value.of(advice), Value.of(flags));
        }

        private void access() {
            if (!has(Group.ACCESS)) {
                return;
            }
            int kind = random.nextInt(10);
            long size = 1L << random.nextInt(4);
            if (kind < 3) {
                add(Call.LOAD, byteIn(size), Value.of(size));
            } else if (kind < 7) {
                add(Call.STORE, byteIn(size), Value.of(size), Value.of(random.nextLong() & 0x7fffffff));
            } else if (kind < 8) {
                long aligned = size < 4 ? 4 : size;
                add(
                        Call.CAS,
                        arenaPlace().plus(random.nextInt(16) * aligned),
                        Value.of(aligned),
                        Value.of(0),
                        Value.of(random.nextInt(1, 255)));
            } else {
                long bytes = 1 + random.nextInt(4) * (long) PAGE - (chance(2) ? 1 : 0);
                add(Call.FILL, arenaPlace(), Value.of(Math.max(1, bytes)), Value.of(random.nextInt(1, 255)));
            }
        }

        private void residency() {
            if (!has(Group.RESIDENCY)) {
                return;
            }
            boolean blurred = steps.stream().anyMatch(Sequence::blursResidency);
            if (!blurred && chance(3)) {
                Value at = place();
                Value length = length();
                if (length.addend() > 0 && length.addend() <= 64 * PAGE && at.isPlain()) {
                    add(Call.RESIDENT, at, length);
                    return;
                }
            }
            Value length = length();
            if (length.addend() < 0 || length.addend() <= 4L * ARENA_PAGES * PAGE) {
                // Else a vector that is refused.
                Value vector = !blurred && chance(2) ? arenaPlace() : Value.of(Linux.TASK_SIZE);
                add(Call.MINCORE, place(), length, bad && chance(10) && !blurred ? anywhere() : vector);
            }
        }

        private void sync() {
            if (has(Group.SYNC)) {
                long[] flags = {
                    Linux.MS_SYNC, Linux.MS_ASYNC, Linux.MS_INVALIDATE | Linux.MS_SYNC, Linux.MS_INVALIDATE, 0, 5, 8
                };
                add(Call.MSYNC, place(), length(), Value.of(flags[random.nextInt(bad ? flags.length : 4)]));
            }
        }

        private void lock() {
            if (!has(Group.LOCK) || giant) {
                return;
            }
            int kind = random.nextInt(10);
            if (kind < 4) {
                add(Call.MLOCK, place(), length());
            } else if (kind < 6) {
                add(Call.MLOCK2, place(), length(), Value.of(chance(8) && bad ? 2 : random.nextInt(2)));
            } else if (kind < 8) {
                add(Call.MUNLOCK, place(), length());
            } else if (kind < 9) {
                if (unprivileged) {
                    // What exists counts against the limit, and so the agent does.
                    return;
                }
                add(Call.MLOCKALL, Value.of(chance(8) && bad ? random.nextInt(16) : 1 + random.nextInt(7)));
            } else {
                add(Call.MUNLOCKALL);
            }
        }

        private void limitOrHeap() {
            if (has(Group.LIMIT) && chance(2)) {
                limit();
            } else if (has(Group.BREAK) && !limitsData) {
                // Against the limit of data the heap counts together with the program's own data, which is not
                // Pagoda's.
                heap();
            }
        }

        private void heap() {
            long bytes = random.nextInt(-1, 20) * (long) PAGE + (chance(3) ? random.nextInt(PAGE) : 0);
            add(Call.BRK, bad && chance(12) ? anywhere() : new Value(Value.BREAK, bytes));
        }

        private void limit() {
            int kind = random.nextInt(3);
            Value base = Value.of(0);
            int resource;
            if (kind == 0) {
                resource = Linux.RLIMIT_AS;
                add(Call.VMSIZE);
                base = new Value(steps.getLast().id(), 0);
            } else if (kind == 1 && limitsData) {
                resource = Linux.RLIMIT_DATA;
                add(Call.VMDATA);
                base = new Value(steps.getLast().id(), 0);
            } else {
                resource = Linux.RLIMIT_MEMLOCK;
            }
            add(
                    Call.SETRLIMIT,
                    Value.of(resource),
                    base.plus(random.nextInt(base.isPlain() ? 0 : 1, 10) * (long) PAGE + (chance(4) ? 100 : 0)));
        }

        private void fileCall() {
            if (descriptors.isEmpty() || chance(12)) {
                if (has(Group.MEMFD) && chance(2)) {
                    memoryFile();
                } else if (has(Group.FILE) && chance(2)) {
                    file();
                }
                return;
            }
            Value descriptor = descriptor();
            switch (random.nextInt(15)) {
                case 0, 1 -> add(Call.FTRUNCATE, descriptor, Value.of(fileOffset()));
                case 2 -> {
                    long mode = chance(3) ? 0 : Linux.FALLOC_FL_KEEP_SIZE | Linux.FALLOC_FL_PUNCH_HOLE;
                    add(Call.FALLOCATE, descriptor, Value.of(mode), Value.of(fileOffset()), Value.of(fileOffset()));
                }
                case 3 -> add(Call.FSYNC, descriptor);
                case 4, 5 -> add(Call.READ, descriptor, byteIn(1), Value.of(random.nextInt(3 * PAGE)));
                case 6, 7 -> add(Call.WRITE, descriptor, byteIn(1), Value.of(random.nextInt(3 * PAGE)));
                case 8 -> add(Call.LSEEK, descriptor, Value.of(fileOffset()), Value.of(random.nextInt(3)));
                case 9 -> add(Call.BYTE, descriptor, Value.of(fileOffset()));
                case 10 -> add(Call.FSTAT_SIZE, descriptor);
                case 11, 12, 13 -> vector(descriptor);
                default -> {
                    if (has(Group.SEAL) && chance(2)) {
                        long seals = 1L << random.nextInt(5);
                        add(Call.FCNTL, descriptor, Value.of(Linux.F_ADD_SEALS), Value.of(seals));
                    } else if (chance(2)) {
                        add(Call.CLOSE, descriptor);
                        closed.add(descriptor.base());
                    } else {
                        add(Call.DUP, descriptor);
                        opened();
                    }
                }
            }
        }

        /** A read or write of several ranges, with gaps, on top of each other, or of none. */
        private void vector(Value descriptor) {
            if (!has(Group.ACCESS)) {
                return;
            }
            Value ranges = arenaPlace();
            if (chance(2)) {
                Value flags = Value.of(Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_FIXED);
                Value protection = Value.of(Linux.PROT_READ | Linux.PROT_WRITE);
                add(Call.MMAP, ranges, Value.of(2 * PAGE), protection, flags, Value.of(-1), Value.of(0));
            }
            ranges = ranges.plus(chance(4) ? PAGE - 16 : random.nextInt(8) * 16L);
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                Value at = bad && chance(12) ? anywhere() : byteIn(1);
                // Of the heap nobody knows beforehand where it lies.
                add(Call.STORE, ranges.plus(16L * i), Value.of(8), at.isPlain() ? at : Value.of(0));
                add(Call.STORE, ranges.plus(16L * i + 8), Value.of(8), Value.of(vectorLength()));
            }
            Value told = Value.of(bad && chance(8) ? new long[] {0, 1024, 1025, -1}[random.nextInt(4)] : count);
            switch (random.nextInt(4)) {
                case 0 -> add(Call.READV, descriptor, ranges, told);
                case 1 -> add(Call.WRITEV, descriptor, ranges, told);
                case 2 -> add(Call.PREADV, descriptor, ranges, told, Value.of(vectorOffset(Long.MAX_VALUE)));
                default -> add(Call.PWRITEV, descriptor, ranges, told, Value.of(vectorOffset(-1)));
            }
        }

        private long vectorLength() {
            if (chance(6)) {
                return 0;
            }
            // What is mapped in one piece may be written in one, so these are for small maps.
            long[] refusedOrCut = {-1, 1L << 63, 1L << 47, 0x7ffff000L, Long.MAX_VALUE};
            return bad && !large && !giant && chance(12)
                    ? refusedOrCut[random.nextInt(refusedOrCut.length)]
                    : random.nextInt(3 * PAGE);
        }

        private long vectorOffset(long refused) {
            return bad && chance(12) ? refused : fileOffset();
        }

        private void processCall() {
            if (!has(Group.FORK)) {
                return;
            }
            if (processes.size() < 3) {
                add(Call.FORK);
                processes.add(steps.getLast().id());
            } else if (process != 0) {
                add(Call.EXIT, Value.of(random.nextInt(200)));
                int ended = process;
                int parent = parentOf(ended);
                if (processes.contains(parent)) {
                    steps.add(new Step(steps.size() + 1, parent, Call.WAIT, List.of(new Value(ended, 0))));
                }
                processes.remove((Integer) ended);
            }
        }

        private int parentOf(int child) {
            return steps.stream()
                    .filter(step -> step.id() == child)
                    .findFirst()
                    .orElseThrow()
                    .process();
        }

        private void memoryFile() {
            long flags = has(Group.SEAL) && chance(2) ? Linux.MFD_ALLOW_SEALING : 0;
            add(Call.MEMFD, Value.of(fileOffset()), Value.of(flags));
            opened();
        }

        private void file() {
            long mode = chance(4) ? random.nextInt(3) : Linux.O_RDWR | (chance(5) ? Linux.O_APPEND : 0);
            add(Call.TMPFILE, Value.of(fileOffset()), Value.of(mode));
            opened();
        }

        // Arguments

        private boolean has(Group group) {
            return groups.contains(group);
        }

        private boolean chance(int oneIn) {
            return random.nextInt(oneIn) == 0;
        }

        private void add(Call call, Value... arguments) {
            Step step = new Step(steps.size() + 1, process, call, List.of(arguments));
            if (!Safety.harms(step)) {
                steps.add(step);
            }
        }

        private void opened() {
            // Which of the closed numbers it has is each kernel's own affair: they are not used any more.
            for (int index = descriptors.size() - 1; index >= 0; index--) {
                if (openedBy.get(index) == process && closed.contains(descriptors.get(index))) {
                    descriptors.remove(index);
                    openedBy.remove(index);
                }
            }
            descriptors.add(steps.getLast().id());
            openedBy.add(process);
        }

        /** One that this process opened: numbers of descriptors mean nothing to others. */
        private Value descriptor() {
            if (descriptors.isEmpty()) {
                return Value.of(-1);
            }
            int index = random.nextInt(descriptors.size());
            boolean known = openedBy.get(index) == process && !(bad && chance(40));
            return known ? new Value(descriptors.get(index), 0) : Value.of(-1);
        }

        /** A place, mostly of a page, where others may be. */
        private Value place() {
            most = Long.MAX_VALUE;
            if (bad && chance(30)) {
                return anywhere();
            }
            if (!placed.isEmpty() && chance(14)) {
                int index = random.nextInt(placed.size());
                if (placedBy.get(index) == process) {
                    most = placedBytes.get(index);
                    return new Value(placed.get(index), 0);
                }
            }
            return bad && chance(40) ? arenaPlace().plus(new long[] {1, 0x800, 4095}[random.nextInt(3)]) : arenaPlace();
        }

        private Value arenaPlace() {
            most = Long.MAX_VALUE;
            if (heap && chance(4)) {
                return new Value(Value.BREAK, random.nextInt(20) * (long) PAGE);
            }
            int choice = random.nextInt(20);
            if (choice == 0) {
                return Value.of(Linux.TASK_SIZE - random.nextInt(1, 8) * (long) PAGE);
            }
            Arena arena = choice < 15 ? Arena.A : choice < 18 ? Arena.B : Arena.C;
            long base = arena.address() + (large || giant ? random.nextInt(5) * TABLE_BYTES : 0);
            return Value.of(base + (large && chance(2) ? 0 : random.nextInt(ARENA_PAGES) * (long) PAGE));
        }

        /** A byte near the borders of pages or inside of one. */
        private Value byteIn(long size) {
            Value page = arenaPlace();
            return switch (random.nextInt(4)) {
                case 0 -> page;
                case 1 -> page.plus(PAGE - size);
                case 2 -> page.plus(PAGE - random.nextInt(1, 8));
                default -> page.plus(random.nextInt(PAGE - 8));
            };
        }

        private Value anywhere() {
            long[] places = {
                0,
                PAGE,
                0x10000,
                Linux.TASK_SIZE,
                Linux.TASK_SIZE - PAGE,
                Linux.TASK_SIZE + PAGE,
                1L << 47,
                -PAGE,
                -1,
                1L << 63,
                Linux.TASK_SIZE - 1
            };
            return Value.of(places[random.nextInt(places.length)]);
        }

        private Value length() {
            if (most < Long.MAX_VALUE) {
                return Value.of(PAGE * (1 + random.nextLong(Math.max(1, (most + PAGE - 1) / PAGE))));
            }
            if (bad && chance(30)) {
                long[] lengths = {
                    0,
                    0,
                    -1,
                    -PAGE,
                    1L << 47,
                    Linux.TASK_SIZE,
                    1L << 63,
                    Linux.TASK_SIZE - Arena.A.address() + PAGE,
                    -Arena.A.address()
                };
                return Value.of(lengths[random.nextInt(lengths.length)]);
            }
            long pages = 1 + random.nextInt(chance(4) ? ARENA_PAGES : 4);
            if (large && chance(2)) {
                pages = random.nextInt(4) * 512L + (chance(2) ? 0 : random.nextInt(512));
            }
            long bytes = pages * PAGE;
            return Value.of(bad && chance(20) ? Math.max(0, bytes - random.nextInt(PAGE)) : bytes);
        }

        private long protection() {
            long[] usual = {
                Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.PROT_READ | Linux.PROT_WRITE,
                Linux.PROT_READ,
                Linux.PROT_NONE,
                Linux.PROT_WRITE,
                Linux.PROT_EXEC,
                Linux.PROT_READ | Linux.PROT_EXEC,
                Linux.PROT_READ | Linux.PROT_WRITE | Linux.PROT_EXEC
            };
            long protection = usual[random.nextInt(usual.length)];
            return bad && chance(50)
                    ? protection
                            | new long[] {Linux.PROT_SEM, Linux.PROT_GROWSUP, 0x10, Linux.PROT_GROWSDOWN}
                                    [random.nextInt(4)]
                    : protection;
        }

        private long fileOffset() {
            return random.nextInt(7) * (long) PAGE + (chance(3) ? random.nextInt(PAGE) : 0);
        }
    }
}

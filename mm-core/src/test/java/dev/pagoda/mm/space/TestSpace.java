package dev.pagoda.mm.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.swap.SwapArea;
import dev.pagoda.mm.swap.SwapStore;
import java.util.function.LongSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A small kernel with one space and one view. Closing it audits, destroys the space, and audits once more that all is free. */
final class TestSpace implements AutoCloseable {
    static final long PAGE = 4096;
    static final long MIB = 1 << 20;
    static final long GIB = 1 << 30;
    static final long TIB = 1L << 40;

    static final int NONE = 0;
    static final int READ = 1;
    static final int WRITE = 2;
    static final int EXEC = 4;
    static final int READ_WRITE = READ | WRITE;

    /** Addresses far apart, aligned to 1 TiB. */
    static final long A = 0x100000000000L;

    static final long B = 0x200000000000L;

    final Core core;
    final AddressSpace space;
    final View view;

    TestSpace(long memoryBytes) {
        this(new Core(memoryBytes));
    }

    /** With room for so many shared regions, and as many private ones. */
    TestSpace(long memoryBytes, int pairsOfRegions) {
        this(new Core(memoryBytes, pairsOfRegions));
    }

    /** With swap in a store. */
    static TestSpace withSwap(long memoryBytes, SwapStore store) {
        Core core = new Core(memoryBytes);
        core.setSwap(new SwapArea(store));
        return new TestSpace(core);
    }

    private TestSpace(Core kernel) {
        core = kernel;
        space = new AddressSpace(core);
        view = space.open("test");
    }

    TestSpace() {
        this(32 * MIB);
    }

    @Override
    public void close() {
        audit();
        view.close();
        space.destroy();
        Audit last = Audit.run(core);
        assertThat(last.differences()).as(last.toString()).isZero();
        assertThat(last.isAllFree()).as(last.toString()).isTrue();
        core.close();
    }

    void audit() {
        Audit audit = Audit.run(core);
        assertThat(audit.differences()).as(audit.toString()).isZero();
    }

    // By addresses and bytes, as system calls are

    long map(Map.Where where, long address, long bytes, int protection) {
        long mapped = Map.anonymous(view, where, address >>> 12, pages(bytes), protection, 0, false);
        return mapped < 0 ? mapped : mapped << 12;
    }

    void fixed(long address, long bytes, int protection) {
        assertThat(map(Map.Where.FIXED, address, bytes, protection)).isEqualTo(address);
    }

    void fixedLocked(long address, long bytes, int protection) {
        assertThat(Map.anonymous(view, Map.Where.FIXED, address >>> 12, pages(bytes), protection, 0, true))
                .isEqualTo(address >>> 12);
    }

    /** Maps an object that only the map keeps alive. */
    void fixedShared(long address, long bytes, int protection) {
        SharedMemory object = new SharedMemory(core, pages(bytes));
        fixedObject(address, bytes, protection, object, true, 0);
        object.letGo();
    }

    void fixedObject(long address, long bytes, int protection, SharedMemory object, boolean shared, long firstIndex) {
        Map.Source source = new Map.Source(object, object, shared, firstIndex, READ | WRITE | EXEC, 0);
        assertThat(Map.object(view, Map.Where.FIXED, address >>> 12, pages(bytes), protection, false, source))
                .isEqualTo(address >>> 12);
    }

    int unmap(long address, long bytes) {
        return Unmap.range(view, address >>> 12, pages(bytes));
    }

    int protect(long address, long bytes, int protection) {
        return Protect.range(view, address >>> 12, pages(bytes), protection);
    }

    int discard(long address, long bytes) {
        return Advise.discard(view, address >>> 12, pages(bytes), false);
    }

    /** Remaps with the right to move. */
    long remap(long address, long oldBytes, long newBytes) {
        return remap(address, oldBytes, newBytes, true, -PAGE, false);
    }

    long remapTo(long address, long oldBytes, long newBytes, long target) {
        return remap(address, oldBytes, newBytes, true, target, false);
    }

    long remap(long address, long oldBytes, long newBytes, boolean mayMove, long target, boolean keepSource) {
        long moved = Remap.run(
                view,
                new Remap.Request(address >>> 12, pages(oldBytes), pages(newBytes), mayMove, target >> 12, keepSource));
        return moved < 0 ? moved : moved << 12;
    }

    void fill(long address, long bytes, int value) {
        view.fill(address, bytes, (byte) value);
    }

    long load(long address) {
        return view.load(address, 1);
    }

    void store(long address, int value) {
        view.store(address, 1, value);
    }

    boolean same(long address, long bytes, int value) {
        byte[] content = new byte[(int) bytes];
        view.read(address, content, 0, content.length);
        for (byte b : content) {
            if (b != (byte) value) {
                return false;
            }
        }
        return true;
    }

    void refusesLoad(long address, int signal, int code) {
        faults(() -> load(address), address, signal, code);
    }

    void refusesStore(long address, int signal, int code) {
        faults(() -> store(address, 1), address, signal, code);
    }

    void notMapped(long address) {
        refusesLoad(address, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
        refusesStore(address, MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR);
    }

    static void faults(ThrowingCallable access, long address, int signal, int code) {
        org.assertj.core.api.Assertions.assertThatThrownBy(access).isInstanceOfSatisfying(MemoryFault.class, fault -> {
            assertThat(fault.signal()).isEqualTo(signal);
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.address()).isEqualTo(address);
            assertThat(fault.getMessage()).isNotBlank();
        });
    }

    String perms(long address) {
        return space.permissions(address);
    }

    int maps(long address, long bytes) {
        return space.countMaps(address, bytes);
    }

    /** Fills all free memory with pages of a map of its own at the end of the space; returns how many pages. */
    long exhaust(long address) {
        long bytes = core.frames().total() * PAGE;
        fixed(address, bytes, READ_WRITE);
        long page = 0;
        try {
            for (; ; page++) {
                store(address + page * PAGE, 0xee);
            }
        } catch (MemoryFault fault) {
            assertThat(fault.signal()).isEqualTo(MemoryFault.SIGKILL);
            return page;
        }
    }

    /** How many tables a step adds. */
    long tablesMade(LongSupplier step) {
        long before = space.tables();
        step.getAsLong();
        return space.tables() - before;
    }

    private static long pages(long bytes) {
        return (bytes + PAGE - 1) >>> 12;
    }
}

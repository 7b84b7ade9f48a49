package dev.pagoda.pagecache;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store whose device fails, or stops before its answer, when told to. */
final class FaultyStore implements Store {
    private final Store device;
    volatile boolean failsReads;
    volatile boolean failsWrites;
    volatile boolean failsForces;
    volatile boolean failsZeroes;
    volatile boolean failsResizes;
    /** A page that cannot be written, or -1. */
    volatile long failsWritesOf = -1;
    /** Whether each write goes to the device. */
    volatile boolean direct;
    /** What the forces asked for that did not fail: data, or metadata too. */
    final List<String> forces = new CopyOnWriteArrayList<>();
    /** How many pages each write had that did not fail. */
    final List<Long> writes = new CopyOnWriteArrayList<>();
    /** A page that cannot be read, or -1. */
    volatile long failsReadsOf = -1;
    /** Reads that did not fail, in the order in which they came. */
    final List<Read> reads = new CopyOnWriteArrayList<>();
    /** The size that it was given last. */
    volatile long resized = -1;
    /** What is done before its size changes. */
    volatile Runnable onResize = () -> {};
    /** How far the device has room. */
    volatile long room = Long.MAX_VALUE;
    /** Open at 0; one that is closed holds calls up after they have read, or before they write. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    /** As {@link #gate}, for forces. */
    volatile CountDownLatch forceGate = new CountDownLatch(0);

    final AtomicInteger forcesBegun = new AtomicInteger();

    /**
     * One read.
     *
     * @param first the first page
     * @param end one above the last page
     * @param thread who read
     */
    record Read(long first, long end, String thread) {}

    final AtomicInteger arrived = new AtomicInteger();
    volatile String message = "Input/output error";

    FaultyStore(Store device) {
        this.device = device;
    }

    @Override
    public long size() throws IOException {
        return device.size();
    }

    @Override
    public int read(long offset, long[] pages, int from, int bytes) throws IOException {
        long first = offset / TestKernel.PAGE;
        long end = (offset + bytes + TestKernel.PAGE - 1) / TestKernel.PAGE;
        if (failsReads || first <= failsReadsOf && failsReadsOf < end) {
            throw new IOException(message);
        }
        reads.add(new Read(first, end, Thread.currentThread().getName()));
        int got = device.read(offset, pages, from, bytes);
        arrived.getAndIncrement();
        await(gate);
        return got;
    }

    @Override
    public int write(long offset, long[] pages, int from, int bytes) throws IOException {
        long first = offset / TestKernel.PAGE;
        if (failsWrites || first <= failsWritesOf && failsWritesOf * TestKernel.PAGE < offset + bytes) {
            throw new IOException(message);
        }
        writes.add((bytes + TestKernel.PAGE - 1L) / TestKernel.PAGE);
        arrived.getAndIncrement();
        await(gate);
        return device.write(offset, pages, from, bytes);
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void resize(long bytes) throws IOException {
        resized = bytes;
        onResize.run();
        if (failsResizes) {
            throw new IOException(message);
        }
        device.resize(bytes);
    }

    @Override
    public void zero(long first, long end) throws IOException {
        if (failsZeroes) {
            throw new IOException(message);
        }
        device.zero(first, end);
    }

    @Override
    public boolean reserve(long first, long end) throws IOException {
        if (end > room) {
            throw new IOException("No space left on device");
        }
        return device.reserve(first, end);
    }

    @Override
    public void force(boolean metadataToo) throws IOException {
        boolean fails = failsForces;
        forcesBegun.getAndIncrement();
        await(forceGate);
        if (fails) {
            throw new IOException(message);
        }
        forces.add(metadataToo ? "all" : "data");
        device.force(metadataToo);
    }

    @Override
    public boolean isDirect() {
        return direct;
    }

    @Override
    public int makeWritable() {
        return device.makeWritable();
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}

package dev.pagoda.pagecache;

import java.io.IOException;

/** A store whose device fails when told to. */
final class FaultyStore implements Store {
    private final Store device;
    volatile boolean failsReads;
    volatile boolean failsWrites;
    volatile String message = "Input/output error";

    FaultyStore(Store device) {
        this.device = device;
    }

    @Override
    public long size() throws IOException {
        return device.size();
    }

    @Override
    public int read(long offset, long address, int bytes) throws IOException {
        if (failsReads) {
            throw new IOException(message);
        }
        return device.read(offset, address, bytes);
    }

    @Override
    public void write(long offset, long address, int bytes) throws IOException {
        if (failsWrites) {
            throw new IOException(message);
        }
        device.write(offset, address, bytes);
    }

    @Override
    public void resize(long bytes) throws IOException {
        device.resize(bytes);
    }

    @Override
    public void zero(long first, long end) throws IOException {
        device.zero(first, end);
    }

    @Override
    public void force(boolean metadataToo) throws IOException {
        device.force(metadataToo);
    }

    @Override
    public boolean isWritable() {
        return device.isWritable();
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}

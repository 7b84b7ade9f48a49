package dev.pagoda.pagecache;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.memory.RawMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of the host, buffered by the host: what is cached here is cached there as well until the host drops it.
 *
 * <p>Opened for writing where the host allows it, whatever the first opener asked for, so that a later one can share the pages. Reads and writes go
 * straight between the file and the frames. A thread must not be interrupted in here: the Java platform would close the file for everybody.
 */
final class FileStore implements Store {
    private static final int ZERO_BYTES = 256 << 10;

    private final FileChannel channel;
    private final boolean writable;

    private FileStore(FileChannel channel, boolean writable) {
        this.channel = channel;
        this.writable = writable;
    }

    /** Opens a file that exists. */
    static FileStore open(Path path) throws IOException {
        try {
            return new FileStore(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE), true);
        } catch (AccessDeniedException e) {
            return new FileStore(FileChannel.open(path, StandardOpenOption.READ), false);
        } catch (FileSystemException e) {
            if (HostErrors.errno(e) != HostErrors.EROFS) {
                throw e;
            }
            return new FileStore(FileChannel.open(path, StandardOpenOption.READ), false);
        }
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long offset, long address, int bytes) throws IOException {
        ByteBuffer buffer = RawMemory.segment(address, bytes).asByteBuffer();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.position();
    }

    @Override
    public void write(long offset, long address, int bytes) throws IOException {
        writeAll(RawMemory.segment(address, bytes).asByteBuffer(), offset);
    }

    @Override
    public void resize(long bytes) throws IOException {
        long now = channel.size();
        if (now > bytes) {
            channel.truncate(bytes);
        } else if (now < bytes) {
            // The byte lies behind all that is written meanwhile: pages are written only up to the file's size, which
            // grows after this.
            writeAll(ByteBuffer.allocate(1), bytes - 1);
        }
    }

    @Override
    public void zero(long first, long end) throws IOException {
        long stop = Math.min(end, channel.size());
        ByteBuffer zeroes = ByteBuffer.allocateDirect(Math.clamp(stop - first, PhysicalMemory.FRAME_BYTES, ZERO_BYTES));
        for (long at = first; at < stop; at += zeroes.limit()) {
            zeroes.clear().limit((int) Math.min(zeroes.capacity(), stop - at));
            writeAll(zeroes, at);
        }
    }

    @Override
    public void force(boolean metadataToo) throws IOException {
        channel.force(metadataToo);
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void writeAll(ByteBuffer buffer, long offset) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            channel.write(buffer, offset + buffer.position() - start);
        }
    }
}

package dev.pagoda.syscalls;

import dev.pagoda.mm.memory.PhysicalMemory;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * /dev/zero, as drivers/char/mem.c of Linux has it: reads give zeroes without an end, writes go nowhere, the position stays 0; a private map is anonymous memory, a shared one a new
 * nameless object. All else is asked of the host's device. Stateless.
 */
final class ZeroDevice {
    /** Major 1, minor 5, as st_rdev has them. */
    private static final long DEVICE = 1 << 8 | 5;

    private ZeroDevice() {}

    /** Whether a path leads there. Asks the host; one look for a regular file. */
    static boolean isAt(Path path) {
        try {
            return !Files.isRegularFile(path)
                    && Files.exists(path)
                    && Files.getAttribute(path, "unix:rdev") instanceof Long device
                    && device == DEVICE;
        } catch (IOException | UnsupportedOperationException noSuchDevice) {
            return false;
        }
    }

    /** Fills an array; returns its length. */
    static long read(byte[] buffer) {
        Arrays.fill(buffer, (byte) 0);
        return buffer.length;
    }

    /** Fills a range of the program's memory, page by page. Returns how many bytes, or EFAULT negated if there was none that could be. */
    static long read(ThreadCalls caller, long address, long length) {
        View view = caller.view();
        for (long done = 0; done < length; ) {
            long step = Math.min(
                    length - done, PhysicalMemory.FRAME_BYTES - (address + done & PhysicalMemory.FRAME_BYTES - 1));
            try {
                view.fill(address + done, step, (byte) 0);
            } catch (MemoryFault fault) {
                return done > 0 ? done : caller.refuse(Errno.EFAULT, fault.getMessage());
            }
            done += step;
        }
        return length;
    }

    /** As {@link #read(ThreadCalls, long, long)}, of several ranges. */
    static long read(ThreadCalls caller, RangeList ranges) {
        long done = 0;
        for (int i = 0; i < ranges.count(); i++) {
            long moved = read(caller, ranges.start(i), ranges.length(i));
            if (moved < 0) {
                return done > 0 ? done : moved;
            }
            done += moved;
            if (moved < ranges.length(i)) {
                return done;
            }
        }
        return done;
    }
}

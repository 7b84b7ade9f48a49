package dev.pagoda.runtime.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts machine code into the smallest static program that Linux loads: an ELF header, one segment for all, and no executable stack. */
final class ElfFile {
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int SEGMENTS = 2;
    /** Where the code begins in the image. */
    static final int CODE_OFFSET = HEADER_BYTES + SEGMENTS * SEGMENT_BYTES;

    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int READ_WRITE = 6;
    private static final int READ_WRITE_EXECUTE = 7;

    private ElfFile() {}

    /**
     * The bytes of the program.
     *
     * @param image where it is loaded
     * @param code its code, which begins at {@link #CODE_OFFSET} and is entered there
     * @param bytesInMemory size of the image; what the file does not fill is zero
     */
    static byte[] of(long image, byte[] code, long bytesInMemory) {
        ByteBuffer file = ByteBuffer.allocate(CODE_OFFSET + code.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        file.putShort((short) 2).putShort((short) 62).putInt(1);
        file.putLong(image + CODE_OFFSET).putLong(HEADER_BYTES).putLong(0);
        file.putInt(0).putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES);
        file.putShort((short) SEGMENTS).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        segment(file, PT_LOAD, READ_WRITE_EXECUTE, image, file.capacity(), bytesInMemory);
        segment(file, PT_GNU_STACK, READ_WRITE, 0, 0, 0);
        return file.put(code).array();
    }

    private static void segment(ByteBuffer file, int type, int flags, long address, long inFile, long inMemory) {
        file.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
        file.putLong(inFile).putLong(inMemory).putLong(4096);
    }
}

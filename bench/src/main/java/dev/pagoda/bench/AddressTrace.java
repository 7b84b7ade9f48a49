package dev.pagoda.bench;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Loads and stores of a recorded program, in its order. A line is {@code l} or {@code s}, an address in hex with {@code 0x} or without, and
 * whatever else the recorder noted; the file may be packed by gzip.
 *
 * <p>Recordings do not tell how wide an access was: each is taken for the eight bytes around its address. Unused GiB between the addresses are left
 * out, so that the memory of a 64-bit program fits into one range; within a GiB every address keeps its place.
 */
public final class AddressTrace {
    private static final int MOST_ACCESSES = 1 << 26;
    /** 1 GiB: with its tables it fits into the kernel of the benchmark. */
    private static final int MOST_PAGES = 1 << 18;

    private static final int MOST_GIBS = 4096;
    private static final int PAGE_SHIFT = 12;
    private static final int GIB_SHIFT = 30;
    private static final long GIB_MASK = (1L << GIB_SHIFT) - 1;
    private static final long STORE = 1;
    private static final int GZIP_MAGIC_0 = 0x1f;
    private static final int GZIP_MAGIC_1 = 0x8b;
    private static final int SHOWN_CHARACTERS = 40;
    private static final int HEX_DIGITS = 16;

    private final long[] accesses;
    private final long bytes;
    private final int pages;

    private AddressTrace(long[] accesses, long bytes, int pages) {
        this.accesses = accesses;
        this.bytes = bytes;
        this.pages = pages;
    }

    /**
     * Reads a recording.
     *
     * @param file any file
     * @return what it holds
     * @throws IOException when it cannot be read or is no recording, with a reason in a few words
     */
    public static AddressTrace read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("is a directory, not a recording");
        }
        try (InputStream in = unpacked(new BufferedInputStream(Files.newInputStream(file)));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            return closeGaps(parse(lines));
        } catch (NoSuchFileException absent) {
            throw new IOException("no such file", absent);
        } catch (EOFException | ZipException broken) {
            throw new IOException("the packed file is damaged: " + broken.getMessage(), broken);
        }
    }

    /**
     * What a recording holds, for its readers: unpacked if it begins as gzip does.
     *
     * @param in any stream that can be marked; closed by the caller
     * @return its content
     * @throws IOException when it cannot be read
     */
    public static InputStream unpacked(InputStream in) throws IOException {
        in.mark(2);
        boolean isPacked = in.read() == GZIP_MAGIC_0 && in.read() == GZIP_MAGIC_1;
        in.reset();
        return isPacked ? new GZIPInputStream(in) : in;
    }

    private static long[] parse(BufferedReader lines) throws IOException {
        long[] found = new long[1 << 10];
        int count = 0;
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (count == MOST_ACCESSES) {
                throw new IOException("has more than " + MOST_ACCESSES + " accesses");
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = parse(line, number);
        }
        if (count == 0) {
            throw new IOException("has no loads and stores");
        }
        return Arrays.copyOf(found, count);
    }

    private static long parse(String line, int number) throws IOException {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].equals("l") && !words[0].equals("s")) {
            throw malformed(line, number);
        }
        String digits = words[1].startsWith("0x") ? words[1].substring(2) : words[1];
        if (digits.isEmpty()
                || digits.length() > HEX_DIGITS
                || !digits.chars().allMatch(digit -> Character.digit(digit, HEX_DIGITS) >= 0)) {
            throw malformed(line, number);
        }
        long address = Long.parseUnsignedLong(digits, HEX_DIGITS) & -Long.BYTES;
        return words[0].equals("s") ? address | STORE : address;
    }

    private static IOException malformed(String line, int number) {
        String shown = line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...";
        String printable = shown.replaceAll("[^ -~]", "?");
        return new IOException(
                "line " + number + " is not 'l' or 's' and an address in hex, as in 'l 0x1ffff50 3': " + printable);
    }

    private static AddressTrace closeGaps(long[] accesses) throws IOException {
        Set<Long> pages = new TreeSet<>();
        SortedMap<Long, Long> gibs = new TreeMap<>();
        for (long access : accesses) {
            if (pages.add(access >>> PAGE_SHIFT)) {
                gibs.put(access >>> GIB_SHIFT, 0L);
            }
            if (pages.size() > MOST_PAGES) {
                throw new IOException("touches more than " + MOST_PAGES + " pages, for which there is no memory");
            }
        }
        if (gibs.size() > MOST_GIBS) {
            throw new IOException("is spread over more than " + MOST_GIBS + " GiB");
        }
        long next = 0;
        for (var gib : gibs.entrySet()) {
            gib.setValue(next);
            next++;
        }
        for (int i = 0; i < accesses.length; i++) {
            long gib = gibs.get(accesses[i] >>> GIB_SHIFT);
            accesses[i] = gib << GIB_SHIFT | accesses[i] & GIB_MASK;
        }
        return new AddressTrace(accesses, next << GIB_SHIFT, pages.size());
    }

    /** How many loads and stores there are. */
    public int accesses() {
        return accesses.length;
    }

    /** How many pages they touch. */
    public int pages() {
        return pages;
    }

    /** Size of the range that holds them all. */
    long bytes() {
        return bytes;
    }

    /** The accesses themselves, for {@link #isStore} and {@link #offset}; not to be changed. */
    long[] all() {
        return accesses;
    }

    static boolean isStore(long access) {
        return (access & STORE) != 0;
    }

    /** Where in the range the eight bytes are. */
    static long offset(long access) {
        return access & ~STORE;
    }
}

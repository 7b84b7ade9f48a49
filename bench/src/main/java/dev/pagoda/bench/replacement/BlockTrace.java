package dev.pagoda.bench.replacement;

import dev.pagoda.bench.AddressTrace;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Blocks in the order in which somebody used them, numbered from 0 in the order of their first use.
 *
 * <p>A line of a recording is a block's number, {@code *} at the end of a phase (the cache stays as it is), or {@code l} or {@code s} and an
 * address in hex, whose page is the block. The file may be packed by gzip.
 */
public final class BlockTrace {
    private static final int MOST_USES = 1 << 26;
    private static final int SHOWN_CHARACTERS = 40;
    private static final int PAGE_SHIFT = 12;
    private static final int HEX = 16;

    private final String name;
    private final int[] uses;
    private final int blocks;

    BlockTrace(String name, long[] numbers) {
        this.name = name;
        uses = new int[numbers.length];
        Map<Long, Integer> known = new HashMap<>();
        for (int i = 0; i < numbers.length; i++) {
            Integer next = known.size();
            Integer before = known.putIfAbsent(numbers[i], next);
            uses[i] = before == null ? next : before;
        }
        blocks = known.size();
    }

    /** The file's name without its endings, or that of what was made. */
    public String name() {
        return name;
    }

    /** Distinct blocks. */
    public int blocks() {
        return blocks;
    }

    /** Uses of blocks. */
    public int length() {
        return uses.length;
    }

    int[] uses() {
        return uses;
    }

    /**
     * Reads every recording of a folder: files that end in {@code .trace} or {@code .trace.gz}.
     *
     * @param folder any path
     * @return the recordings by name, at least one
     * @throws IOException when there is none or one cannot be read, with where and a reason in a few words
     */
    public static List<BlockTrace> readAll(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            throw new IOException(folder + ": no such folder; --traces takes one with recordings");
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().matches(".+\\.trace(\\.gz)?"))
                    .sorted()
                    .toList();
        } catch (NotDirectoryException e) {
            throw new IOException(folder + ": is no folder; --traces takes the folder that has the recordings", e);
        }
        if (files.isEmpty()) {
            throw new IOException(folder + ": has no recording; their names end in .trace or .trace.gz");
        }
        List<BlockTrace> traces = new ArrayList<>();
        for (Path file : files) {
            traces.add(read(file));
        }
        return traces;
    }

    private static BlockTrace read(Path file) throws IOException {
        try (InputStream in = AddressTrace.unpacked(new BufferedInputStream(Files.newInputStream(file)));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            long[] numbers = parse(lines, file);
            return new BlockTrace(file.getFileName().toString().replaceFirst("\\.trace(\\.gz)?$", ""), numbers);
        } catch (EOFException | ZipException broken) {
            throw new IOException(file + ": the packed file is damaged; fetch it again", broken);
        }
    }

    private static long[] parse(BufferedReader lines, Path file) throws IOException {
        long[] found = new long[1 << 10];
        int count = 0;
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.equals("*")) {
                continue;
            }
            if (count == MOST_USES) {
                throw new IOException(file + ": has more than " + MOST_USES + " uses; cut it into several");
            }
            found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
            try {
                found[count++] = block(text);
            } catch (NumberFormatException e) {
                String shown = text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
                throw new IOException(
                        file + ":" + number + ": '" + shown
                                + "' is no block; a line is a number from 0, '*', or 'l' or 's' and an address in hex",
                        e);
            }
        }
        if (count == 0) {
            throw new IOException(file + ": holds no block; take it out of the folder");
        }
        return Arrays.copyOf(found, count);
    }

    private static long block(String text) {
        if (!text.startsWith("l ") && !text.startsWith("s ")) {
            return Long.parseUnsignedLong(text);
        }
        String address = text.split("\\s+")[1];
        return Long.parseUnsignedLong(address.startsWith("0x") ? address.substring(2) : address, HEX) >>> PAGE_SHIFT;
    }
}

package dev.pagoda.pagecache;

import static dev.pagoda.pagecache.TestKernel.A;
import static dev.pagoda.pagecache.TestKernel.APPEND;
import static dev.pagoda.pagecache.TestKernel.CREATE;
import static dev.pagoda.pagecache.TestKernel.PAGE;
import static dev.pagoda.pagecache.TestKernel.READ;
import static dev.pagoda.pagecache.TestKernel.READ_WRITE;
import static dev.pagoda.pagecache.TestKernel.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads and writes of several ranges of memory: against a model, and by several threads. */
class MemoryRangesTest {
    @TempDir
    Path directory;

    private static void mapScratch(TestKernel kernel, int pages) {
        OpenFile scratch = kernel.keep(OpenFile.inMemory(kernel.cache, "scratch", false));
        scratch.truncate((long) pages * PAGE);
        kernel.mapShared(scratch, A, pages, READ | WRITE);
    }

    @Test
    void findsEachByteAndLeavesEmptyRangesOut() {
        MemoryRanges ranges = new MemoryRanges(new long[] {7, 100, 200, 8, 300}, new long[] {0, 3, 2, 0, 1});
        assertThat(ranges.bytes()).isEqualTo(6);
        long[] addresses = {100, 101, 102, 200, 201, 300};
        long[] rests = {3, 2, 1, 2, 1, 1};
        for (int at = 0; at < addresses.length; at++) {
            assertThat(ranges.address(at)).isEqualTo(addresses[at]);
            assertThat(ranges.rest(at)).isEqualTo(rests[at]);
        }
        assertThat(new MemoryRanges(new long[0], new long[0]).bytes()).isZero();
    }

    /** Disjoint ranges of the scratch memory, in any order. */
    private static MemoryRanges choose(Random random, int slots, int most) {
        int count = 1 + random.nextInt(12);
        long[] addresses = new long[count];
        long[] lengths = new long[count];
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            places.add(i);
        }
        java.util.Collections.shuffle(places, random);
        for (int i = 0; i < count; i++) {
            lengths[i] = random.nextInt(4) == 0 ? 0 : random.nextInt(random.nextBoolean() ? 20 : most);
            int spare = (int) (2 * PAGE - lengths[i]);
            addresses[i] = A + places.get(i) * 2L * PAGE + random.nextInt(spare);
        }
        return new MemoryRanges(addresses, lengths);
    }

    private static byte[] content(TestKernel kernel, MemoryRanges ranges) {
        byte[] bytes = new byte[(int) ranges.bytes()];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) kernel.load(ranges.address(at));
        }
        return bytes;
    }

    private static void fill(TestKernel kernel, MemoryRanges ranges, Random random) {
        for (long at = 0; at < ranges.bytes(); at++) {
            kernel.store(ranges.address(at), random.nextInt(256));
        }
    }

    @Test
    void randomRangesMatchAModel() {
        long seed = System.nanoTime();
        System.out.println("MemoryRangesTest.randomRangesMatchAModel seed " + seed);
        Random random = new Random(seed);
        int slots = 12;
        byte[] model = new byte[40 * PAGE];
        int size = 0;
        int position = 0;
        try (TestKernel kernel = new TestKernel(directory, 16)) {
            mapScratch(kernel, 2 * slots);
            OpenFile file = kernel.open(directory.resolve("model"), READ_WRITE | CREATE);
            for (int round = 0; round < 600; round++) {
                MemoryRanges ranges = choose(random, slots, 6000);
                int length = (int) ranges.bytes();
                boolean here = random.nextBoolean();
                if (here && random.nextInt(3) == 0) {
                    position = random.nextInt(model.length);
                    assertThat(file.seek(position, 0)).isEqualTo(position);
                }
                int offset = here ? position : random.nextInt(model.length);
                String what = "seed " + seed + " round " + round + " at " + offset + " of " + length;
                if (random.nextBoolean() && offset + length <= model.length) {
                    fill(kernel, ranges, random);
                    long moved = here ? file.write(kernel.view, ranges) : file.pwrite(kernel.view, ranges, offset);
                    assertThat(moved).as(what).isEqualTo(length);
                    System.arraycopy(content(kernel, ranges), 0, model, offset, length);
                    size = length == 0 ? size : Math.max(size, offset + length);
                    position += here ? length : 0;
                } else {
                    fill(kernel, ranges, random);
                    byte[] expected = content(kernel, ranges);
                    int there = Math.max(0, Math.min(length, size - offset));
                    System.arraycopy(model, Math.min(offset, model.length - there), expected, 0, there);
                    long moved = here ? file.read(kernel.view, ranges) : file.pread(kernel.view, ranges, offset);
                    assertThat(moved).as(what).isEqualTo(there);
                    assertThat(content(kernel, ranges)).as(what).isEqualTo(expected);
                    position += here ? there : 0;
                }
                assertThat(file.size()).as(what).isEqualTo(size);
                assertThat(file.seek(0, 1)).as(what).isEqualTo(position);
            }
            assertThat(TestKernel.content(file)).isEqualTo(Arrays.copyOf(model, size));
        }
    }

    /** A record is three ranges, and no record lies inside another: neither where each thread appends, nor where they share a position. */
    @Test
    void writesOfRangesDoNotOverlap() throws Exception {
        record(APPEND, false);
        record(APPEND, true);
        record(0, true);
    }

    private void record(int flags, boolean shared) throws Exception {
        int threads = 3;
        int records = 200;
        int length = 137;
        Path path = directory.resolve("log" + flags + shared);
        try (TestKernel kernel = new TestKernel(directory, 16)) {
            mapScratch(kernel, threads);
            OpenFile first = kernel.open(path, READ_WRITE | CREATE | flags);
            List<Callable<Void>> tasks = new ArrayList<>();
            List<View> views = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                OpenFile file = shared ? first : kernel.open(path, READ_WRITE | flags);
                long memory = A + (long) i * PAGE;
                kernel.view.fill(memory, length, (byte) ('A' + i));
                MemoryRanges ranges =
                        new MemoryRanges(new long[] {memory, memory + 50, memory + 51}, new long[] {50, 1, 86});
                View view = kernel.space.open("writer " + i);
                views.add(view);
                tasks.add(() -> {
                    for (int n = 0; n < records; n++) {
                        assertThat(file.write(view, ranges)).isEqualTo(length);
                    }
                    return null;
                });
            }
            TestKernel.together(tasks);
            views.forEach(View::close);
        }
        check(Files.readAllBytes(path), threads, records, length);
    }

    private static void check(byte[] host, int threads, int records, int length) throws IOException {
        assertThat(host).hasSize(threads * records * length);
        int[] counts = new int[threads];
        for (int at = 0; at < host.length; at += length) {
            counts[host[at] - 'A']++;
            for (int i = 1; i < length; i++) {
                assertThat(host[at + i])
                        .as("byte " + i + " of the record at " + at)
                        .isEqualTo(host[at]);
            }
        }
        assertThat(counts).containsOnly(records);
    }
}

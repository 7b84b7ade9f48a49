package dev.pagoda.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of loads and stores: what they hold, and what is refused. */
class AddressTraceTest {
    @TempDir
    private Path directory;

    private AddressTrace read(String text) throws IOException {
        return AddressTrace.read(Files.writeString(directory.resolve("trace"), text));
    }

    private static byte[] pack(String text) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return packed.toByteArray();
    }

    @Test
    void readsPlainAndPacked() throws IOException {
        String text = "s 0x1fffff50 1\nl 1000\n\nl 0x100f 6 7\n";
        AddressTrace plain = read(text);
        AddressTrace packed = AddressTrace.read(Files.write(directory.resolve("trace.gz"), pack(text)));
        assertThat(plain.all()).containsExactly(0x1fffff51, 0x1000, 0x1008).isEqualTo(packed.all());
        assertThat(plain.accesses()).isEqualTo(3);
        assertThat(plain.pages()).isEqualTo(2);
        assertThat(AddressTrace.isStore(plain.all()[0])).isTrue();
        assertThat(AddressTrace.offset(plain.all()[0])).isEqualTo(0x1fffff50);
        assertThat(AddressTrace.isStore(plain.all()[1])).isFalse();
        assertThat(plain.bytes()).isEqualTo(1L << 30);
    }

    @Test
    void leavesUnusedGibibytesOut() throws IOException {
        AddressTrace trace = read("l 0xffffffffffffffff\nl 0x7fff00001000\ns 0x8\n");
        assertThat(trace.bytes()).isEqualTo(3L << 30);
        assertThat(Arrays.stream(trace.all()))
                .containsExactly((3L << 30) - 8, 1L << 30 | 0x3f00001000L & (1L << 30) - 1, 9L);
    }

    @Test
    void tellsWhatIsWrong() throws IOException {
        assertRefused("has no loads and stores", "");
        assertRefused("has no loads and stores", "\n  \n");
        assertRefused("line 2 is not 'l' or 's'", "l 1\nm 2\n");
        assertRefused("line 1 is not 'l' or 's'", "l\n");
        assertRefused("line 1 is not 'l' or 's'", "l 0x\n");
        assertRefused("line 1 is not 'l' or 's'", "l -1\n");
        assertRefused("line 1 is not 'l' or 's'", "l 11112222333344445\n");
        assertRefused("line 3 is not 'l' or 's'", "l 1\n\nl 0xg\n");
        byte[] packed = pack("l 0x10 1\nl 0x20 1\n");
        Path half = Files.write(directory.resolve("half.gz"), Arrays.copyOf(packed, packed.length / 2));
        assertThatThrownBy(() -> AddressTrace.read(half))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        packed[2] = 99;
        Path strange = Files.write(directory.resolve("strange.gz"), packed);
        assertThatThrownBy(() -> AddressTrace.read(strange))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        assertThatThrownBy(() -> AddressTrace.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("directory");
        assertThatThrownBy(() -> AddressTrace.read(directory.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessage("no such file");
    }

    @Test
    void refusesMorePagesThanThereIsMemoryFor() {
        StringBuilder text = new StringBuilder();
        for (long page = 0; page <= 1 << 18; page++) {
            text.append("l ").append(Long.toHexString(page << 12)).append('\n');
        }
        assertThatThrownBy(() -> read(text.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("more than 262144 pages");
    }

    private void assertRefused(String message, String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class).hasMessageContaining(message);
    }
}

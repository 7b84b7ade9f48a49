package dev.pagoda.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({"4194304, 4194304", "8192K, 8388608", "512m, 536870912", "2G, 2147483648", "1T, 1099511627776"})
    void readsSizes(String text, long bytes) {
        assertThat(new MemorySize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "1.5G", "-1G", "1X", "1GG", "0x10M"})
    void explainsWhatIsNoSize(String text) {
        assertThatThrownBy(() -> new MemorySize().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("is no size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4095K", "2T", "9999999999999999999", "9223372036854775807T", "99999999999999999999G"})
    void explainsTheLimits(String text) {
        assertThatThrownBy(() -> new MemorySize().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("between 4M and 1T");
    }
}

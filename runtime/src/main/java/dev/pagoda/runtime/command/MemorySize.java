package dev.pagoda.runtime.command;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a size of memory on the command line: a decimal number with the suffix K, M, G or T, or none for bytes.
 *
 * <p>The result is in bytes, between {@link #SMALLEST} and {@link #LARGEST}. Used as
 * {@code @Option(names = "--memory", converter = MemorySize.class) long memoryBytes}.
 */
public final class MemorySize implements ITypeConverter<Long> {
    /** The smallest memory that a kernel is booted with, 4 MiB. */
    public static final long SMALLEST = 4L << 20;
    /** The largest memory that page tables can name, 1 TiB. */
    public static final long LARGEST = 1L << 40;

    /** For picocli. */
    public MemorySize() {}

    @Override
    public Long convert(String text) {
        String size = text.strip().toUpperCase(Locale.ROOT);
        int shift = size.isEmpty() ? -1 : "KMGT".indexOf(size.charAt(size.length() - 1));
        String digits = shift < 0 ? size : size.substring(0, size.length() - 1);
        if (!digits.matches("[0-9]+")) {
            throw new TypeConversionException(
                    "'" + text + "' is no size; write a whole number with K, M, G or T, such as 512M");
        }
        long bytes = multiply(digits, 10 * (shift + 1));
        if (bytes < SMALLEST || bytes > LARGEST) {
            throw new TypeConversionException("'" + text + "' is not between 4M and 1T");
        }
        return bytes;
    }

    /** Digits times a power of two, or the largest long when the product has no room. */
    private static long multiply(String digits, int shift) {
        try {
            return Math.multiplyExact(Long.parseLong(digits), 1L << shift);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }
}

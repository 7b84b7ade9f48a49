package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.mm.space.View;
import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.runtime.Process;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process writes through a shared map is in the file for everybody after msync. */
class SharedMapTest {
    private static final int READ_WRITE = Linux.PROT_READ | Linux.PROT_WRITE;
    private static final long BYTES = 3 * 4096;

    @TempDir
    Path directory;

    @Test
    void anOrdinaryProgramReadsItBack() throws IOException, InterruptedException {
        Path file = directory.resolve("shared");
        Files.write(file, new byte[(int) BYTES]);
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20))) {
            Process process = kernel.newProcess();
            try (LinuxCalls calls = process.attach()) {
                long descriptor = calls.open(file.toString(), Linux.O_RDWR, 0);
                assertThat(descriptor).isNotNegative();
                long address = calls.mmap(0, BYTES, READ_WRITE, Linux.MAP_SHARED, (int) descriptor, 0);
                View view = calls.view();
                byte[] text = "written through a shared map\n".getBytes(StandardCharsets.US_ASCII);
                view.write(address + 4090, text, 0, text.length);
                assertThat(calls.msync(address, BYTES, Linux.MS_SYNC)).isZero();

                assertThat(readByAnotherProgram(file)).contains("written through a shared map");
            }
            process.close();
            assertThat(kernel.audit().differences()).isZero();
        }
    }

    /** cat is as ordinary a program as there is. */
    private static String readByAnotherProgram(Path file) throws IOException, InterruptedException {
        java.lang.Process cat = new ProcessBuilder("cat", file.toString()).start();
        String text = new String(cat.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(cat.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return text;
    }
}

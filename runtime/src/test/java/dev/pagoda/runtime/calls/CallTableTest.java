package dev.pagoda.runtime.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.syscalls.CallError;
import dev.pagoda.syscalls.CallPages;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the table, the kernel, the pages and the interface's documentation say the same. */
class CallTableTest {
    private static final Pattern METHOD =
            Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s*long (\\w+)\\(", Pattern.DOTALL);
    private static final Pattern MANUAL = Pattern.compile("(\\w+)\\(2\\)");
    /** Above the last call of x86-64. */
    private static final int NUMBERS = 600;

    @TempDir
    Path scratch;

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("ARCHITECTURE.md"))) {
            here = here.getParent();
        }
        return here;
    }

    @Test
    void theCommittedPagesAreThoseOfTheTable() throws IOException {
        Path pages = root().resolve("docs/calls");
        for (Map.Entry<String, String> page : CallPages.all().entrySet()) {
            assertThat(pages.resolve(page.getKey()))
                    .as("./pagoda calls --pages docs/calls writes it")
                    .content()
                    .isEqualTo(page.getValue());
        }
        try (var files = Files.list(pages)) {
            assertThat(files).hasSize(CallPages.all().size());
        }
    }

    @Test
    void theKernelHasTheCallsOfTheTableAndNoOthers() {
        Map<Integer, CallRow> rows = CallTable.rows().stream().collect(Collectors.toMap(CallRow::number, row -> row));
        try (Kernel kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(64L << 20))) {
            for (int number = 0; number < NUMBERS; number++) {
                try (Guest guest = new Guest(kernel, scratch)) {
                    long result = guest.call(number, 0, 0, 0, 0, 0, 0);
                    CallRow row = rows.get(number);
                    boolean has = row != null && row.verdict() != Verdict.REFUSED;
                    assertThat(result != -Errno.ENOSYS).as("call " + number).isEqualTo(has);
                }
            }
            assertThat(kernel.audit().differences()).isZero();
        }
    }

    @Test
    void everyAdviceAndEveryFlagThatHasANameHasARow() {
        Set<String> rows = CallTable.rows().stream()
                .flatMap(row -> row.arguments().stream())
                .flatMap(argument -> argument.values().stream())
                .flatMap(set -> set.rows().stream())
                .map(Flag::name)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> others =
                List.of("MAP_FILE", "MAP_TYPE", "MAP_ANON", "MAP_HUGE_MASK", "MAP_HUGE_SHIFT", "O_ACCMODE");
        Pattern sets = Pattern.compile(
                "(PROT|MAP|MREMAP|MS|MADV|MCL|MLOCK|O|SEEK|FALLOC_FL|F|MFD|SYNC_FILE_RANGE|POSIX_FADV|RLIMIT|PIDFD)_\\w+|_*W[A-Z]+");
        for (String name : Linux.names()) {
            if (sets.matcher(name).matches() && !others.contains(name)) {
                assertThat(rows).contains(name);
            }
        }
    }

    /** Each typed call names its manual page and every errno that the table has for it. */
    @Test
    void theInterfaceNamesTheErrnosOfTheTable() throws IOException {
        String source =
                Files.readString(root().resolve("mm-syscalls/src/main/java/dev/pagoda/syscalls/LinuxCalls.java"));
        Map<String, String> documents = new HashMap<>();
        Matcher method = METHOD.matcher(source);
        while (method.find()) {
            Matcher page = MANUAL.matcher(method.group(1));
            if (page.find()) {
                documents.putIfAbsent(page.group(1) + "(2)", method.group(1));
            }
        }
        for (CallRow row : CallTable.rows()) {
            String untyped = "openat newfstatat vfork exit";
            if (row.verdict() == Verdict.REFUSED || untyped.contains(row.name())) {
                continue;
            }
            assertThat(documents).containsKey(row.manual());
            for (CallError error : row.errors()) {
                boolean byNumberOnly = error.errno() == Errno.ENOSYS;
                if (!byNumberOnly) {
                    assertThat(documents.get(row.manual())).as(row.name()).contains(Errno.name(error.errno()));
                }
            }
        }
    }
}

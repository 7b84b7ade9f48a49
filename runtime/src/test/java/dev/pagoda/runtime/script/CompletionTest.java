package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.syscalls.Linux;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may stand at a place of a line. */
class CompletionTest {
    private static List<String> at(String before) {
        return ScriptHelp.words(before);
    }

    @Test
    void callsWhereOneBegins() {
        for (String before : List.of("", "  ", "A = ", "[C] ", "[C] A = ")) {
            assertThat(at(before))
                    .as(before)
                    .contains("mmap(", "smaps(", "lseek(")
                    .doesNotContain("MAP_PRIVATE", "OK");
        }
        assertThat(at("")).contains("help", "quit");
        assertThat(at("A = ")).contains("PAGE").doesNotContain("help");
    }

    @Test
    void constantsOfTheArgument() {
        assertThat(at("mmap(NULL, PAGE, "))
                .containsExactlyInAnyOrder(
                        "PROT_NONE",
                        "PROT_READ",
                        "PROT_WRITE",
                        "PROT_EXEC",
                        "PROT_SEM",
                        "PROT_GROWSDOWN",
                        "PROT_GROWSUP");
        assertThat(at("mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE|"))
                .contains("MAP_ANONYMOUS", "MAP_HUGE_2MB")
                .allMatch(word -> word.startsWith("MAP_"));
        assertThat(at("A = mmap(NULL, (2+1)*PAGE, ")).contains("PROT_READ").doesNotContain("MAP_SHARED");
        assertThat(at("mmap((")).contains("NULL", "PAGE").doesNotContain("PROT_READ", "mmap(");
        assertThat(at("[C] madvise(A, f("))
                .as("no call stands inside of another")
                .contains("NULL");
        assertThat(at("open(\"a,(b\\\", \", ")).contains("O_RDWR").allMatch(word -> word.startsWith("O_"));
        assertThat(at("fcntl(fd, ")).contains("F_GETFL").noneMatch(word -> word.startsWith("F_SEAL_"));
        assertThat(at("fcntl(fd, F_ADD_SEALS, ")).contains("F_SEAL_GROW").doesNotContain("F_GETFL");
        assertThat(at("munmap(A, PAGE, ")).isEmpty();
        assertThat(at("open(")).isEmpty();
        assertThat(at("nonsense(")).contains("PROT_READ", "MADV_FREE");
    }

    @Test
    void everyKindOfConstantIsSomewhere() {
        for (Kind kind : Kind.values()) {
            assertThat(Linux.names()).as(kind.toString()).anyMatch(name -> name.startsWith(kind.prefix()));
        }
    }

    @Test
    void resultsBehindACall() {
        assertThat(at("munmap(A, PAGE) = "))
                .contains("OK", "ANY", "SIGSEGV", "PAGE")
                .doesNotContain("mmap(", "EINVAL");
        assertThat(at("munmap(A, PAGE) = -1 ")).contains("EINVAL", "ENOMEM").doesNotContain("OK");
        assertThat(at("help ")).contains("mmap", "MAP_PRIVATE").doesNotContain("mmap(");
        assertThat(at("explain ")).containsExactly("on", "off");
    }
}

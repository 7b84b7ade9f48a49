package dev.pagoda.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps of huge pages as Linux has them where it has such pages in its pool; and that the setting for huge pages elsewhere changes nothing that a program reads. */
class HugeTlbTest {
    @Test
    void answersAsLinuxDoes() {
        Command command =
                Command.run("shell", Command.file("scripts/hugetlb.mm").toString());
        assertThat(command.status()).as(command.toString()).isZero();
        assertThat(command.lastLine()).endsWith(", 0 failed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mremap", "munmap", "mprotect", "fork"})
    void casesHoldWhereEveryStoreTakesAHugePage(String name) {
        Command command = Command.run(
                "shell",
                "--huge-pages",
                "always",
                Command.file("cases/" + name + ".mm").toString());
        assertThat(command.status()).as(command.toString()).isZero();
    }

    @Test
    void aSettingThatDoesNotExistIsNamed() {
        Command command = Command.run(
                "shell",
                "--huge-pages",
                "sometimes",
                Command.file("scripts/hugetlb.mm").toString());
        assertThat(command.status()).isEqualTo(2);
        assertThat(command.err()).contains("sometimes").contains("madvise");
    }
}

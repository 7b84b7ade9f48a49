package dev.pagoda.runtime.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.stress.DefectiveScenarios;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command over real scenarios, and over scenarios with a defect that it must find. */
class StressCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return PagodaCommand.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }

    private int runDefective(String... arguments) {
        CommandLine command = new CommandLine(new StressCommand(DefectiveScenarios.all()));
        return command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frames", "pagecache", "space", "spaces"})
    void endsBalanced(String scenario) {
        assertThat(run("stress", "--scenario", scenario, "--seconds", "2", "--threads", "3", "--memory", "160M"))
                .as(out + "" + err)
                .isZero();
        assertThat(out.toString()).contains("seed ", scenario + ": balanced", "audits");
    }

    @Test
    void keepsTheSeedThatItIsGiven() {
        assertThat(run("stress", "--scenario", "frames", "--seconds", "1", "--seed", "-42"))
                .isZero();
        assertThat(out.toString()).contains("seed -42");
    }

    @Test
    void touchesMemoryInAdvance() {
        assertThat(run("stress", "--scenario", "space", "--seconds", "1", "--memory", "128M", "--prefault"))
                .as(out + "" + err)
                .isZero();
        assertThat(err.toString()).startsWith("prefault: 128 MiB in ");
        assertThat(out.toString()).contains("space: balanced");
    }

    @Test
    void tellsHelp() {
        assertThat(run("stress", "--help")).isZero();
        assertThat(out.toString()).contains("--scenario", "frames", "space", "98 % full");
    }

    @Test
    void answersMisuseWithOneLine() {
        assertMisuse("--scenario");
        assertMisuse(
                "there is no scenario 'fly'; there is fork and frames and pagecache and space and spaces",
                "--scenario",
                "fly");
        assertMisuse("--threads must be between 1 and 1024, not 0", "--scenario", "frames", "--threads", "0");
        assertMisuse("--minutes must be between", "--scenario", "frames", "--minutes", "-1");
        assertMisuse("is not a", "--scenario", "frames", "--seed", "x");
        assertMisuse("needs at least 96M", "--scenario", "space", "--threads", "2", "--memory", "64M");
        assertMisuse("needs at least 68M", "--scenario", "pagecache", "--threads", "2", "--memory", "64M");
        assertMisuse("not for 65", "--scenario", "pagecache", "--threads", "65");
        assertMisuse("at most 16G", "--scenario", "frames", "--memory", "1T");
        assertMisuse("--prefault is not for the scenario frames", "--scenario", "frames", "--prefault");
        assertMisuse("is no size", "--scenario", "frames", "--memory", "much");
    }

    @ParameterizedTest
    @ValueSource(strings = {"twice", "forgetful", "refusing"})
    void findsADefectAndSaysHowToMeetItAgain(String defect) {
        assertThat(runDefective("--scenario", defect, "--seconds", "5", "--threads", "2", "--seed", "7"))
                .as(out + "" + err)
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("difference: ", "seed 7", "thread 0, ", "thread 1, ", "the last:", "allocate order")
                .contains("again: pagoda stress --scenario " + defect + " --seed 7 --threads 2 --memory 1G");
        assertThat(out.toString()).doesNotContain("balanced");
    }

    private void assertMisuse(String message, String... arguments) {
        err.getBuffer().setLength(0);
        String[] all = new String[arguments.length + 1];
        all[0] = "stress";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        assertThat(run(all)).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(message);
    }
}

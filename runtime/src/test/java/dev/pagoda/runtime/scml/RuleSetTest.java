package dev.pagoda.runtime.scml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.runtime.trace.Trace;
import dev.pagoda.runtime.trace.TraceError;
import dev.pagoda.runtime.trace.TraceReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of rule against calls as strace writes them. */
class RuleSetTest {
    private static final String RULES = """
            // Every kind of rule.
            prot = PROT_NONE | PROT_READ | PROT_WRITE;
            more = <prot> | PROT_EXEC; // a set of a set

            mmap(addr, length, prot = <more>, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB, fd, offset);
            mmap(addr, length, prot = <prot>, flags = MAP_SHARED, fd, offset);
            munmap(addr, length);
            open(path = <PATH>, flags = O_RDONLY | O_CLOEXEC);
            open(path = <PATH>, flags = O_RDWR | O_CREAT, mode = <INTEGER>);
            openat(dirfd, path, ..);
            madvise(addr, length, advice = MADV_NORMAL);
            madvise(addr, length, advice = MADV_WILLNEED);
            // ignored: MADV_DONTNEED,
            //          MADV_FREE
            // refused: MADV_REMOVE
            timer_create(clockid = CLOCK_REALTIME | <INTEGER>, ..);
            fstat(fd, statbuf = { st_mode = S_IFREG | <INTEGER>, .. });
            struct action = { sa_handler, sa_mask, sa_flags = SA_RESTART | SA_RESTORER, sa_restorer };
            struct action = { sa_handler = SIG_DFL, .. };
            rt_sigaction(signum, act = <action>, oldact = <action>, size);
            struct pollfd = { fd, events = POLLIN | POLLOUT, .. };
            poll(fds = [ <pollfd> ], nfds, timeout);
            struct tree = { kind = NODE | LEAF, below = [ <tree> ], .. };
            grow(tree = <tree>);
            pause();
            clone(fn, stack, flags = CLONE_VM | SIGCHLD, arg, ..);
            anything(..);
            """;

    private static Judgement judge(String rules, String line) throws TraceError {
        RuleSet set = new RuleSet();
        set.add("rules.scml", rules);
        Trace trace =
                TraceReader.parse("a.strace", (line + "\n").getBytes(StandardCharsets.ISO_8859_1), new ArrayList<>());
        return set.judge(trace.calls().getFirst());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "SUPPORTED; mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
                "SUPPORTED; mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3</tmp/a,b>, 0) = 0x7f0000000000",
                "SUPPORTED; mmap(NULL, 4096, PROT_READ, 0, 3, 0) = -1 EINVAL (Invalid argument)",
                "SUPPORTED; mmap(NULL, 4096, 0, MAP_PRIVATE|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, 3, 0) = 0x7f0000000000",
                "SUPPORTED; mmap(NULL, 4096, 0x3 /* PROT_READ|PROT_WRITE */, 0x1 /* MAP_SHARED */, 3, 0) = 0x7f0000000000",
                "REFUSED; mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_HUGETLB|30<<MAP_HUGE_SHIFT, 3, 0) = 0x7f0000000000",
                "REFUSED; mmap(NULL, 4096, PROT_EXEC, MAP_SHARED, 3, 0) = 0x7f0000000000",
                "REFUSED; mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|0x8000000, 3, 0) = 0x7f0000000000",
                "REFUSED; mmap(NULL, 4096, 0x100 /* PROT_??? */, MAP_PRIVATE, 3, 0) = 0x7f0000000000",
                "REFUSED; mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3) = 0x7f0000000000",
                "SUPPORTED; munmap(0x7f0000000000, 4096) = 0",
                "REFUSED; munmap(0x7f0000000000) = 0",
                "REFUSED; munmap(0x7f0000000000, 1, 2) = 0",
                "SUPPORTED; open(\"/a\\\"b,c\", O_RDONLY|O_CLOEXEC) = 3",
                "SUPPORTED; open(\"/abc\"..., O_RDONLY) = 3",
                "SUPPORTED; open(\"/a\", O_RDWR|O_CREAT, 0644) = 3",
                "REFUSED; open(0x7ffe00000000, O_RDONLY) = -1 EFAULT (Bad address)",
                "REFUSED; open(\"/a\", O_RDWR|O_CREAT) = 3",
                "REFUSED; open(\"/a\", O_RDWR|O_CREAT, S_IRUSR) = 3",
                "SUPPORTED; openat(AT_FDCWD, \"/a\") = 3",
                "SUPPORTED; openat(AT_FDCWD, \"/a\", O_PATH, 7, 8) = 3",
                "REFUSED; openat(AT_FDCWD) = 3",
                "SUPPORTED; madvise(0x7f0000000000, 4096, MADV_WILLNEED) = 0",
                "IGNORED; madvise(0x7f0000000000, 4096, MADV_DONTNEED) = 0",
                "IGNORED; madvise(0x7f0000000000, 4096, MADV_FREE) = 0",
                "REFUSED; madvise(0x7f0000000000, 4096, MADV_REMOVE) = 0",
                "REFUSED; madvise(0x7f0000000000, 4096, 0x63 /* MADV_??? */) = -1 EINVAL (Invalid argument)",
                "SUPPORTED; timer_create(CLOCK_REALTIME, NULL, [0]) = 0",
                "SUPPORTED; timer_create(-100, NULL, [0]) = 0",
                "SUPPORTED; timer_create(0xdeadbeef, NULL, [0]) = 0",
                "REFUSED; timer_create(CLOCK_MONOTONIC, NULL, [0]) = 0",
                "SUPPORTED; fstat(3, {st_mode=S_IFREG|0644, st_size=7, ...}) = 0",
                "SUPPORTED; fstat(3, NULL) = -1 EFAULT (Bad address)",
                "REFUSED; fstat(3, {st_mode=S_IFDIR|0755, st_size=7, ...}) = 0",
                "REFUSED; fstat(3, 0x7ffe00000000) = -1 EBADF (Bad file descriptor)",
                "SUPPORTED; rt_sigaction(SIGINT, {sa_handler=0x1, sa_mask=[INT], sa_flags=SA_RESTART, sa_restorer=0x2}, NULL, 8) = 0",
                "SUPPORTED; rt_sigaction(SIGINT, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=SA_ODD}, 8) = 0",
                "REFUSED; rt_sigaction(SIGINT, {sa_handler=0x1, sa_mask=[], sa_flags=SA_ODD, sa_restorer=0x2}, NULL, 8) = 0",
                "REFUSED; rt_sigaction(SIGINT, {sa_handler=0x1, sa_mask=[], sa_flags=0}, NULL, 8) = 0",
                "REFUSED; rt_sigaction(SIGINT, {sa_handler=0x1, other=1, sa_mask=[], sa_flags=0, sa_restorer=1}, NULL, 8) = 0",
                "SUPPORTED; poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT|POLLIN, revents=0}], 2, -1) = 1 ([{fd=3, revents=POLLIN}])",
                "SUPPORTED; poll([{fd=3, events=POLLIN}, ...], 900, -1) = 1",
                "SUPPORTED; poll([], 0, -1) = 0",
                "REFUSED; poll([{fd=3, events=POLLIN}, {fd=4, events=POLLPRI}], 2, -1) = 0",
                "REFUSED; poll({fd=3, events=POLLIN}, 2, -1) = 0",
                "SUPPORTED; grow({kind=NODE, below=[{kind=LEAF, below=[]}, {kind=NODE, below=NULL, other=1}]}) = 0",
                "REFUSED; grow({kind=NODE, below=[{kind=LEAF, below=[{kind=ODD, below=[]}]}]}) = 0",
                "SUPPORTED; pause() = ? ERESTARTNOHAND (To be restarted)",
                "REFUSED; pause(1) = 0",
                "SUPPORTED; clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD, child_tidptr=0x7f0) = 7",
                "REFUSED; clone(child_stack=NULL, flags=CLONE_FS|SIGCHLD, child_tidptr=0x7f0) = 7",
                "SUPPORTED; anything() = 0",
                "SUPPORTED; anything(1, {a=[}]) = 0",
                "REFUSED; nothing(1) = 0",
                "SUPPORTED; munmap(0x7f0000000000,  <unfinished ...>",
                "SUPPORTED; mmap(NULL, 4096, PROT_READ,  <unfinished ...>",
                "REFUSED; mmap(NULL, 4096, PROT_ODD,  <unfinished ...>",
            })
    void everyKind(Verdict verdict, String line) throws TraceError {
        if (line.contains("[}]")) {
            // Brackets that do not match are damage of the recording, which the reader finds.
            assertThatThrownBy(() -> judge(RULES, line)).isInstanceOf(TraceError.class);
            return;
        }
        Judgement judgement = judge(RULES, line);
        assertThat(judgement.verdict()).as(judgement.reason()).isEqualTo(verdict);
    }

    @Test
    void theReasonNamesTheClosestRule() throws TraceError {
        assertThat(judge(RULES, "mmap(NULL, 4096, PROT_READ, MAP_SHARED|MAP_SYNC, 3, 0) = 0x7f00")
                        .reason())
                .isEqualTo("flags: MAP_SHARED is not in the set (rules.scml:5, the closest of 2)");
        assertThat(judge(RULES, "munmap(1) = 0").reason())
                .isEqualTo("1 arguments, where the rule has 2 (rules.scml:7)");
        assertThat(judge(RULES, "madvise(0x7f0000000000, 4096, MADV_FREE) = 0").reason())
                .isEqualTo("MADV_FREE has no effect");
    }

    @Test
    void aNameMeansTheLastDefinitionAboveOrElseTheFirstBelow() throws TraceError {
        String rules = "a(x = <s>); s = ONE; b(x = <s>); s = <s> | TWO; c(x = <s>);";
        assertThat(judge(rules, "a(ONE) = 0").verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(judge(rules, "a(TWO) = 0").verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(judge(rules, "b(TWO) = 0").verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(judge(rules, "c(ONE|TWO) = 0").verdict()).isEqualTo(Verdict.SUPPORTED);
        // Structures of the same name are alternatives only right behind each other.
        String structures = "struct s = {a = ONE}; struct s = {a = TWO}; f(x = <s>); struct s = {a = SIX}; g(x = <s>);";
        assertThat(judge(structures, "f({a=TWO}) = 0").verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(judge(structures, "f({a=SIX}) = 0").verdict()).isEqualTo(Verdict.REFUSED);
        assertThat(judge(structures, "g({a=TWO}) = 0").verdict()).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void whatASetHoldsMayHaveNoEffect() throws TraceError {
        String rules =
                "prot = PROT_READ | PROT_SEM;\n// ignored: PROT_SEM\nmprotect(a, l, prot = <prot>);\nf(prot = <prot>);\n";
        assertThat(judge(rules, "mprotect(0, 1, PROT_READ) = 0").verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(judge(rules, "mprotect(0, 1, PROT_READ|PROT_SEM) = 0"))
                .isEqualTo(new Judgement(Verdict.IGNORED, "PROT_SEM has no effect"));
        assertThat(judge(rules, "f(PROT_SEM) = 0").verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(judge(rules, "f(PROT_SEM|PROT_EXEC) = 0").verdict()).isEqualTo(Verdict.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f(a, b` `:1:7: expected ')', found the end of the file",
                "f(a,)`  `:1:5: expected a name or '..', found ')'",
                "f(.., a)`  `:1:5: expected ')', found ','",
                "f(a = )`  `:1:7: expected a flag or a pattern, found ')'",
                "f(a = 1)`  `:1:7: unexpected '1'",
                "f(a, a)`  `:1:6: a second 'a'",
                "f(a = <b>);`  `:1:8: there is no rule <b> in this file",
                "f(a = <>)`  `:1:8: expected a name, found '>'",
                "f(a = {})`  `:1:8: expected a field or '..', found '}'",
                "f(a = [])`  `:1:8: expected an element, found ']'",
                "f(a = [ A ])`  `:1:9: expected an element, found 'A'",
                "f(a) f`  `:1:6: expected ';', found 'f'",
                "f$`  `:1:2: unexpected '$'",
                "f\u00e9`  `:1:2: unexpected character 233",
                "= A`  `:1:1: expected a rule, found '='",
                "a = { b }`  `:1:5: expected flags, found '{'",
                "a = A |`  `:1:8: expected a flag or a pattern, found the end of the file",
                "struct s { a }`  `:1:10: expected '=', found '{'",
            })
    void whatCannotBeReadIsAnsweredWithPlaceAndRemedy(String text) {
        String[] parts = text.split("`\\s*`");
        assertThatThrownBy(() -> new RuleSet().add("bad.scml", parts[0]))
                .isInstanceOf(RuleError.class)
                .hasMessageStartingWith("bad.scml" + parts[1])
                .hasMessageContaining("; ");
    }

    @Test
    void setsThatContainThemselvesAndStructuresAmongFlags() {
        assertThatThrownBy(() -> new RuleSet().add("bad.scml", "a = <b>;\nb = A | <c>;\nc = <a>;\n"))
                .hasMessageContaining("is part of itself");
        assertThatThrownBy(() -> new RuleSet().add("bad.scml", "struct s = { a };\nf(x = A | <s>);\n"))
                .hasMessageStartingWith("bad.scml:2:12: <s> is a structure among flags");
        assertThatThrownBy(() -> new RuleSet().add("bad.scml", "f(a = " + "{ a = ".repeat(100_000)))
                .hasMessageContaining("nested deeper than 64");
        assertThatThrownBy(() -> new RuleSet().add("bad.scml", "f(a = " + "[".repeat(100_000)))
                .hasMessageContaining("nested deeper than 64");
    }

    @Test
    void aRecordedStructureOfAnyDepthEndsTheComparison() throws TraceError {
        String deep = "{kind=NODE, below=[".repeat(2000) + "]}".repeat(2000);
        assertThat(judge(RULES, "grow(" + deep + ") = 0").verdict()).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void rulesCutAtEveryByteAreRulesOrAnError() {
        for (int length = 0; length < RULES.length(); length++) {
            String cut = RULES.substring(0, length);
            try {
                new RuleSet().add("cut.scml", cut);
            } catch (RuleError error) {
                assertThat(error.getMessage()).matches("cut\\.scml:\\d+:\\d+: .*; .*");
            }
        }
    }

    @Test
    void resumedCallsAreJoinedAndOrphansCounted() throws TraceError {
        byte[] text = String.join(
                        "\n",
                        "7 <... futex resumed>) = 0",
                        "7 mmap(NULL, 4096, PROT_READ <unfinished ...>",
                        "8 munmap(0x7f0000000000, 4096 <unfinished ...>",
                        "7 <... mmap resumed>, MAP_SHARED|MAP_ODD, 3, 0) = 0x7f0000000000",
                        "8 <... munmap resumed>) = 0",
                        "9 <... read resumed> \"a\", 1) = 1",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
        List<Integer> orphans = new ArrayList<>();
        Trace trace = TraceReader.parse("a.strace", text, orphans);
        RuleSet rules = new RuleSet();
        rules.add("rules.scml", RULES);
        ScmlReport report = ScmlReport.of("a.strace", trace, orphans, rules);
        assertThat(report.orphans()).containsExactly(1, 6);
        assertThat(report.count(Verdict.SUPPORTED)).isEqualTo(1);
        assertThat(report.findings()).hasSize(1);
        assertThat(report.findings().getFirst().line()).isEqualTo(2);
        assertThatThrownBy(() -> TraceReader.parse("a.strace", text)).hasMessageContaining("never begun");
    }

    @Test
    void aRecordingCutAtEveryByteIsJudgedOrAnError() throws TraceError {
        byte[] text = String.join(
                        "\n",
                        "7 execve(\"/bin/a\", [\"a\", \"b\"], 0x7ffc /* 36 vars */) = 0",
                        "7 mmap(NULL, 4096, PROT_READ|0x40 /* PROT_??? */ <unfinished ...>",
                        "8 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10} ---",
                        "7 <... mmap resumed>, MAP_PRIVATE|0x8000000, 3</a b>, 0) = 0x7f0000000000",
                        "7 poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}]) <0.000012>",
                        "7 exit_group(0) = ?",
                        "7 +++ exited with 0 +++",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
        RuleSet rules = new RuleSet();
        rules.add("rules.scml", RULES);
        for (int start = 0; start < text.length; start += 7) {
            for (int end = start; end <= text.length; end++) {
                try {
                    List<Integer> orphans = new ArrayList<>();
                    Trace trace = TraceReader.parse("cut", Arrays.copyOfRange(text, start, end), orphans);
                    ScmlReport report = ScmlReport.of("cut", trace, orphans, rules);
                    assertThat(report.calls()).isEqualTo(trace.calls().size());
                } catch (TraceError damage) {
                    assertThat(damage.describe("cut")).matches("cut(:\\d+)?: .*; .*");
                }
            }
        }
    }
}

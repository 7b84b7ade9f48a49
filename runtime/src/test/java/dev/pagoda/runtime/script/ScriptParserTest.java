package dev.pagoda.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a script is wrong, and what is said about it. */
class ScriptParserTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            mmapp(1)                    | 1  | expected the name of a call, found 'mmapp'
            munmap(1)                   | 1  | expected munmap(addr, length) with 2 arguments, found 1
            munmap(1, 2, 3)             | 14 | expected munmap(addr, length) with at most 2 arguments
            munlockall(1)               | 12 | expected munlockall() with no arguments
            munmap(1, 2                 | 12 | expected an operator, ',' or ')', found the end of the line
            munmap(1,, 2)               | 10 | expected a number for length, found ','
            munmap(load(1, 1), 2)       | 8  | expected a number, found the call load(...)
            munmap(A, 2)                | 8  | expected a number for addr, found 'A', which is no constant
            munmap("a", 2)              | 8  | expected a number for addr, found '"'
            open(1, 2)                  | 6  | expected a string for path, found '1'
            munmap(1, 2) 3              | 14 | expected '=' and what the line should give
            1 2                         | 3  | expected an operator (+ - * / | & << >> == < >), '='
            1 = 2 3                     | 7  | expected the end of the line after what is expected, found '3'
            1 = -1 EWHAT                | 8  | expected the name of an errno after -1, found 'EWHAT'
            1 = -1 EINVAL (Inv          | 15 | expected ')' after the text of the errno
            1 = SIGSEGV                 | 5  | expected SIGSEGV SEGV_MAPERR
            1 = SIGBUS SEGV_MAPERR      | 5  | expected SIGSEGV SEGV_MAPERR
            1 =                         | 4  | expected a number, a string, OK, ANY, -1 and an errno, or a signal
            OK = 1                      | 1  | expected a name to set, found the reserved word 'OK'
            [P] 1                       | 2  | expected a name that holds a process, found 'P'
            [] 1                        | 2  | expected the name of a process
            @                           | 2  | expected the identifier of the case
            $                           | 1  | expected a call or an expression, found '$'
            99999999999999999999        | 1  | expected a number of at most 64 bits
            0x                          | 1  | expected a hexadecimal number, found '0x'
            089                         | 1  | expected an octal number, found '089'
            12ab                        | 1  | expected a decimal number, found '12ab'
            'ab'                        | 1  | expected one byte between single quotes, found 2
            'a                          | 1  | expected a closing '
            open("abc, 1)               | 6  | expected a closing "
            open("\\q", 1)              | 7  | expected a C escape
            open("\\777", 1)            | 7  | expected an escape between
            open("\\x", 1)              | 7  | expected an escape between
            1 & & 2                     | 5  | expected a number after '&', found '&'
            (1                          | 3  | expected an operator or ')', found the end of the line
            """)
    void namesPlaceAndExpectation(String line, int column, String message) {
        String text = "# first line\n" + line.replace("\\\\", "\\");
        ScriptError error = catchThrowableOfType(ScriptError.class, () -> Script.parse("x.mm", text));
        assertThat(error).as(line).isNotNull();
        assertThat(error).hasMessageStartingWith("x.mm:2:" + column + ": " + message);
        assertThat(error.line()).isEqualTo(2);
        assertThat(error.column()).isEqualTo(column);
        assertThat(error.getMessage()).doesNotContain("\n");
    }

    @Test
    void acceptsWhatStraceAndPeopleWrite() {
        Script script =
                Script.parse("ok.mm", """
                \ufeff# a mark, carriage returns and tabs\r
                \tA\t=\t5\t\r
                munmap(A,PAGE)=-1 EINVAL(Invalid argument)#c
                open("a#b", O_RDONLY) = -1 ENXIO (No such device or address (sic) # c
                A == 5 = 1
                @ X
                @ Y a title (with = signs)
                A = 'a'
                A = "a" = "a"
                """.replace("A = \"a\" = \"a\"\n", "").replace(" (sic)", ")"));
        assertThat(script.lines()).hasSize(7);
    }

    @Test
    void namesEndWithTheirCase() {
        assertThatThrownBy(() -> Script.parse("x.mm", "A = 1\n@ B\nA = A"))
                .hasMessageStartingWith("x.mm:3:5: expected a call or an expression, found 'A'");
    }

    @Test
    void stringsAreNoNumbers() {
        assertThatThrownBy(() -> Script.parse("x.mm", "s = perms(0)\ns + 1"))
                .hasMessage("x.mm:2:1: expected a number, found 's', which holds a string");
    }

    @Test
    void deepNestingIsAnErrorAndLongLinesAreNot() {
        assertThatThrownBy(() -> Script.parse("x.mm", "(".repeat(100_000)))
                .hasMessage("x.mm:1:101: expected at most 100 nested operands");
        assertThatThrownBy(() -> Script.parse("x.mm", "-".repeat(100_000))).isInstanceOf(ScriptError.class);
        Script.parse("x.mm", "1" + "+1".repeat(100_000));
    }

    @Test
    void bytesThatAreNoTextAreNamed() {
        assertThatThrownBy(() -> Script.parse("x.mm", "open(\"\ufffd\", 0)"))
                .hasMessage("x.mm:1:7: expected UTF-8; write other bytes as \\xNN");
        assertThatThrownBy(() -> Script.parse("x.mm", "\0"))
                .hasMessage("x.mm:1:1: expected a call or an expression, found a byte that is no text (U+0000)");
    }
}

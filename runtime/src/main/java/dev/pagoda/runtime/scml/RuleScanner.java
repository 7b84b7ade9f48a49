package dev.pagoda.runtime.scml;

import java.util.ArrayList;
import java.util.List;

/** Cuts a file of rules into names and signs, one ahead. One file, one thread. */
final class RuleScanner {
    /** What {@link #token} holds at the end of the file; no name and no sign is empty. */
    static final String END = "";

    private static final String IGNORED = "ignored:";

    private final String file;
    private final String text;
    private int next;
    private int line = 1;
    private int lineStart;

    private final List<String> ignored = new ArrayList<>();
    private boolean listGoesOn;

    private String token = END;
    private int tokenLine = 1;
    private int tokenColumn = 1;

    RuleScanner(String file, String text) {
        this.file = file;
        this.text = text;
        advance();
    }

    /** A name, a sign, {@code ..}, or {@link #END}. */
    String token() {
        return token;
    }

    int line() {
        return tokenLine;
    }

    int column() {
        return tokenColumn;
    }

    boolean isName() {
        return !token.isEmpty() && isNamePart(token.charAt(0));
    }

    /** Takes what comments of the form {@code // ignored: A, B} between the last token and this one listed. */
    List<String> takeIgnored() {
        List<String> taken = List.copyOf(ignored);
        ignored.clear();
        listGoesOn = false;
        return taken;
    }

    /** Takes a sign if it comes next. */
    boolean take(String sign) {
        if (!token.equals(sign)) {
            return false;
        }
        advance();
        return true;
    }

    /** Takes a sign that has to come next. */
    void require(String sign, String remedy) {
        if (!take(sign)) {
            throw unexpected("'" + sign + "'", remedy);
        }
    }

    /** Takes a name that has to come next. */
    String name(String what, String remedy) {
        if (!isName()) {
            throw unexpected(what, remedy);
        }
        String name = token;
        advance();
        return name;
    }

    RuleError unexpected(String expected, String remedy) {
        String found = token.isEmpty() ? "the end of the file" : "'" + token + "'";
        return error(tokenLine, tokenColumn, "expected " + expected + ", found " + found, remedy);
    }

    RuleError error(int errorLine, int column, String problem, String remedy) {
        return new RuleError(file, errorLine, column, problem, remedy);
    }

    private void advance() {
        skipBlanksAndComments();
        tokenLine = line;
        tokenColumn = next - lineStart + 1;
        if (next == text.length()) {
            token = END;
            return;
        }
        int start = next;
        char first = text.charAt(next++);
        if (isNameStart(first)) {
            while (next < text.length() && isNamePart(text.charAt(next))) {
                next++;
            }
        } else if (first == '.' && next < text.length() && text.charAt(next) == '.') {
            next++;
        } else if ("(){}[]<>=|,;".indexOf(first) < 0) {
            String shown = first > ' ' && first <= '~' ? "'" + first + "'" : "character " + (int) first;
            throw error(
                    tokenLine,
                    tokenColumn,
                    "unexpected " + shown,
                    first >= '0' && first <= '9'
                            ? "a number is written <INTEGER>"
                            : "rules are made of names, .. and ( ) { } [ ] < > = | , ;");
        }
        token = text.substring(start, next);
    }

    private void skipBlanksAndComments() {
        while (next < text.length()) {
            char c = text.charAt(next);
            if (c == '\n') {
                line++;
                lineStart = ++next;
            } else if (c == ' ' || c == '\t' || c == '\r') {
                next++;
            } else if (text.startsWith("//", next)) {
                int end = text.indexOf('\n', next);
                end = end < 0 ? text.length() : end;
                comment(text.substring(next + 2, end).strip());
                next = end;
            } else {
                return;
            }
        }
    }

    /** A list in a comment goes on in the next comment if it ends with a comma. */
    private void comment(String comment) {
        String list = comment.startsWith(IGNORED) ? comment.substring(IGNORED.length()) : listGoesOn ? comment : "";
        listGoesOn = list.endsWith(",");
        for (String name : list.split(",")) {
            if (!name.isBlank()) {
                ignored.add(name.strip());
            }
        }
    }

    private static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || c >= '0' && c <= '9';
    }
}

package dev.pagoda.runtime.trace;

import java.util.ArrayList;
import java.util.List;

/** Takes one line of a recording apart, from left to right. One line, one thread. */
final class LineScanner {
    private static final String CUT_OFF = "the recording is cut off or damaged there: record again";
    private static final String UNFINISHED = "<unfinished ...>";

    private final String text;
    private final int line;
    private int at;

    LineScanner(String text, int line) {
        this.text = text;
        this.line = line;
    }

    static boolean isCallName(String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9' && i > 0) && c != '_') {
                return false;
            }
        }
        return true;
    }

    /** A pid or another small number in decimal, or -1. */
    static int smallNumber(String digits) {
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Integer.parseInt(digits);
    }

    /** The pid at the start of the line, or 0 when there is none. */
    int pid() throws TraceError {
        skipBlanks();
        boolean bracketed = text.startsWith("[pid", at);
        if (bracketed) {
            at += "[pid".length();
            skipBlanks();
        }
        int start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (start == at && !bracketed) {
            return 0;
        }
        char after = at < text.length() ? text.charAt(at) : ' ';
        if (!bracketed && after != ' ') {
            // A stamp, or something that is found out later.
            at = start;
            return 0;
        }
        int pid = smallNumber(text.substring(start, at));
        if (pid < 0 || (bracketed && after != ']')) {
            throw new TraceError(line, "a pid that is no number", CUT_OFF);
        }
        at += bracketed ? 1 : 0;
        return pid;
    }

    /** Skips 12:34:56, 12:34:56.123456, 1700000000.123456, 0.000123 and (+ 0.000123), however many there are. */
    void skipStamps() {
        while (true) {
            skipBlanks();
            int end = at;
            boolean relative = text.startsWith("(+", at);
            end += relative ? 2 : 0;
            while (relative && end < text.length() && text.charAt(end) == ' ') {
                end++;
            }
            boolean marked = false;
            int digits = 0;
            while (end < text.length() && (isDigit(text.charAt(end)) || ".:".indexOf(text.charAt(end)) >= 0)) {
                marked |= !isDigit(text.charAt(end));
                digits++;
                end++;
            }
            if (digits == 0 || !marked) {
                return;
            }
            if (relative && end < text.length() && text.charAt(end) == ')') {
                end++;
            }
            if (end < text.length() && text.charAt(end) != ' ') {
                return;
            }
            at = end;
        }
    }

    String rest() {
        skipBlanks();
        return text.substring(at).stripTrailing();
    }

    /** The arguments up to the closing parenthesis, which is skipped; the opening one has been read. */
    List<String> arguments() throws TraceError {
        List<String> arguments = new ArrayList<>();
        StringBuilder closers = new StringBuilder();
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                skipString();
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw new TraceError(line, "a comment without end", CUT_OFF);
                }
                at = end + 2;
            } else if (text.startsWith("<<", at)) {
                at += 2;
            } else if (text.startsWith(UNFINISHED, at)) {
                at += UNFINISHED.length();
            } else if (c == '<' && annotates(at)) {
                skipAnnotation();
            } else if (c == '(' || c == '[' || c == '{') {
                closers.append(c == '(' ? ')' : c == '[' ? ']' : '}');
                at++;
            } else if (c == ')' && closers.isEmpty()) {
                addArgument(arguments, start);
                at++;
                return arguments;
            } else if (c == ')' || c == ']' || c == '}') {
                if (closers.isEmpty() || closers.charAt(closers.length() - 1) != c) {
                    throw new TraceError(line, "brackets that do not match", CUT_OFF);
                }
                closers.setLength(closers.length() - 1);
                at++;
            } else if (c == ',' && closers.isEmpty()) {
                addArgument(arguments, start);
                start = ++at;
            } else {
                at++;
            }
        }
        throw new TraceError(line, "a call without its closing parenthesis", CUT_OFF);
    }

    /** What follows the closing parenthesis: {@code = VALUE}, an error's name, explanations and a duration. */
    TraceResult result() throws TraceError {
        skipBlanks();
        if (at >= text.length() || text.charAt(at) != '=') {
            throw new TraceError(line, "a call without its result", CUT_OFF);
        }
        at++;
        skipBlanks();
        int start = at;
        while (at < text.length() && text.charAt(at) != ' ' && text.charAt(at) != '<') {
            at++;
        }
        String value = text.substring(start, at);
        if (at < text.length() && text.charAt(at) == '<') {
            skipAnnotation();
        }
        skipBlanks();
        if (value.equals("?")) {
            return TraceResult.NEVER_RETURNED;
        }
        long number;
        try {
            number = Arguments.parseNumber(value);
        } catch (NumberFormatException e) {
            throw new TraceError(line, "a result that is no number: \"" + TraceReader.shown(value) + '"', CUT_OFF);
        }
        String errno = errnoName();
        skipExplanations();
        if (errno.isEmpty()) {
            if (number < 0 && number >= -4095) {
                throw new TraceError(line, "an error without its name", CUT_OFF);
            }
            return TraceResult.value(number);
        }
        if (number != -1) {
            throw new TraceError(line, "a result that is neither a value nor an error", CUT_OFF);
        }
        return TraceResult.error(errno);
    }

    private String errnoName() {
        int start = at;
        while (at < text.length()
                && ((text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') || (at > start && isDigit(text.charAt(at))))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** Explanations in parentheses and the duration, in any order; nothing else may follow. */
    private void skipExplanations() throws TraceError {
        skipBlanks();
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = c == '(' ? closingParenthesis() : c == '<' ? text.indexOf('>', at) : -1;
            if (end < 0) {
                throw new TraceError(
                        line, "something behind the result: \"" + TraceReader.shown(text.substring(at)) + '"', CUT_OFF);
            }
            at = end + 1;
            skipBlanks();
        }
    }

    private int closingParenthesis() {
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            depth += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    private void addArgument(List<String> arguments, int start) {
        String argument = text.substring(start, at).trim();
        if (!argument.isEmpty() || !arguments.isEmpty()) {
            arguments.add(argument);
        }
    }

    private void skipString() throws TraceError {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw new TraceError(line, "a string without end", CUT_OFF);
        }
        at++;
    }

    /** Whether the {@code <} opens a path annotation: it follows a descriptor. */
    private boolean annotates(int position) {
        return position > 0
                && (isDigit(text.charAt(position - 1)) || text.startsWith("AT_FDCWD", position - "AT_FDCWD".length()));
    }

    /** Skips {@code </path>} or {@code <TCP:[1.2.3.4:5->6.7.8.9:10]>}; a path's own angle brackets are escaped by strace. */
    private void skipAnnotation() throws TraceError {
        int depth = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '<') {
                depth++;
            } else if (c == '>' && text.charAt(at - 1) != '-') {
                depth--;
            }
            at++;
            if (depth == 0) {
                if (text.startsWith("(deleted)", at)) {
                    at += "(deleted)".length();
                }
                return;
            }
        }
        throw new TraceError(line, "a path annotation without end", CUT_OFF);
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

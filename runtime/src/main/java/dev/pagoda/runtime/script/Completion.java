package dev.pagoda.runtime.script;

import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import java.util.ArrayList;
import java.util.List;

/** Which words may stand at a place of a line: calls where one begins, inside of one the constants of that argument, behind it what a result may be. */
final class Completion {
    private static final List<String> NUMBERS = List.of("NULL", "PAGE", "K", "M", "G", "TASK_SIZE");
    private static final List<String> RESULTS = List.of(
            "OK", "ANY", "SIGSEGV", "SIGBUS", "SIGKILL", "SEGV_MAPERR", "SEGV_ACCERR", "BUS_ADRERR", "BUS_ADRALN");
    private static final List<String> OF_THE_SHELL = List.of("help", "explain", "quit");
    private static final int MOST_ERRNOS = 134;

    private final List<String> words = new ArrayList<>();

    private Completion() {}

    static List<String> words(String before) {
        Completion completion = new Completion();
        completion.complete(before.stripLeading());
        return completion.words;
    }

    private void complete(String before) {
        if (before.startsWith("help ")) {
            Calls.names().forEach(words::add);
            Linux.names().forEach(words::add);
            return;
        }
        if (before.startsWith("explain ")) {
            words.addAll(List.of("on", "off"));
            return;
        }
        int open = openCall(before);
        if (open >= 0) {
            argument(before, open);
        } else if (before.contains(")")) {
            result(before);
        } else {
            // A line, what a name is set to, or a line of a child: a call begins, or an expression.
            Calls.names().forEach(name -> words.add(name + "("));
            words.addAll(before.isEmpty() ? OF_THE_SHELL : NUMBERS);
        }
    }

    private void argument(String before, int open) {
        int start = open;
        while (start > 0 && isOfName(before.charAt(start - 1))) {
            start--;
        }
        Signature signature = Calls.find(before.substring(start, open));
        int index = commas(before, open + 1);
        if (signature == null) {
            Linux.names().forEach(words::add);
        } else if (index < signature.parameters().size()) {
            constants(signature.parameters().get(index).kind());
        }
    }

    private void constants(Kind kind) {
        if (kind == Kind.TEXT) {
            return;
        }
        String prefix = kind.prefix();
        if (prefix.isEmpty()) {
            words.addAll(NUMBERS);
        }
        for (String name : Linux.names()) {
            boolean isSeal = kind != Kind.SEALS && name.startsWith(Kind.SEALS.prefix());
            if (!prefix.isEmpty() && name.startsWith(prefix) && !isSeal) {
                words.add(name);
            }
        }
    }

    private void result(String before) {
        if (before.stripTrailing().endsWith("-1")) {
            for (int errno = 1; errno < MOST_ERRNOS; errno++) {
                if (Errno.name(errno).startsWith("E")) {
                    words.add(Errno.name(errno));
                }
            }
        } else {
            words.addAll(RESULTS);
            words.addAll(NUMBERS);
        }
    }

    /** Where the parenthesis of a call stands that is not closed; -1 if there is none. A parenthesis behind a name is a call's, others are of expressions. */
    private static int openCall(String before) {
        int call = -1;
        int depth = 0;
        boolean quoted = false;
        for (int at = 0; at < before.length(); at++) {
            char character = before.charAt(at);
            if (quoted || character == '"') {
                quoted = isQuotedBehind(quoted, before, at);
            } else if (character == '(') {
                if (call < 0 && at > 0 && isOfName(before.charAt(at - 1))) {
                    call = at;
                    depth = 0;
                } else {
                    depth++;
                }
            } else if (character == ')' && depth-- == 0) {
                call = -1;
                depth = 0;
            }
        }
        return call;
    }

    private static int commas(String before, int from) {
        int commas = 0;
        boolean quoted = false;
        for (int at = from; at < before.length(); at++) {
            if (quoted || before.charAt(at) == '"') {
                quoted = isQuotedBehind(quoted, before, at);
            } else if (before.charAt(at) == ',') {
                commas++;
            }
        }
        return commas;
    }

    private static boolean isQuotedBehind(boolean quoted, String before, int at) {
        boolean isQuote = before.charAt(at) == '"' && (!quoted || before.charAt(at - 1) != '\\');
        return isQuote != quoted;
    }

    private static boolean isOfName(char character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }
}

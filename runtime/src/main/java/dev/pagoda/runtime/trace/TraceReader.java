package dev.pagoda.runtime.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@code strace -f -o FILE} writes, in one pass.
 *
 * <p>Understood are the pid column and {@code [pid N]}, the stamps of {@code -t}, {@code -tt}, {@code -ttt}, {@code -r} and
 * {@code -T}, the path annotations of {@code -y}, calls cut in two by {@code <unfinished ...>} and {@code <... resumed>}, signals,
 * exits and cut strings. Whatever else a file holds ends in a {@link TraceError} with the line, never in another exception.
 * One reader reads one recording, on one thread.
 */
public final class TraceReader {
    private static final String UNFINISHED = "<unfinished ...>";
    private static final String DETACHED = "<detached ...>";
    private static final String RECORD_AGAIN = "record again with strace -f -o FILE, or take out the damaged lines";

    private final List<TraceCall> calls = new ArrayList<>();
    private final Map<Integer, Unfinished> unfinished = new HashMap<>();
    private final List<Integer> orphans;
    private int line;
    private int signals;
    private int exits;

    /** A call that has begun: its line, name and the text of its arguments so far. */
    private record Unfinished(int line, String name, String arguments) {}

    private TraceReader(List<Integer> orphans) {
        this.orphans = orphans;
    }

    /**
     * Reads a recording from a file.
     *
     * @throws TraceError if there is no such file, or what it holds is no whole recording
     */
    public static Trace read(Path file) throws TraceError {
        byte[] bytes = bytes(file);
        return parse(file.getFileName().toString(), bytes);
    }

    /**
     * Reads a recording that began in the middle, as strace -p makes one: a call that is resumed and was never begun is left out.
     *
     * @param orphans takes the numbers of the lines that were left out
     * @throws TraceError as {@link #read(Path)}
     */
    public static Trace read(Path file, List<Integer> orphans) throws TraceError {
        byte[] bytes = bytes(file);
        return parse(file.getFileName().toString(), bytes, orphans);
    }

    private static byte[] bytes(Path file) throws TraceError {
        if (Files.isDirectory(file)) {
            throw new TraceError(
                    0, "this is a directory", "name the recordings in it, for example " + file + "/*.strace");
        }
        if (!Files.exists(file)) {
            throw new TraceError(0, "there is no such file", "check the path");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException | OutOfMemoryError e) {
            throw new TraceError(
                    0,
                    "the file cannot be read (" + e.getMessage() + ")",
                    "check its permissions, and split recordings beyond 2 GiB");
        }
    }

    /**
     * Reads a recording from memory.
     *
     * @param name what to call it in messages
     * @throws TraceError if the bytes are no whole recording
     */
    public static Trace parse(String name, byte[] bytes) throws TraceError {
        return new TraceReader(null).readAll(name, bytes);
    }

    /**
     * Reads a recording that began in the middle from memory.
     *
     * @param name what to call it in messages
     * @param orphans takes the numbers of the lines that resume a call that was never begun
     * @throws TraceError if the bytes are no whole recording
     */
    public static Trace parse(String name, byte[] bytes, List<Integer> orphans) throws TraceError {
        return new TraceReader(orphans).readAll(name, bytes);
    }

    private Trace readAll(String name, byte[] bytes) throws TraceError {
        if (bytes.length == 0) {
            throw new TraceError(0, "the recording is empty", "record a program with strace -f -o FILE PROGRAM");
        }
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line++;
                int end = i > start && bytes[i - 1] == '\r' ? i - 1 : i;
                readLine(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            line++;
            throw damage(
                    "the last line is cut off: it has no line end",
                    "record again, or end the file with a line end if nothing is missing");
        }
        for (Map.Entry<Integer, Unfinished> rest : unfinished.entrySet()) {
            addNeverReturned(rest.getKey(), rest.getValue());
        }
        if (calls.isEmpty()) {
            throw new TraceError(0, "there is no system call in it", "record a program with strace -f -o FILE PROGRAM");
        }
        calls.sort(Comparator.comparingInt(TraceCall::effectLine).thenComparingInt(TraceCall::firstLine));
        return new Trace(name, line, List.copyOf(calls), signals, exits);
    }

    private void readLine(String text) throws TraceError {
        LineScanner scanner = new LineScanner(text, line);
        int pid = scanner.pid();
        scanner.skipStamps();
        String rest = scanner.rest();
        if (rest.isEmpty()) {
            if (!text.isBlank()) {
                throw damage("a line without a call", RECORD_AGAIN);
            }
        } else if (rest.startsWith("--- ")) {
            if (!rest.endsWith(" ---")) {
                throw damage("a signal that is cut off", RECORD_AGAIN);
            }
            signals++;
        } else if (rest.startsWith("+++ ")) {
            readExit(pid, rest);
        } else if (rest.startsWith("<... ")) {
            readResumed(pid, rest);
        } else if (rest.startsWith("strace: ")) {
            // What strace says about itself, such as that it attached to a process.
            return;
        } else if (rest.startsWith("[ Process PID=")) {
            if (!rest.endsWith("64 bit mode. ]")) {
                throw damage("a process that is not a 64-bit one", "record a 64-bit program");
            }
        } else {
            readCall(pid, rest);
        }
    }

    private void readExit(int pid, String rest) throws TraceError {
        if (!rest.endsWith(" +++")) {
            throw damage("an exit that is cut off", RECORD_AGAIN);
        }
        exits++;
        String superseded = "+++ superseded by execve in pid ";
        Unfinished pending = unfinished.remove(pid);
        if (pending != null) {
            addNeverReturned(pid, pending);
        }
        if (rest.startsWith(superseded)) {
            // The thread that called execve takes over this pid, and its call returns under it.
            int by = LineScanner.smallNumber(
                    rest.substring(superseded.length(), rest.length() - 4).trim());
            Unfinished execve = by < 0 ? null : unfinished.remove(by);
            if (execve == null) {
                throw damage("an execve that nobody called", RECORD_AGAIN);
            }
            unfinished.put(pid, execve);
        }
    }

    private void readCall(int pid, String rest) throws TraceError {
        int open = rest.indexOf('(');
        String name = open < 0 ? "" : rest.substring(0, open);
        if (!LineScanner.isCallName(name)) {
            throw damage("not a line of strace's: \"" + shown(rest) + '"', RECORD_AGAIN);
        }
        Unfinished earlier = unfinished.get(pid);
        if (earlier != null) {
            throw damage(
                    name + " begins in thread " + pid + " while its " + earlier.name() + " of line " + earlier.line()
                            + " has not returned",
                    RECORD_AGAIN);
        }
        takeArguments(pid, line, name, rest.substring(open + 1));
    }

    private void readResumed(int pid, String rest) throws TraceError {
        int close = rest.indexOf(" resumed>");
        if (close < 0) {
            throw damage("a resumed call that is cut off", RECORD_AGAIN);
        }
        String name = rest.substring("<... ".length(), close);
        Unfinished begun = unfinished.remove(pid);
        if (begun == null && orphans != null) {
            orphans.add(line);
            return;
        }
        if (begun == null) {
            throw damage(name + " is resumed in thread " + pid + " but was never begun", RECORD_AGAIN);
        }
        if (!begun.name().equals(name)) {
            throw damage(
                    name + " is resumed in thread " + pid + ", which was in " + begun.name() + " since line "
                            + begun.line(),
                    RECORD_AGAIN);
        }
        takeArguments(pid, begun.line(), name, begun.arguments() + rest.substring(close + " resumed>".length()));
    }

    /** Reads arguments and result, or keeps them until the call is resumed. */
    private void takeArguments(int pid, int firstLine, String name, String text) throws TraceError {
        if (text.endsWith(UNFINISHED)) {
            String begun = text.substring(0, text.length() - UNFINISHED.length());
            unfinished.put(pid, new Unfinished(firstLine, name, withoutLastBlank(begun)));
            return;
        }
        if (text.endsWith(DETACHED)) {
            addNeverReturned(
                    pid, new Unfinished(firstLine, name, text.substring(0, text.length() - DETACHED.length())));
            return;
        }
        LineScanner scanner = new LineScanner(text, line);
        List<String> arguments = scanner.arguments();
        TraceResult result = scanner.result();
        calls.add(new TraceCall(firstLine, line, pid, name, arguments, result));
    }

    private void addNeverReturned(int pid, Unfinished begun) {
        List<String> arguments = List.of(begun.arguments().trim());
        calls.add(new TraceCall(begun.line(), begun.line(), pid, begun.name(), arguments, TraceResult.NEVER_RETURNED));
    }

    private TraceError damage(String what, String remedy) {
        return new TraceError(line, what, remedy);
    }

    /** strace puts one blank before the word; what stands before that belongs to the arguments. */
    private static String withoutLastBlank(String text) {
        return text.endsWith(" ") ? text.substring(0, text.length() - 1) : text;
    }

    static String shown(String text) {
        StringBuilder readable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 60); i++) {
            char c = text.charAt(i);
            readable.append(c < ' ' || c > '~' ? '?' : c);
        }
        return text.length() > 60 ? readable + "..." : readable.toString();
    }
}

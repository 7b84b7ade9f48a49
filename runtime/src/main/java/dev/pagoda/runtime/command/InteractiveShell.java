package dev.pagoda.runtime.command;

import dev.pagoda.runtime.script.ScriptError;
import dev.pagoda.runtime.script.ScriptHelp;
import dev.pagoda.runtime.script.ScriptSession;
import dev.pagoda.runtime.script.ScriptWorld;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * The shell at a terminal: line editing, a history, which is kept where a file is named for it, completion of calls, constants and names.
 *
 * <p>A line that cannot be read is explained, and the session goes on. Used by one thread.
 */
final class InteractiveShell {
    private final ScriptWorld world;
    private final boolean explains;
    private final Path history;
    private ScriptSession session;

    /**
     * Prepares a shell.
     *
     * @param world the kernel
     * @param explains whether lines are explained from the start
     * @param history the file that keeps the lines, or null
     */
    InteractiveShell(ScriptWorld world, boolean explains, Path history) {
        this.world = world;
        this.explains = explains;
        this.history = history;
    }

    /** Reads lines from the terminal until {@code quit} or Ctrl-D; the exit status is always 0. */
    int run() throws IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            return run(terminal);
        }
    }

    /** Reads lines from a terminal until {@code quit} or Ctrl-D; the exit status is always 0. */
    int run(Terminal terminal) throws IOException {
        try (ScriptSession opened = new ScriptSession(world, terminal.writer())) {
            session = opened;
            session.explain(explains);
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .parser(new CallParser())
                    .completer((lineReader, line, candidates) -> complete(line, candidates))
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            if (history != null) {
                reader.setVariable(LineReader.HISTORY_FILE, history);
            }
            terminal.writer().println("Memory calls as strace prints them; help lists them, quit leaves.");
            while (answer(reader, terminal.writer())) {
                terminal.flush();
            }
            reader.getHistory().save();
        }
        return 0;
    }

    /** One line; false when the user leaves. */
    private boolean answer(LineReader reader, PrintWriter out) {
        String line;
        try {
            line = reader.readLine("pagoda> ").strip();
        } catch (UserInterruptException abandoned) {
            return true;
        } catch (EndOfFileException end) {
            return false;
        }
        String[] words = line.split("\\s+", 2);
        if (line.equals("quit") || line.equals("exit")) {
            return false;
        } else if (line.equals("explain on") || line.equals("explain off")) {
            session.explain(line.endsWith("on"));
        } else if (line.equals("help")) {
            out.println(ScriptHelp.overview());
        } else if (words[0].equals("help")) {
            String known = ScriptHelp.about(words[1]);
            out.println(
                    known.isEmpty()
                            ? "# no call or constant is called '" + words[1] + "'; help lists the calls"
                            : known);
        } else {
            try {
                session.type(line);
            } catch (ScriptError error) {
                out.println("# " + error.getMessage());
            }
        }
        return true;
    }

    private void complete(ParsedLine line, List<Candidate> candidates) {
        String before = line.line().substring(0, line.cursor() - line.wordCursor());
        for (String word : ScriptHelp.words(before)) {
            candidates.add(candidate(word));
        }
        session.setNames().forEach(name -> candidates.add(candidate(name)));
    }

    /** Nothing is put behind a completed word: a flag is followed by {@code |} as often as by a comma. */
    private static Candidate candidate(String word) {
        return new Candidate(word, word, null, null, null, null, false);
    }

    /** Splits a line where the notation does, so that each name is a word of its own. */
    private static final class CallParser extends DefaultParser {
        CallParser() {
            setQuoteChars(new char[0]);
            setEscapeChars(new char[0]);
        }

        @Override
        public boolean isDelimiterChar(CharSequence buffer, int position) {
            char character = buffer.charAt(position);
            return !(Character.isLetterOrDigit(character) || character == '_');
        }
    }
}

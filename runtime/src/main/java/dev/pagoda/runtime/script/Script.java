package dev.pagoda.runtime.script;

import java.util.ArrayList;
import java.util.List;

/** A script that was read and found to be well-formed; not run yet. Immutable. */
public final class Script {
    private final String file;
    private final List<Line> lines;

    private Script(String file, List<Line> lines) {
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    /**
     * Reads a script.
     *
     * @param file name for messages
     * @param text the content
     * @throws ScriptError at the first line that cannot be read
     */
    public static Script parse(String file, String text) {
        ScriptParser parser = new ScriptParser();
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            boolean marked = number == 1 && line.startsWith("\ufeff");
            Line read = parser.parse(new SourceLine(file, number, marked ? line.substring(1) : line));
            if (read != null) {
                lines.add(read);
            }
        }
        return new Script(file, lines);
    }

    /** Name for messages. */
    public String file() {
        return file;
    }

    List<Line> lines() {
        return lines;
    }
}

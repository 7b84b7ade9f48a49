package dev.pagoda.runtime.fuzz;

import dev.pagoda.runtime.fuzz.Call.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a sequence as a script, with Linux's answers as expectations. */
final class ScriptText {
    private final Sequence sequence;
    private final Observation linux;

    ScriptText(Sequence sequence, Observation linux) {
        this.sequence = sequence;
        this.linux = linux;
    }

    /**
     * The script.
     *
     * @param title what it shows, one line
     * @param difference what differs; a line that looks at it is put where it shows
     */
    String write(String title, Difference difference) {
        List<String> lines = new ArrayList<>();
        lines.add("@ FUZZ-" + Long.toHexString(sequence.seed()) + " " + title);
        lines.addAll(names());
        for (int i = 0; i < sequence.steps().size(); i++) {
            lines.add(line(i));
            if (difference.step() == i) {
                check(difference, lines);
            }
        }
        if (difference.step() == sequence.steps().size()) {
            check(difference, lines);
        }
        return String.join("\n", lines) + "\n";
    }

    private List<String> names() {
        Map<String, String> names = new TreeMap<>();
        boolean heap = false;
        for (Step step : sequence.steps()) {
            for (int i = 0; i < step.arguments().size(); i++) {
                Value value = step.argument(i);
                heap |= value.base() == Value.BREAK;
                if (value.isPlain() && step.call().arguments().get(i) == Argument.ADDRESS) {
                    for (Arena arena : Arena.values()) {
                        if (arena != Arena.T && arena.isNear(value.addend())) {
                            names.put(arena.letter(), arena.letter() + " = 0x" + Long.toHexString(arena.address()));
                        }
                    }
                }
            }
        }
        List<String> lines = new ArrayList<>(names.values());
        if (heap) {
            lines.add("heap = brk(0)");
        }
        return lines;
    }

    private String line(int index) {
        Step step = sequence.steps().get(index);
        Outcome outcome = linux.outcomes.get(index);
        StringBuilder text = new StringBuilder(prefix(step.process()));
        boolean needed = sequence.steps().stream().anyMatch(other -> other.refersTo(step.id()));
        if (needed && outcome.isValue()) {
            text.append(name(step.id())).append(" = ");
        }
        text.append(step.call().word()).append('(');
        for (int i = 0; i < step.arguments().size(); i++) {
            boolean last = i == step.arguments().size() - 1;
            if (last && i > 0 && isOmitted(step, i)) {
                continue;
            }
            text.append(i == 0 ? "" : ", ").append(argument(step, i));
        }
        return text.append(")").append(expectation(step, outcome)).toString();
    }

    private static boolean isOmitted(Step step, int index) {
        return step.call() == Call.MREMAP && index == 4 && (step.number(3) & 6) == 0
                || step.call() == Call.MEMFD && index == 1 && step.number(1) == 0
                || step.call() == Call.TMPFILE && index == 1 && step.number(1) == 2;
    }

    private String argument(Step step, int index) {
        Value value = step.argument(index);
        if (value.isPlain()) {
            return step.call().arguments().get(index).print(value.addend());
        }
        if (value.base() == Value.BREAK) {
            return Argument.sum("heap", value.addend());
        }
        for (int i = 0; i < sequence.steps().size(); i++) {
            if (sequence.steps().get(i).id() == value.base()
                    && !linux.outcomes.get(i).isValue()) {
                return Long.toString(linux.outcomes.get(i).value() + value.addend());
            }
        }
        return Argument.sum(name(value.base()), value.addend());
    }

    private static String name(int id) {
        return "r" + id;
    }

    private static String prefix(int process) {
        return process == 0 ? "" : "[" + name(process) + "] ";
    }

    private String expectation(Step step, Outcome outcome) {
        if (step.call().result() == Call.Result.NONE || outcome.signal() == Outcome.NOT_RUN) {
            return "";
        }
        if (!outcome.isValue() && step.call().result() != Call.Result.BREAK) {
            return " = " + outcome.text();
        }
        return switch (step.call().result()) {
            case DESCRIPTOR, PROCESS, SIZE, DATA -> " = OK";
            case ADDRESS -> {
                for (int index : step.call() == Call.MREMAP ? new int[] {4, 0} : new int[] {0}) {
                    if (linux.resolve(sequence, step.argument(index)) == outcome.value()) {
                        yield " = " + argument(step, index);
                    }
                }
                yield " = OK";
            }
            case BREAK -> " = " + Argument.sum("heap", outcome.value() - linux.initialBreak);
            case VALUE -> " = " + (outcome.value() == -1L << 32 ? "-1" : outcome.text());
            default -> " = ANY";
        };
    }

    /** What looks at the difference. */
    private void check(Difference difference, List<String> lines) {
        Difference.Check check = difference.check();
        String place = check.page() == null
                ? ""
                : check.page().isPlain()
                        ? Argument.ADDRESS.print(check.page().addend())
                        : Argument.sum(
                                check.page().base() == Value.BREAK
                                        ? "heap"
                                        : name(check.page().base()),
                                check.page().addend());
        String prefix = prefix(check.process());
        String expected = "   # Linux: " + difference.linux() + ", here: " + difference.pagoda();
        switch (check.kind()) {
            case RESULT -> lines.add(lines.removeLast() + expected);
            case PERMISSIONS -> {
                String permissions =
                        difference.linux().length() >= 4 ? difference.linux().substring(0, 4) : "";
                lines.add(prefix + "perms(" + place + ") = \"" + permissions + "\"" + expected);
            }
            case START ->
                lines.add(prefix + "start(" + place + ") = "
                        + difference.linux().substring("a line from ".length()) + expected);
            case SIZE, DATA, LOCKED -> lines.add(prefix + difference.what() + " = " + difference.linux() + expected);
            case RESIDENT ->
                lines.add(prefix + "resident(" + place + ", PAGE) = "
                        + (difference.linux().equals("resident") ? 1 : 0) + expected);
            case CONTENT -> lines.add(prefix + "load(" + place + ", 8) = OK" + expected);
        }
    }
}

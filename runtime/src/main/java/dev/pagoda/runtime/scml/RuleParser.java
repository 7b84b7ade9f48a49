package dev.pagoda.runtime.scml;

import dev.pagoda.runtime.scml.Pattern.Choice;
import dev.pagoda.runtime.scml.Pattern.Elements;
import dev.pagoda.runtime.scml.Pattern.Fields;
import dev.pagoda.runtime.scml.Pattern.Part;
import dev.pagoda.runtime.scml.Pattern.Structure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one file of rules.
 *
 * <p>A name refers to the last definition above it, or else to the first one below, or around, it. One file, one thread.
 */
final class RuleParser {
    /** No call's name: of what is ignored in every call of a file. */
    static final String EVERYWHERE = "";

    private static final String END_RULE = "each rule ends with ;";
    private static final String END_LIST = "further ones are separated by commas, and .. stands last";
    private static final String ONE_PATTERN =
            "write flags joined by |, { fields }, [ elements ], <NAME>, <PATH> or <INTEGER>";

    private final String file;
    private final RuleScanner scanner;
    private final List<CallRule> calls = new ArrayList<>();
    private final Map<String, List<Definition>> definitions = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<String, Set<String>> ignored = new HashMap<>();
    private Definition last;
    private int rules;

    /**
     * What a file says.
     *
     * @param calls its rules for calls
     * @param ignored by the name of the call, the flags that comments behind its rules call ignored; by {@link #EVERYWHERE} those behind sets
     */
    record RuleFile(List<CallRule> calls, Map<String, Set<String>> ignored) {}

    /** A set of flags or a structure with a name; exactly one of the two is there. */
    private record Definition(int rule, String name, Choice choice, Structure structure) {}

    /** A name in angle brackets, inside of a choice that may have more parts. */
    private record Reference(int rule, String name, int line, int column, Choice inside, boolean alone) {}

    private RuleParser(String file, String text) {
        this.file = file;
        this.scanner = new RuleScanner(file, text);
    }

    /**
     * Reads rules.
     *
     * @param file name for messages
     * @param text the content
     * @return what the file says about calls
     * @throws RuleError at the first place that cannot be read
     */
    static RuleFile parse(String file, String text) {
        RuleParser parser = new RuleParser(file, text.startsWith("\ufeff") ? text.substring(1) : text);
        parser.scanner.takeIgnored();
        while (!parser.scanner.token().isEmpty()) {
            int before = parser.calls.size();
            parser.rule();
            String behind =
                    parser.calls.size() > before ? parser.calls.getLast().name() : EVERYWHERE;
            for (String flag : parser.scanner.takeIgnored()) {
                parser.ignored.computeIfAbsent(behind, name -> new HashSet<>()).add(flag);
            }
        }
        parser.bind();
        return new RuleFile(List.copyOf(parser.calls), parser.ignored);
    }

    private void rule() {
        rules++;
        int line = scanner.line();
        String name = scanner.name(
                "a rule", "write name(parameter, ...); or name = FLAG | FLAG; or struct name = { field, .. };");
        if (name.equals("struct") && scanner.isName()) {
            structure();
        } else if (scanner.take("(")) {
            calls.add(call(line, name));
            last = null;
        } else if (scanner.take("=")) {
            if (scanner.token().equals("{")) {
                throw scanner.unexpected("flags", "a structure is written struct " + name + " = { ... };");
            }
            define(new Definition(rules, name, choice(), null));
        } else {
            throw scanner.unexpected(
                    "'(' or '='", "write " + name + "(parameter, ...); or " + name + " = FLAG | FLAG;");
        }
        scanner.require(";", END_RULE);
    }

    private void structure() {
        String name = scanner.name("a name", "write struct name = { field, .. };");
        scanner.require("=", "write struct " + name + " = { field, .. };");
        scanner.require("{", "write struct " + name + " = { field, .. };");
        Fields fields = fields(1);
        if (last != null && last.structure() != null && last.name().equals(name)) {
            last.structure().add(fields);
            return;
        }
        Structure structure = new Structure();
        structure.add(fields);
        define(new Definition(rules, name, null, structure));
    }

    private void define(Definition definition) {
        definitions
                .computeIfAbsent(definition.name(), name -> new ArrayList<>())
                .add(definition);
        last = definition;
    }

    private CallRule call(int line, String name) {
        List<Part> parameters = new ArrayList<>();
        boolean open = parts(")", parameters, 1);
        return new CallRule(file, line, name, List.copyOf(parameters), open);
    }

    private Fields fields(int depth) {
        if (scanner.token().equals("}")) {
            throw scanner.unexpected("a field or '..'", "{ .. } stands for any fields");
        }
        List<Part> parts = new ArrayList<>();
        boolean open = parts("}", parts, depth);
        return new Fields(List.copyOf(parts), open);
    }

    /** Reads parameters or fields up to the closing sign; true if further ones are allowed. */
    private boolean parts(String close, List<Part> parts, int depth) {
        if (scanner.take(close)) {
            return false;
        }
        Set<String> names = new HashSet<>();
        do {
            if (scanner.take("..")) {
                scanner.require(close, "nothing may follow ..");
                return true;
            }
            int line = scanner.line();
            int column = scanner.column();
            String name = scanner.name("a name or '..'", END_LIST);
            if (!names.add(name)) {
                throw scanner.error(line, column, "a second '" + name + "'", "give each one its own name");
            }
            parts.add(new Part(name, scanner.take("=") ? pattern(depth) : new Pattern.Anything()));
        } while (scanner.take(","));
        scanner.require(close, END_LIST);
        return false;
    }

    private Pattern pattern(int depth) {
        if (depth > Pattern.DEEPEST) {
            throw scanner.error(
                    scanner.line(),
                    scanner.column(),
                    "patterns nested deeper than " + Pattern.DEEPEST,
                    "give the inner ones names with struct");
        }
        if (scanner.take("{")) {
            Structure structure = new Structure();
            structure.add(fields(depth + 1));
            return structure;
        }
        return scanner.take("[") ? elements(depth + 1) : choice();
    }

    private Elements elements(int depth) {
        List<Pattern> patterns = new ArrayList<>();
        do {
            if (scanner.token().equals("<")
                    || scanner.token().equals("{")
                    || scanner.token().equals("[")) {
                patterns.add(pattern(depth));
            } else {
                throw scanner.unexpected("an element", "write [ <NAME> ], [ { fields } ] or [ [ elements ] ]");
            }
        } while (scanner.take(","));
        scanner.require("]", "further elements are separated by commas");
        return new Elements(List.copyOf(patterns));
    }

    private Choice choice() {
        Choice choice = new Choice();
        boolean first = true;
        do {
            if (scanner.take("<")) {
                int line = scanner.line();
                int column = scanner.column();
                String name = scanner.name("a name", "write <NAME>, <PATH> or <INTEGER>");
                scanner.require(">", "write <" + name + ">");
                switch (name) {
                    case "PATH" -> choice.allowPaths();
                    case "INTEGER" -> choice.allowIntegers();
                    default -> {
                        boolean alone = first && !scanner.token().equals("|");
                        references.add(new Reference(rules, name, line, column, choice, alone));
                    }
                }
            } else {
                choice.addFlag(scanner.name("a flag or a pattern", ONE_PATTERN));
            }
            first = false;
        } while (scanner.take("|"));
        return choice;
    }

    /** Puts what references name into what holds them, sets first that others refer to. */
    private void bind() {
        Map<Choice, List<Reference>> open = new HashMap<>();
        references.forEach(reference -> open.computeIfAbsent(reference.inside(), choice -> new ArrayList<>())
                .add(reference));
        Set<Choice> bound = new HashSet<>();
        for (Reference reference : references) {
            bind(reference.inside(), open, bound);
        }
    }

    private void bind(Choice root, Map<Choice, List<Reference>> open, Set<Choice> bound) {
        Deque<Choice> path = new ArrayDeque<>();
        path.push(root);
        while (!path.isEmpty()) {
            Choice choice = path.peek();
            Choice waitsFor = null;
            for (Reference reference :
                    bound.contains(choice) ? List.<Reference>of() : open.getOrDefault(choice, List.of())) {
                Choice set = find(reference).choice();
                if (set != null && !bound.contains(set)) {
                    if (path.contains(set)) {
                        throw scanner.error(
                                reference.line(),
                                reference.column(),
                                "<" + reference.name() + "> is part of itself",
                                "define it by flags, or by sets that do not refer to it");
                    }
                    waitsFor = set;
                    break;
                }
            }
            if (waitsFor != null) {
                path.push(waitsFor);
            } else {
                fill(choice, open, bound);
                path.pop();
            }
        }
    }

    private void fill(Choice choice, Map<Choice, List<Reference>> open, Set<Choice> bound) {
        if (!bound.add(choice)) {
            return;
        }
        for (Reference reference : open.getOrDefault(choice, List.of())) {
            Definition definition = find(reference);
            boolean structure =
                    definition.choice() == null || definition.choice().isStructure();
            if (definition.choice() != null && (reference.alone() || !structure)) {
                choice.addAll(definition.choice());
            } else if (reference.alone()) {
                choice.be(definition.structure());
            } else {
                throw scanner.error(
                        reference.line(),
                        reference.column(),
                        "<" + reference.name() + "> is a structure among flags",
                        "a structure stands alone; write a rule for each");
            }
        }
    }

    private Definition find(Reference reference) {
        List<Definition> all = definitions.get(reference.name());
        if (all == null) {
            throw scanner.error(
                    reference.line(),
                    reference.column(),
                    "there is no rule <" + reference.name() + "> in this file",
                    "define it, as in " + reference.name() + " = FLAG | FLAG; or struct " + reference.name()
                            + " = { .. };");
        }
        Definition found = all.getFirst();
        for (Definition definition : all) {
            if (definition.rule() < reference.rule()) {
                found = definition;
            }
        }
        return found;
    }
}

package dev.pagoda.runtime.scml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a parameter, a field or an element may be. Immutable once its file was read; for every thread. */
sealed interface Pattern {
    /** Structures in a recording that are nested deeper match nothing. */
    int DEEPEST = 64;

    /** Why a recorded value is none of these; the empty string when it is one. */
    String mismatch(String value, int depth);

    /** Any value at all: a bare name. */
    record Anything() implements Pattern {
        @Override
        public String mismatch(String value, int depth) {
            return "";
        }
    }

    /**
     * A set of flags, in which numbers or paths may be allowed too, or one structure by its name. What it refers to is put
     * into it when its file was read whole.
     */
    final class Choice implements Pattern {
        private final Set<String> names = new TreeSet<>();
        private boolean integers;
        private boolean paths;
        private Structure structure;

        void addFlag(String flag) {
            names.add(flag);
        }

        void allowIntegers() {
            integers = true;
        }

        void allowPaths() {
            paths = true;
        }

        void addAll(Choice other) {
            names.addAll(other.names);
            integers |= other.integers;
            paths |= other.paths;
            structure = other.structure;
        }

        boolean isStructure() {
            return structure != null;
        }

        void be(Structure only) {
            structure = only;
        }

        @Override
        public String mismatch(String recorded, int depth) {
            if (structure != null) {
                return structure.mismatch(recorded, depth);
            }
            if (paths && RecordedValue.isPath(recorded)) {
                return "";
            }
            String value = RecordedValue.bare(recorded);
            if (RecordedValue.isZero(value)) {
                return "";
            }
            for (String flag : RecordedValue.flags(value)) {
                boolean allowed = names.contains(flag)
                        || RecordedValue.isZero(flag)
                        || integers && RecordedValue.isInteger(flag)
                        || RecordedValue.nameOfShift(flag).map(names::contains).orElse(false);
                if (!allowed) {
                    return RecordedValue.shown(flag) + " is not in the set";
                }
            }
            return "";
        }
    }

    /** A structure that has one of several forms. It may hold itself. */
    final class Structure implements Pattern {
        private final List<Fields> alternatives = new ArrayList<>();

        void add(Fields alternative) {
            alternatives.add(alternative);
        }

        @Override
        public String mismatch(String recorded, int depth) {
            String value = RecordedValue.before(recorded);
            if (value.equals("NULL")) {
                return "";
            }
            Optional<List<String>> fields = RecordedValue.inside(value, '{', '}');
            if (fields.isEmpty()) {
                return RecordedValue.shown(value) + " is no structure whose fields were recorded";
            }
            if (depth > DEEPEST) {
                return "structures nested deeper than " + DEEPEST;
            }
            String closest = "";
            for (Fields alternative : alternatives) {
                String mismatch = alternative.mismatch(fields.get(), depth);
                if (mismatch.isEmpty()) {
                    return "";
                }
                closest = closest.isEmpty() ? mismatch : closest;
            }
            return closest;
        }
    }

    /** One form of a structure: its fields, and whether it may have others. */
    record Fields(List<Part> parts, boolean open) {
        String mismatch(List<String> recorded, int depth) {
            Set<String> missing = new TreeSet<>();
            parts.forEach(part -> missing.add(part.name()));
            boolean abbreviated = false;
            for (String text : recorded) {
                if (text.equals("...")) {
                    abbreviated = true;
                    continue;
                }
                int equals = text.indexOf('=');
                String name = equals < 0 ? "" : text.substring(0, equals).strip();
                String mismatch = mismatch(name, text.substring(equals + 1).strip(), depth);
                if (!mismatch.isEmpty()) {
                    return mismatch;
                }
                missing.remove(name);
            }
            return missing.isEmpty() || abbreviated ? "" : "the structure has no " + String.join(", ", missing);
        }

        private String mismatch(String name, String value, int depth) {
            for (Part part : parts) {
                if (part.name().equals(name)) {
                    String mismatch = part.pattern().mismatch(value, depth + 1);
                    return mismatch.isEmpty() ? "" : name + ": " + mismatch;
                }
            }
            return open ? "" : "the rule has no field " + RecordedValue.shown(name);
        }
    }

    /** A parameter or a field. */
    record Part(String name, Pattern pattern) {}

    /** An array of which each element is one of these. */
    record Elements(List<Pattern> patterns) implements Pattern {
        @Override
        public String mismatch(String recorded, int depth) {
            String value = RecordedValue.before(recorded);
            if (value.equals("NULL")) {
                return "";
            }
            Optional<List<String>> elements = RecordedValue.inside(value, '[', ']');
            if (elements.isEmpty()) {
                return RecordedValue.shown(value) + " is no array whose elements were recorded";
            }
            if (depth > DEEPEST) {
                return "arrays nested deeper than " + DEEPEST;
            }
            for (String element : elements.get()) {
                String mismatch = element.equals("...") ? "" : mismatchOfElement(element, depth);
                if (!mismatch.isEmpty()) {
                    return mismatch;
                }
            }
            return "";
        }

        private String mismatchOfElement(String element, int depth) {
            String closest = "";
            for (Pattern pattern : patterns) {
                String mismatch = pattern.mismatch(element, depth + 1);
                if (mismatch.isEmpty()) {
                    return "";
                }
                closest = closest.isEmpty() ? mismatch : closest;
            }
            return closest;
        }
    }
}

package dev.pagoda.bench.command;

import dev.pagoda.bench.InTurn;
import dev.pagoda.bench.Yardsticks;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The classes of benchmarks, by group: all that JMH's processor found and that name a {@link BenchGroup}. */
final class BenchClasses {
    /** Stands for all groups. */
    static final String ALL = "all";

    private BenchClasses() {}

    /** The groups in alphabetical order, each with its classes. */
    static SortedMap<String, List<Class<?>>> groups() {
        var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        SortedMap<String, List<Class<?>>> groups = new TreeMap<>();
        BenchmarkList.defaultList().getAll(silent, Collections.emptyList()).stream()
                .map(BenchmarkListEntry::getUserClassQName)
                .distinct()
                .map(BenchClasses::load)
                .filter(type -> type.isAnnotationPresent(BenchGroup.class))
                .forEach(type -> {
                    for (String group : type.getAnnotation(BenchGroup.class).value()) {
                        groups.computeIfAbsent(group, name -> new ArrayList<>()).add(type);
                    }
                });
        return groups;
    }

    /** What a group measures. */
    static String about(List<Class<?>> classes) {
        return classes.stream()
                .map(type -> type.getAnnotation(BenchGroup.class).about())
                .filter(about -> !about.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The classes of a group, or of all, with the yardsticks behind them. */
    static List<Class<?>> withYardsticks(SortedMap<String, List<Class<?>>> groups, String group) {
        Set<Class<?>> classes = new LinkedHashSet<>();
        groups.forEach(
                (name, members) -> classes.addAll(group.equals(ALL) || group.equals(name) ? members : List.of()));
        classes.add(Yardsticks.class);
        return List.copyOf(classes);
    }

    /** The methods of a class that are benchmarks, or are measured by turns in one. */
    static List<Method> benchmarks(Class<?> type) {
        List<Method> methods = new ArrayList<>();
        for (Method method : type.getMethods()) {
            if (method.isAnnotationPresent(Benchmark.class) || method.isAnnotationPresent(InTurn.class)) {
                methods.add(method);
            }
        }
        return methods;
    }

    /** Whether the methods of a class are measured by turns, with one thread and with several in one JVM. */
    static boolean isByTurns(Class<?> type) {
        return benchmarks(type).stream().anyMatch(method -> method.isAnnotationPresent(InTurn.class));
    }

    /** The name that JMH gives to a benchmark, without the package: class and method, or class and group. */
    static String name(Method method) {
        Group group = method.getAnnotation(Group.class);
        return method.getDeclaringClass().getSimpleName() + "." + (group == null ? method.getName() : group.value());
    }

    /** Whether a class can be measured with so many threads: one whose methods work together needs all of them, and JMH would add threads. */
    static boolean runsWith(Class<?> type, int threads) {
        BenchGroup group = type.getAnnotation(BenchGroup.class);
        if (group != null && threads > group.mostThreads()) {
            return false;
        }
        SortedMap<String, Integer> sizes = new TreeMap<>();
        for (Method method : benchmarks(type)) {
            if (method.isAnnotationPresent(Group.class)) {
                GroupThreads several = method.getAnnotation(GroupThreads.class);
                sizes.merge(name(method), several == null ? 1 : several.value(), Integer::sum);
            }
        }
        return sizes.values().stream().allMatch(size -> threads % size == 0);
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("the list of benchmarks names " + name + ", which is not there", e);
        }
    }
}

package dev.pagoda.runtime.stress;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scenarios by name. */
public final class Scenarios {
    private final SortedMap<String, Factory> factories = new TreeMap<>();

    /** Boots a scenario. */
    @FunctionalInterface
    public interface Factory {
        /**
         * Boots.
         *
         * @throws IllegalArgumentException if it cannot work with so little or so much
         */
        Scenario<?> boot(long memoryBytes, int threads, long seed);
    }

    /** No scenario yet. */
    public Scenarios() {}

    /** All that {@code pagoda stress} offers. */
    public static Scenarios all() {
        return new Scenarios()
                .add("fork", ForkScenario::of)
                .add("frames", FramesScenario::of)
                .add("pagecache", PageCacheScenario::of)
                .add("space", SpaceScenario::of)
                .add("spaces", SpacesScenario::of);
    }

    /** Adds one and returns this. */
    public Scenarios add(String name, Factory factory) {
        factories.put(name, factory);
        return this;
    }

    /** The names, in alphabetical order. */
    public Collection<String> names() {
        return factories.keySet();
    }

    /** Boots the scenario of a name that is among the names. */
    public Scenario<?> boot(String name, long memoryBytes, int threads, long seed) {
        return factories.get(name).boot(memoryBytes, threads, seed);
    }
}

package dev.pagoda.runtime.stress;

import dev.pagoda.runtime.KernelConfig;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/** The scenarios by name. */
public final class Scenarios {
    private final SortedMap<String, Factory> factories = new TreeMap<>();
    private final SortedMap<String, SwappingFactory> swapping = new TreeMap<>();

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

    /** Boots a scenario with swap. */
    @FunctionalInterface
    public interface SwappingFactory {
        /**
         * Boots.
         *
         * @param swapOrNull its file for swap; null for none
         * @throws IllegalArgumentException if it cannot work with so little or so much
         * @throws dev.pagoda.mm.swap.SwapRefused if there can be no swap in that file
         */
        Scenario<?> boot(long memoryBytes, int threads, long seed, KernelConfig.Swap swapOrNull);
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
                .addSwapping("spaces", SpacesScenario::of);
    }

    /** Adds one and returns this. */
    public Scenarios add(String name, Factory factory) {
        factories.put(name, factory);
        return this;
    }

    /** Adds one that may have swap, and returns this. */
    public Scenarios addSwapping(String name, SwappingFactory factory) {
        swapping.put(name, factory);
        return add(name, (memoryBytes, threads, seed) -> factory.boot(memoryBytes, threads, seed, null));
    }

    /** The names, in alphabetical order. */
    public Collection<String> names() {
        return factories.keySet();
    }

    /** Boots the scenario of a name that is among the names. */
    public Scenario<?> boot(String name, long memoryBytes, int threads, long seed) {
        return factories.get(name).boot(memoryBytes, threads, seed);
    }

    /**
     * Boots the scenario of a name that is among the names, with a file for swap.
     *
     * @throws IllegalArgumentException if it is none that makes use of it
     */
    public Scenario<?> boot(String name, long memoryBytes, int threads, long seed, KernelConfig.Swap swap) {
        SwappingFactory factory = swapping.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("the scenario " + name + " has no use for --swap; "
                    + String.join(" and ", swapping.keySet()) + " has");
        }
        return factory.boot(memoryBytes, threads, seed, swap);
    }
}

package dev.pagoda.bench.replacement;

import java.util.LinkedHashMap;
import java.util.Map;

/** The block that was not used for longest leaves. */
final class Lru implements Policy {
    private final Map<Integer, Boolean> blocks;

    Lru(int capacity) {
        blocks = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > capacity;
            }
        };
    }

    @Override
    public boolean use(int block) {
        return blocks.put(block, Boolean.TRUE) != null;
    }
}

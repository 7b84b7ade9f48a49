package dev.pagoda.bench.replacement;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Caffeine, which has W-TinyLFU with a window that adapts; its upkeep is done at once by the caller. */
final class TinyLfu implements Policy {
    private final Cache<Integer, Boolean> cache;

    TinyLfu(int capacity) {
        cache = Caffeine.newBuilder()
                .maximumSize(capacity)
                .initialCapacity(capacity)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public boolean use(int block) {
        boolean hit = cache.getIfPresent(block) != null;
        if (!hit) {
            cache.put(block, Boolean.TRUE);
        }
        cache.cleanUp();
        return hit;
    }
}

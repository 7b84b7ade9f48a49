/**
 * Which page leaves the cache next. Knows pages by number and hash only, so that the cache and the benchmark drive the same code.
 *
 * <p>{@link dev.pagoda.pagecache.replacement.Replacement} spreads pages over shards by hash. A shard keeps two queues and the ghosts of
 * pages that left. It is told of misses only: a hit sets an accessed bit that belongs to the owner of the pages.
 */
package dev.pagoda.pagecache.replacement;

/**
 * The cache's replacement, and others beside it, driven with recorded or made block numbers: hit ratios, no times.
 *
 * <p>{@link dev.pagoda.bench.replacement.BlockTrace} is what drives, {@link dev.pagoda.bench.replacement.HitRatios} what comes out.
 */
package dev.pagoda.bench.replacement;

/** {@code pagoda bench}: runs the benchmarks of a group beside their peers and says which goals are met. */
package dev.pagoda.bench.command;

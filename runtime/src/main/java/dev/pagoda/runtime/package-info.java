/** Boot: one kernel with its memory, CPUs, page cache, processes and threads. */
package dev.pagoda.runtime;

/** Recorded system calls of Linux programs, read and replayed. */
package dev.pagoda.runtime.trace;

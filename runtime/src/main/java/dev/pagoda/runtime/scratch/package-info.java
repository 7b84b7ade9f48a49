/** Directories of this process's own on the host, which go when it does. */
package dev.pagoda.runtime.scratch;

/** Differential fuzzing: the same random calls on Pagoda and on the host's Linux, and what differs as a script. */
package dev.pagoda.runtime.fuzz;

/** CPUs and the scheduler that runs virtual threads on them. */
package dev.pagoda.runtime.scheduler;

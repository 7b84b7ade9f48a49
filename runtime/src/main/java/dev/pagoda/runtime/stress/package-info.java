/** Stress: scenarios that threads repeat at random, the watchdog over them, and the audits between. Shared by the command and by tests. */
package dev.pagoda.runtime.stress;

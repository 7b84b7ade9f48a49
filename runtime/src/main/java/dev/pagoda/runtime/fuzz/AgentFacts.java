package dev.pagoda.runtime.fuzz;

/**
 * What has to be known of the agent to understand what it shows.
 *
 * @param capabilities what it may do, a bit for each capability
 * @param scratchFile the path of files on disk that sequences make
 * @param scratchDevice the device of such files, as maps tells it: major number, and minor number above 32 bits
 */
record AgentFacts(long capabilities, String scratchFile, long scratchDevice) {}

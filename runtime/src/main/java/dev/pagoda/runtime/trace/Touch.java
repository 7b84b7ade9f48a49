package dev.pagoda.runtime.trace;

/**
 * Pages that the replay accesses after a call.
 *
 * @param span what has become accessible
 * @param writable whether the access is a store
 * @param keepsContent whether a store must not change what it finds, because it would reach a file
 */
record Touch(Span span, boolean writable, boolean keepsContent) {}

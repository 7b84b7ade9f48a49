/** Frames: the lock-free buddy allocator, the frame table, and the magazines in front of them. */
package dev.pagoda.mm.frame;

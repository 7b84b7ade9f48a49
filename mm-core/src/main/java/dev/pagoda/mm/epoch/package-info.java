/** Epochs: when memory that was taken out of a tree may be used again. */
package dev.pagoda.mm.epoch;

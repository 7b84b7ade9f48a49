/** The radix tree of 64-bit words that address spaces and files are made of. */
package dev.pagoda.mm.radix;

/**
 * Address spaces: regions, views, and one file for each operation on them.
 *
 * <p>In all of them a <em>page</em> is a number, the address shifted by 12, and a length is in pages where a parameter is called so, else in bytes; protection is Linux's bits (1 read, 2 write, 4 execute). An
 * operation takes the calling thread's own {@link dev.pagoda.mm.space.View}, outside of epochs, and answers a number that is not negative or a {@link dev.pagoda.mm.space.Refusal}; an access that
 * memory does not allow throws a {@link dev.pagoda.mm.space.MemoryFault}. Arguments are checked by the calls above: alignment, bounds and overflow are the caller's business.
 */
package dev.pagoda.mm.space;

/** Where pages of private memory go that memory has no room for: slots, how often each is referred to, and the file that they lie in. */
package dev.pagoda.mm.swap;

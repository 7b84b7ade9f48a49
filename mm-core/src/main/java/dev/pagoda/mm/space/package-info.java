/** Address spaces: regions, views, and one file for each operation on them. */
package dev.pagoda.mm.space;

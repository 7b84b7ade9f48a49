/** Rules that say which forms of a call a kernel supports, and recorded programs judged by them. */
package dev.pagoda.runtime.scml;

/** Files as memory: their pages, read-ahead, replacement, write-back and errors. */
package dev.pagoda.pagecache;

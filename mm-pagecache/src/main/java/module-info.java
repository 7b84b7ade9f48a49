/** Files as memory: their pages, read-ahead, replacement, write-back and errors. */
module dev.pagoda.pagecache {
    requires transitive dev.pagoda.mm;
    requires org.eclipse.collections.impl;

    exports dev.pagoda.pagecache;
    exports dev.pagoda.pagecache.replacement;
}

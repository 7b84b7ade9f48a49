/** Linux's memory calls: decode, check, errno, and the table of what is supported. */
module dev.pagoda.syscalls {
    requires transitive dev.pagoda.pagecache;

    exports dev.pagoda.syscalls;
}

/** Linux's memory calls: decode, check, one call to the layers below, errno. */
package dev.pagoda.syscalls;

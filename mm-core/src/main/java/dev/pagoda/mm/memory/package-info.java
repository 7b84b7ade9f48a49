/** Physical memory: the one region that is reserved at boot, raw access to its words, and what the host has to offer. */
package dev.pagoda.mm.memory;

/** Physical memory, frames, epochs, the radix tree, swap, address spaces and views. */
module dev.pagoda.mm {
    exports dev.pagoda.mm.memory;
    exports dev.pagoda.mm.frame;
    exports dev.pagoda.mm.epoch;
    exports dev.pagoda.mm.radix;
    exports dev.pagoda.mm.swap;
    exports dev.pagoda.mm.space;
}

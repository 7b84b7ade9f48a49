package dev.pagoda.runtime.trace;

import java.util.HashMap;
import java.util.Map;

/** One recorded process as it is after the calls planned so far: its address space, its heap and its descriptors. */
final class ProcessModel {
    private final int number;
    private final AddressMap map = new AddressMap();
    private final Map<Integer, Descriptor> descriptors = new HashMap<>();
    private Placement heap;
    private long heapBreak;

    ProcessModel(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    AddressMap map() {
        return map;
    }

    /** What a recorded number stands for now, or null when the recording never opened it or closed it. */
    Descriptor descriptor(int recordedNumber) {
        return descriptors.get(recordedNumber);
    }

    void opened(int recordedNumber, Descriptor descriptor) {
        descriptors.put(recordedNumber, descriptor);
    }

    void closed(int recordedNumber) {
        descriptors.remove(recordedNumber);
    }

    /** The heap, or null before the first brk. */
    Placement heap() {
        return heap;
    }

    void heap(Placement placement) {
        heap = placement;
        heapBreak = placement.recorded();
    }

    /** The recorded break. */
    long heapBreak() {
        return heapBreak;
    }

    void heapBreak(long address) {
        heapBreak = address;
    }
}

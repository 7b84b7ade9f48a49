package dev.pagoda.runtime.trace;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** One recorded process as it is after the calls planned so far: its address space, its heap and its descriptors. */
final class ProcessModel {
    private final int number;
    private final AddressMap map;
    private final Map<Integer, Descriptor> descriptors;
    private Placement heap;
    private long heapBreak;

    ProcessModel(int number) {
        this(number, new AddressMap(), new HashMap<>());
    }

    private ProcessModel(int number, AddressMap map, Map<Integer, Descriptor> descriptors) {
        this.number = number;
        this.map = map;
        this.descriptors = descriptors;
    }

    /** A child as it is after its fork: the same placements at the same addresses, the same descriptors under the same numbers. */
    ProcessModel forked(int childNumber) {
        ProcessModel child = new ProcessModel(childNumber, map.copy(), new HashMap<>(descriptors));
        child.heap = heap;
        child.heapBreak = heapBreak;
        return child;
    }

    /** Everything that is there now. */
    Set<Resource> resources() {
        Set<Resource> all = new LinkedHashSet<>(map.placements());
        all.addAll(descriptors.values());
        if (heap != null) {
            all.add(heap);
        }
        return all;
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

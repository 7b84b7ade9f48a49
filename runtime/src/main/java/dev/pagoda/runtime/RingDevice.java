package dev.pagoda.runtime;

import dev.pagoda.pagecache.CpuRings;
import dev.pagoda.runtime.scheduler.Device;

/** The page cache's reads under way, as the CPUs see them. */
record RingDevice(CpuRings rings) implements Device {
    @Override
    public boolean isUnderWay(int cpu) {
        return rings.isUnderWay(cpu);
    }

    @Override
    public boolean isUnderWayElsewhere(int cpu) {
        return rings.isUnderWayElsewhere(cpu);
    }

    @Override
    public void take(int cpu) {
        rings.take(cpu);
    }

    @Override
    public void help(int cpu) {
        rings.help(cpu);
    }

    @Override
    public void await(int cpu, long mostNanos) {
        rings.await(cpu, mostNanos);
    }

    @Override
    public void wake(int cpu) {
        rings.wake(cpu);
    }
}

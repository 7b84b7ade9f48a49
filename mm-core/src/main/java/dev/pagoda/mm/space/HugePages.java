package dev.pagoda.mm.space;

/**
 * Where a kernel takes huge pages by itself, at the first store into 2 MiB of private anonymous memory of which nothing is populated: the words of Linux's
 * {@code /sys/kernel/mm/transparent_hugepage/enabled}. MAP_HUGETLB and MADV_COLLAPSE ask for them whatever is set here.
 */
public enum HugePages {
    /** Nowhere. */
    NEVER,
    /** Where MADV_HUGEPAGE advises it. */
    MADVISE,
    /** Wherever MADV_NOHUGEPAGE does not forbid it. */
    ALWAYS;

    /** Whether a first store into memory of a region takes a huge page. */
    boolean allow(int region) {
        if (!Attributes.isAnonymous(region) || this == NEVER) {
            return false;
        }
        int advice = region & Attributes.HUGE_MASK;
        return advice == Attributes.HUGEPAGE || this == ALWAYS && advice == 0;
    }
}

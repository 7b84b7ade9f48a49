package dev.pagoda.mm.space;

/** An object that holds frames outside of address spaces; told to an audit, which asks at rest: nobody uses the kernel then. */
public interface FrameHolder {
    /** Told one reference to a frame. */
    @FunctionalInterface
    interface References {
        /**
         * Counts one reference.
         *
         * @param frame the frame referred to
         */
        void count(long frame);
    }

    /** Tells every reference to a frame that this object holds, tables included. At rest only. */
    void forEachReference(References references);
}

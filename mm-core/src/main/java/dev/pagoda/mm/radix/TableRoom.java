package dev.pagoda.mm.radix;

/**
 * Where an object's tables are counted, so that they stay below a bound; those that were its root once left out. Does not wait: it is asked inside epochs.
 */
public interface TableRoom {
    /** Of objects whose tables count nowhere. */
    TableRoom ENDLESS = new TableRoom() {
        @Override
        public boolean take() {
            return true;
        }

        @Override
        public void giveBack(long tables) {
            // Not counted.
        }
    };

    /** Counts a table that is about to be made; false if there is no room for it. */
    boolean take();

    /** Counts tables down that were not made after all, or whose frames were given back. */
    void giveBack(long tables);
}

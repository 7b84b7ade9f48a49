package dev.pagoda.mm.radix;

import dev.pagoda.mm.frame.Frames;
import java.lang.invoke.VarHandle;

/**
 * Which views have reached the slots of a table: nobody, one, or many. Whoever takes a right away, or a table as it is, waits for a grace period only if others are among them, and a frame that was
 * taken out of its slot is free at once if none are: so threads that keep to ranges of their own never wait for each other, and find in the cache what they have just given back.
 *
 * <p>Two rules make it safe:
 *
 * <ol>
 *   <li>a view enters <em>before</em> it reads the first slot, with a full fence between, and looks once more whether the table is still where it found it; who changes slots, or
 *       takes the table out of its parent, does so by compare-and-set and looks at the users by a volatile load <em>after</em> that. So of the two one sees the other;
 *   <li>a table that takes over present pages from another begins with {@link #share}, for views that entered the other may still be using those pages; or who brings them enters it and waits for those views.
 * </ol>
 *
 * <p>Nobody leaves: a table forgets its users when its frame is allocated again. A view's number passes to a later view, which may take itself for one that entered before: it
 * does not matter, for nobody else takes it for itself. The protocol of users.pml. All methods are lock-free and called inside an epoch in which the table was found, or by the table's owner.
 */
public final class TableUsers {
    private static final int NOBODY = 0;
    private static final int MANY = -1;

    private final Frames frames;

    TableUsers(Frames frames) {
        this.frames = frames;
    }

    /**
     * Enters a table, before its first slot is read.
     *
     * @param view the number of the caller's view
     * @return whether the view was known to use it; if not, the caller looks again whether the table is still in its place
     */
    public boolean enter(long table, int view) {
        while (true) {
            int user = frames.tableUser(table);
            if (user == view + 1 || user == MANY) {
                return true;
            }
            if (frames.changeTableUser(table, user, user == NOBODY ? view + 1 : MANY)) {
                // The slots are read after it; pairs with the volatile load of isUsedByOthers.
                VarHandle.fullFence();
                return false;
            }
        }
    }

    /** Whether a view other than the caller's may use the table; asked after the slots were changed by compare-and-set, of which this load comes after in the order of all volatile accesses. */
    public boolean isUsedByOthers(long table, int view) {
        int user = frames.tableUser(table);
        return user != NOBODY && user != view + 1;
    }

    /** Takes it that many use the table from now on; before slots with pages of another table are published in it. */
    public void share(long table) {
        int user = frames.tableUser(table);
        while (user != MANY && !frames.changeTableUser(table, user, MANY)) {
            user = frames.tableUser(table);
        }
    }
}

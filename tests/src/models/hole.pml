/*
 * hole.pml: a hole is punched into an object while a page of it is mapped, faulted in and written to.
 *
 * One page, in the object's tree and in one map's slot. P punches: it marks the page as leaving, waits for a grace period, empties the slot, waits for another, and takes the page out of the tree. F
 * (twice) faults: in an epoch it puts the page that the tree has into the slot, if that is empty; it has nothing to put while the page is leaving. W writes: into the page that is there, in an epoch, or
 * into a new one if there is none; while the page is leaving it waits. R loads through the slot, in an epoch.
 *
 * Invariant
 *   once W has written, R does not find what the page held before: its own, or the hole's zero, is newer.
 *
 * Flags that leave something out (each must break)
 *   ABSENT    the page goes from the tree at once, and a new one may come while the map shows the old one
 *   NOGRACE   the slot is emptied without the first grace period: a fault that found the page before puts it there afterwards
 *   EARLY     the page is taken out of the tree before the slot is emptied
 */
#define NONE 0
#define OLD 1
#define NEW 2
#define LEAVING 3

#define BEFORE 2                /* what the old page holds at first */
#define WRITTEN 1

byte tree = OLD;
byte slot = OLD;
byte inOld = BEFORE;
byte inNew = 0;
bool written;
bool inside[4];                 /* of F, F, W, R: in an epoch */

/* Waits for all that are in an epoch now. */
inline grace() {
    d_step { was[0] = inside[0]; was[1] = inside[1]; was[2] = inside[2]; was[3] = inside[3] };
    !was[0] || left[0];
    !was[1] || left[1];
    !was[2] || left[2];
    !was[3] || left[3]
}
bool left[4];                   /* each is in an epoch once */

proctype P() {
    bool was[4];
#ifdef ABSENT
    tree = NONE;
#else
    tree = LEAVING;
#endif
#ifndef NOGRACE
    grace();
#endif
#ifdef EARLY
    tree = NONE;
#endif
    slot = NONE;
    grace();
#ifndef ABSENT
#ifndef EARLY
    tree = NONE
#endif
#endif
}

proctype F(byte me) {
    byte found;
    inside[me] = 1;
    found = tree;
    if
    :: found == OLD || found == NEW ->
        atomic { if :: slot == NONE -> slot = found :: else fi }
    :: else
    fi;
    atomic { inside[me] = 0; left[me] = 1 }
}

proctype W() {
    byte found;
    inside[2] = 1;
    found = tree;
    if
    :: found == OLD -> inOld = WRITTEN; atomic { written = 1; inside[2] = 0; left[2] = 1 }
    :: else ->
        atomic { inside[2] = 0; left[2] = 1 };
        atomic { tree == NONE -> tree = NEW };
        inNew = WRITTEN;
        written = 1
    fi
}

proctype R() {
    bool after;
    byte shown;
    byte value;
    inside[3] = 1;
    after = written;
    shown = slot;
    if
    :: shown == OLD -> value = inOld
    :: shown == NEW -> value = inNew
    :: else -> value = 0
    fi;
    assert(!after || value != BEFORE);
    atomic { inside[3] = 0; left[3] = 1 }
}

init {
    atomic { run P(); run F(0); run F(1); run W(); run R() }
}

/*
 * descriptions.pml: who uses an open file description, and who closes its file.
 *
 * Calls are counted in stripes; a call adds itself to its stripe, then looks whether the end was announced, and if so takes itself out again. Whoever takes the last descriptor away announces the
 * end and looks at the stripes one after another; so does whoever leaves, or is turned away, after the announcement. Who sees all of them zero closes the file, if his CAS is the first.
 * A and B call, twice each; they find the description in the table, and may be late. K closes the descriptor; D dups it, unless the last is gone, and closes that one. H reads in an epoch
 * without being counted; who closes waits for the epochs that were under way, and the table does not lead to the description any more.
 *   I1 nobody uses the file after it was released: neither a call that was let in nor one in an epoch.
 *   I2 it is released once.
 *   I3 when all have ended it was released.
 *
 * Flags that leave something out (each must break)
 *   LOOKFIRST  a call looks for the announcement before it counts itself: I1 at 26,850 states
 *   NOCAS      the end is noted by a plain store after a look: I2 at 5,824 states
 *   LOOKSOON   who leaves looks at the other stripes before it takes itself out: I3 at 1,040,896 states
 *   TURNED     who was turned away does not look again: I3 at 26,844 states
 *   ONESTRIPE  who looks sees only its own stripe: I1 at 19,634 states
 *   NOGRACE    the file is released without waiting for epochs: I1 at 599 states
 *   TABLELATE  the descriptor leaves the table after the announcement: I1 at 899 states
 *   REVIVE     a dup counts a descriptor more although the last is gone: I2 at 179 states
 * The whole holds over 4,030,854 states.
 */
#define OPEN 0
#define ENDING 1
#define ENDED 2

byte descriptors = 1;
bool table[2] = { true, false };    /* K's entry, D's entry */
byte state = OPEN;
byte stripe[2];
bool inside;                        /* H is in an epoch */
byte epochs;                        /* how many it has begun */
byte released;
byte finished;

/* Releases the file; the caller was told that it is the last user. */
inline close(e) {
#ifndef NOGRACE
    e = epochs;
    (!inside || epochs != e);
#endif
    atomic { released++; assert(released == 1) }            /* I2 */
}

/* Looks at the stripes and closes if all are zero. */
inline look(own, w, e) {
#ifdef ONESTRIPE
    w = stripe[own];
#else
    w = stripe[0];
    if
    :: w == 0 -> w = stripe[1]
    :: else -> skip
    fi;
#endif
    if
    :: w == 0 ->
#ifdef NOCAS
        if
        :: state == ENDING -> state = ENDED; close(e)
        :: else -> skip
        fi
#else
        atomic { if :: state == ENDING -> state = ENDED; w = 1 :: else -> skip fi };
        if
        :: w == 1 -> close(e)
        :: else -> skip
        fi
#endif
    :: else -> skip
    fi;
    w = 0;
    e = 0
}

inline leave(own, w, e) {
#ifdef LOOKSOON
    w = stripe[1 - own];
    stripe[own]--;
    if
    :: state == ENDING && w == 0 -> look(own, w, e)
    :: else -> skip
    fi
#else
    stripe[own]--;
    if
    :: state == ENDING -> look(own, w, e)
    :: else -> skip
    fi
#endif
}

/* The last descriptor may go. */
inline remove(own, n, w, e) {
    atomic { descriptors--; n = descriptors };
    if
    :: n == 0 -> state = ENDING; look(own, w, e)
    :: else -> skip
    fi
}

proctype Caller(byte own) {
    byte n, w, e;
    do
    :: n == 2 -> break
    :: else ->
        n++;
        if
        :: table[0] || table[1] ->
#ifdef LOOKFIRST
            if
            :: state == OPEN -> stripe[own]++; assert(released == 0); leave(own, w, e)     /* I1 */
            :: else -> skip
            fi
#else
            stripe[own]++;
            if
            :: state == OPEN -> assert(released == 0); leave(own, w, e)                    /* I1 */
            :: else ->
#ifdef TURNED
                stripe[own]--
#else
                leave(own, w, e)
#endif
            fi
#endif
        :: else -> skip
        fi
    od;
    finished++
}

active proctype K() {
    byte n, w, e;
#ifdef TABLELATE
    remove(0, n, w, e);
    table[0] = false;
#else
    table[0] = false;
    remove(0, n, w, e);
#endif
    finished++
}

active proctype D() {
    byte n, w, e;
    if
    :: table[0] ->
        atomic {
            if
#ifdef REVIVE
            :: true -> descriptors++; n = 1
#else
            :: descriptors > 0 -> descriptors++; n = 1
#endif
            :: else -> skip
            fi
        };
        if
        :: n == 1 ->
            table[1] = true;
            table[1] = false;
            remove(1, n, w, e)
        :: else -> skip
        fi
    :: else -> skip
    fi;
    finished++
}

active proctype H() {
    byte n;
    do
    :: n == 2 -> break
    :: else ->
        n++;
        atomic { inside = true; epochs++ };
        if
        :: table[0] || table[1] -> assert(released == 0)                                   /* I1 */
        :: else -> skip
        fi;
        inside = false
    od;
    finished++
}

init {
    atomic { run Caller(0); run Caller(1) };
    finished == 5;
    assert(released == 1)                                                                  /* I3 */
}

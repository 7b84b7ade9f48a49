/*
 * pin.pml: a page is pinned for stores while a fork or a page-out makes it copy-on-write, and the program stores to it (Pin, SwapBatch, Fork).
 *
 * The page's word P: a frame, with COW or without. The processes:
 *   Pinner  in an epoch: reads the word; if it is copy-on-write, makes it a page of its own as a store does; if somebody withdraws, leaves and waits; else raises the count, marks the
 *           pin, and has the page. The word is read again in the code for the sake of those who take pages away; nobody does here
 *   O       withdrawing; grace; in an epoch: if the page is not pinned: CAS to copy-on-write, and a count, as if for a child or the writing; grace; no longer withdrawing; later its count goes down
 *   W       the program stores twice: allowed: stores; copy-on-write: waits if somebody withdraws; count 1: takes over; else copies
 *
 * Invariant: as long as a page is pinned for stores, the word names the pinned frame, and what the program stores is in it.
 *
 * Flags that leave something out (each must break)
 *   NOWAIT    the pin does not wait for who withdraws: 1,834 states
 *   NOGRACE   no grace period between the announcement and the look for pins: 2,064 states
 *   NOLOOK    no look for pins: 2,383 states
 * The whole holds over 15,932 states.
 */
#define COW 8
#define frameOf(w) ((w) & 7)

byte P = 0;
byte count[4];
byte nextFrame = 1;
bit withdrawing, pinned, has, goneOn;
byte pinnedFrame;
byte inside, graceOf[3];

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me); graceOf[2] = graceOf[2] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }

/* what a store does to a word that is copy-on-write; ends outside of the epoch */
inline repair(me) {
    if
    :: withdrawing -> leave(me); !withdrawing
    :: else ->
        if
        :: count[frameOf(w)] == 1 ->
            atomic { if :: P == w -> P = frameOf(w) :: else fi };
            leave(me)
        :: else ->
            atomic {
                if
                :: P == w -> P = nextFrame; count[nextFrame] = 1; nextFrame++; o = 1
                :: else -> o = 0
                fi
            };
            leave(me);
            if :: o -> grace(me); count[frameOf(w)]-- :: else fi
        fi
    fi
}

active proctype Pinner() {
    byte w; bit o;
    do
    :: enter(0); w = P;
        if
        :: w & COW -> repair(0)
        :: else ->
#ifndef NOWAIT
            if
            :: withdrawing -> leave(0); !withdrawing
            :: else ->
#endif
                atomic { count[frameOf(w)]++; pinnedFrame = frameOf(w); pinned = 1 };
                has = 1; leave(0); break
#ifndef NOWAIT
            fi
#endif
        fi
    od
}

active proctype O() {
    byte w; bit o;
    withdrawing = 1;
#ifndef NOGRACE
    grace(1);
#endif
    enter(1);
    w = P;
    o = 1;
#ifndef NOLOOK
    if :: pinned && pinnedFrame == frameOf(w) -> o = 0 :: else fi;
#endif
    if
    :: o && !(w & COW) ->
        atomic { if :: P == w -> P = w | COW :: else -> o = 0 fi }
    :: else
    fi;
    if :: o -> count[frameOf(w)]++ :: else fi;
    leave(1);
    grace(1);
    withdrawing = 0;
    if :: o -> count[frameOf(w)]-- :: else fi
}

active proctype W() {
    byte w, stores; bit o;
    do
    :: stores < 2 ->
        enter(2); w = P;
        if
        :: w & COW -> repair(2)
        :: else ->
            /* the program and the pin have the same page */
            assert(!has || pinnedFrame == frameOf(w) || P != w);
            leave(2); stores++
        fi
    :: else -> break
    od
}

active proctype End() {
    timeout -> assert(has && pinnedFrame == frameOf(P))
}

init { count[0] = 1 }

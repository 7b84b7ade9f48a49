/*
 * swap.pml: one private page on its way to swap and back, while threads of its space store to it or unmap it, or a fork shares it with a child.
 *
 * Words: 0 unmapped; frame + 1, with 16 for copy-on-write; or 32 + slot, the page is in a slot of swap. P is the space's word, C the child's; P begins with frame 0, alone.
 *   W0, W1  store bit 0 and 1 through P: allowed: store, as a second step of the epoch. Copy-on-write: if the space is withdrawing, wait; count 1: take over by CAS; else copy,
 *           CAS, leave, drop. Swapped: read the slot under a count (raised unless zero, the word read again), then CAS from the word to a fresh frame
 *   O       the page-out: a slot; withdrawing; grace; CAS to copy-on-write, raise the count; grace; no longer withdrawing; write the frame into the slot; CAS of the
 *           word, if it still names the frame and is copy-on-write (or not: it was used meanwhile), to the slot; drop both references to the frame, its own at once; else its own and the slot's.
 *           Two turns, or, -DTWICE, two of them
 *   U       in place of W1: (-DUNMAP) takes P away: the frame is free at once if nobody withdraws and W0 is not at it, the slot's count goes down at once; or (-DFORK) a fork: withdrawing, grace,
 *           mark, share, grace, and the child reads; of a slot it raises the count and reads the word again
 *
 * Invariants
 *   I1 nobody touches a frame that is free, or reads a slot that is;
 *   I2 no store is lost: at the end P has the bits that were stored through it, if it is mapped;
 *   I3 the child sees the same content twice, and nothing stored after it began;
 *   I4 at the end frames and slots are referred to as often as their counts say;
 *   I5 nobody waits for ever.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOGRACE1    no grace period before the mark: a take-over that began before goes on under it: I2 at 58,527 states
 *   NOGRACE2    none before the frame is written: I2 at 46,362 states
 *   NOFLAG      copies and take-overs do not look at withdrawing: I2 at 63,426 states
 *   NOLOOK      the word is made swapped though it names another frame by now: I2 at 48,590 states
 *   NOCOUNT     the frame's count is not raised: a page that was taken over and is marked again, here by a FORK, looks like the one that was written: I2 at 29,551 states
 *   SLOTEARLY   a page-in reads its slot without a reference of its own: I2 at 258,978 states
 *   NORECHECK   a page-in, or a fork, does not read the word again after it has raised the slot's count: I2 at 303,312 states
 *   ATONCE      an UNMAP gives the frame back at once though the space is withdrawing: I1 at 15,187 states
 * The whole holds over 513,613 states, with UNMAP over 104,814, with FORK over 513,474, with TWICE over 25,546,565.
 */
#define NF 5
#define NS 5
#define COW 16
#define SWAPPED 32
#define frameOf(w) (((w) & 15) - 1)
#define slotOf(w) ((w) & 15)
#define isPresent(w) ((w) != 0 && !((w) & SWAPPED))
#define word(f) ((f) + 1)

byte P = 1, C = 0;
byte count[NF];
byte state[NF];                 /* 0 free, 1 in use */
byte data[NF];
byte slots[NS];                 /* counts */
byte held[NS];                  /* content */
byte inside;
byte graceOf[5];
byte withdrawing;
bool unmapped, go;
byte done;

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me); graceOf[2] = graceOf[2] & ~(1 << me);
        graceOf[3] = graceOf[3] & ~(1 << me); graceOf[4] = graceOf[4] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }
inline allocate(f) {
    d_step {
        f = 0;
        do :: state[f] == 0 -> break :: else -> f++ od;
        state[f] = 1; count[f] = 1; data[f] = 0
    }
}
inline lower(f) {
    d_step {
        assert(state[f] == 1 && count[f] > 0);
        count[f]--;
        if :: count[f] == 0 -> state[f] = 0 :: else fi
    }
}
inline drop(me,f) { grace(me); lower(f) }
inline lowerSlot(s) { d_step { assert(slots[s] > 0); slots[s]-- } }

/* raises a slot's count unless it is zero, and reads the word again; o says whether it is held */
inline holdSlot(slot) {
    atomic { if :: slots[slotOf(w)] > 0 -> slots[slotOf(w)]++; o = 1 :: else -> o = 0 fi };
#ifndef NORECHECK
    if :: o && slot != w -> lowerSlot(slotOf(w)); o = 0 :: else fi
#endif
}

/* a page-in through a slot of a space: the word w was read in this epoch */
inline pageIn(me,slot) {
#ifdef SLOTEARLY
    leave(me); o = 1;
#else
    holdSlot(slot);
    leave(me);
#endif
    if
    :: o ->
        allocate(k);
#ifndef SLOTEARLY
        assert(slots[slotOf(w)] > 0);                                                                /* I1 */
#endif
        data[k] = held[slotOf(w)];
        enter(me);
        atomic { if :: slot == w -> slot = word(k); o = 1 :: else -> o = 0 fi };
        if :: o -> lowerSlot(slotOf(w)) :: else -> lower(k) fi;
        leave(me);
#ifndef SLOTEARLY
        lowerSlot(slotOf(w))
#endif
    :: else
    fi
}

/* a store of one bit */
inline store(me,slot,mark) {
    do
    :: enter(me); w = slot;
        if
        :: w == 0 -> leave(me); break
        :: w & SWAPPED -> pageIn(me, slot)
        :: isPresent(w) && !(w & COW) ->
            f = frameOf(w);
            assert(state[f] == 1);                                                                   /* I1 */
            d_step { assert(state[f] == 1); data[f] = data[f] | mark };
            leave(me); break
        :: else ->
            f = frameOf(w);
#ifndef NOFLAG
            if
            :: withdrawing > 0 -> leave(me); withdrawing == 0
            :: else ->
#endif
            assert(state[f] == 1);
            if
            :: count[f] == 1 ->
                atomic { if :: slot == w -> slot = word(f) :: else fi };
                leave(me)
            :: else ->
                allocate(k);
                data[k] = data[f];
                assert(state[f] == 1);
                atomic { if :: slot == w -> slot = word(k); o = 1 :: else -> state[k] = 0; count[k] = 0; o = 0 fi };
                leave(me);
                if :: o -> drop(me, f) :: else fi
            fi
#ifndef NOFLAG
            fi
#endif
        fi;
        w = 0; f = 0; k = 0; o = 0
    od;
    w = 0; f = 0; k = 0; o = 0
}

active proctype W0() { byte w, f, k; bit o; go; store(0, P, 1); done++ }

#ifdef UNMAP
active proctype U() {
    byte w; bit o;
    go;
    do
    :: enter(1); w = P;
        atomic { if :: P == w -> P = 0; unmapped = 1; o = 1 :: else -> o = 0 fi };
        if
        :: o && (w & SWAPPED) -> leave(1); lowerSlot(slotOf(w)); break
#ifdef ATONCE
        :: o && !(w & SWAPPED) && !(inside & 1) -> lower(frameOf(w)); leave(1); break
        :: o && !(w & SWAPPED) && (inside & 1) -> leave(1); drop(1, frameOf(w)); break
#else
        /* at once only if W0, which stands for other views, has not reached the page */
        :: o && !(w & SWAPPED) && withdrawing == 0 && !(inside & 1) -> lower(frameOf(w)); leave(1); break
        :: o && !(w & SWAPPED) && (withdrawing > 0 || (inside & 1)) -> leave(1); drop(1, frameOf(w)); break
#endif
        :: !o -> leave(1)
        fi;
        w = 0
    od;
    done++
}
#else
#ifdef FORK
active proctype U() {
    byte w, f, k, seen; bit o;
    go;
    withdrawing++;
    grace(1);
    do
    :: enter(1); w = P;
        if
        :: w & SWAPPED -> holdSlot(P); if :: o -> C = w; leave(1); break :: else -> leave(1) fi
        :: else ->
            f = frameOf(w);
            o = 1;
            if :: !(w & COW) -> atomic { if :: P == w -> P = w | COW; w = w | COW :: else -> o = 0 fi } :: else fi;
            if
            :: o -> d_step { assert(state[f] == 1 && count[f] > 0); count[f]++ }; C = w; leave(1); break   /* I1 */
            :: else -> leave(1)
            fi
        fi;
        w = 0; f = 0
    od;
    grace(1);
    withdrawing--;
    w = 0; f = 0; o = 0;
    /* the child reads twice, from memory or from swap */
    enter(1); w = C;
    if
    :: w & SWAPPED -> pageIn(1, C); w = C; f = frameOf(w); seen = data[f]
    :: else -> f = frameOf(w); assert(state[f] == 1); seen = data[f]; leave(1)
    fi;
    assert(data[frameOf(C)] == seen);                                                                 /* I3 */
    w = 0; f = 0; k = 0; o = 0; seen = 0;
    done++
}
#else
active proctype U() { byte w, f, k; bit o; go; store(1, P, 2); done++ }
#endif
#endif

#ifdef TWICE
#define PAGERS 2
#define TURNS 1
#else
#define PAGERS 1
#define TURNS 2
#endif

active [PAGERS] proctype O() {
    byte w, f, s, turn; bit o;
    byte me;
    me = 2 + _pid - 2;
    go;
    do
    :: turn < TURNS ->
        turn++;
        atomic {
            s = 0;
            do :: s < NS && slots[s] > 0 -> s++ :: else -> break od;
            assert(s < NS);
            slots[s] = 1
        };
        withdrawing++;
#ifndef NOGRACE1
        grace(me);
#endif
        enter(me); w = P; o = 0;
        if
        :: isPresent(w) ->
            f = frameOf(w); o = 1;
            if :: !(w & COW) -> atomic { if :: P == w -> P = w | COW; w = w | COW :: else -> o = 0 fi } :: else fi;
#ifndef NOCOUNT
            if :: o -> d_step { assert(state[f] == 1 && count[f] > 0); count[f]++ } :: else fi      /* I1 */
#endif
        :: else
        fi;
        leave(me);
#ifndef NOGRACE2
        grace(me);
#endif
        withdrawing--;
        if
        :: o ->
#ifndef NOCOUNT
            assert(state[f] == 1);                                                                   /* I1 */
#endif
            held[s] = data[f];
            enter(me);
            w = P;
            atomic {
                if
                :: o = 0                                /* it was used meanwhile, and stays */
#ifdef NOLOOK
                :: isPresent(w) && P == w -> P = SWAPPED | s
#else
                :: isPresent(w) && P == w && (w & COW) && frameOf(w) == f -> P = SWAPPED | s
#endif
                :: P != w || !isPresent(w) || !(w & COW) || frameOf(w) != f -> o = 0
                fi
            };
            leave(me);
#ifndef NOCOUNT
            lower(f);
#endif
            if :: o -> drop(me, frameOf(w)) :: else -> lowerSlot(s) fi
        :: else -> lowerSlot(s)
        fi;
        w = 0; f = 0; s = 0; o = 0
    :: else -> break
    od;
    done++
}

active proctype End() {
    byte i, n;
    done == 2 + PAGERS;
    d_step {
        if
        :: isPresent(P) -> n = data[frameOf(P)]
        :: P & SWAPPED -> n = held[slotOf(P)]
        :: else -> n = 255
        fi;
#ifdef UNMAP
#elif defined(FORK)
        assert(n & 1);
#else
        assert((n & 3) == 3);                                                                         /* I2 */
#endif
        i = 0;
        do
        :: i < NF ->
            n = (isPresent(P) && frameOf(P) == i) + (isPresent(C) && frameOf(C) == i);
            assert(count[i] == n && state[i] == (n > 0));                                             /* I4 */
            i++
        :: else -> break
        od;
        i = 0;
        do
        :: i < NS -> assert(slots[i] == ((P & SWAPPED) && slotOf(P) == i) + ((C & SWAPPED) && slotOf(C) == i)); i++
        :: else -> break
        od
    }
}

init { d_step { state[0] = 1; count[0] = 1; go = 1 } }

/*
 * fork.pml: a fork shares one private page with a new child, while threads of the parent store to it, unmap it and read it, and an older child that shares
 * the page already ends or stores.
 *
 * Words are 0 (unmapped), a frame of the space's own, or a frame | COW. P is the parent's word, G the older child's, C the new child's; P and G begin with
 * frame 0 | COW, count 2. A store is: read the word; if it may be stored to, store, as a second step; all in one epoch. On COW, in the epoch of
 * the word: forking: leave, wait; count 1: CAS without COW; else copy, CAS, leave, drop late. The fork: forking up; grace; in an epoch: CAS to COW, raise the
 * count, put the word into C; grace; forking down; the child runs: it reads twice and stores. The word is not read again, and the count is not found zero: mark and count share
 * an epoch, and what the word refers to is given up late.
 *   W0, W1  store to bit 0 and 1 of the page through P      G  ends, or (-DGSTORE) stores bit 3 through its word
 *   U       (-DUNMAP) unmaps P                              R  (-DREADER) reads twice through P, in one epoch
 * -DONE: W1 has stored before the fork began.
 *
 * Invariants
 *   I1 nobody touches a frame that is free;
 *   I2 what the child reads does not change between its own stores;
 *   I3 nothing that one space stores after the fork is seen in another;
 *   I4 no store is lost: at the end each space that still maps the page has its own stores;
 *   I5 at the end a frame is referred to as often as its count says, and is free if by nobody; two words of one frame are both COW;
 *   I6 nobody waits for ever (no invalid end state).
 *
 * Flags that leave something out, all with ONE (each must break; the invariant it breaks)
 *   NOFLAG             a fault does not look at forking: I2 at 814,417 states
 *   NOGRACE1           no grace period after forking is raised: I2 at 427,746 states
 *   NOGRACE2           none before it is lowered: I2 at 427,646 states
 *   EARLYDROP READER   a reference is dropped at once: I1 at 6,545 states
 *   NOTATONCE UNMAP    mark and count in two epochs: I1 at 2,434,146 states
 * Without harm: EARLYDROP without a reader, 568,262 states.
 * The whole holds with ONE over 961,976 states, with ONE READER over 4,367,981, with ONE UNMAP over 6,755,274, and GSTORE besides over 43,817,976, with ONE READER UNMAP over 32,093,136.
 */
#define NF 5
#define COW 16
#define frameOf(w) (((w) & 15) - 1)
#define word(f) ((f) + 1)
#define FORKER 2

byte P = 17, G = 17, C = 0;
byte count[NF];
byte state[NF];                 /* 0 never used, 1 in use, 2 free again */
byte data[NF];                  /* bit 0 and 1 by the parent, 2 by the child, 3 by the older child */
byte inside;                    /* a bit for each one inside an epoch */
byte graceOf[7];
bool forking, unforked;            /* of the parent; of the children, which are not forked */
bool unmapped, go;
byte done;

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me); graceOf[2] = graceOf[2] & ~(1 << me);
        graceOf[3] = graceOf[3] & ~(1 << me); graceOf[4] = graceOf[4] & ~(1 << me); graceOf[5] = graceOf[5] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }
inline allocate(f) {
    atomic {
        state[NF - 1] == 0;     /* who finds none waits: I6 */
        d_step {
            f = 0;
            do :: state[f] == 0 -> break :: else -> f++ od;
            state[f] = 1; count[f] = 1; data[f] = 0
        }
    }
}
/* gives up a reference; outside of epochs */
inline drop(me,f) {
#ifndef EARLYDROP
    grace(me);
#endif
    d_step {
        assert(state[f] == 1 && count[f] > 0);
        count[f]--;
        if :: count[f] == 0 -> state[f] = 2 :: else fi
    }
}

/* a store of one bit through a slot of a space */
inline store(me,slot,underWay,mark) {
    do
    :: enter(me); w = slot;
        if
        :: w == 0 -> leave(me); break
        :: w != 0 && !(w & COW) ->
            f = frameOf(w);
            assert(state[f] == 1);                                                                   /* I1 */
            /* other steps may come in here */
            d_step { assert(state[f] == 1); data[f] = data[f] | mark };
            leave(me); break
        :: else ->
            f = frameOf(w);
#ifndef NOFLAG
            if
            :: underWay -> leave(me); !underWay
            :: else ->
#endif
            assert(state[f] == 1);
            if
            :: count[f] == 1 ->
                atomic { if :: slot == w -> slot = word(f) :: else fi };
                leave(me)
            :: else ->
                allocate(k);
                data[k] = data[k] | (data[f] & 1); data[k] = data[k] | (data[f] & 2); data[k] = data[k] | (data[f] & 12);
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
    w = 0; f = 0
}

active proctype W0() { byte w, f, k; bit o; go; store(0, P, forking, 1); done++ }
#ifdef ONE
active proctype W1() { go; done++ }
#else
active proctype W1() { byte w, f, k; bit o; go; store(1, P, forking, 2); done++ }
#endif

active proctype Older() {
    byte w, f, k; bit o;
    go;
#ifdef GSTORE
    store(5, G, unforked, 8);
#else
    f = frameOf(G); G = 0; drop(5, f);
#endif
    done++
}

#ifdef UNMAP
active proctype U() {
    byte w; bit o;
    go;
    do
    :: enter(4); w = P;
        if
        :: w == 0 -> leave(4); break
        :: else ->
            atomic { if :: P == w -> P = 0; unmapped = 1; o = 1 :: else fi };
            leave(4);
            if :: o -> drop(4, frameOf(w)); break :: else fi
        fi
    od;
    done++
}
#else
active proctype U() { go; done++ }
#endif

#ifdef READER
active proctype R() {
    byte w;
    go;
    enter(3); w = P;
    if
    :: w != 0 -> assert(!(data[frameOf(w)] & 12)); assert(!(data[frameOf(w)] & 12)); assert(state[frameOf(w)] == 1)  /* I3, I1 */
    :: else
    fi;
    leave(3); w = 0;
    done++
}
#else
active proctype R() { go; done++ }
#endif

active proctype Fork() {
    byte w, f, k, seen; bit o;
    go;
    forking = 1;
#ifndef NOGRACE1
    grace(FORKER);
#endif
    do
    :: enter(FORKER); w = P;
        if
        :: w == 0 -> leave(FORKER); break
        :: else ->
            f = frameOf(w);
            o = 1;
            if
            :: !(w & COW) ->
                atomic { if :: P == w -> P = w | COW; w = w | COW :: else -> o = 0 fi }
            :: else
            fi;
            if
            :: o ->
#ifdef NOTATONCE
                leave(FORKER); enter(FORKER);
#endif
                d_step { assert(state[f] == 1 && count[f] > 0); count[f]++ };                         /* I1 */
                C = w; leave(FORKER); break
            :: else -> leave(FORKER)
            fi
        fi;
        w = 0; f = 0
    od;
#ifndef NOGRACE2
    grace(FORKER);
#endif
    forking = 0; w = 0; f = 0; o = 0;
    /* the child runs */
    enter(FORKER); w = C;
    if
    :: w != 0 -> f = frameOf(w); assert(state[f] == 1); seen = data[f]; assert(data[f] == seen && !(seen & 12))       /* I2, I3 */
    :: else
    fi;
    leave(FORKER); w = 0; f = 0;
    if
    :: C != 0 ->
        store(FORKER, C, unforked, 4);
        assert(data[frameOf(C)] == (seen | 4))                                                        /* I2 */
    :: else
    fi;
    seen = 0;
    done++
}

active proctype End() {
    byte i, n;
    done == 6;
    d_step {
        if :: P != 0 -> assert((data[frameOf(P)] & 3) == 3 && !(data[frameOf(P)] & 12)) :: else fi;     /* I4, I3 */
        if :: C != 0 -> assert((data[frameOf(C)] & 4) && !(data[frameOf(C)] & 8)) :: else fi;
        if :: G != 0 -> assert(data[frameOf(G)] & 8) :: else fi;
        if :: P != 0 && C != 0 && frameOf(P) == frameOf(C) -> assert((P & COW) && (C & COW)) :: else fi;
        i = 0;
        do
        :: i < NF ->
            n = (P != 0 && frameOf(P) == i) + (C != 0 && frameOf(C) == i) + (G != 0 && frameOf(G) == i);
            if :: n > 0 -> assert(state[i] == 1 && count[i] == n) :: else -> assert(state[i] != 1) fi;  /* I5 */
            i++
        :: else -> break
        od
    }
}

init {
    d_step {
#ifdef ONE
        data[0] = 2;
#endif
        state[0] = 1; count[0] = 2; go = 1
    }
}

/*
 * evict.pml: a page of a file leaves memory, while a space maps it, a read copies it and a write dirties it; it may be brought in again, into another frame or the same one.
 *
 * The file's word is 0 (absent), READING, a frame (valid), or a frame that is LEAVING; with D (dirty). As Eviction, PagedObject and Pager:
 *   a fault, in one epoch: a valid word; the frame's count raised unless zero; the word read again, and if it is not valid with that frame any more the count goes down late; then the
 *   slot by CAS from reserved. An absent page is brought in outside of the epoch: CAS to READING, load, CAS to valid. On a page that is leaving it waits.
 *   a read: in an epoch, a valid word, and the copy.    a write: in an epoch, D by CAS in a valid word, and the copy.
 *   an eviction: CAS of a clean valid word to LEAVING; the slot emptied by CAS, its count dropped late; one grace period; then the frame goes by CAS of its count from 1 to 0 and the word
 *   becomes absent, or it stays: valid again.
 *   F1 faults and loads twice through the slot   R reads (-DWRITER: writes)   E evicts (-DTWO: another evicts, too)
 *
 * Invariants
 *   I1 whoever copies or loads in an epoch finds the frame in use for this page until it leaves;
 *   I2 a page whose frame went was clean: no write is lost;
 *   I3 at the end a frame is counted once by the file's word and once by each slot, and is free if by none; nothing is LEAVING.
 *
 * Flags that leave something out (each must break)
 *   NOGRACE    the frame goes at once
 *   NOAGAIN    the fault does not read the file's word again, and the eviction does not look at the count
 *   STORE      the word becomes LEAVING by a store
 *   LATEDIRTY  (with WRITER) the write marks the page after the copy, in another epoch
 * Without harm: ONLYCOUNT, the word is not read again: the count alone keeps the frame, and the page stays; BLIND, the count is raised though it may be zero, and the word
 * not read again: the word was read in this epoch, so no count came to zero since.
 */
#define NF 3
#define READING 14
#define LEAVING 15
#define frameOf(w) ((w) - 1)

byte word = 1;                  /* frame + 1, READING, or LEAVING */
bool dirty;                     /* D, changed with word */
byte slot;                      /* frame + 1 */
byte count[NF], state[NF];      /* state: 1 holds the page, 0 free */
byte content[NF], stored;       /* what was written: the store has what was clean */
byte inside, graceOf[6];
bool go;
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
inline lower(f) { d_step { assert(count[f] > 0); count[f]--; if :: count[f] == 0 -> state[f] = 0 :: else fi } }
inline drop(me,f) { grace(me); lower(f) }

/* outside of epochs; the next frame, so that the old one is used again by then */
inline bringIn() {
    atomic { if :: word == 0 -> word = READING; o = 1 :: else -> o = 0 fi };
    if
    :: o ->
        d_step {
            k = 0;
            do :: state[k] != 0 -> k++ :: else -> break od;
            assert(k < NF);
            state[k] = 1; count[k] = 1; content[k] = stored
        };
        d_step { word = k + 1; dirty = 0 };
        k = 0
    :: else -> !(word == READING || word == LEAVING)
    fi;
    o = 0
}

inline use(f) { assert(state[f] == 1); assert(state[f] == 1) }                                        /* I1 */

active proctype F1() {
    byte w, f, k, s;
    bit o;
    go;
    do
    :: enter(0); s = slot;
        if
        :: s != 0 -> use(frameOf(s)); leave(0); break
        :: else ->
            w = word;
            if
            :: w == 0 || w == READING || w == LEAVING -> leave(0); bringIn()
            :: else ->
                f = frameOf(w); o = 1;
#if defined(BLIND)
                count[f]++;
#else
                atomic { if :: count[f] > 0 -> count[f]++ :: else -> o = 0 fi };
#if !defined(NOAGAIN) && !defined(ONLYCOUNT)
                if
                :: o && word != w -> o = 0; leave(0); drop(0, f); enter(0)
                :: else
                fi;
#endif
#endif
                if
                :: o ->
                    atomic { if :: slot == 0 -> slot = w :: else -> o = 0 fi };
                    leave(0);
                    if :: !o -> drop(0, f) :: else fi
                :: else -> leave(0)
                fi
            fi
        fi;
        w = 0; f = 0; s = 0; o = 0
    od;
    w = 0; f = 0; s = 0; o = 0;
    done++
}

active proctype R() {
    byte w, k;
    bit o;
    go;
    do
    :: enter(1); w = word;
        if
        :: w == 0 || w == READING || w == LEAVING -> leave(1); bringIn()
        :: else ->
#ifdef WRITER
#ifdef LATEDIRTY
            content[frameOf(w)] = 1;
            leave(1); enter(1);
            atomic { if :: word == w -> dirty = 1 :: else fi };
            leave(1); break
#else
            atomic { if :: word == w -> dirty = 1; o = 1 :: else -> o = 0 fi };
            if
            :: o -> use(frameOf(w)); content[frameOf(w)] = 1; leave(1); break
            :: else -> leave(1)
            fi
#endif
#else
            use(frameOf(w)); leave(1); break
#endif
        fi
    od;
    w = 0; o = 0;
    done++
}

inline evict(me) {
    do
    :: w = word;
        if
        :: w == 0 || w == READING || w == LEAVING -> break
        :: else ->
#ifdef STORE
            if :: dirty -> o = 0 :: else -> o = 1; word = LEAVING fi;
#else
            atomic { if :: word == w && !dirty -> word = LEAVING; o = 1 :: else -> o = 0 fi };
#endif
            if
            :: o ->
                f = frameOf(w);
                atomic { if :: slot == w -> slot = 0; s = 1 :: else fi };
#ifndef NOGRACE
                grace(me);
#endif
                if :: s -> lower(f) :: else fi;
#ifdef NOAGAIN
                d_step { state[f] = 0; count[f] = 0; word = 0 };
#else
                atomic { if :: count[f] == 1 -> count[f] = 0; state[f] = 0; o = 1 :: else -> o = 0 fi };
                if :: o -> word = 0 :: else -> word = w fi;
#endif
                break
            :: else -> break
            fi
        fi
    od;
    w = 0; f = 0; s = 0; o = 0
}

active proctype E() { byte w, f; bit o, s; go; evict(2); evict(2); done++ }
#ifdef TWO
active proctype E2() { byte w, f; bit o, s; go; evict(3); done++ }
#else
active proctype E2() { done++ }
#endif

active proctype End() {
    byte i, n;
    done == 4;
    d_step {
        assert(word != LEAVING && word != READING);
#ifdef WRITER
        assert(word != 0 && dirty && content[frameOf(word)] == 1);                                    /* I2 */
#endif
        i = 0;
        do
        :: i < NF ->
            n = (word == i + 1) + (slot == i + 1);
            assert(count[i] == n && (state[i] == 1) == (n > 0));                                      /* I3 */
            i++
        :: else -> break
        od
    }
}

init { d_step { state[0] = 1; count[0] = 1; go = 1 } }

/*
 * dirty.pml: one page of a shared file that two maps show is stored to, while it is written back. A store is not lost: what was stored before a sync began is in the file when it ends.
 *
 * The file's word has D (dirty) and B (under write-back); each slot has a DIRTY of its own, which a store needs. A store that finds it off faults: in one epoch it marks
 * the file's word, then the slot, then looks at the file's word again; then it starts over: the store itself is made in an epoch in which the slot's DIRTY was seen.
 * A write() marks the file's word and copies in one epoch, with no slot.
 * Write-back: one CAS takes D off and puts B on; DIRTY off in every slot; grace; the page is copied; C on; the copy is written; B and C off, and if the write failed, D on in that same CAS.
 * Who marks the file's word while B is on and C is not is told to wait, and marks it all the same. So a fault that made its slot writable behind the back of the write-back
 * shows by D when the grace is over: the slots are cleaned once more, and there is another grace.
 * A sync that finds B waits, then looks again.
 *   S1 stores twice through map 1, syncs    S2 stores through map 2 (-DSAME: map 1; -DWRITE: by write()), syncs    W writes back twice, impatient (-DFAIL: its first write fails)
 *
 * Invariants
 *   I1 after a sync the file has what its thread stored before;
 *   I3 nobody stores while the page is copied: what is written was there at one moment;
 *   I2 at the end the page is dirty or the file has all of it; nothing is under write-back; no slot may be stored to while the page counts as clean.
 *
 * Flags that leave something out (each must break)
 *   NOAGAIN    the fault does not look at the file's word again
 *   SLOTFIRST SAME  the fault marks the slot, then the file's word, and does not look again
 *   GAP        the fault leaves its epoch between the two words, and does not look again
 *   NOGRACE    the page is copied out at once
 *   CLEARLATE  the slots are cleaned first, then the file's word
 *   NOWAIT     a sync does not wait for another's write-back
 *   NOLOOK     it waits, but does not look again
 *   NODENY     nobody is told to wait
 *   NOSECOND   the slots are not cleaned once more
 *   NOSECONDGRACE  they are, without a second grace
 *   FAIL LOSE  a failed write does not make the page dirty again
 */
byte page[2], file[2];          /* what the threads stored, what the file has */
bool D, B, C;                    /* dirty, under write-back, copied */
bool copying;
bool slotDirty[2];
byte inside, graceOf[3];
byte done;

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me); graceOf[2] = graceOf[2] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }

#ifdef NODENY
#define mark() D = 1; ok = 1
#else
#define mark() d_step { D = 1; ok = !B || C }
#endif
inline put(what,value) { d_step { assert(!copying); page[what] = value } }                       /* I3 */
inline store(me,m,what,value) {
    do
    :: enter(me);
        if
        :: slotDirty[m] -> put(what, value); leave(me); break
        :: else ->
            leave(me);
            enter(me);
#ifdef SLOTFIRST
            slotDirty[m] = 1;
            D = 1;
#else
            mark();
#ifdef GAP
            leave(me); enter(me);
#endif
            if
            :: ok ->
                slotDirty[m] = 1;
#if !defined(NOAGAIN) && !defined(GAP)
                D = 1
#endif
            :: else
            fi;
#endif
            leave(me)
        fi
    od
}
inline writeCall(me,what,value) {
    do
    :: enter(me);
        mark();
        if
        :: ok -> put(what, value); leave(me); break
        :: else -> leave(me)
        fi
    od
}

/* outcome: 0 clean, 1 written, 2 another writes */
inline writeBack(me,fails) {
#ifdef CLEARLATE
    atomic { if :: B -> outcome = 2 :: !B && !D -> outcome = 0 :: else -> outcome = 1; B = 1 fi };
#else
    atomic { if :: B -> outcome = 2 :: !B && !D -> outcome = 0 :: else -> outcome = 1; B = 1; D = 0 fi };
#endif
    if
    :: outcome == 1 ->
        slotDirty[0] = 0;
        slotDirty[1] = 0;
#ifndef NOGRACE
        grace(me);
#endif
#ifdef CLEARLATE
        D = 0;
#endif
#ifndef NOSECOND
        if
        :: D ->
            slotDirty[0] = 0;
            slotDirty[1] = 0;
#ifndef NOSECONDGRACE
            grace(me)
#endif
        :: else
        fi;
#endif
        copying = 1; a = page[0]; b = page[1]; copying = 0;
        C = 1;
        if
        :: fails ->
#ifdef LOSE
            d_step { B = 0; C = 0 }
#else
            d_step { B = 0; C = 0; D = 1 }
#endif
        :: else -> d_step { file[0] = a; file[1] = b }; d_step { B = 0; C = 0 }
        fi
    :: else
    fi;
    a = 0; b = 0
}
inline sync(me) {
    do
    :: writeBack(me, 0);
        if
        :: outcome != 2 -> break
        :: else ->
#ifdef NOWAIT
            break
#else
            !B;
#ifdef NOLOOK
            break
#endif
#endif
        fi
    od;
    outcome = 0
}

active proctype S1() {
    byte outcome, a, b; bool ok;
    store(0, 0, 0, 1); store(0, 0, 0, 2);
    sync(0);
    assert(file[0] == 2);                                                                             /* I1 */
    done++
}
active proctype S2() {
    byte outcome, a, b; bool ok;
#ifdef WRITE
    writeCall(1, 1, 1);
#elif defined(SAME)
    store(1, 0, 1, 1);
#else
    store(1, 1, 1, 1);
#endif
    sync(1);
    assert(file[1] == 1);                                                                             /* I1 */
    done++
}
#ifdef FAIL
#define FAILS 1
#else
#define FAILS 0
#endif
active proctype W() { byte outcome, a, b; writeBack(2, FAILS); writeBack(2, 0); outcome = 0; done++ }

active proctype End() {
    done == 3;
    d_step {
        assert(D || (file[0] == page[0] && file[1] == page[1]));                                    /* I2 */
        assert(!B);
        assert(D || (!slotDirty[0] && !slotDirty[1]))
    }
}

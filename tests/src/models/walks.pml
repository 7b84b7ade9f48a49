/*
 * walks.pml: how a sync finds the dirty pages of a file by one bit for the table that they lie in, while others walk there too.
 *
 * D and B of a page: dirty, under write-back. I: a page of the table may be dirty. Who makes a page dirty sets D first, then looks at I and sets it if it is off.
 * A walk counts itself in W. One that was alone when it began relies on I, and takes it away before it looks at the pages; any other looks at the pages whatever I says, and leaves I alone.
 * A walk counts until what it began to write is written. A page that another writes is waited for by a sync, and then looked at again; the background passes over it, and sets I if it is dirty.
 * A write that fails makes the page dirty again, and sets I.
 *   S0 and S1 each store to a page of their own, twice over, and sync after each    F, the background, walks twice; its first write fails
 *
 * Invariants
 *   I1 after a sync the file has what its thread stored before;
 *   I2 at the end a page that is dirty is found by I.
 *
 * Flags that leave something out (each must break)
 *   TRUST      every walk relies on I and takes it away
 *   EARLY      a walk counts only until it has taken I away
 *   NOTEFIRST  who stores looks at I first, then sets D
 *   CLEARLAST  I is taken away after the pages were looked at
 *   NOLEFT     the background does not set I for a dirty page that it passes over
 *   NOFAIL     nor anybody for a page whose write failed
 */
bool D[2], B[2], I;
byte page[2], file[2];
byte W, done;

inline note() { if :: !I -> I = 1 :: else fi }

inline store(p,value) {
#ifdef NOTEFIRST
    note();
    d_step { page[p] = value; D[p] = 1 }
#else
    d_step { page[p] = value; D[p] = 1 };
    note()
#endif
}

inline write(p,fails) {
    v = page[p];
    if
    :: fails ->
        d_step { B[p] = 0; D[p] = 1 };
#ifndef NOFAIL
        note()
#endif
    :: else -> file[p] = v; B[p] = 0
    fi
}

inline visit(p,patient,fails) {
    do
    :: atomic { B[p] && patient -> skip }; !B[p]
    :: atomic { B[p] && !patient -> left = D[p] };
#ifndef NOLEFT
        if
        :: left -> note()
        :: else
        fi;
#endif
        break
    :: atomic { !B[p] && D[p] -> D[p] = 0; B[p] = 1 }; write(p, fails); break
    :: atomic { !B[p] && !D[p] -> break }
    od
}

inline walk(patient,fails) {
    d_step { alone = (W == 0); W++ };
#ifdef TRUST
    alone = 1;
#endif
    if
    :: alone && !I ->
#ifdef EARLY
        W--
#endif
    :: else ->
#ifndef CLEARLAST
        if
        :: alone -> I = 0
        :: else
        fi;
#endif
#ifdef EARLY
        W--;
#endif
        visit(0, patient, fails);
        visit(1, patient, fails);
#ifdef CLEARLAST
        if
        :: alone -> I = 0
        :: else
        fi;
#endif
    fi;
#ifndef EARLY
    W--
#endif
}

active proctype S0() {
    bool alone, left; byte v;
    store(0, 1); walk(1, 0); assert(file[0] >= 1);                                                    /* I1 */
    store(0, 2); walk(1, 0); assert(file[0] == 2);
    done++
}

active proctype S1() {
    bool alone, left; byte v;
    store(1, 1); walk(1, 0); assert(file[1] >= 1);
    store(1, 2); walk(1, 0); assert(file[1] == 2);
    done++
}

active proctype F() {
    bool alone, left; byte v;
    walk(0, 1); walk(0, 0);
    done++
}

/* One more store, with no sync of its own: the last walk of another may leave it, but not hide it. */
active proctype M() {
    store(0, 2);
    done++
}

active proctype End() {
    done == 4;
    d_step {
        assert(W == 0);
        assert(!B[0] && !B[1]);
        assert((!D[0] && !D[1]) || I)                                                                 /* I2 */
    }
}

/*
 * detach.pml: a two-level subtree is detached by munmap or MAP_FIXED, frozen top-down, retired as one record, drained after a grace period.
 *
 * A root slot holds a TABLE (upper), whose words u0, u1 are 0, RESERVED (folded, covers two pages) or TABLE (a sub-table of two leaf words,
 * each 0, RESERVED or PRESENT). At the start u0 is a sub-table with one frame in leaf 0, u1 is folded. The processes:
 *   D  takes the upper TABLE word away by CAS (to 0; with -DREMAP to a fresh folded RESERVED word, as MAP_FIXED does), freezes it top-down,
 *      descends by the words its freezing CAS returned, returns, waits for a grace period, drains what is frozen
 *   M  munmap of what u0 covers: detaches the sub-table alone (a folded root word: expands it first)
 *   F  a store to leaf 1 of u0: installs a frame
 *   G  (not with REMAP) a store to leaf 0 of u1: expands, installs
 * A walker that meets FROZEN leaves and starts from the root; nobody helps. One epoch from the walk to the CAS.
 * What is dropped is free at once: the grace period before the drop is what protects a walker.
 *
 * Invariants
 *   I1 no table is walked and no frame is stored to that was dropped (reused) since the word that names it was read;
 *   I2 nothing is dropped twice; at the end a table or a frame is in use exactly if it can be reached from the root;
 *   I3 progress: when a walker meets FROZEN in a table, the path that led it there is gone already, so the new walk goes elsewhere;
 *   I4 when a detaching call has returned, no CAS succeeds any more in the subtree that it detached;
 *   I5 what D and M unmapped is unmapped at the end (a claim that follows is not part of the model), no FROZEN word can be reached;
 *   I6 D and M return with the exact number of frames that went with them: bill == drained.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOGRACE     drained at once: I1 at 692 states, REMAP 861
 *   FIRST       frozen before the upper TABLE word is taken away: I3 at 405 states
 *   STALE       D reads a word, freezes it, and descends by what it had read: I2 at 468 states
 *   SHALLOW     the sub-tables are not frozen: I6 at 9,877 states; I4 (NOBILL) at 11,495
 *   NOFREEZE    nothing is frozen, drained after the grace period: I6 at 441 states; I4 (NOBILL) at 571
 *   BOTTOMUP    the leaf words before the word above them: I6 at 469 states; I4 (NOBILL SAMEWORD) at 4,205,601
 * Other flags
 *   REMAP       D leaves a new mapping, which walkers expand again
 *   SAMEWORD    F and G both go below u1
 *   NOBILL      I6 not checked
 *   LAX         I4 and I6 not checked. With it SHALLOW, NOFREEZE and BOTTOMUP hold: epochs alone keep memory safe and lose nothing;
 *               freezing, in this order, is what makes the call final and its bill exact when it returns.
 * The whole holds over 1,487,936 states; REMAP 693,652; SAMEWORD 3,744,842; LAX with SHALLOW 1,276,931, NOFREEZE 1,527,760, BOTTOMUP 2,086,660.
 */
#define NT 8
#define NF 5
#define RESERVED 1
#define FROZEN 32
#define TABLE(x) (8 + (x))
#define FRAME(f) (16 + (f))
#define bare(w) ((w) & 31)
#define isTable(w) (bare(w) >= 8 && bare(w) < 16)
#define isFrame(w) (bare(w) >= 16)
#define tableOf(w) (bare(w) - 8)
#define frameOf(w) (bare(w) - 16)
#define W(x,i) word[(x) * 2 + (i)]

byte root;
byte word[16];
bit tableState[NT];             /* in use */
bit frameState[NF];
bit tableVersion[NT];           /* ghost: flips when reused */
bit frameVersion[NF];           /* ghost */
byte inside;
byte graceOf[2];                /* D, M */
bool go;
byte done;

/* ghosts */
bit closed[NT];                 /* the call that detached this table has returned */
bool wentD, wentM;

inline leave(me) {
    d_step { inside = inside & ~(1 << me); graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me) }
}
inline newTable(x,w0,w1) {
    d_step {
        x = 0;
        do
        :: x == NT -> assert(false)
        :: x < NT && tableState[x] == 0 -> break
        :: else -> x++
        od;
        tableState[x] = 1; tableVersion[x] = 1 - tableVersion[x]; W(x,0) = w0; W(x,1) = w1; closed[x] = 0
    }
}
inline newFrame(f) {
    d_step {
        f = 0;
        do
        :: f == NF -> assert(false)
        :: f < NF && frameState[f] == 0 -> break
        :: else -> f++
        od;
        frameState[f] = 1; frameVersion[f] = 1 - frameVersion[f]
    }
}
/* given back for reuse, to be reused at once: whoever drops has waited */
inline dropTable(x) { assert(tableState[x] == 1); tableState[x] = 0; closed[x] = 0 }
inline dropFrame(f) { assert(frameState[f] == 1); frameState[f] = 0 }

/* a successful CAS inside table x */
#ifdef LAX
#define live(x) tableState[x] == 1
#else
#define live(x) tableState[x] == 1 && !closed[x]
#endif

/* freeze one word; w = what it held */
#ifdef NOFREEZE
#define freeze(x,i,w) w = W(x,i)
#else
#define freeze(x,i,w) atomic { w = W(x,i); W(x,i) = w | FROZEN }
#endif
#ifdef SHALLOW
#define freezeLeaf(x,i,w) w = W(x,i)
#else
#define freezeLeaf(x,i,w) freeze(x,i,w)
#endif

/* drop a sub-table and what its words name, after the grace period */
inline drainLeaves(y) {
    d_step {
        if :: isFrame(W(y,0)) -> dropFrame(frameOf(W(y,0))); drained++ :: else -> skip fi;
        if :: isFrame(W(y,1)) -> dropFrame(frameOf(W(y,1))); drained++ :: else -> skip fi;
        dropTable(y)
    }
}
inline freezeSub(w) {
    if
    :: isTable(w) ->
        y = tableOf(w);
        freezeLeaf(y,0,v); if :: isFrame(v) -> bill++ :: else -> skip fi;
        freezeLeaf(y,1,v); if :: isFrame(v) -> bill++ :: else -> skip fi
    :: else -> skip
    fi;
    y = 0; v = 0
}

active proctype D() {
    byte x, y, u, v, w, r, bill, drained; bool ok;
    go;
    do
    :: atomic { inside = inside | 1; r = root };
        if
#ifdef FIRST
        :: isTable(r) -> x = tableOf(r); freeze(x,0,w); freezeSub(w); freeze(x,1,w); freezeSub(w)
        :: else -> skip
#else
        :: true -> skip
#endif
        fi;
        atomic {
            if
            :: root == r ->
                ok = 1; wentD = 1;
#ifdef REMAP
                root = RESERVED
#else
                root = 0
#endif
            :: else -> skip
            fi
        };
        if :: ok -> break :: else -> leave(0) fi
    od;
    if
    :: isTable(r) ->
        x = tableOf(r);
#if defined(FIRST)
        skip;
#elif defined(STALE)
        u = W(x,0); freeze(x,0,w); freezeSub(u);
        w = W(x,1); v = w; freeze(x,1,w); w = v; freezeSub(w);
#elif defined(BOTTOMUP)
        w = W(x,0); freezeSub(w); freeze(x,0,w);
        w = W(x,1); freezeSub(w); freeze(x,1,w);
#else
        freeze(x,0,w); freezeSub(w);
        freeze(x,1,w); freezeSub(w);
#endif
        atomic {
            closed[x] = 1;
#ifndef STALE
            u = W(x,0);
#endif
            if :: isTable(u) -> closed[tableOf(u)] = 1 :: else -> skip fi;
            if :: isTable(W(x,1)) -> closed[tableOf(W(x,1))] = 1 :: else -> skip fi
        };
        leave(0);
#ifndef NOGRACE
        graceOf[0] = inside; graceOf[0] == 0;
#endif
#ifndef STALE
        u = W(x,0);
#endif
        if :: isTable(u) -> y = tableOf(u); drainLeaves(y) :: else -> skip fi;
        u = W(x,1);
        if :: isTable(u) -> y = tableOf(u); drainLeaves(y) :: else -> skip fi;
        d_step { dropTable(x) }
#if !defined(LAX) && !defined(NOBILL)
        assert(bill == drained)                                                     /* I6 */
#endif
    :: else -> leave(0)
    fi;
    atomic { x = 0; y = 0; u = 0; v = 0; w = 0; r = 0; bill = 0; drained = 0; ok = 0; done++ }
}

/* walking: r = root word, x = upper table, w = its word i. Goes to `again` after FROZEN. */
inline walk(me,i) {
    atomic { inside = inside | (1 << me); r = root };
    if
    :: r == RESERVED ->                             /* folded root word: expand */
        newTable(x,RESERVED,RESERVED);
        atomic { if :: root == r -> root = TABLE(x) :: else -> tableState[x] = 0 fi; x = 0; r = 0 };
        leave(me);
        goto again
    :: isTable(r) ->
        atomic {
            x = tableOf(r); assert(tableState[x] != 0);                             /* I1 */
            xv = tableVersion[x]
        };
        atomic { w = W(x,i); assert(tableState[x] == 1 && tableVersion[x] == xv) }; /* I1 */
        if
        :: w & FROZEN -> atomic { assert(root != r); w = 0; r = 0; x = 0 }; leave(me); goto again
        :: else -> skip
        fi
    :: else -> skip
    fi
}

active proctype M() {
    byte x, y, v, w, r, bill, drained; bit xv; bool ok;
    go;
again:
    walk(1,0);
    if
    :: r == 0 || w == 0 -> wentM = 1; leave(1)
    :: else ->
        atomic { if :: W(x,0) == w -> assert(live(x)); W(x,0) = 0; ok = 1; wentM = 1 :: else -> skip fi };
        if
        :: !ok -> atomic { w = 0; r = 0; x = 0 }; leave(1); goto again
        :: else -> skip
        fi;
        if
        :: isTable(w) ->
            freezeSub(w);
            atomic { y = tableOf(w); closed[y] = 1 };
            leave(1);
#ifndef NOGRACE
            graceOf[1] = inside; graceOf[1] == 0;
#endif
            drainLeaves(y)
#if !defined(LAX) && !defined(NOBILL)
            assert(bill == drained)                                                 /* I6 */
#endif
        :: else -> leave(1)
        fi
    fi;
    atomic { x = 0; y = 0; w = 0; r = 0; v = 0; xv = 0; bill = 0; drained = 0; ok = 0; done++ }
}

/* a store to leaf `leaf` under upper word i */
inline touch(me,i,leaf) {
    walk(me,i);
    if
    :: r == 0 || w == 0 -> leave(me)                /* SIGSEGV */
    :: r != 0 && w == RESERVED ->
        newTable(y,RESERVED,RESERVED);
        atomic { if :: W(x,i) == w -> assert(live(x)); W(x,i) = TABLE(y) :: else -> tableState[y] = 0 fi; w = 0; r = 0; x = 0; y = 0; xv = 0 };
        leave(me); goto again
    :: r != 0 && isTable(w) ->
        atomic { y = tableOf(w); assert(tableState[y] != 0); yv = tableVersion[y] };
        atomic { v = W(y,leaf); assert(tableState[y] == 1 && tableVersion[y] == yv) };      /* I1 */
        if
        :: v & FROZEN -> atomic { assert(root != r || W(x,i) != w); v = 0; w = 0; r = 0; x = 0; y = 0; xv = 0; yv = 0 }; leave(me); goto again
        :: v == RESERVED ->
            newFrame(f);
            atomic { if :: W(y,leaf) == v -> assert(live(y)); W(y,leaf) = FRAME(f) :: else -> frameState[f] = 0 fi;
                v = 0; w = 0; r = 0; x = 0; y = 0; f = 0; xv = 0; yv = 0 };
            leave(me); goto again
        :: isFrame(v) && !(v & FROZEN) ->
            atomic { f = frameOf(v); assert(frameState[f] != 0); fv = frameVersion[f] };
            atomic { assert(frameState[f] == 1 && frameVersion[f] == fv) };                 /* I1 */
            leave(me)
        :: else -> leave(me)
        fi
    fi;
    atomic { x = 0; y = 0; f = 0; v = 0; w = 0; r = 0; xv = 0; yv = 0; fv = 0; done++ }
}
active proctype F() {
    byte x, y, f, v, w, r; bit xv, yv, fv;
    go;
again:
#ifdef SAMEWORD
    touch(2,1,1)
#else
    touch(2,0,1)
#endif
}
#ifndef REMAP
active proctype G() {
    byte x, y, f, v, w, r; bit xv, yv, fv;
    go;
again:
    touch(3,1,0)
}
#define WALKERS 2
#else
#define WALKERS 1
#endif

active proctype End() {
    byte i, x, n; byte tables, frames;
    done == 2 + WALKERS;
    d_step {
        if
        :: isTable(root) ->
            x = tableOf(root); tables = 1 << x;
            assert(!(W(x,0) & FROZEN) && !(W(x,1) & FROZEN));                       /* I5 */
            i = 0;
            do
            :: i == 2 -> break
            :: i < 2 && isTable(W(x,i)) ->
                n = tableOf(W(x,i)); assert(!(tables & (1 << n))); tables = tables | (1 << n);
                if :: isFrame(W(n,0)) -> frames = frames | (1 << frameOf(W(n,0))) :: else -> skip fi;
                if :: isFrame(W(n,1)) -> assert(!(frames & (1 << frameOf(W(n,1))))); frames = frames | (1 << frameOf(W(n,1))) :: else -> skip fi;
                assert(!(W(n,0) & FROZEN) && !(W(n,1) & FROZEN));
                i++
            :: else -> i++
            od
        :: else -> skip
        fi;
#ifndef REMAP
        assert(root == 0);                                                          /* I5 */
#endif
        i = 0;
        do :: i == NT -> break :: else -> assert((tableState[i] == 1) == ((tables >> i) & 1)); i++ od;    /* I2 */
        i = 0;
        do :: i == NF -> break :: else -> assert((frameState[i] == 1) == ((frames >> i) & 1)); i++ od
    }
}

init {
    d_step {
        root = TABLE(0); tableState[0] = 1; W(0,0) = TABLE(1); W(0,1) = RESERVED;
        tableState[1] = 1; W(1,0) = FRAME(0); W(1,1) = RESERVED; frameState[0] = 1
    }
    go = 1
}

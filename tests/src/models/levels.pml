/*
 * levels.pml: tables of two levels: expand, unmap and fixed maps of pages, and shrink with helping at both levels.
 *
 * A root word, uppers of two words, leaves of two words, two pages for each leaf. A word is 0, MAPPED (folded above the leaf) or TABLE. At the start the root leads to an upper, its word 0
 * to a leaf with page 0 mapped. Tables come from one pool and are reused when no epoch of the time of their retirement is left. The processes:
 *   U  munmap of page 0, then shrink: gives the leaf back if it is empty, then the upper
 *   C  a fixed map of page 0 or 1, making tables where none is; with -DTWO instead: munmap of page 1, mapped at the start, then shrink
 * Shrink: sees a table empty, freezes both words, swings the parent's word by CAS to 0 or, if somebody was faster, to a copy. Whoever meets FROZEN in a table that
 * a live parent names finishes the same work; whoever froze a table and lost the CAS looks whether it is to be finished elsewhere. (Detach is detach.pml's.)
 *
 * Invariants
 *   I1 no table is reused as long as somebody is in the epoch in which he has read its name;
 *   I2 no table is retired twice; at the end a table is in use exactly if it can be reached from the root;
 *   I3 a CAS that succeeds does so in a table that can be reached;
 *   I4 each page is at the end what the last operation on it left, and no FROZEN word can be reached;
 *   I5 nobody waits: whoever meets FROZEN in a table can go on after its own help (no process ever blocks).
 *
 * Flags
 *   TWO         two processes unmap and give back
 *   XCHG        U unmaps by a plain store in place of the CAS: breaks I4 at 342 states
 *   NOGRACE     a retired table is used again at once: breaks I1 at 152 states
 * The whole holds over 305,336 states, TWO 3,492.
 */
#ifndef NT
#define NT 8
#endif
#define MAPPED 1
#define FROZEN 32
#define TABLE(x) (8 + (x))
#define bare(w) ((w) & 31)
#define isTable(w) (bare(w) >= 8)
#define tableOf(w) (bare(w) - 8)
#define ROOT 0
#define NOTHING 0
#define REMOVED 1
#define OVERTAKEN 2
#define slot(x,i) (1 + 2 * (x) + (i))

byte word[1 + 2 * NT];
byte state[NT];                 /* 0 free, 1 in use, 2 retired */
byte waiting[NT];               /* epochs that must end before a retired table is reused */
byte held[NT];                  /* ghost: processes that have read its name in the epoch in which they are */
byte inside;
bool page[4];                   /* ghost: what the last operation left */
bool go;
byte done;


inline enter() { inside = inside | (1 << me) }
inline leave() {
    d_step {
        inside = inside & ~(1 << me);
        i0 = 0;
        do :: i0 == NT -> break :: else -> waiting[i0] = waiting[i0] & ~(1 << me); held[i0] = held[i0] & ~(1 << me); i0++ od;
        i0 = 0
    }
}
#define usable(x) (state[x] == 0 || (state[x] == 2 && waiting[x] == 0))
inline allocate(x,w0) {
    d_step {
        x = 0;
        do
        :: x == NT -> assert(false)
        :: x < NT && usable(x) -> break
        :: else -> x++
        od;
        assert(held[x] == 0); /* I1 */ state[x] = 1; waiting[x] = 0; word[slot(x,0)] = w0; word[slot(x,1)] = w0
    }
}
#ifdef NOGRACE
#define waitFor 0
#else
#define waitFor inside
#endif
inline retire(x) { assert(state[x] == 1); state[x] = 2; waiting[x] = waitFor }         /* I2 */
#define intact(x) assert(state[x] != 0)                                                         /* I1 */
#define reachable(x) (word[ROOT] == TABLE(x) || isTable(word[ROOT]) && !(word[ROOT] & FROZEN) && \
    (bare(word[slot(tableOf(word[ROOT]),0)]) == TABLE(x) || bare(word[slot(tableOf(word[ROOT]),1)]) == TABLE(x)))
#define live(x) assert(reachable(x))                                                     /* I3 */

/* freeze one word of t; v = what it holds */
inline freeze(t,i,v) { atomic { intact(t); v = bare(word[slot(t,i)]); word[slot(t,i)] = v | FROZEN } }

/* the parent's word at `at` is `seen` and leads to t; the table for the copy is allocated before the first slot is frozen */
inline finish(at,owner,seen) {
    atomic {
        t = tableOf(seen);
        allocate(c,0)
    };
    freeze(t,0,v0);
    freeze(t,1,v1);
    atomic {
        none = (v0 == 0 && v1 == 0);
        word[slot(c,0)] = v0; word[slot(c,1)] = v1;
        if
        :: word[at] == seen ->
            if :: at != ROOT -> live(owner) :: else -> skip fi;
            word[at] = (none -> 0 : TABLE(c));
            retire(t);
            if :: none -> state[c] = 0; outcome = REMOVED :: else -> outcome = NOTHING fi
        :: else -> state[c] = 0; outcome = OVERTAKEN
        fi;
        t = 0; c = 0; v0 = 0; v1 = 0; none = 0
    }
}

/* one epoch begins with the root word, and each word is read in a step of its own */
inline readRoot() { atomic { enter(); again = 0; outcome = NOTHING; r = word[ROOT]; if :: isTable(r) -> u = tableOf(r); held[u] = held[u] | (1 << me) :: else -> skip fi } }
inline readUpper(a) { atomic { intact(u); w = word[slot(u,a)]; if :: isTable(w) && !(w & FROZEN) -> l = tableOf(w); held[l] = held[l] | (1 << me) :: else -> skip fi } }
inline readLeaf(b) { atomic { intact(l); x = word[slot(l,b)] } }
inline out() { atomic { leave(); r = 0; w = 0; x = 0; u = 0; l = 0; } }

/* finish what is frozen on the way to page (a,b) */
inline help(a,b) {
    readRoot();
    if
    :: isTable(r) ->
        readUpper(a);
        if
        :: w & FROZEN -> finish(ROOT,0,r)
        :: !(w & FROZEN) && isTable(w) ->
            readLeaf(b);
            if :: x & FROZEN -> finish(slot(u,a),u,w) :: else -> skip fi
        :: else -> skip
        fi
    :: else -> skip
    fi;
    out();
    outcome = 0
}

/* give back the tables over page (a,b) as long as they are empty */
inline shrink(a,b) {
    do
    :: true ->
        readRoot();
        if
        :: isTable(r) ->
            readUpper(a);
            if
            :: isTable(w) && !(w & FROZEN) ->
                /* a look at the words that may be wrong, as one step */
                atomic { readLeaf(b); x = (x == 0 && word[slot(l,1 - (b))] == 0) };
                if :: x -> finish(slot(u,a),u,w) :: else -> skip fi
            :: w == 0 && word[slot(u,1 - (a))] == 0 -> finish(ROOT,0,r)
            :: else -> skip
            fi
        :: else -> skip
        fi;
        out();
        if
        :: outcome == REMOVED -> outcome = 0
        :: outcome == OVERTAKEN ->
            help(a,b)
        :: outcome == NOTHING -> break
        fi
    od
}

/* put `new` over page (a,b); makes tables where new is not 0 */
inline replace(a,b,new) {
    do
    :: true ->
        readRoot();
        if
        :: isTable(r) ->
            readUpper(a);
            if
            :: w & FROZEN -> again = 1
            :: !(w & FROZEN) && isTable(w) ->
                readLeaf(b);
                if
                :: x & FROZEN -> again = 1
                :: else ->
                    atomic {
                        intact(l);
                        if
#ifdef XCHG
                        :: true ->
#else
                        :: word[slot(l,b)] == x ->
#endif
                            if :: new != x -> live(l) :: else -> skip fi;
                            word[slot(l,b)] = new;
                            if :: reachable(l) -> page[2 * (a) + (b)] = new :: else -> skip fi
#ifndef XCHG
                        :: else -> again = 2
#endif
                        fi
                    }
                fi
            :: !isTable(w) && !(w & FROZEN) && (w != 0 || new != 0) ->
                atomic {
                    intact(u);
                    if
                    :: word[slot(u,a)] == w -> live(u); allocate(c,w); word[slot(u,a)] = TABLE(c)
                    :: else -> skip
                    fi;
                    c = 0; again = 2
                }
            :: else -> skip
            fi
        :: !isTable(r) && (r != 0 || new != 0) ->
            atomic { if :: word[ROOT] == r -> allocate(c,r); word[ROOT] = TABLE(c) :: else -> skip fi; c = 0; again = 2 }
        :: else -> skip
        fi;
        out();
        if
        :: again == 1 -> help(a,b)
        :: again == 2 -> skip
        :: again == 0 -> break
        fi
    od
}

#define LOCALS(n) byte me = n; byte r, w, x, u, l, t, c, v0, v1, outcome, again, i0; bool none

active proctype U() {
    LOCALS(0);
    go;
    replace(0,0,0);
    shrink(0,0);
    done++
}
active proctype C() {
    LOCALS(1);
    go;
#ifdef TWO
    replace(0,1,0);
    shrink(0,1);
#else
    if :: replace(0,0,MAPPED) :: replace(0,1,MAPPED) fi;
#endif
    done++
}
active proctype End() {
    byte u, l, i, reached, w;
    done == 2;
    d_step {
        if
        :: isTable(word[ROOT]) ->
            u = tableOf(word[ROOT]); reached = 1 << u;
            i = 0;
            do
            :: i == 2 -> break
            :: else ->
                w = word[slot(u,i)];
                assert(!(w & FROZEN));                                              /* I4 */
                if
                :: isTable(w) ->
                    l = tableOf(w); assert(!(reached & (1 << l))); reached = reached | (1 << l);
                    assert(word[slot(l,0)] == page[2 * i] && word[slot(l,1)] == page[2 * i + 1])
                :: else -> assert(w == page[2 * i] && w == page[2 * i + 1])
                fi;
                i++
            od
        :: else -> assert(word[ROOT] == page[0] && word[ROOT] == page[1] && word[ROOT] == page[2] && word[ROOT] == page[3])
        fi;
        i = 0;
        do :: i == NT -> break :: else -> assert((state[i] == 1) == ((reached >> i) & 1)); i++ od      /* I2 */
    }
}

init {
    d_step {
        word[ROOT] = TABLE(0); state[0] = 1; word[slot(0,0)] = TABLE(1); state[1] = 1; word[slot(1,0)] = MAPPED; page[0] = 1;
#ifdef TWO
        word[slot(1,1)] = MAPPED; page[1] = 1
#endif
    }
    go = 1
}

/*
 * blocks.pml: blocks of several areas, claimed area by area, against single frames, whole areas and exact refusals.
 *
 * Two areas of two frames, all free. An area's word is the number of its units, HEAD(order) in the first area of a block, INNER in its
 * others. The processes:
 *   B  (two) claims a block of order 10: looks whether both areas are free, last to first, then takes them by CAS, last to first, the last
 *      as INNER, the first as HEAD(10). If it meets an area that is not free it gives back what it has. The block is kept or given back:
 *      HEAD(10) to INNER by CAS, which decides whose right it is, then each area, first to last
 *   U  takes a unit of any area (a frame is found for it for certain, see units.pml) and keeps it or gives it back; up to twice
 *   W  takes a whole area (order 9) and keeps it or gives it back
 *   S  the last search, for a single frame or for an area: adds up the returns, word by word; looks at each area and takes what is there;
 *      goes from head to head, where an INNER that no head stands before is in hands; adds up again; is refused if nothing is in hands and
 *      the sum is the same, else starts over
 * What a claim takes and gives back because it failed was free all the time.
 * With MEET instead of all this: four areas, all free, and claims of {0,1,2,3}, {2,3} and {0,1}, each once or not at all.
 *
 * Invariants
 *   I1 no frame is in two blocks, or in a block and handed out alone; an area is given back by the one that has it;
 *   I2 S is refused a frame, or an area, only if at some moment of its call none was free;
 *   I3 at the end everything that was not kept is free again; of two that give the same block back (TWICE) exactly one is told, unless it
 *      was handed out again meanwhile;
 *   I4 of claims that meet each other and nobody else (MEET) at least one succeeds. Not more: a claim may fail at one that fails later.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   HEADFIRST          upwards: the first area says HEAD(10) before the second is taken: I2 at 1,644,324 states
 *   NOINNER            S does not look for inner areas: I2 at 521,119 states
 *   NOSUM              S does not add up a second time: I2 at 22,836 states
 *   NOROLL             a claim that failed keeps what it has: I3 at 13,100 states
 *   NODISOWN           (with TWICE) the areas are given back, the head last, without the CAS that decides: I1 at 105 states
 *   MIXED              (with MEET) the claim of four areas goes upwards, the others downwards: I4 at 610 states
 * Other flags
 *   TWICE       the block is handed out at the start, and both B give it back first; no S
 *   MEET        see above
 *   ASCEND      (with MEET, without harm) all claims go upwards: what counts is one direction, and that the head is written last
 * The whole holds over 12,606,454 states; TWICE 193,687; MEET 7,784, with ASCEND 7,658.
 */
#define INNER 9
#define O9 10                   /* HEAD(9) */
#define O10 11
#define UNITS 2
#define BIT(i) (1 << (i))
#define ME (_pid + 1)

#ifdef MEET
#define AREAS 4
#else
#define AREAS 2
#endif

byte word[AREAS] = UNITS;
byte returns[AREAS];

/* ghosts */
byte half;                      /* areas in claims that have not ended */
byte holder[AREAS];             /* who has the area whole */
byte out[AREAS];                /* frames handed out alone */
bool noFrame, noArea;           /* since S began there was a moment at which no frame, or no area, was free */
byte done;
bool again;                     /* a block was handed out */
#ifdef TWICE
byte gave, told;                /* frees of the block at the start that have ended, and that were told */
bool go;
#define start() go
#else
#define start() skip
#endif

#ifdef MEET
#define look() skip
#else
#define aFrame(a) (word[a] <= UNITS && word[a] > 0 || (half & BIT(a)))
#define anArea(a) (word[a] == UNITS || (half & BIT(a)))
inline look() {
    noFrame = noFrame | !(aFrame(0) || aFrame(1));
    noArea = noArea | !(anArea(0) || anArea(1))
}
#endif

/* takes an area that is all free: ok; h: the areas of this claim that have not become a block yet */
inline takeWhole(a, as, h) {
    atomic {
        if
        :: word[a] == UNITS ->
            assert(!holder[a] && !out[a]);                                      /* I1 */
            word[a] = as; holder[a] = ME; half = h; ok = 1; look();
            again = again | (as == O10)
        :: else -> ok = 0
        fi
    }
}

/* gives an area back that says what it is; nothing happens if it does not */
inline returnWhole(a, as) {
    atomic {
        if
        :: word[a] == as ->
            assert(holder[a] == ME || holder[a] == 9);                          /* I1 */
            word[a] = UNITS; holder[a] = 0; returns[a]++; half = half & ~BIT(a); ok = 1
        :: else -> ok = 0
        fi
    }
}

inline claim() {
    ok = (word[1] == UNITS);
    if :: ok -> ok = (word[0] == UNITS) :: else -> skip fi;
    if
#ifdef HEADFIRST
    :: ok -> takeWhole(0, O10, half | 1);
        if
        :: ok -> takeWhole(1, INNER, half & ~3);
            if :: ok -> skip :: !ok -> returnWhole(0, O10); ok = 0 fi
        :: else -> skip
        fi
#else
    :: ok -> takeWhole(1, INNER, half | 2);
        if
        :: ok -> takeWhole(0, O10, half & ~3);
#ifdef NOROLL
            if :: ok -> skip :: else -> half = half & ~2 fi
#else
            if :: ok -> skip :: !ok -> returnWhole(1, INNER); ok = 0 fi
#endif
        :: else -> skip
        fi
#endif
    :: else -> skip
    fi
}

/* ok: whether it was a block */
inline free() {
#ifdef NODISOWN
    ok = (word[0] == O10);
    if :: ok -> returnWhole(1, INNER); returnWhole(0, O10) :: else -> skip fi
#else
    atomic {
        if
        :: word[0] == O10 ->
#ifdef TWICE
            holder[0] = ME; holder[1] = ME;                                     /* the right to give it back */
#endif
            word[0] = INNER; ok = 1
        :: else -> ok = 0
        fi
    };
    if :: ok -> returnWhole(0, INNER); returnWhole(1, INNER); ok = 1 :: else -> skip fi
#endif
}

#ifndef MEET

active [2] proctype B() {
    bool ok;
    start();
#ifdef TWICE
    free();
    atomic {
        if :: ok -> skip :: else -> told++ fi;
        gave++;
        assert(gave < 2 || again || told == 1)                                  /* I3 */
    };
#endif
    claim();
    if
    :: ok -> free()
    :: true
    fi;
    atomic { ok = 0; done++ }
}

active proctype U() {
    byte round, a;
    start();
    do
    :: round == 2 -> break
    :: else ->
        if :: a = 0 :: a = 1 fi;
        atomic {
            if
            :: word[a] > 0 && word[a] <= UNITS -> assert(!holder[a]); word[a]--; out[a]++; look()      /* I1 */
            :: else -> goto next
            fi
        };
        if
        :: atomic { assert(!holder[a]); word[a]++; returns[a]++; out[a]-- }
        :: break
        fi;
next:   atomic { a = 0; round++ }
    od;
    atomic { a = 0; round = 0; done++ }
}

active proctype W() {
    byte a; bool ok;
    start();
    if :: a = 0 :: a = 1 fi;
    takeWhole(a, O9, half);
    if
    :: ok -> returnWhole(a, O9)
    :: true
    fi;
    atomic { a = 0; ok = 0; done++ }
}

#ifndef TWICE
active proctype S() {
    byte before, after; bool area, ok;
    if :: area = 0 :: area = 1 fi;
    atomic { noFrame = 0; noArea = 0; look() };
    do
    :: true ->
        before = returns[0];
        before = before + returns[1];
        if
        :: area ->
            takeWhole(0, O9, half);
            if :: ok -> break :: else -> skip fi;
            takeWhole(1, O9, half)
        :: else ->
            atomic { if :: word[0] > 0 && word[0] <= UNITS -> word[0]--; out[0]++; look(); ok = 1; break :: else -> skip fi };
            atomic { if :: word[1] > 0 && word[1] <= UNITS -> word[1]--; out[1]++; look(); ok = 1 :: else -> skip fi }
        fi;
        if :: ok -> break :: else -> skip fi;
#ifndef NOINNER
        after = word[0];
        if
        :: after == INNER -> ok = 1
        :: after == O10 -> skip
        :: else -> ok = (word[1] == INNER)
        fi;
        after = 0;
#endif
        if
        :: ok -> ok = 0
        :: else ->
            after = returns[0];
            after = after + returns[1];
#ifndef NOSUM
            if
            :: after != before -> skip
            :: else ->
#endif
                assert(area -> noArea : noFrame);                               /* I2 */
                break
#ifndef NOSUM
            fi
#endif
        fi;
        before = 0; after = 0
    od;
    atomic { before = 0; after = 0; area = 0; ok = 0; done++ }
}
#endif

active proctype End() {
#ifdef TWICE
    d_step { word[0] = O10; word[1] = INNER; holder[1] = 9; holder[0] = 9; go = 1 };
#endif
#ifdef TWICE
    done == 4;
#else
    done == 5;
#endif
    d_step {
        assert(half == 0);                                                      /* I3 */
        assert(holder[0] -> word[0] == O9 || word[0] == O10 : word[0] == UNITS - out[0]);
        assert(holder[1] -> word[1] == O9 || word[1] == INNER && word[0] == O10 : word[1] == UNITS - out[1])
    }
}

#else

#ifdef MIXED
#define up(pid) (pid == 0)
#elif defined(ASCEND)
#define up(pid) true
#else
#define up(pid) false
#endif

byte tried, got;

active [3] proctype Claimer() {
    byte first, count, i, a; bool ok;
    d_step {
        if :: _pid == 0 -> count = 4 :: _pid == 1 -> count = 2; first = 2 :: else -> count = 2 fi
    };
    if
    :: true -> count = 0; ok = 1
    :: true
    fi;
    /* the look before: last to first */
    i = count;
    do
    :: i == 0 -> ok = 1; break
    :: else -> ok = (word[first + i - 1] == UNITS);
        if :: ok -> i-- :: else -> break fi
    od;
    if :: !ok -> goto end :: else -> i = 0 fi;
    do
    :: i == count -> break
    :: else ->
        a = (up(_pid) -> first + i : first + count - 1 - i);
        takeWhole(a, (i < count - 1 -> INNER : O10), half);
        if :: ok -> i++ :: else -> break fi
    od;
    if
    :: !ok ->
        do
        :: i == 0 -> break
        :: else ->
            i--;
            a = (up(_pid) -> first + i : first + count - 1 - i);
            returnWhole(a, INNER)
        od
    :: else
    fi;
    if :: i == count && i > 0 -> got++ :: else -> skip fi;
end:
    atomic {
        tried = tried + (count > 0); done++;
        assert(done < 3 || got > 0 || !tried);                                  /* I4 */
        first = 0; i = 0; a = 0; ok = 0; count = 0
    }
}

#endif

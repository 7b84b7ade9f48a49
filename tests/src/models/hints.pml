/*
 * hints.pml: the two bits of an area in its tree: `some` (it has a free unit) and `whole` (all of it is free).
 *
 * One area of two units, all free. The processes:
 *   T  (two, three times each) follows the bits: where `some` is set it takes a unit, where `whole` is set the whole area (the word says
 *      BLOCK); gives back the next time what it has; corrects the bits if they misled it
 *   C  corrects the bits at any moment, twice
 * Giving back: the word is raised; if it counted 0 before, `some` is looked at and set if it is clear; if it counts all now, `whole`
 * likewise. Correcting: the word is read; each bit that is set for nothing is cleared; if one was, the word is read again, and what it
 * says now is looked at and set as in giving back.
 *
 * Invariants, whenever no call is going on
 *   I1 an area that has a free unit has its bit in `some`;
 *   I2 an area that is all free has its bit in `whole`.
 * While calls go on a bit may be clear that somebody is about to set: the bits are hints, and an exact refusal does not go by them.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOSECOND           correcting does not read the word again: 447 states
 *   TOOSOON            correcting reads it again before it clears the bits: 556 states
 *   HALFSECOND         correcting sets only `some` again: 456 states
 *   LOOKFIRST          giving back looks at the bits before it raises the word: 418 states
 * The whole holds over 1,731,172 states.
 */
#define UNITS 2
#define BLOCK 9
#define free(w) ((w) == 1 || (w) == 2)

byte word = UNITS;              /* the area's word */
bit some = 1, whole = 1;        /* its bits */

/* ghost */
byte calls;                     /* going on */

inline begin() { calls++ }
inline end() {
    atomic {
        calls--; w = 0; ok = 0;
        assert(calls || !free(word) || some);                                   /* I1 */
        assert(calls || word != UNITS || whole)                                 /* I2 */
    }
}

inline nowSome() { if :: !some -> some = 1 :: else fi }
inline nowWhole() { if :: !whole -> whole = 1 :: else fi }

inline correct() {
    atomic { ok = 0; w = word };
#ifdef TOOSOON
    w2 = word;
#endif
    if
    :: !free(w) && some -> some = 0; ok = 1
    :: else
    fi;
    if
    :: w != UNITS && whole -> whole = 0; ok = 1
    :: else
    fi;
#ifndef NOSECOND
    if
    :: ok ->
#ifdef TOOSOON
        atomic { w = w2; w2 = 0 };
#else
        w = word;
#endif
        if :: free(w) -> nowSome() :: else fi;
#ifndef HALFSECOND
        if :: w == UNITS -> nowWhole() :: else fi
#endif
    :: else
    fi
#endif
}

inline give() {
    begin();
#ifdef LOOKFIRST
    lookedSome = some; lookedWhole = whole;
#endif
    atomic { w = word; word = (has == BLOCK -> UNITS : word + 1) };
#ifdef LOOKFIRST
    if :: !free(w) && !lookedSome -> some = 1 :: else fi;
    if :: (has == BLOCK || w + 1 == UNITS) && !lookedWhole -> whole = 1 :: else fi;
    lookedSome = 0; lookedWhole = 0;
#else
    if :: !free(w) -> nowSome() :: else fi;
    if :: has == BLOCK || w + 1 == UNITS -> nowWhole() :: else fi;
#endif
    has = 0;
    end()
}

active [2] proctype T() {
    byte round, w, w2, has; bool ok, lookedSome, lookedWhole;
    do
    :: round == 3 -> break
    :: else ->
        if
        :: has -> give()
        :: !has && some ->
            atomic { begin(); if :: free(word) -> word--; has = 1 :: else -> skip fi };
            if :: has -> skip :: !has -> correct() fi;
            end()
        :: !has && whole ->
            atomic { begin(); if :: word == UNITS -> word = BLOCK; has = BLOCK :: else -> skip fi };
            if :: has -> skip :: !has -> correct() fi;
            end()
        :: !has && !some
        :: !has && !whole
        fi;
        round++
    od;
    if :: has -> give() :: else fi;
    round = 0
}

active proctype C() {
    byte w, w2; bool ok;
    begin(); correct(); end();
    begin(); correct(); end()
}

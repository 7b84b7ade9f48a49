/*
 * runs.pml: blocks of two or four words of an area's bits (orders 7 and 8), claimed word by word, against the exact refusal of a frame.
 *
 * One area of four words of bits; a word is one bit here, a single frame fills it. The processes:
 *   C  (two) wants a block of two words, {0,1} or {2,3}, up to twice: takes two units, looks for a place whose words are clear, sets the
 *      second, then the first. If the first is not clear any more it takes the second back and gives the units back, which counts as a
 *      return
 *   T  (two) takes a unit and sets any clear bit; one keeps the frame, one may give it back
 *   S  the last search for a single frame, as in units.pml
 * A frame is free until it is handed out, also while a claim has set its bit that takes it back later; and again when the call that gives it
 * back has returned.
 *
 * Invariants
 *   I1 no frame is handed out twice;
 *   I2 units in the word + units in hands = clear bits + bits set by claims that have not ended, at all times;
 *   I3 S is refused only if at some moment of its call no frame was free;
 *   I4 no deadlock: whoever has a unit gets a frame.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   AGAIN              a claim that failed tries the other place with the units it has, and no return tells S of the bits it took back: I3 at
 *                      715,312 states
 *   NOSUM              S does not add up a second time: I3 at 180,403 states
 *   NOUNDO             a claim that failed leaves its bits set: I2 at 5,483 states
 *   FIRSTWORD          the block is taken for had when the second word is set: I1 at 5,377 states
 * The whole holds over 2,431,268 states.
 */
#define BIT(i) (1 << (i))
#define ones(m) (((m) & 1) + (((m) >> 1) & 1) + (((m) >> 2) & 1) + (((m) >> 3) & 1))

byte taken;                     /* the bits */
byte units = 4;                 /* the area's word: units, returns */
byte returns;

/* ghosts */
byte hands;
byte half;                      /* bits set by a claim that has not ended */
byte owned;                     /* frames handed out */
byte gone;                      /* and those whose givers have not returned */
bool saw;                       /* since S began nothing was free, at some moment */

inline balance() { assert(units + hands == 4 - ones(taken) + ones(half)) }      /* I2 */
inline handOut(m) {
    assert(!(owned & (m)));                                                     /* I1 */
    owned = owned | (m); gone = gone | (m); half = half & ~(m);
    if :: gone == 15 -> saw = 1 :: else -> skip fi
}

/* claims the block {g, g + 1} */
inline claim() {
    ok = !(taken & BIT(g));
    if :: ok -> ok = !(taken & BIT(g + 1)) :: else -> skip fi;
    if
    :: ok ->
        atomic {
            if
            :: !(taken & BIT(g + 1)) -> taken = taken | BIT(g + 1); half = half | BIT(g + 1); balance()
            :: else -> ok = 0
            fi
        };
#ifdef FIRSTWORD
        if :: ok -> atomic { hands = hands - 2; handOut(BIT(g) | BIT(g + 1)); taken = taken | BIT(g) } :: else -> skip fi
#else
        if
        :: ok ->
            atomic {
                if
                :: !(taken & BIT(g)) -> taken = taken | BIT(g); hands = hands - 2; handOut(BIT(g) | BIT(g + 1)); balance()
                :: else -> ok = 0
                fi
            };
            if
            :: ok -> skip
            :: else ->
                atomic {
#ifndef NOUNDO
                    taken = taken & ~BIT(g + 1);
#endif
                    half = half & ~BIT(g + 1); balance()
                }
            fi
        :: else -> skip
        fi
#endif
    :: else -> skip
    fi
}

active [2] proctype C() {
    byte round, g; bool ok;
    do
    :: round == 2 || ok -> break
    :: else ->
        atomic {
            if :: units >= 2 -> units = units - 2; hands = hands + 2 :: else -> break fi
        };
        /* as the bits were when they were looked at, either place may be the first that is clear */
        if :: g = 0 :: g = 2 fi;
        claim();
#ifdef AGAIN
        if :: ok -> skip :: !ok -> g = 2 - g; claim() fi;
#endif
        atomic {
            if :: ok -> skip :: else -> units = units + 2; returns++; hands = hands - 2; balance() fi;
            round++; g = 0
        }
    od;
    atomic { round = 0; ok = 0 }
}

active [2] proctype T() {
    byte f;
    atomic { if :: units -> units--; hands++; balance() :: else -> goto end fi };
    atomic {
        if
        :: !(taken & 1) -> f = 0
        :: !(taken & 2) -> f = 1
        :: !(taken & 4) -> f = 2
        :: !(taken & 8) -> f = 3
        fi;
        taken = taken | BIT(f); hands--; handOut(BIT(f)); balance()
    };
    if
    :: _pid == 2 ->
        atomic { taken = taken & ~BIT(f); owned = owned & ~BIT(f); hands++; balance() };
        atomic { units++; returns++; hands--; balance(); gone = gone & ~BIT(f) | owned }
    :: true
    fi;
end:
    f = 0
}

active proctype S() {
    byte before, clear; bool found;
    atomic { saw = (gone == 15); before = returns };
    do
    :: true ->
        atomic { if :: units -> units--; hands++; found = 1; break :: else -> skip fi };
        clear = !(taken & 1);
        clear = clear + !(taken & 2);
        clear = clear + !(taken & 4);
        clear = clear + !(taken & 8);
        clear = (clear != units);
        atomic {
            if
#ifdef NOSUM
            :: !clear -> assert(saw); break                                     /* I3 */
#else
            :: !clear && returns == before -> assert(saw); break                /* I3 */
#endif
            :: else -> clear = 0; before = 0
            fi
        };
        before = returns
    od;
    atomic {
        if
        :: found -> taken != 15;                                                /* I4 */
            if
            :: !(taken & 1) -> before = 0
            :: !(taken & 2) -> before = 1
            :: !(taken & 4) -> before = 2
            :: !(taken & 8) -> before = 3
            fi;
            taken = taken | BIT(before); hands--; handOut(BIT(before)); balance()
        :: else -> skip
        fi;
        before = 0; clear = 0; found = 0
    }
}

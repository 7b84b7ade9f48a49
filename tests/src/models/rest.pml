/*
 * rest.pml: how a CPU that has nothing to run rests, in two ways, and is woken.
 *
 * A CPU waits for the device if it has answers to expect, else it parks. It says which (M), says that it is asleep (A), looks once more for work (Q), and rests. Whoever adds work
 * adds it first, then looks whether the CPU is asleep, takes that word away, and only then looks how it rests: a tick for the device (T[1]) or a permit to a parked thread (T[0]). A tick or a permit
 * that nobody needed ends the next rest of its kind at once. An answer of the device ends a rest on the device.
 *   C the CPU    W0 and W1 add work, twice each    D answers a few times, or takes for ever
 *
 * Invariant
 *   all work is done at the end: the CPU never rests for good while there is some.
 *
 * Flags that leave something out (each must break)
 *   NOLOOK    the CPU does not look again once it has said that it is asleep
 *   SAYLATE   the CPU says how it rests after it has said that it is asleep, and looked
 *   ONEWAY    whoever wakes it always gives a permit
 */
#define WORK 4
bool A, M, answer;
bool T[2];
byte Q, did, answers = 3;

proctype C() {
    bool way;
    do
    :: did == WORK -> break
    :: Q > 0 -> atomic { Q--; did++ }
    :: Q == 0 && did < WORK ->
        if
        :: way = 0
        :: answers > 0 -> way = 1
        fi;
#ifndef SAYLATE
        M = way;
#endif
        A = 1;
        if
#ifndef NOLOOK
        :: Q > 0
        :: Q == 0 && !A
        :: Q == 0 && A ->
#else
        :: true ->
#endif
#ifdef SAYLATE
            M = way;
#endif
            if
            :: atomic { T[way] -> T[way] = 0 }
            :: atomic { way == 1 && answer -> answer = 0 }
            fi
        fi;
        A = 0
    od
}

proctype W() {
    byte i;
    for (i : 1 .. 2) {
        atomic { Q++ };
        if
        :: A ->
            A = 0;
#ifdef ONEWAY
            T[0] = 1
#else
            if
            :: M -> T[1] = 1
            :: else -> T[0] = 1
            fi
#endif
        :: else
        fi
    }
}

proctype D() {
    do
    :: answers > 0 && !answer -> atomic { answer = 1; answers-- }
    :: break
    od
}

init {
    atomic { run C(); run W(); run W(); run D() }
}

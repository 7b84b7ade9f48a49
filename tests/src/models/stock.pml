/*
 * stock.pml: frames zeroed in advance, and the exact refusal of a single frame over the allocator, the stock, and what is between them.
 *
 * Two frames. The allocator is a number that is taken from, or that refuses, in one step: units.pml shows that it may be seen so. The stock
 * is one slot that counts pushes. The fillings are one word: how many go on, and how many have ended that had a frame. The processes:
 *   F  (two, twice each) fills: counts a filling as begun, takes a frame from the allocator, puts it into the slot or, if there seems to be
 *      no room, gives it back to the allocator, counts the filling as ended. Whether there seems to be room is open even while the slot is
 *      empty: the top of a magazine is a hint, and a slot that was full when it was looked at may be empty now
 *   B  wants a block: what is in stock goes back to the allocator, where it can coalesce; counted as a filling
 *   O  takes a frame, from the slot or from the allocator, and keeps it or gives it back to the allocator; twice
 *   S  the exact search: reads the fillings, steals, takes from the allocator, reads the fillings again; is refused if none goes on and none
 *      has ended since, else starts over
 * A frame is free if it is in the allocator, in the slot, or in the hands of F or B.
 *
 * Invariants
 *   I1 S is refused only if at some moment of its call no frame was free;
 *   I2 no frame is lost or had twice.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOFILLING          S does not look whether a filling goes on: I1 at 72,515 states
 *   NOSECOND           S does not look whether one has ended: I1 at 71,345 states
 *   PUSHES             S looks whether anything was pushed instead, and so does not see what goes back to the allocator: I1 at 109,973
 *                      states; without B (NOBLOCK) too, at 20,075
 *   UNTOLD             B is not counted as a filling: I1 at 56,221 states
 *   LATE               F counts a filling as begun when it has the frame: I1 at 84,358 states
 *   EARLY              F counts it as ended before the frame is in stock or given back: I1 at 53,010 states
 * The whole holds over 827,096 states.
 */
#define FRAMES 2

byte free = FRAMES;             /* the allocator */
bit slot;                       /* the stock */
byte pushes;
byte going, ended;              /* fillings, one word */

/* ghosts */
byte onTheWay;                  /* in the hands of F and B */
byte had;                       /* by O and S */
bool saw;                       /* since S began no frame was free, at some moment */

inline look() {
    assert(free + slot + onTheWay + had == FRAMES);                             /* I2 */
    saw = saw | (free + slot + onTheWay == 0)
}
inline begin() { going++ }
inline end() { d_step { going--; ended = ended + has } }

active [2] proctype F() {
    byte round; bool has;
    do
    :: round == 2 -> break
    :: else ->
#ifndef LATE
        begin();
#endif
        atomic { if :: free -> free--; onTheWay++; has = 1 :: else -> skip fi };
#ifdef LATE
        begin();
#endif
#ifdef EARLY
        end();
#endif
        if
        :: has ->
            if
            :: atomic { !slot -> slot = 1; pushes++; onTheWay--; look() }
            :: atomic { free++; onTheWay--; look() }
            fi
        :: else -> skip
        fi;
#ifndef EARLY
        end();
#endif
        atomic { has = 0; round++ }
    od;
    round = 0
}

#ifndef NOBLOCK
active proctype B() {
    bool has;
#ifndef UNTOLD
    begin();
#endif
    atomic { if :: slot -> slot = 0; onTheWay++; has = 1 :: else -> skip fi };
    if
    :: has -> atomic { free++; onTheWay--; look() }
    :: else -> skip
    fi;
#ifndef UNTOLD
    end();
#endif
    has = 0
}
#endif

active proctype O() {
    byte round;
    do
    :: round == 2 -> break
    :: else ->
        if
        :: atomic { slot -> slot = 0; had++; look() }
        :: atomic { free -> free--; had++; look() }
        :: goto next
        fi;
        if
        :: atomic { free++; had--; look() }
        :: true
        fi;
next:   round++
    od;
    round = 0
}

active proctype S() {
    byte before;
    atomic { saw = 0; look() };
    do
    :: true ->
#ifdef PUSHES
        before = pushes;
#else
        before = ended;
#endif
        atomic { if :: slot -> slot = 0; had++; look(); break :: else -> skip fi };
        atomic { if :: free -> free--; had++; look(); break :: else -> skip fi };
#if defined(PUSHES)
        if
        :: going == 0 ->
            if :: pushes == before -> assert(saw); break :: else -> skip fi     /* I1 */
        :: else -> skip
        fi;
#else
        if
#if defined(NOSECOND)
        :: going == 0 -> assert(saw); break
#elif defined(NOFILLING)
        :: ended == before -> assert(saw); break
#else
        :: going == 0 && ended == before -> assert(saw); break                  /* I1 */
#endif
        :: else -> skip
        fi;
#endif
        before = 0
    od;
    before = 0
}

/*
 * roster.pml: slots of participants and the bound below which scans look.
 *
 * Join: take the lowest free slot by CAS; then one CAS raises the bound above it, if it is not, and counts the join. Close: clear the slot; then read count and bound
 * together, look for the highest slot in use from the bound down, and lower the bound by CAS from what was read; start over if it failed.
 *
 * Invariants
 *   I1 a participant that has joined and has not begun to close is below the bound at every moment;
 *   I2 when all have closed the bound is 0.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOCOUNT    a join that need not raise the bound does not change the word: I1 at 106 states
 *   LATEREAD   count and bound are read after the search: I1 at 398 states
 *   NORETRY    a close whose CAS failed does not start over: I2 at 752 states
 * The whole holds over 949,765 states, with THREADS=2 ROUNDS=3 44,129.
 */
#define SLOTS 3
#ifndef THREADS
#define THREADS 3
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif

bool held[SLOTS];               /* the slot is taken */
bool inside[SLOTS];             /* ghost: its participant has joined and not begun to close */
byte joins, bound;              /* one word: they change together */
byte done;

#define below(i) (!inside[i] || i < bound)
#define I1 (below(0) && below(1) && below(2))

inline search() {
    do
    :: found > 0 && !held[found - 1] -> found--
    :: else -> break
    od
}

active [THREADS] proctype Guest() {
    byte mine, round, sawJoins, sawBound, found;
    bool ok;
    do
    :: round == ROUNDS -> break
    :: else ->
        mine = 0;
        do
        :: atomic { !held[mine] -> held[mine] = true }; break
        :: atomic { held[mine] -> mine = (mine + 1) % SLOTS }
        od;
        ok = false;
        do
        :: ok -> break
        :: else ->
            d_step { sawJoins = joins; sawBound = bound };
            atomic {
                if
                :: joins == sawJoins && bound == sawBound ->
#ifndef NOCOUNT
                    joins++;
#endif
                    if :: mine >= bound -> bound = mine + 1 :: else -> skip fi;
                    ok = true;
                    inside[mine] = true;
                    assert(I1)
                :: else -> skip
                fi
            }
        od;
        atomic { assert(I1); inside[mine] = false };
        held[mine] = false;
        do
        :: true ->
#ifdef LATEREAD
            found = bound;
            search();
            atomic { sawJoins = joins; sawBound = bound };
            if :: found > sawBound -> found = sawBound :: else -> skip fi;
#else
            d_step { sawJoins = joins; sawBound = bound };
            found = sawBound;
            search();
#endif
            ok = false;
            atomic {
                if
                :: found == sawBound -> ok = true
                :: found != sawBound && joins == sawJoins && bound == sawBound -> bound = found; ok = true; assert(I1)
                :: else -> skip
                fi
            };
#ifdef NORETRY
            break
#else
            if :: ok -> break :: else -> skip fi
#endif
        od;
        atomic { sawJoins = 0; sawBound = 0; found = 0; ok = false; round++ }
    od;
    done++
}

active proctype End() {
    done == THREADS;
    assert(bound == 0)                                                             /* I2 */
}

/*
 * inbox.pml: notes about pages of a shard of the replacement, left by those who miss while another thread works on the shard. As Inbox and Shard:
 *   a note: a place claimed by CAS of the end, unless the inbox is full; the note stored; then a look.    full: a look, and again
 *   a look, for as long as the first place holds a note and nobody works on the shard: busy by CAS, everything taken, busy off.
 *   taking: the note at the beginning, if there is one; its place emptied; the beginning raised.
 *   P1 P2 P3 leave a note each (P3 two with -DFOUR)   E evicts: works if nobody does, and looks once more when it has ended
 *
 * Invariants
 *   I1 nobody works on a shard on which another does;
 *   I2 at the end each note was taken once, and the inbox is empty: no page stays where no hand comes to it.
 *
 * Flags that leave something out (each must break)
 *   NOAGAIN    whoever ends his work does not look again
 *   LOOKFIRST  the look comes before the note is stored
 *   NOCAS      the end is raised by a store
 *   BEGINFIRST the beginning is raised before the place is emptied
 *   NOFULL     the end may pass the beginning by more than there are places
 */
#define N 2

byte begin, end, note[N], seen[5];
bool busy;
byte atWork, done;

inline take() {
    do
    :: n = note[begin % N];
        if
        :: n == 0 -> break
        :: else ->
#ifdef BEGINFIRST
            begin++; note[(begin - 1) % N] = 0;
#else
            note[begin % N] = 0; begin++;
#endif
            seen[n]++
        fi
    od;
    n = 0
}

inline work() {
    atWork++; assert(atWork == 1);                                                                      /* I1 */
    take();
    atWork--; busy = 0
}

inline tryBegin() { atomic { if :: !busy -> busy = 1; o = 1 :: else -> o = 0 fi } }

inline look() {
    do
    :: b = begin; n = note[b % N]; b = 0;
        if
        :: n == 0 -> break
        :: else ->
            n = 0;
            tryBegin();
            if :: o -> work() :: else -> break fi;
#ifdef NOAGAIN
            break
#endif
        fi
    od;
    n = 0; o = 0
}

inline tell(what) {
    do
    :: e = end;
        if
#ifndef NOFULL
        :: e - begin >= N -> look()
#endif
        :: else ->
#ifdef NOCAS
            end = e + 1; o = 1;
#else
            atomic { if :: end == e -> end++; o = 1 :: else -> o = 0 fi };
#endif
            if
            :: o ->
#ifdef LOOKFIRST
                look(); note[e % N] = what; break
#else
                note[e % N] = what; break
#endif
            :: else
            fi
        fi
    od;
    e = 0; o = 0;
#ifndef LOOKFIRST
    look()
#endif
}

active proctype P1() { byte n, b, e; bit o; tell(1); done++ }
active proctype P2() { byte n, b, e; bit o; tell(2); done++ }
active proctype P3() {
    byte n, b, e;
    bit o;
    tell(3);
#ifdef FOUR
    tell(4);
#endif
    done++
}
active proctype E() {
    byte n, b;
    bit o;
    tryBegin();
    if
    :: o -> work();
#ifndef NOAGAIN
        look()
#endif
    :: else
    fi;
    done++
}

active proctype End() {
    done == 4;
    assert(begin == end && note[0] == 0 && note[1] == 0);                                               /* I2 */
    assert(seen[1] == 1 && seen[2] == 1 && seen[3] == 1);
#ifdef FOUR
    assert(seen[4] == 1)
#endif
}

/*
 * regions.pml: regions are found by the id in a word, and ids are used again.
 *
 * A region is an object of the heap, found in its object's list by key, or made; a word holds only its id, and table[id] says which region that is. It counts the words that name it:
 * raised unless zero before a word goes in, lowered after it is out. Who lowers it to zero takes it off the list; after a grace period its place in the table is emptied and the id free.
 *   M1  maps slot 0 with key 1, unmaps, maps it with key 2, unmaps      M2  maps slot 1 with key 1, unmaps: both may find one region or make two
 *   F   a fault: in an epoch, reads a word and uses the region of its id, twice
 *   V   a truncation: found a region of key 1 in the list, and later, in an epoch, empties what of it slot 0 shows, if anything is counted of it then
 *
 * Invariants
 *   I1 in the epoch in which a word was read its id leads to the region that it was made with;
 *   I2 a region that is named is not dead, and a dead one is not named;
 *   I3 a truncation touches words of its own region only;
 *   I4 at the end all ids are free.
 *
 * Flags that leave something out (each must break)
 *   NOGRACE   the id is free at once
 *   BLIND     the count is raised though it may be zero
 *   RAISELATE the count is raised after the word went in
 *   LOWERSOON the count is lowered before the word is out
 *   TABLE     the truncation asks whether the table has the region: it may be dead, its grace period over, and be taken out the moment after
 *   NOALIVE   it does not ask
 *   ASKSOON   it asks before it enters
 * Who makes a region does not look again whether another did: two regions of one key differ in their id only.
 */
#define NI 3
#define NR 5
#define NONE 9

byte key[NR], id[NR], count[NR];
bool listed[NR], dead[NR];
byte made;
byte table[NI];                 /* region + 1 */
bool idUsed[NI];
byte slot[2];                   /* id + 1 */
byte madeOf[2];                     /* ghost: the region of the word */
byte inside, graceOf[4];
byte done;

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[1] = graceOf[1] & ~(1 << me);
        graceOf[2] = graceOf[2] & ~(1 << me); graceOf[3] = graceOf[3] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }

inline find(k,r) {
    d_step {
        r = 0;
        do :: r < made && !(listed[r] && key[r] == k) -> r++ :: else -> break od;
        if :: r == made -> r = NONE :: else fi
    }
}

/* r is the region, with one more page counted */
inline acquire(k,r) {
    find(k, r);
    if
    :: r != NONE ->
#ifdef RAISELATE
        skip
#elif defined(BLIND)
        count[r]++
#else
        atomic { if :: count[r] > 0 -> count[r]++ :: else -> r = NONE fi }
#endif
    :: else
    fi;
    if
    :: r == NONE ->
        d_step {
            i = 0;
            do :: idUsed[i] -> i++ :: else -> break od;
            assert(i < NI && made < NR);
            idUsed[i] = 1;
            r = made; made++; key[r] = k; id[r] = i; count[r] = 1
        };
        table[id[r]] = r + 1;
        listed[r] = 1
    :: else
    fi
}
inline lower(me,r) {
    atomic { assert(count[r] > 0); count[r]--; o = (count[r] == 0) };
    if
    :: o ->
        d_step { listed[r] = 0; dead[r] = 1 };
#ifndef NOGRACE
        grace(me);
#endif
        table[id[r]] = 0;
        idUsed[id[r]] = 0
    :: else
    fi
}
inline mapAndUnmap(me,s,k) {
    acquire(k, r);
    d_step { assert(slot[s] == 0); slot[s] = id[r] + 1; madeOf[s] = r };
#ifdef RAISELATE
    count[r]++;
#endif
    assert(!dead[r] && table[id[r]] == r + 1);                                                     /* I2 */
#ifdef LOWERSOON
    lower(me, r);
    enter(me); slot[s] = 0; leave(me);
#else
    enter(me); slot[s] = 0; leave(me);
    lower(me, r);
#endif
    r = 0; i = 0; o = 0
}

active proctype M1() { byte r, i; bit o; mapAndUnmap(0, 0, 1); mapAndUnmap(0, 0, 2); done++ }
active proctype M2() { byte r, i; bit o; mapAndUnmap(1, 1, 1); done++ }

active proctype F() {
    byte w, r, s;
    if :: s = 0 :: s = 1 fi;
    enter(2);
    d_step { w = slot[s]; r = madeOf[s] };
    if
    :: w != 0 ->
        assert(table[w - 1] == r + 1);                                                               /* I1 */
        assert(table[w - 1] == r + 1)
    :: else
    fi;
    leave(2);
    w = 0; r = 0;
    done++
}

active proctype V() {
    byte r;
    bit alive;
    find(1, r);
    if
    :: r != NONE ->
#ifdef ASKSOON
        alive = (count[r] > 0);
#endif
        enter(3);
#ifdef TABLE
        alive = (table[id[r]] == r + 1);
#elif !defined(ASKSOON) && !defined(NOALIVE)
        alive = (count[r] > 0);
#endif
#ifdef NOALIVE
        alive = 1;
#endif
        if
        :: alive -> atomic { if :: slot[0] == id[r] + 1 -> assert(madeOf[0] == r) :: else fi }           /* I3 */
        :: else
        fi;
        leave(3)
    :: else
    fi;
    r = 0; alive = 0;
    done++
}

active proctype End() {
    done == 4;
    d_step { assert(!idUsed[0] && !idUsed[1] && !idUsed[2]); assert(!table[0] && !table[1] && !table[2]) }   /* I4 */
}

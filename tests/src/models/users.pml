/*
 * users.pml: which views have reached a table, so that who takes a right away waits for those only; and a table that moves whole.
 *
 * Part 1 (default). One page in table 0; the page may come to stand in table 1 as well: M makes a copy of the table, as a split or a shrink that was overtaken does, and swings the parent's
 * word. R makes two accesses: it finds the table, enters it (a CAS is a full fence), reads the page's right and stores; all in one epoch. P takes the right away in the table that it finds,
 * looks whether R is among the users of that table, and if so waits for R's epoch.
 *   I1 no store of R lands after P has returned.
 *
 * Part 2 (MOVE). P takes the table out of its parent by CAS, raises the sequence, looks at the users, waits for R if it is among them, looks whether the words are what they have to be, and
 * publishes the table at another place. R changes a word of the table that it found at the old place, once the sequence says that the table is still there: it freezes it, as a shrink does.
 *   I2 no word changes by way of the old place after the table was published at the new one, and none is published frozen.
 *
 * Flags that leave something out (each must break)
 *   ENTERLATE    the view enters after it has read the word: I1 at 1,096 states
 *   LOOKFIRST    P looks at the users before it takes the right away: I1 at 647 states
 *   NOSHARE      the copy begins without users: I1 at 2,105 states
 *   SHARELATE    the copy learns of its users after it was published: I1 at 2,852 states
 *   MOVE NOAGAIN the view does not compare the sequence again after it has entered: I2 at 82 states
 *   MOVE NOWAIT  users are not waited for: I2 at 130 states
 *   MOVE NOLOOK  the words are not looked at after that: I2 at 135 states
 * The whole holds over 2,302 states, with MOVE over 193.
 */
byte parent = 0;                /* the table that the parent's word names; 255: none */
byte right[2] = 1;              /* of the page, in each table */
byte user[2];                   /* whether R is among the users (of P itself nothing has to be known) */
byte sequence = 1;
byte inside, epochs;            /* R is in an epoch; how many it has begun */
bool returned;                  /* P has */
bool published, frozen;
byte finished;

#ifndef MOVE

active proctype R() {
    byte t, n;
    do
    :: n == 2 -> break
    :: else ->
        atomic { inside = 1; epochs++ };
        t = parent;
#ifdef ENTERLATE
        if
        :: right[t] -> user[t] = 1; atomic { assert(!returned) }                  /* I1 */
        :: else -> user[t] = 1
        fi;
#else
        user[t] = 1;
        if
        :: right[t] -> atomic { assert(!returned) }                               /* I1 */
        :: else -> skip
        fi;
#endif
        atomic { inside = 0; n++ }
    od;
    finished++
}

/* Freezes table 0 and puts a copy in its place: atomic here, as nobody changes a frozen word. */
active proctype M() {
    byte w;
    if
    :: skip
    :: atomic { w = right[0]; right[0] = 0; frozen = 1 };     /* no access begins through table 0 any more */
#ifndef NOSHARE
#ifndef SHARELATE
        user[1] = 1;
#endif
#endif
        atomic { right[1] = w; parent = 1 };
#ifdef SHARELATE
        user[1] = 1;
#endif
    fi;
    finished++
}

active proctype P() {
    byte t, u, e;
again:
    t = parent;
#ifdef LOOKFIRST
    u = user[t];
#endif
    if
    :: atomic { t == 0 && frozen -> goto again }              /* frozen: starts over */
    :: atomic { else -> right[t] = 0 }
    fi;
#ifndef LOOKFIRST
    u = user[t];
#endif
    if
    :: u -> e = epochs; (!inside || epochs != e)
    :: else -> skip
    fi;
    returned = 1;
    finished++
}

#else

active proctype R() {
    byte t, s;
    atomic { inside = 1; epochs++ };
    s = sequence;
    t = parent;
    if
    :: t == 255 -> skip
    :: else ->
        user[0] = 1;
#ifndef NOAGAIN
        if
        :: sequence != s -> goto out
        :: else -> skip
        fi;
#endif
        atomic { assert(!published); frozen = 1 }                                 /* I2 */
    fi;
out:
    inside = 0;
    finished++
}

active proctype P() {
    byte e;
    parent = 255;
    sequence++;
#ifndef NOWAIT
    if
    :: user[0] -> e = epochs; (!inside || epochs != e)
    :: else -> skip
    fi;
#endif
#ifndef NOLOOK
    if
    :: frozen -> goto out                                     /* word by word */
    :: else -> skip
    fi;
#endif
    atomic { assert(!frozen); published = 1 };                                    /* I2 */
out:
    finished++
}

#endif

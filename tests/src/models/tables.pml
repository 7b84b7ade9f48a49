/*
 * tables.pml: tables of a file's tree that are given back while the file is used.
 *
 * One word U leads to a leaf table of two pages; T and D are that word: table + 1 or nothing, and the bit that says that a page below may be dirty. Frames of tables are used again after a grace period.
 * Whoever wants a page finds or makes the table and puts a ticket into the page's word, in one epoch; reads; and looks the word up again to publish. Who has made a word absent looks whether the table is
 * empty, freezes its words from the first on, and takes U away; or thaws what it froze, and looks again. A frozen word is neither absent nor anything else: who wants it leaves and comes again.
 *   R brings page 0 in, stores to it and notes it in D, twice over    E evicts page 1, and tries once to bring it in again, which its device refuses    C cuts page 0 off, with its reader's ticket    W takes D away and writes what is dirty
 *
 * Invariants
 *   I1 nobody reaches a table in an epoch that was given back since its look-up;
 *   I2 a table that leaves U has nothing in it, and nobody but C takes a ticket away;
 *   I3 U is nothing, or a table with or without D;
 *   I4 at the end a dirty page is found by D;
 *   I5 at the end an empty table is not in U, no word is frozen, and no frame is lost.
 *
 * Flags that leave something out (each must break)
 *   TICKET     who reads publishes by the slot in which it put its ticket
 *   NOFREEZE   U is taken away after a look
 *   STORE      words are frozen by plain store
 *   NOGRACE    a table's frame is free at once
 *   OR         D is set whatever U is by now
 *   AND        D is taken away whatever U is by now
 *   NOLOOK     who thaws does not look again
 *   ANYORDER   one freezes from the first word on, another from the last, and neither looks again who met the other
 *   NOTABLE    who takes his ticket back does not look whether the table is empty
 */
#define ABSENT 0
#define FROZEN 1
#define VALID 2
#define DIRTY 3
#define LEAVING 4
#define TICKET_ 5
#define NONE 9

byte w[4];
byte T;
bool D;
bool used[2];
bool begun, cut;
byte gen[2];
bool in[4];
byte done;

#define word(p) w[2 * t + p]
#define live assert(used[t] && gen[t] == g)                                                           /* I1 */

inline find() {
    atomic {
        assert(T != 0 || !D);                                                                         /* I3 */
        if
        :: T == 0 -> t = NONE
        :: else -> t = T - 1; g = gen[t]
        fi
    }
}

inline grace() {
    !in[0]; !in[1]; !in[2]; !in[3]
}

inline release() {
#ifndef NOGRACE
    grace();
#endif
    d_step { used[t] = 0; w[2 * t] = ABSENT; w[2 * t + 1] = ABSENT; gen[t]++ }
}

/* Freezes word a, then word b; ok says whether both are. */
inline freeze(a,b) {
    live;
#ifdef STORE
    w[a] = FROZEN; w[b] = FROZEN; ok = 1
#else
    atomic { ok = (w[a] == ABSENT); if :: ok -> w[a] = FROZEN :: else fi };
    if
    :: ok ->
        live;
        atomic { ok = (w[b] == ABSENT); if :: ok -> w[b] = FROZEN :: else fi };
        if
        :: !ok -> live; w[a] = ABSENT; thawed = 1
        :: else
        fi
    :: else
    fi
#endif
}

inline giveback(me,backwards) {
    out = 0;
    in[me] = 1;
    find();
    do
    :: t == NONE -> break
    :: else ->
        live;
        ok = (w[2 * t] == ABSENT);
        if :: ok -> ok = (w[2 * t + 1] == ABSENT) :: else fi;
        if
        :: !ok -> break
        :: else
        fi;
        thawed = 0;
#ifndef NOFREEZE
#ifdef ANYORDER
        if
        :: backwards -> freeze(2 * t + 1, 2 * t)
        :: else -> freeze(2 * t, 2 * t + 1)
        fi;
#else
        freeze(2 * t, 2 * t + 1);
#endif
#endif
        if
        :: ok ->
            atomic {
                if
                :: T == t + 1 ->
#ifndef NOFREEZE
                    assert(w[2 * t] == FROZEN && w[2 * t + 1] == FROZEN);                             /* I2 */
#else
                    assert(w[2 * t] == ABSENT && w[2 * t + 1] == ABSENT);
#endif
                    T = 0; D = 0; out = 1
                :: else
                fi
            };
            break
        :: else ->
#if defined(NOLOOK) || defined(ANYORDER)
            break
#else
            /* Who did not come so far as to thaw met another, who looks again, or somebody's page. */
            if
            :: !thawed -> break
            :: else
            fi
#endif
        fi
    od;
    in[me] = 0;
    if
    :: out -> release()
    :: else
    fi
}

/* Finds or makes the table and puts a ticket for page p into it; got says whether it did. */
inline bring(me,p) {
    got = 0;
    in[me] = 1;
    find();
    if
    :: t == NONE ->
        atomic {
            if
            :: !used[0] -> t = 0
            :: else ->
                if
                :: !used[1] -> t = 1
                :: else
                fi
            fi;
            if
            :: t != NONE -> used[t] = 1; g = gen[t]
            :: else
            fi
        };
        if
        :: t != NONE ->
            atomic {
                if
                :: T == 0 -> T = t + 1; D = 0
                :: else -> used[t] = 0; gen[t]++; t = T - 1; g = gen[t]
                fi
            }
        :: else
        fi
    :: else
    fi;
    if
    :: t != NONE ->
        live;
        atomic { if :: word(p) == ABSENT -> word(p) = TICKET_; got = 1 :: else fi }
    :: else
    fi;
    in[me] = 0
}

active proctype R() {
    byte t, g, round; bool ok, out, got, thawed;
    begun;
    do
    :: round == 2 -> break
    :: else ->
        do
        :: bring(0, 0);
            if
            :: got -> break
            :: else
            fi
        od;
        /* Reads; in the second round that may fail. */
        in[0] = 1;
#ifndef TICKET
        find();
#endif
        ok = 0;
        if
        :: t == NONE -> assert(cut)
        :: else ->
            live;
            atomic {
                if
                :: word(0) == TICKET_ ->
                    if
                    :: round == 1 -> word(0) = ABSENT; out = 1
                    :: word(0) = VALID; ok = 1
                    fi
                :: else -> assert(cut)                                                                /* I2 */
                fi
            }
        fi;
        in[0] = 0;
        if
        :: out ->
#ifndef NOTABLE
            giveback(0, 1)
#endif
        :: else
        fi;
        if
        :: ok ->
            in[0] = 1;
            find();
            if
            :: t == NONE -> skip
            :: else ->
                live;
                atomic { ok = (word(0) == VALID); if :: ok -> word(0) = DIRTY :: else fi };
                if
                :: ok ->
#ifdef OR
                    find();
                    if
                    :: t == NONE
                    :: else -> D = 1
                    fi
#else
                    find();
                    atomic {
                        if
                        :: t != NONE && T == t + 1 -> D = 1
                        :: else
                        fi
                    }
#endif
                :: else
                fi
            fi;
            in[0] = 0
        :: else
        fi;
        round++
    od;
    done++
}

active proctype E() {
    byte t, g; bool ok, out, got, thawed;
    begun;
    in[1] = 1; find(); live; word(1) = LEAVING; in[1] = 0;
    grace();
    /* Its page is leaving, which keeps the table. */
    live; word(1) = ABSENT;
    giveback(1, 0);
    bring(1, 1);
    if
    :: got -> live; word(1) = ABSENT; giveback(1, 0)
    :: else
    fi;
    done++
}

active proctype C() {
    byte t, g; bool ok, out, thawed;
    begun;
    in[2] = 1;
    find();
    ok = 0;
    if
    :: t == NONE
    :: else ->
        live;
        atomic { if :: word(0) == TICKET_ || word(0) == VALID || word(0) == DIRTY -> word(0) = ABSENT; ok = 1; cut = 1 :: else fi }
    fi;
    in[2] = 0;
    if
    :: ok -> giveback(2, 1)
    :: else
    fi;
    done++
}

active proctype W() {
    byte t, g; bool ok;
    begun;
    in[3] = 1;
    do
    :: find();
        if
        :: t == NONE || !D -> break
        :: else
        fi;
#ifdef AND
        D = 0; ok = 1;
#else
        atomic { ok = (T == t + 1 && D); if :: ok -> D = 0 :: else fi };
#endif
        if
        :: ok ->
            live;
            atomic { if :: word(0) == DIRTY -> word(0) = VALID :: else fi };
            break
        :: else
        fi
    od;
    in[3] = 0;
    done++
}

/* At first there is a table with page 1 in it. */
init {
    d_step { used[0] = 1; w[1] = VALID; T = 1; begun = 1 };
    done == 4;
    d_step {
        assert(T != 0 || !D);
        assert(T == 0 || w[2 * (T - 1)] != ABSENT || w[2 * (T - 1) + 1] != ABSENT);                   /* I5 */
        assert(w[0] != FROZEN && w[1] != FROZEN && w[2] != FROZEN && w[3] != FROZEN);
        assert(used[0] + used[1] == (T != 0));
        assert((w[0] != DIRTY && w[2] != DIRTY) || D)                                                 /* I4 */
    }
}

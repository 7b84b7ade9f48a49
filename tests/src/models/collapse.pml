/*
 * Collapse of a table of small pages into one huge page: Collapse, Shrink.help, Replace (mm-core).
 *
 * The collapser finds the table and its generation in one epoch and looks at the parent's word again after it read the generation; freezes every
 * word in the same epoch; leaves; waits for a grace period; then, in an epoch in which the parent still names the table and the generation is the
 * same, copies and swings the parent's word to the block. A storer that meets a frozen word finishes the table as a copy (help), which cancels. An
 * unmapper takes the table out and gives its frame back after a grace period; a mapper may get the same frame as a new table in the same place.
 *
 * One page stands for all. Frames 0 and 1 may be tables; the block has a content of its own. A store goes to the page's frame, if the word that was read
 * in this epoch was not frozen.
 *
 * Invariant: what was stored last into the page that became the block is in the block.
 *
 * Left out: NOGRACE  no grace period between the freeze and the copy
 *           NOGEN    the generation is not compared
 *           NOLOOK   the parent's word is not read again after the generation
 *           NOFREEZE words are not frozen
 *           STORE    the parent's word is stored, not changed by CAS
 */
#define NOTHING 0
#define BLOCK 9
#define STORES 2

/* The parent's word: NOTHING, a table's frame + 1, or BLOCK. */
byte parent = 1;
/* Of the two frames that may be tables: the frozen bit and the page that the one word names, by its content's place; generation; free. */
bit frozen[2];
byte page[2];          /* which page (0 to 3) */
byte generation[2];
bit free[2] = {0, 1};
byte content[4];       /* of the pages 0 to 3 */
byte inBlock;          /* the block's content */
byte last[4];          /* what was stored last into each page, wherever it lay */
byte blockPage;        /* which page the block is */
byte nextPage = 1;

#define THREADS 3
bit inside[THREADS];

#define GRACE(a, b) \
    atomic { w[0] = inside[a]; w[1] = inside[b] } \
    do \
    :: atomic { w[0] && !inside[a] -> w[0] = 0 } \
    :: atomic { w[1] && !inside[b] -> w[1] = 0 } \
    :: atomic { !w[0] && !w[1] -> break } \
    od

/* A new table in place of a frozen one, its word unfrozen: what whoever meets FROZEN does. In an epoch. */
inline help(old) {
    byte fresh;
    atomic {
        if
        :: free[0] -> fresh = 0; free[0] = 0
        :: !free[0] && free[1] -> fresh = 1; free[1] = 0
        :: else -> fresh = 2
        fi
    }
    if
    :: fresh < 2 ->
        page[fresh] = page[old]; frozen[fresh] = 0;
        atomic {
            if
            :: parent == old + 1 -> parent = fresh + 1; toFree = old + 1; generation[old]++
            :: else -> free[fresh] = 1
            fi
        }
    :: else
    fi
}

proctype Storer(byte me) {
    bit w[2];
    byte p;
    byte seen;
    byte target;
    byte i = 1;
    byte toFree = 0;
    do
    :: i <= STORES ->
        inside[me] = 1;
        p = parent;
        if
        :: p == NOTHING -> i++
        :: p == BLOCK -> atomic {
                /* the word of the huge page is read and stored through in one epoch; nobody takes it away here */
                inBlock = i; last[blockPage] = i; i++ }
        :: p == 1 || p == 2 ->
            atomic { seen = frozen[p - 1]; target = page[p - 1] }
            if
            :: !seen -> atomic { content[target] = i; last[target] = i; i++ }
            :: else -> help(p - 1)
            fi
        fi;
        inside[me] = 0;
        if
        :: toFree ->
            GRACE(1, 2);
            atomic { free[toFree - 1] = 1; toFree = 0 }
        :: else
        fi
    :: else -> break
    od
}

/* Takes the table away and maps the place anew, perhaps with the same frame as its table: the page is another one and zero. */
proctype Mapper(byte me) {
    bit w[2];
    byte p;
    byte fresh;
    inside[me] = 1;
    atomic {
        p = parent;
        if
        :: p == 1 || p == 2 -> parent = NOTHING
        :: else
        fi
    }
    if
    :: p == 1 || p == 2 ->
        generation[p - 1]++;
        frozen[p - 1] = 1
    :: else
    fi;
    inside[me] = 0;
    if
    :: p == 1 || p == 2 ->
        GRACE(0, 2);
        free[p - 1] = 1;
        inside[me] = 1;
        atomic {
            fresh = 2;
            if
            :: free[0] -> fresh = 0
            :: free[1] -> fresh = 1
            :: else
            fi;
            if
            :: fresh < 2 -> free[fresh] = 0; frozen[fresh] = 0; page[fresh] = nextPage; nextPage++
            :: else
            fi
        }
        if
        :: fresh < 2 ->
            atomic {
                assert(parent == NOTHING);
                parent = fresh + 1
            }
        :: else
        fi;
        inside[me] = 0
    :: else
    fi
}

proctype Collapser(byte me) {
    bit w[2];
    byte p;
    byte t;
    byte g;
    bit ready;
    bit won;
    inside[me] = 1;
    p = parent;
    if
    :: p == 1 || p == 2 ->
        t = p - 1;
        g = generation[t];
#ifndef NOLOOK
        if
        :: parent == p -> ready = 1
        :: else
        fi;
#else
        ready = 1;
#endif
        if
        :: ready ->
#ifndef NOFREEZE
            atomic {
                if
                :: frozen[t] -> ready = 0
                :: else -> frozen[t] = 1
                fi
            }
#endif
            skip
        :: else
        fi
    :: else
    fi;
    inside[me] = 0;
    if
    :: ready ->
#ifndef NOGRACE
        GRACE(0, 1);
#endif
        inside[me] = 1;
#ifdef NOGEN
        won = (parent == p);
#else
        atomic { won = (parent == p && generation[t] == g) }
#endif
        if
        :: won ->
            atomic { inBlock = content[page[t]]; blockPage = page[t] };
#ifdef STORE
            parent = BLOCK
#else
            atomic {
                if
                :: parent == p -> parent = BLOCK
                :: else
                fi
            }
#endif
        :: else
        fi;
        inside[me] = 0
    :: else
    fi
}

init {
    atomic {
        run Storer(0);
        run Mapper(1);
        run Collapser(2)
    }
    _nr_pr == 1;
    if
    :: parent == BLOCK -> assert(inBlock == last[blockPage])
    :: else
    fi
}

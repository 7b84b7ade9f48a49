/*
 * holes.pml: hints about the free pages below tables (HoleHints).
 *
 * One page in a leaf table, whose table above may be replaced by a copy once. Beside each table stands a hint: nothing, a searcher's number, or what was
 * found. The processes:
 *   U  (two, one of them twice) unmaps the page, and takes the hints away: the leaf table's, then that of the table above, found afresh; unless as many announcements are
 *      counted as before it took them away last, or none
 *   M  (once) maps the page if it is free; it touches no hint
 *   S  (two, one of them twice) makes the hint of the leaf table, or that of the table above: its number goes beside the table and is counted; it looks at the page, or goes by the leaf
 *      table's hint if there is one, else makes that first; what it found replaces its number, if that still stands there
 *   X  replaces the table above by a copy without a hint
 *
 * Invariant: when no unmap is going on, neither the leaf table's hint nor that of the live table above says FULL while the page is free.
 *
 * Flags that leave something out (each must break)
 *   TOPDOWN      the hint of the table above is taken away before that of the leaf table: 60,803 states
 *   RAISEFIRST   the hints are taken away before the page is unmapped: 5,540 states
 *   NOANNOUNCE   what was found replaces what stood there before the look: 3,375 states
 *   BLIND        what was found is stored whatever stands there: 3,402 states
 *   ONENUMBER    both searchers have the same number: 323,617 states
 *   OLDPATH      the table above is found before the page is unmapped: 73,423 states
 *   NOCOUNT      announcements are not counted: 35 states
 *   COUNTFIRST   they are counted before they are made: 9,861 states
 *   COUNTREADFIRST  who unmaps reads the count before that: 11,357 states
 *   COUNTREADLATE   who unmaps remembers what the count is after the hints were taken away: 14,506 states
 * The whole holds over 18,448,216 states.
 */
#define NOTHING 0
#define FULL 3
#define FREE 4

bit mapped = 1;
bit any;                        /* an announcement was counted */
bit more;                       /* and one since U 0 read the count last */
byte leaf = NOTHING;            /* hint beside the leaf table */
byte above[2];                  /* beside the table above, and beside its copy */
bit live;                       /* which of them the root names */

/* ghost */
byte unmaps;                    /* going on */

#define holds ((mapped || unmaps) || (leaf != FULL && above[live] != FULL))

inline takeLeaf() { leaf = NOTHING }
inline takeAbove() {
#ifdef OLDPATH
    above[path] = NOTHING
#else
    path = live;
    above[path] = NOTHING
#endif
}

/* The count is told by two bits: whether it is 0, and whether it is what U 0 has read last. */
inline readCount() {
    atomic {
        if
        :: _pid == 0 -> todo = more; more = 0
        :: else -> todo = any
        fi
    }
}

inline unmap() {
    atomic { unmaps++; path = live };
#ifdef RAISEFIRST
    takeLeaf(); takeAbove();
    mapped = 0;
#else
#ifdef COUNTREADFIRST
    readCount();
    mapped = 0;
#else
    mapped = 0;
    readCount();
#endif
    if
    :: todo ->
#ifdef TOPDOWN
        takeAbove(); takeLeaf();
#else
        takeLeaf(); takeAbove();
#endif
#ifdef COUNTREADLATE
        readCount()
#endif
    :: else
    fi;
#endif
    atomic { unmaps--; path = 0; todo = 0; assert(holds) }
}

active [2] proctype U() {
    bit todo, path;
    unmap();
    if
    :: _pid == 0 -> unmap()
    :: else
    fi
}

active proctype M() { mapped = 1 }

active proctype X() { live = 1 }

#ifdef ONENUMBER
#define number 1
#else
#define number (_pid & 1) + 1
#endif

inline raiseCount() {
#if defined(NOCOUNT) || defined(COUNTFIRST)
    skip
#else
    atomic { any = 1; more = 1 }
#endif
}

inline raiseCountFirst() {
#ifdef COUNTFIRST
    atomic { any = 1; more = 1 }
#else
    skip
#endif
}

inline makeLeaf() {
    raiseCountFirst();
    atomic { before = leaf;
#ifndef NOANNOUNCE
        leaf = me
#endif
    };
    raiseCount();
    found = (mapped -> FULL : FREE);
#ifdef BLIND
    atomic { leaf = found; assert(holds) }
#else
#ifdef NOANNOUNCE
    atomic { if :: leaf == before -> leaf = found; assert(holds) :: else fi }
#else
    atomic { if :: leaf == me -> leaf = found; assert(holds) :: else fi }
#endif
#endif
}

inline makeAbove() {
    raiseCountFirst();
    atomic { path = live; beforeAbove = above[path];
#ifndef NOANNOUNCE
        above[path] = me
#endif
    };
    raiseCount();
    found = leaf;
    if
    :: found == FULL || found == FREE
    :: else -> makeLeaf()
    fi;
#ifdef BLIND
    atomic { above[path] = found; assert(holds) }
#else
#ifdef NOANNOUNCE
    atomic { if :: above[path] == beforeAbove -> above[path] = found; assert(holds) :: else fi }
#else
    atomic { if :: above[path] == me -> above[path] = found; assert(holds) :: else fi }
#endif
#endif
}

active [2] proctype S() {
    byte before, beforeAbove, found, me; bit path;
    me = number;
    if
    :: makeLeaf()
    :: makeAbove()
    fi;
    atomic { before = 0; beforeAbove = 0; found = 0; path = 0 };
    if
    :: me == 1 -> makeAbove()
    :: else
    fi;
    atomic { before = 0; beforeAbove = 0; found = 0; path = 0 }
}

/*
 * content.pml: finding content of a file (SEEK_DATA, SEEK_HOLE) while its pages are written back.
 *
 * One page that was written to before anybody looks. In memory it is dirty, being written, or clean; the store has it or has not. W writes back: it takes DIRTY for WRITEBACK, writes, and takes
 * WRITEBACK away, or puts DIRTY back if the device fails. A store may make the page dirty again at any time (A). L looks at memory, then at the store.
 *
 * Invariant
 *   L finds content: in memory, dirty or being written, or in the store.
 *
 * Flags that leave something out (each must break)
 *   STOREFIRST  L looks at the store first
 *   ONLYDIRTY   a page that is being written does not count as content in memory
 *   CLEANFIRST  W takes WRITEBACK away before the store has the page
 *   LOSE        a write that failed leaves the page clean
 */
bool dirty = 1, writeback, stored;

proctype W() {
    byte i;
    for (i : 1 .. 2) {
        if
        :: atomic { dirty -> dirty = 0; writeback = 1 };
#ifdef CLEANFIRST
            writeback = 0;
#endif
            if
            :: stored = 1;
                writeback = 0
            :: atomic {
#ifndef LOSE
                    dirty = 1;
#endif
                    writeback = 0
                }
            fi
        :: !dirty
        fi
    }
}

proctype A() {
    if
    :: dirty = 1
    :: true
    fi
}

proctype L() {
    bool inMemory, inStore;
#ifdef STOREFIRST
    inStore = stored;
#endif
#ifdef ONLYDIRTY
    inMemory = dirty;
#else
    atomic { inMemory = dirty || writeback };
#endif
#ifndef STOREFIRST
    inStore = stored;
#endif
    assert(inMemory || inStore)
}

init {
    atomic { run W(); run A(); run L() }
}

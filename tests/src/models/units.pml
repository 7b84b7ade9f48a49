/*
 * units.pml: single frames of one area: units in the area's word, in a magazine and in hands, bits, and the exact refusal.
 *
 * Three processes, two frames, a magazine of one slot; all is free. Each takes a frame and keeps it, or gives it back and takes again (one
 * takes once, two up to twice). Which way is gone is open at each step, for tops of magazines, lanes' areas and hints in slots may be wrong:
 *   take      a unit out of the slot, or up to two out of the word (one goes on to the slot, or back to the word), or the last search; then
 *             any clear bit is set. Who has a unit and finds no clear bit waits, so that a unit without a frame shows as a deadlock
 *   give      the bit is cleared, then its unit put into the slot (which counts a push) or added to the word (which counts a return)
 *   search    add up returns and pushes, word by word; steal from the slot; take from the word; read the bits, one by one, and then the
 *             word: if not as many are clear as it counts, something is in hands; add up again; refused if nothing is in hands and the sum
 *             is the same, else start over
 * A frame is free for certain if its bit is clear and the call that cleared it has returned.
 *
 * Invariants
 *   I1 a frame has one owner, and is given back by it;
 *   I2 clear bits = units in the word + units in the slot + units in hands, at all times;
 *   I3 a refused call saw a moment at which no frame was free for certain;
 *   I4 no deadlock: whoever has a unit gets a frame; at the end no unit is in hands;
 *   I5 a frame does not come back more often than it was handed out; of two that give the same frame back (DOUBLE) exactly one is told,
 *      unless it was handed out again meanwhile.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOSUM              no second sum: I3 at 6,817 states
 *   NOBITS             bits and word are not compared: I3 at 9,060 states
 *   UPFIRST            the unit is put before the bit is cleared: I2 at 26 states
 *   NOUNIT             a clear bit is set without a unit: I2 at 11 states, I4 (UNBALANCED) at 1,319,186
 *   STORE              the slot changes by plain store: I2 at 1,656 states, I4 (UNBALANCED) at 2,021,034
 *   BLIND              (with DOUBLE) the bit is cleared without a look at what it was: I5 at 76 states
 * Other flags
 *   DOUBLE      both frames are handed out at the start, and two processes give the same one back first
 *   UNBALANCED  I2 not checked
 *   SLOTS=2     two slots: 44,390,103 states, not among the runs of go.sh
 * The whole holds over 12,421,830 states; DOUBLE 13,151,117.
 */
#define FRAMES 2
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#define BIT(i) (1 << (i))
#define ones(m) (((m) & 1) + (((m) >> 1) & 1))
#define ME BIT(_pid)

#ifdef DOUBLE
byte taken = BIT(FRAMES) - 1;   /* the bits */
byte units;                     /* the area's word: units, returns */
byte owner[FRAMES] = 4;         /* ghost: pid + 1, 4 at the start */
byte sure;                      /* ghost: frames that are free for certain */
#else
byte taken;
byte units = FRAMES;
byte owner[FRAMES];
byte sure = BIT(FRAMES) - 1;
#endif
byte returns;
bit slot[SLOTS];                /* a unit or none */
byte pushes[SLOTS];

/* ghosts */
byte hands;                     /* units in hands */
byte giver[FRAMES];             /* who cleared the bit, pid + 1 */
byte inside;                    /* who is in a call that takes */
byte saw;                       /* and saw that none was free for certain */
#ifdef DOUBLE
byte told;                      /* frees of frame 0 at the start that were told */
byte began;                     /* and how many have ended */
bool again;                     /* frame 0 was handed out meanwhile */
#endif

#if SLOTS == 1
#define inSlots slot[0]
#else
#define inSlots (slot[0] + slot[1])
#endif
#ifdef UNBALANCED
#define balance() skip
#else
#define balance() assert(FRAMES - ones(taken) == units + inSlots + hands)                    /* I2 */
#endif

/* one of the clear bits, by compare-and-set, for a unit in hands */
inline setBit() {
    atomic {
        if
        :: !(taken & 1) -> f = 0
        :: !(taken & 2) -> f = 1
        fi;
        assert(!owner[f]);                                                      /* I1 */
        taken = taken | BIT(f); owner[f] = _pid + 1; giver[f] = 0; sure = sure & ~BIT(f); hands = hands - ok;
#ifdef DOUBLE
        if :: f == 0 && began < 2 -> again = 1 :: else -> skip fi;
#endif
        if :: !sure -> saw = saw | inside :: else -> skip fi;
        balance(); got = 1
    }
}

/* a unit out of a slot into the hands */
inline pop(s) {
#ifdef STORE
    if
    :: slot[s] -> atomic { slot[s] = 0; hands++; ok = 1; balance() }
    :: else -> skip
    fi
#else
    atomic {
        if
        :: slot[s] -> slot[s] = 0; hands++; ok = 1; balance()
        :: else -> skip
        fi
    }
#endif
}

/* a unit out of the hands into a slot or the word */
inline put() {
    if
#ifdef STORE
    :: !slot[0] -> atomic { slot[0] = 1; pushes[0]++; hands--; balance() }
#else
    :: atomic { !slot[0] -> slot[0] = 1; pushes[0]++; hands--; balance() }
#endif
#if SLOTS > 1
    :: atomic { !slot[1] -> slot[1] = 1; pushes[1]++; hands--; balance() }
#endif
    :: atomic { units++; returns++; hands--; balance() }
    fi
}

/* units out of the word, one for the caller */
inline refill() {
    atomic {
        n = (units < 2 -> units : 2);
        units = units - n; hands = hands + n; ok = (n > 0);
        balance()
    };
    if
    :: n == 2 -> n = 0; put()
    :: else -> n = 0
    fi
}

inline addUp(sum) {
    sum = sum + returns;
    sum = sum + pushes[0];
#if SLOTS > 1
    sum = sum + pushes[1];
#endif
}

inline lastSearch() {
    do
    :: true ->
        addUp(before);
        pop(0);
#if SLOTS > 1
        if :: ok -> skip :: !ok -> pop(1) fi;
#endif
        if :: ok -> break :: else -> skip fi;
        refill();
        if :: ok -> break :: else -> skip fi;
#ifndef NOBITS
        clear = !(taken & 1);
        clear = clear + !(taken & 2);
        clear = (clear != units);
#endif
#ifndef NOSUM
        if :: clear -> skip :: else -> addUp(after) fi;
#endif
        atomic {
            if
#ifdef NOSUM
            :: !clear -> break
#else
            :: !clear && after == before -> break
#endif
            :: else -> clear = 0; before = 0; after = 0
            fi
        }
    od;
    atomic { clear = 0; before = 0; after = 0 }
}

/* got: whether there was one; f: which */
inline take() {
    atomic { inside = inside | ME; if :: !sure -> saw = saw | ME :: else -> skip fi };
    if
    :: true -> pop(0)
#if SLOTS > 1
    :: true -> pop(1)
#endif
    :: refill()
    :: true
    fi;
#ifdef NOUNIT
    if
    :: !ok && taken != BIT(FRAMES) - 1 -> setBit()
    :: else
    fi;
#endif
    if
    :: ok || got
    :: else -> lastSearch()
    fi;
    if
    :: ok && !got -> setBit()
    :: else -> assert(got || saw & ME)                                          /* I3 */
    fi;
    atomic { ok = 0; inside = inside & ~ME; saw = saw & ~ME }
}

inline clearBit() {
    atomic {
        if
#ifndef BLIND
        :: !(taken & BIT(f)) -> wrong = 1
#ifndef DOUBLE
            ; assert(false)                                                     /* I1 */
#endif
#endif
        :: else ->
#ifdef DOUBLE
            assert(owner[f]);                                                   /* I5 */
#else
            assert(owner[f] == _pid + 1);                                       /* I1 */
#endif
            taken = taken & ~BIT(f); owner[f] = 0; giver[f] = _pid + 1;
            hands++; balance()
        fi
    }
}

inline give() {
#ifdef UPFIRST
    put(); clearBit();
#else
    clearBit();
    if :: wrong :: else -> put() fi;
#endif
    atomic {
        if :: giver[f] == _pid + 1 -> sure = sure | BIT(f); giver[f] = 0 :: else -> skip fi
    }
}

byte done;

active [3] proctype P() {
    byte round, f, n, clear, before, after; bool ok, got, wrong;
    round = (_pid == 2);
#ifdef DOUBLE
    if
    :: _pid < 2 ->
        give();
        atomic {
            told = told + wrong; began++; wrong = 0;
            assert(began < 2 || again || told == 1)                             /* I5 */
        }
    :: else -> skip
    fi;
#endif
    do
    :: round == ROUNDS -> break
    :: else ->
        take();
        if
        :: got -> got = 0; give(); atomic { f = 0; wrong = 0; round++ }
        :: got -> got = 0; f = 0; break
        :: !got -> round++
        fi
    od;
    atomic { round = 0; done++; assert(done < 3 || hands == 0) }                /* I4 */
}

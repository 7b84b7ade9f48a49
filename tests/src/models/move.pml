/*
 * move.pml: mremap moves two pages within one space, under its ticket (ranges.pml), against everything that may happen to source and target.
 *
 * Source words S0 (present, frame 0, holding a store of the program) and S1 (reserved); target words T0, T1. The mover M: take the
 * ticket; target -> BUSY; ascending: source word by CAS PRESENT -> 0 or RESERVED -> 0, then put by CAS BUSY -> PRESENT. BUSY gone:
 * the frame is an orphan of the mover and dropped late. At the end BUSY -> RESERVED by CAS where the source was mapped, BUSY -> 0 where it
 * was not; a grace period; the sequence of moves is raised; the ticket is given back. Beside it:
 *   A  a store through the source, page 0 or 1            B  a store through the target, page 0 or 1 (parks on BUSY)
 *   U  munmap of target page 0                            X  MAP_FIXED of source page 0
 *   P  mprotect of target page 0 (-DPROT, then without A)                 N  an opposite move of page 0, target to source (-DOPPOSITE)
 * A store is read of the word, use of the frame, in one epoch; a frame is reused when no epoch of the time of its retirement is left.
 *
 * Invariants
 *   I1 no store goes to a frame that was reused since its word was read;
 *   I2 a frame is in at most one slot at any time; at the end a frame is in use exactly if it is in a slot; no frame is retired twice;
 *   I3 the store made before the move is found at the target afterwards unless U unmapped the target or X or U came first at the source;
 *   I4 a store through the target that was done is found there unless U unmapped it;
 *   I5 after the move has returned no store through the old address goes on (rule 3, Return; who is waited for: users.pml);
 *   I6 a page that U unmapped stays unmapped unless someone maps it again; no BUSY word is left;
 *   I7 no deadlock, no lost wake-up (no invalid end state);
 *   I8 a target page is RESERVED at the end only if its source was RESERVED when the mover came by.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   DROPNOW            an orphan is freed at once: I1 at 62,803 states
 *   PUTSTORE           put by plain store: I6, I2 at 61,879 states
 *   ENDSTORE           the last step BUSY -> RESERVED by plain store: I6 at 74,095 states
 *   ENDRES             every remaining BUSY becomes RESERVED, also where the source was unmapped (with HOLE): I8 at 61 states
 *   NORETURN           no grace period before the call returns: I5 at 728 states
 *   LOSTWAKE           a fault on BUSY does not walk again after reading the sequence: I7 at 8,459 states
 *   OPPOSITE NOTICKET  two moves without the ticket, a mover waits on foreign BUSY: I7 at 187 states
 *   PROT PROTGONE      mprotect changes BUSY words, the mover takes any other word for "gone": I3 at 591,820 states
 * Flags that change something without harm (each must hold)
 *   HOLE        X is a munmap of source page 0
 *   OPPOSITE    two opposite moves with the ticket
 *   PROT        mprotect parks on BUSY as a fault does
 *   OPPOSITE NOTICKET TAKE  no ticket, and a mover takes foreign BUSY for an unmapped source (EFAULT): no page is lost here, but fork and
 *               truncation would miss the page that is between two places, so the ticket stays
 *   PROT PROTAGAIN  mprotect changes BUSY words, the mover reads again and puts over any BUSY of its ticket
 * The whole holds over 4,636,435 states; HOLE 3,391,495; OPPOSITE 308,327; OPPOSITE NOTICKET TAKE 2,691,039; PROT 1,554,182;
 * PROT PROTAGAIN 1,771,455.
 */
#define NF 4
#define EMPTY 0
#define RESERVED 1
#define BUSY(t) (2 + (t))       /* ticket t is 0 or 1 */
#define RO 32                   /* mprotect took the right to write away */
#define PRES(f) (4 + (f))
#define plain(w) ((w) & 31)
#define isBusy(w) (plain(w) == 2 || plain(w) == 3)
#define isPres(w) (plain(w) >= 4)
#define frameOf(w) (plain(w) - 4)
#define S(i) word[i]
#define T(i) word[2 + (i)]

byte word[4];
byte state[NF];                 /* 0 free, 1 in use, 2 retired */
byte waiting[NF];               /* epochs of others that must end before a retired frame may be reused */
byte value[NF];                 /* bits: 1 store before the move, 2 by A, 4 by B */
byte version[NF];               /* raised when the frame is reused */
byte inside;                    /* a bit for each one inside an epoch */
byte graceOf[6];
bool ticket;
byte sequence;
bool go;
byte done;

/* ghosts */
bool returned;
bool gone[4];                   /* the slot was unmapped or replaced by U, X or N */
bool took;                      /* X or U was at source page 0 before M */
bool was[2];                    /* the source was mapped when M came by */
bool wasReserved[2];
bool storedA[2];
bool storedB[2];

inline enter(me) { inside = inside | (1 << me) }
inline leave(me) {
    d_step {
        inside = inside & ~(1 << me);
        waiting[0] = waiting[0] & ~(1 << me); waiting[1] = waiting[1] & ~(1 << me);
        waiting[2] = waiting[2] & ~(1 << me); waiting[3] = waiting[3] & ~(1 << me);
        graceOf[0] = graceOf[0] & ~(1 << me); graceOf[5] = graceOf[5] & ~(1 << me)
    }
}
inline grace(me) { graceOf[me] = inside; graceOf[me] == 0 }
#define usable(f) (state[f] == 0 || (state[f] == 2 && waiting[f] == 0))
inline allocate(f) {
    d_step {
        if :: usable(0) -> f = 0 :: else -> if :: usable(1) -> f = 1 :: else -> if :: usable(2) -> f = 2 :: else -> assert(usable(3)); f = 3 fi fi fi;
        state[f] = 1; value[f] = 0; version[f] = 1 - version[f]
    }
}
/* a frame taken out of a tree: reused after the epochs of now */
inline retire(f) { assert(state[f] == 1); state[f] = 2; waiting[f] = inside }
inline onlyOnce(f) {
    assert((S(0) == PRES(f)) + (S(1) == PRES(f)) + (plain(T(0)) == PRES(f)) + (plain(T(1)) == PRES(f)) <= 1)     /* I2 */
}

/* one store through slot i; ok = done, otherwise SIGSEGV */
inline store(me,i,mark) {
    do
    :: atomic { enter(me); w = word[i] };
        if
        :: isPres(w) && !(w & RO) ->
            d_step { f = frameOf(w); n = version[f]; assert(state[f] != 0) }
            /* other steps may come in here */
            atomic {
                assert(version[f] == n && state[f] != 0);                                            /* I1 */
#ifndef OPPOSITE
                assert(!(i < 2 && returned && !gone[i]));                                            /* I5 */
#endif
                value[f] = value[f] | mark; ok = 1; f = 0; n = 0;
                leave(me)
            };
            break
        :: w == RESERVED ->
            allocate(f);
            atomic {
                if :: word[i] == w -> word[i] = PRES(f); onlyOnce(f) :: else -> state[f] = 0 fi; f = 0;
                leave(me)
            }
        :: isBusy(w) ->
            leave(me);
            awaitMove(i)
        :: else -> leave(me); break
        fi
    od;
    w = 0
}
inline awaitMove(i) {
    q = sequence;
#ifndef LOSTWAKE
    if :: isBusy(word[i]) -> sequence != q :: else -> skip fi;
#else
    sequence != q;
#endif
    q = 0
}

/* make the target of a move busy, whatever it is (MREMAP_FIXED) */
inline makeBusy(me,to,t) {
    do
    :: atomic { enter(me); w = word[to] };
        if
        :: isBusy(w) -> leave(me);
#ifdef TAKE
            break
#else
            !isBusy(word[to])
#endif
        :: else ->
            atomic {
                if
                :: word[to] == w -> word[to] = BUSY(t); ok = 1; if :: isPres(w) -> gone[to] = 1; retire(frameOf(w)) :: else -> skip fi
                :: else -> skip
                fi;
                leave(me)
            };
            if :: ok -> ok = 0; break :: else -> skip fi
        fi
    od;
    w = 0
}

/* move one page */
inline movePage(me,from,to,t,mapped) {
    do
    :: atomic { enter(me); w = word[from] };
        if
        :: w == EMPTY -> leave(me); break
        :: isBusy(w) -> leave(me);
#ifdef TAKE
            w = 0; break
#else
            !isBusy(word[from])
#endif
        :: else ->
            atomic {
                if
                :: word[from] == w ->
                    word[from] = EMPTY; ok = 1; mapped = 1;
                    if :: me == 0 -> was[from] = 1; wasReserved[from] = (w == RESERVED) :: else -> skip fi
                :: else -> skip
                fi;
                leave(me)
            };
            if :: ok -> ok = 0; break :: else -> skip fi
        fi
    od;
    if
    :: isPres(w) -> f = frameOf(w); put(me,to,t)
    :: else -> skip
    fi;
    w = 0; f = 0
}
/* the frame f belongs to the mover alone */
inline put(me,to,t) {
    do
    :: atomic { enter(me); n = word[to] };
        atomic {
            if
#ifdef PUTSTORE
            :: true -> word[to] = PRES(f); ok = 1; onlyOnce(f)
#elif defined(PROTGONE)
            :: n == BUSY(t) && word[to] == n -> word[to] = PRES(f) | (n & RO); ok = 1; onlyOnce(f)
            :: n == BUSY(t) && word[to] != n -> n = EMPTY        /* not the word I knew: gone */
            :: n == (BUSY(t) | RO) -> n = EMPTY
            :: else -> skip
#else
            :: plain(n) == BUSY(t) && word[to] == n -> word[to] = PRES(f) | (n & RO); ok = 1; onlyOnce(f)
            :: else -> skip
#endif
            fi;
            leave(me)
        };
        if
        :: ok -> ok = 0; break
        :: !ok && plain(n) == BUSY(t) -> skip                    /* changed meanwhile: look again */
        :: else ->
            atomic {
#ifdef DROPNOW
                assert(state[f] == 1); state[f] = 0
#else
                retire(f)
#endif
            }
            break
        fi
    od;
    n = 0
}
inline finishBusy(me,to,t,mapped) {
    do
    :: atomic { enter(me); w = word[to] };
        if
#ifdef ENDSTORE
        :: plain(w) == BUSY(t) -> word[to] = RESERVED; leave(me); break
#else
        :: plain(w) == BUSY(t) ->
            atomic {
                if
                :: word[to] == w -> ok = 1;
#ifdef ENDRES
                    word[to] = RESERVED
#else
                    word[to] = (mapped -> RESERVED : EMPTY)
#endif
                :: else -> skip
                fi;
                leave(me)
            };
            if :: ok -> ok = 0; break :: else -> skip fi
#endif
        :: else -> leave(me); break
        fi
    od;
    w = 0
}

active proctype M() {
    byte w, f, n; bool ok, m0, m1;
    go;
#ifndef NOTICKET
    atomic { !ticket -> ticket = 1 };
#endif
    makeBusy(0,2,0);
#ifndef OPPOSITE
    makeBusy(0,3,0);
#endif
    movePage(0,0,2,0,m0);
#ifndef OPPOSITE
    movePage(0,1,3,0,m1);
#endif
    finishBusy(0,2,0,m0);
#ifndef OPPOSITE
    finishBusy(0,3,0,m1);
#endif
#ifndef NORETURN
    grace(0);
#endif
    d_step { sequence++; ticket = 0; returned = 1; m0 = 0; m1 = 0; done++ }
}
#ifdef OPPOSITE
active proctype N() {
    byte w, f, n; bool ok, m0;
    go;
#ifndef NOTICKET
    atomic { !ticket -> ticket = 1 };
#endif
    makeBusy(5,0,1);
    movePage(5,2,0,1,m0);
    finishBusy(5,0,1,m0);
    grace(5);
    d_step { sequence++; ticket = 0; m0 = 0; done++ }
}
#define PARTNERS 1
#else
#define PARTNERS 0
#endif

#ifndef PROT
active proctype A() {
    byte w, f, n, q; bool ok;
    go;
    if :: store(1,0,2); storedA[0] = ok :: store(1,1,2); storedA[1] = ok fi;
    atomic { ok = 0; done++ }
}
#define SOURCES 1
#else
#define SOURCES 0
#endif
active proctype B() {
    byte w, f, n, q; bool ok;
    go;
    if :: store(2,2,4); storedB[0] = ok :: store(2,3,4); storedB[1] = ok fi;
    atomic { ok = 0; done++ }
}

/* replace one word by `new`, retire what was there */
inline replace(me,i,new) {
    do
    :: atomic { enter(me); w = word[i] };
        atomic {
            if
            :: word[i] == w ->
                ok = 1;
                if
                :: w != EMPTY || new != EMPTY ->
                    word[i] = new; gone[i] = 1;
                    if :: isPres(w) -> retire(frameOf(w)) :: else -> skip fi;
                    if :: i == 0 && !was[0] -> took = 1 :: else -> skip fi
                :: else -> skip
                fi
            :: else -> skip
            fi;
            leave(me)
        };
        if :: ok -> break :: else -> skip fi
    od;
    w = 0
}
active proctype U() {
    byte w; bool ok;
    go; replace(3,2,EMPTY);
    atomic { ok = 0; done++ }
}
#ifndef OPPOSITE
active proctype X() {
    byte w; bool ok;
    go;
#ifdef HOLE
    replace(4,0,EMPTY);
#else
    replace(4,0,RESERVED);
#endif
    atomic { ok = 0; done++ }
}
#define FIXED 1
#else
#define FIXED 0
#endif
#ifdef PROT
active proctype P() {
    byte w, q; bool ok;
    go;
    do
    :: atomic { enter(5); w = T(0) };
        if
#if !defined(PROTGONE) && !defined(PROTAGAIN)
        :: isBusy(w) -> leave(5); awaitMove(2)
        :: !isBusy(w) ->
#else
        :: true ->
#endif
            if
            :: w == EMPTY -> ok = 1
            :: else -> atomic { if :: T(0) == w -> T(0) = w | RO; ok = 1 :: else -> skip fi }
            fi;
            leave(5);
            if :: ok -> break :: else -> skip fi
        fi
    od;
    atomic { w = 0; ok = 0; done++ }
}
#define PROTECTORS 1
#else
#define PROTECTORS 0
#endif

active proctype End() {
    byte i, n;
    done == 3 + SOURCES + FIXED + PARTNERS + PROTECTORS;
    d_step {
        do
        :: i == 4 -> break
        :: else -> assert(!isBusy(word[i])); i++                                                     /* I6 */
        od;
        i = 0;
        do
        :: i == NF -> break
        :: else ->
            n = (S(0) == PRES(i)) + (S(1) == PRES(i)) + (plain(T(0)) == PRES(i)) + (plain(T(1)) == PRES(i));
            assert(n <= 1 && (n == 1) == (state[i] == 1)); i++                                       /* I2 */
        od;
#ifndef OPPOSITE
        if
        :: !gone[2] ->
            if :: !took -> assert(isPres(T(0)) && (value[frameOf(T(0))] & 1)) :: else -> skip fi;    /* I3 */
            if :: storedA[0] && !gone[0] -> assert(isPres(T(0)) && (value[frameOf(T(0))] & 2)) :: else -> skip fi;
            if :: storedB[0] -> assert(isPres(T(0)) && (value[frameOf(T(0))] & 4)) :: else -> skip fi;    /* I4 */
            if :: plain(T(0)) == RESERVED -> assert(wasReserved[0]) :: else -> skip fi               /* I8 */
        :: else -> assert(T(0) == EMPTY)                                                             /* I6 */
        fi;
        if :: storedA[1] -> assert(isPres(T(1)) && (value[frameOf(T(1))] & 2)) :: else -> skip fi;
        if :: storedB[1] -> assert(isPres(T(1)) && (value[frameOf(T(1))] & 4)) :: else -> skip fi;
        assert(T(1) != EMPTY && S(1) == EMPTY)
#else
        /* whoever moved last, the page is at one of the two places, with its content, unless U took it */
        if
        :: !gone[2] && !gone[0] -> n = (isPres(S(0)) -> frameOf(S(0)) : frameOf(T(0)));
            assert(isPres(S(0)) || isPres(T(0))); assert(value[n] & 1)
        :: else -> skip
        fi
#endif
    }
}

init {
    d_step {
        S(0) = PRES(0); state[0] = 1; value[0] = 1;
#ifndef OPPOSITE
        S(1) = RESERVED
#endif
    }
    go = 1
}

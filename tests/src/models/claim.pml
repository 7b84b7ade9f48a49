/*
 * claim.pml: claims of several slots (placement, MAP_FIXED_NOREPLACE) with tentative words and tickets.
 *
 * Three slots. A claims {1,2} and then {0,1,2}; B claims {0,1,2}. F is a MAP_FIXED of one slot, U a munmap of slot 0 or 1, R a
 * reader that faults on one slot. Slot 2 may be mapped from the start. Two tickets, given out lowest first, so A uses one of them
 * twice. Every mapped word has the same value, as plain anonymous memory has: only ghosts know the owner.
 * A word is 0, TENT(ticket), or MAPPED. The claim: phase 1 ascending CAS 0 -> TENT(mine); another ticket: wait and read again; MAPPED:
 * take the own words back by CAS TENT(mine) -> 0 and answer EEXIST. Phase 2: CAS TENT(mine) -> MAPPED; a failure means overtaken by
 * MAP_FIXED. The wait: read the sequence of the space, read the word again, still foreign: park until the sequence differs.
 * The sequence is raised after the last word of a claim is settled, in the same step in which the ticket becomes free.
 *
 * Invariants
 *   I1 a commit or a rollback touches only words that this claim wrote (`writer`);
 *   I2 a commit fails only where MAP_FIXED went over the slot during the claim;
 *   I3 at the last step of phase 1 each slot of the range is this claim's or was overtaken (the linearization point of success);
 *   I4 EEXIST only if some slot of the range was mapped at some moment of the claim;
 *   I5 a slot that a reader saw as mapped by a claim belongs to a claim that does not fail afterwards;
 *   I6 charged >= mapped at all times, charged == mapped at the end, no tentative word and no ticket is left;
 *   I7 a slot touched by neither F nor U belongs to exactly the claim that succeeded there, and to one only;
 *   I8 no deadlock (no invalid end state).
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   ANON               tentative words carry no ticket: I1 at 410,518 states
 *   NOWAIT             EEXIST on a foreign tentative word: I4 at 4,361 states
 *   DESC               B goes through its range in descending order: I8 at 569 states
 *   DIRECT             no tentative words: MAPPED at once, taken back by value: I1 at 4,715 states
 *   SEEN               the reader takes a tentative word for mapped: I5 at 3,974,530 states
 *   WAITTICKET         park until the ticket found in the word is free (tickets are reused): I8 at 12,506 states
 *   LOSTWAKE           the sequence is read after the word, and the word not again: I8 at 4,352 states
 *   EARLYFREE          the ticket becomes free before the words are settled: I8 at 6,158 states; with WAITWORD I1 at 452,278
 *   CHARGEALL          an overtaken slot stays charged: I6 at 4,247 states
 * Flags that change something without harm (each must hold)
 *   WAITGEN     park on the generation of the ticket, the word read again after the generation
 *   WAITWORD    poll the word itself until it differs
 *   COMMITDOWN  commit and roll back in descending order
 * The whole holds over 31,256,171 states; WAITGEN 38,570,567; WAITWORD 24,130,635; COMMITDOWN 26,396,654.
 */
#define NS 3
#define MAPPED 4
#ifdef ANON
#define TENT(t) 1
#else
#define TENT(t) (1+(t))
#endif
#define isTent(w) ((w)==1 || (w)==2)
#define BIT(i) (1<<(i))
#define mappedMask ((word[0]==MAPPED) | ((word[1]==MAPPED)<<1) | ((word[2]==MAPPED)<<2))
#define mappedCount ((word[0]==MAPPED) + (word[1]==MAPPED) + (word[2]==MAPPED))

byte word[NS];          /* the slots */
bool taken[2];          /* tickets */
byte generation[2];
byte sequence;          /* claims that ended */
byte charged;
bool go;
byte done;

/* ghosts */
byte writer[NS];        /* who wrote the tentative word: 1 A, 2 B */
byte owner[NS];         /* who wrote the mapped word: 1 A, 2 B, 3 MAP_FIXED, 4 initial, 5 the first claim of A */
byte was[3];            /* per claimer: slots that were mapped at some moment of its claim */
byte over[3];           /* per claimer: slots that MAP_FIXED took during its claim */
bool seen[3];           /* per claimer: a reader saw a word of this claim as mapped */
byte committed;         /* slots committed by a claim that did not lose them */
byte touched;           /* slots touched by F or U */
bool success[4];        /* A first, A second, B */

inline nowMapped(i,who) { word[i] = MAPPED; owner[i] = who; was[1] = was[1] | BIT(i); was[2] = was[2] | BIT(i); assert(charged >= mappedCount) }

/* words of this claimer's previous claim are not words of this one */
#define earlier(i,who) owner[i] = (owner[i] == who -> 5 : owner[i])

inline await(i) {
#if defined(WAITTICKET)
    !taken[w-1]
#elif defined(WAITGEN)
    q = generation[w-1];
    if :: word[i] == w -> generation[w-1] != q :: else -> skip fi
#elif defined(WAITWORD)
    word[i] != w
#elif defined(LOSTWAKE)
    q = sequence; sequence != q
#else
    q = sequence;
    if :: word[i] == w -> sequence != q :: else -> skip fi
#endif
    ; q = 0
}

inline release() { d_step { taken[t] = 0; generation[t]++; sequence++ } }

/* settle slots first..last (of those reached) in the chosen order; sets n to the number committed */
inline settle(who,lo,hi,commit) {
#ifdef EARLYFREE
    release();
#endif
    n = 0; k = 0;
    do
    :: k > hi - lo -> break
    :: else ->
#ifdef COMMITDOWN
        j = hi - k;
#else
        j = lo + k;
#endif
        atomic {
            if
#ifdef DIRECT
            :: commit -> n++
            :: !commit && word[j] == MAPPED && (reached & BIT(j)) -> assert(owner[j] == who); word[j] = 0; owner[j] = 0
            :: !commit && !(word[j] == MAPPED && (reached & BIT(j))) -> skip
#else
            :: word[j] == TENT(t) && (reached & BIT(j)) ->
                assert(writer[j] == who);                                       /* I1 */
                writer[j] = 0;
                if :: commit -> nowMapped(j,who); n++ :: else -> word[j] = 0 fi
            :: !(word[j] == TENT(t) && (reached & BIT(j))) ->
                if :: commit -> assert(over[who] & BIT(j)) :: else -> skip fi   /* I2 */
#endif
            fi;
            k++
        }
    od;
    j = 0; k = 0
}

inline claim(who,lo,hi,which,down) {
    atomic {
        if :: !taken[0] -> t = 0 :: else -> assert(!taken[1]); t = 1 fi;
        taken[t] = 1; was[who] = mappedMask; earlier(0,who); earlier(1,who); earlier(2,who); over[who] = 0; seen[who] = 0; reached = 0;
        charged = charged + (hi - lo + 1); ok = 1; i = 0
    }
    do
    :: i > hi - lo -> break
    :: else ->
        if :: down -> j = hi - i :: else -> j = lo + i fi;
        w = word[j];
        if
        :: w == 0 ->
            atomic {
                if
                :: word[j] == 0 ->
#ifdef DIRECT
                    nowMapped(j,who);
#else
                    word[j] = TENT(t); writer[j] = who;
#endif
                    reached = reached | BIT(j); i++;
#ifndef DIRECT
                    if
                    :: i > hi - lo ->                                           /* I3 */
                        k = lo;
                        do
                        :: k > hi -> break
                        :: else -> assert((word[k] == TENT(t) && writer[k] == who) || (over[who] & BIT(k))); k++
                        od; k = 0
                    :: else -> skip
                    fi
#endif
                :: else -> skip
                fi
            }
        :: isTent(w) ->
#ifdef NOWAIT
            ok = 0; break
#else
            await(j)
#endif
        :: w == MAPPED -> ok = 0; break
        fi
    od;
    atomic { w = 0; j = 0; i = 0 }
    settle(who,lo,hi,ok);
#ifdef CHARGEALL
    if :: ok -> skip :: else -> charged = charged - (hi - lo + 1) fi;
#else
    charged = charged - (hi - lo + 1 - n);
#endif
    atomic {
        if
        :: ok -> success[which] = 1
        :: else ->
            assert(was[who] & ((BIT(hi+1) - 1) & ~(BIT(lo) - 1)));              /* I4 */
            assert(!seen[who])                                                  /* I5 */
        fi;
#ifndef EARLYFREE
        release();
#endif
        seen[who] = 0; n = 0; reached = 0; t = 0; ok = 0
    }
}

active proctype A() {
    byte t, i, j, k, n, w, q, reached; bool ok;
    go;
    claim(1,1,2,0,0);
    claim(1,0,2,1,0);
    done++
}

active proctype B() {
    byte t, i, j, k, n, w, q, reached; bool ok;
    go;
#ifdef DESC
    claim(2,0,2,2,1);
#else
    claim(2,0,2,2,0);
#endif
    done++
}

/* MAP_FIXED of one slot: raise, replace whatever is there by CAS, lower by what was there */
active proctype F() {
    byte i, w; bool ok;
    go;
    if :: i = 0 :: i = 1 :: i = 2 fi;
    charged++;
    do
    :: ok -> break
    :: else ->
        w = word[i];
        atomic {
            if
            :: word[i] == w ->
                ok = 1; touched = touched | BIT(i); writer[i] = 0;
                over[1] = over[1] | BIT(i); over[2] = over[2] | BIT(i);
                nowMapped(i,3)
            :: else -> skip
            fi
        }
    od;
    if :: w == MAPPED -> charged-- :: else -> skip fi;
    atomic { i = 0; w = 0; ok = 0; done++ }
}

/* munmap of slot 0 or 1: a tentative word counts as unmapped */
active proctype U() {
    byte i, w; bool ok;
    go;
    if :: i = 0 :: i = 1 fi;
    do
    :: ok -> break
    :: else ->
        w = word[i];
        if
        :: w == MAPPED ->
            atomic {
                if
                :: word[i] == w -> word[i] = 0; owner[i] = 0; touched = touched | BIT(i); ok = 1
                :: else -> skip
                fi
            };
            if :: ok -> charged-- :: else -> skip fi
        :: else -> ok = 1
        fi
    od;
    atomic { i = 0; w = 0; ok = 0; done++ }
}

/* a fault on any one slot at any one moment */
active proctype R() {
    byte i;
    go;
    if :: i = 0 :: i = 1 :: i = 2 fi;
    atomic {
        if
#ifdef SEEN
        :: isTent(word[i]) -> seen[writer[i]] = 1
#else
        :: isTent(word[i]) -> skip                      /* SIGSEGV, as for 0 */
#endif
        :: word[i] == MAPPED && owner[i] < 3 -> seen[owner[i]] = 1
        :: else -> skip
        fi;
        i = 0; done++
    }
}

active proctype End() {
    byte i, n;
    done == 5;
    d_step {
        assert(charged == mappedCount);                                         /* I6 */
        assert(!taken[0] && !taken[1]);
        do
        :: i == NS -> break
        :: else ->
            assert(!isTent(word[i]));
            if
            :: !(touched & BIT(i)) ->                                           /* I7 */
                n = success[1] + success[2] + (success[0] && i > 0);
                assert(n <= 1);
                if
                :: n == 0 -> assert(word[i] == 0 || owner[i] == 4)
                :: else -> assert(word[i] == MAPPED && (owner[i] == 2) == success[2] && owner[i] != 3)
                fi
            :: else -> skip
            fi;
            i++
        od
    }
}

init {
    if :: skip :: d_step { word[2] = MAPPED; owner[2] = 4; charged = 1 } fi;
    go = 1
}

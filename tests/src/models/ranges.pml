/*
 * ranges.pml: moves of one space whose pages are others go on beside each other; those that meet take turns in the order of their arrival, and so does a fork with all of them.
 *
 * Four places, one page. A takes the page from place 0 and puts it to a free one of 2 and 3 that it has chosen; B moves what is mapped at place 2 to place 1, replacing what is there; F shares what it finds with a child,
 * place after place; U maps one of 2 and 3 if it is free, and unmaps it again, without a ticket. A ticket names the pages of a move, those of the target as well, and is put at the end of the queue in one step; it holds
 * when no earlier one in the queue names a page of its own; at the end it is taken out of the queue.
 *
 * Invariants
 *   R1 no two tickets that meet hold at the same time;
 *   R2 a mover never finds a word busy that is another's, so no page is taken for a hole while it is on its way;
 *   R3 a fork that ran finds the page exactly once, and it is in one place at the end;
 *   R4 nobody waits in a circle (no invalid end state).
 *
 * Flags that leave something out (each must break)
 *   SOURCEONLY  the ticket of A names its source only, and the target is chosen when it holds: R2 at 131 states
 *   LOOKFIRST   looks whether anybody is in the way, then queues: R1 at 193 states
 *   ANYORDER    waits for every ticket that it meets, not for earlier ones only: R4 at 163 states
 *   NOWAIT      F takes no ticket: R3 at 582 states
 *   NOAGAIN     A does not look again, when its ticket holds, whether its target is free: U's map is lost, at 6,521 states
 * The whole holds over 24,943 states.
 */
#define EMPTY 0
#define PAGE 1
#define BUSY 2
#define OTHER 3                 /* mapped by U */
#define A 0
#define B 1
#define F 2
#define NONE 3

byte place[4];
byte pages[4];                  /* of the ticket of A, B, F; a bit for each place. Of nobody: none */
byte queue[3] = NONE;
bool holding[3];
byte done;

#define meet(a, b) ((pages[a] & pages[b]) != 0)
#ifdef ANYORDER
#define free(me, other) (queue[other] == NONE || queue[other] == me || !meet(queue[other], me))
#define first(me) (free(me, 0) && free(me, 1) && free(me, 2))
#else
#define first(me) (queue[0] == me \
    || (queue[1] == me && !meet(queue[0], me)) \
    || (queue[2] == me && !meet(queue[0], me) && !meet(queue[1], me)))
#endif
#define alone(me) (!(holding[A] && me != A && meet(A, me)) && !(holding[B] && me != B && meet(B, me)) && !(holding[F] && me != F && meet(F, me)))

inline append(me) {
    if
    :: queue[0] == NONE -> queue[0] = me
    :: queue[0] != NONE && queue[1] == NONE -> queue[1] = me
    :: else -> queue[2] = me
    fi
}
inline take(me) {
#ifdef LOOKFIRST
    (queue[0] == NONE || !meet(queue[0], me)) && (queue[1] == NONE || !meet(queue[1], me)) && (queue[2] == NONE || !meet(queue[2], me));
    d_step { append(me) };
    atomic { holding[me] = 1; assert(alone(me)) }                                 /* R1 */
#else
    d_step { append(me) };
    atomic { first(me) -> holding[me] = 1; assert(alone(me)) }                    /* R1 */
#endif
}
inline giveBack(me) {
    d_step {
        holding[me] = 0;
        if
        :: queue[0] == me -> queue[0] = queue[1]; queue[1] = queue[2]; queue[2] = NONE
        :: queue[1] == me -> queue[1] = queue[2]; queue[2] = NONE
        :: else -> queue[2] = NONE
        fi
    }
}

init {
    atomic { place[0] = PAGE; run Anywhere(); run Fixed(); run Fork(); run Unrelated(); run End() }
}

proctype Anywhere() {
    byte to;
    bool claimed;
    do
    :: claimed -> break
    :: else ->
#ifdef SOURCEONLY
        pages[A] = 1;
        take(A);
#endif
        if
        :: place[2] == EMPTY -> to = 2
        :: place[3] == EMPTY -> to = 3
        :: place[2] != EMPTY && place[3] != EMPTY -> to = 0
        fi;
        if
        :: to == 0 -> skip
        :: else ->
#ifndef SOURCEONLY
            pages[A] = 1 | (1 << to);
            take(A);
#endif
            d_step {
                if
#ifdef NOAGAIN
                :: true -> assert(place[to] == EMPTY); place[to] = BUSY; claimed = 1
#else
                :: place[to] == EMPTY -> place[to] = BUSY; claimed = 1
                :: else -> skip
#endif
                fi
            };
            if
            :: claimed ->
                place[0] = EMPTY;
                d_step { if :: place[to] == BUSY -> place[to] = PAGE :: else -> skip fi }
            :: else -> skip
            fi;
#ifndef SOURCEONLY
            giveBack(A)
#endif
        fi;
#ifdef SOURCEONLY
        giveBack(A);
#endif
    od;
    done++
}

proctype Fixed() {
    byte seen;
    pages[B] = (1 << 2) | (1 << 1);
    take(B);
    d_step { seen = place[2]; assert(seen != BUSY) };                              /* R2 */
    if
    :: seen == PAGE ->
        place[1] = BUSY;
        place[2] = EMPTY;
        place[1] = PAGE
    :: else -> skip                             /* nothing there, or what U may unmap at any time */
    fi;
    giveBack(B);
    done++
}

proctype Fork() {
    byte i, found;
    pages[F] = 15;
#ifndef NOWAIT
    take(F);
#endif
    do
    :: i == 4 -> break
    :: else -> d_step { found = found + (place[i] == PAGE); i++ }
    od;
    assert(found == 1);                                                            /* R3 */
#ifndef NOWAIT
    giveBack(F);
#endif
    done++
}

proctype Unrelated() {
    byte at;
    if :: at = 2 :: at = 3 fi;
    atomic {
        if
        :: place[at] == EMPTY -> place[at] = OTHER
        :: else -> at = 0
        fi
    };
    if
    :: at != 0 -> d_step { assert(place[at] == OTHER); place[at] = EMPTY }
    :: else -> skip
    fi;
    done++
}

proctype End() {
    done == 4;
    assert((place[0] == PAGE) + (place[1] == PAGE) + (place[2] == PAGE) + (place[3] == PAGE) == 1)      /* R3 */
}

/*
 * claimfold.pml: a tentative word above the leaf that MAP_FIXED has to expand while the claim is settled.
 *
 * One upper slot that covers two pages holds TENT of claim A, folded. F is a MAP_FIXED of page 0: it expands the upper word into a table of two
 * copies (CAS of the word it has read) and replaces leaf 0. A settles: CAS TENT -> RESERVED (commit) or TENT -> 0 (roll back) at the upper
 * slot; if it fails, A reads again, and if it finds a TABLE it settles every leaf that still has its ticket.
 *
 * Invariants
 *   I1 no tentative word is left when A has returned (else whoever meets it waits for ever);
 *   I2 page 0 is F's; page 1 is A's after a commit, unmapped after a rollback;
 *   I3 charged == mapped.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   GONE               a failed CAS at the upper slot means "overtaken", nothing more: I1 at 17 states
 *   FRESH              F puts a table of zeroes (tentative counts as unmapped) instead of copies: I2 at 22 states
 * The whole holds over 296 states.
 */
#define TENT 1
#define RESERVED 2
#define TABLE 3
#define FIXED 4
byte upper = TENT;
byte leaf[2];
byte charged = 3;               /* two pages of A, one of F, raised first */
bool commits;
byte done;

active proctype A() {
    byte w, i, n; bool ok;
    if :: commits = 1 :: commits = 0 fi;
    do
    :: w = upper;
        if
        :: w == TENT ->
            atomic { if :: upper == w -> upper = (commits -> RESERVED : 0); ok = 1; n = 2 * commits :: else -> skip fi };
#ifdef GONE
            break
#else
            if :: ok -> break :: else -> skip fi
#endif
        :: w == TABLE ->
#ifndef GONE
            do
            :: i == 2 -> break
            :: else -> atomic { if :: leaf[i] == TENT -> leaf[i] = (commits -> RESERVED : 0); n = n + commits :: else -> skip fi; i++ }
            od;
#endif
            break
        fi
    od;
    atomic { charged = charged - (2 - n); done++ }
}

active proctype F() {
    byte w; bool ok, below;
    do
    :: w = upper;
        if
        :: w != TABLE ->
            atomic {
                if
                :: upper == w ->
                    upper = TABLE;
#ifdef FRESH
                    leaf[0] = (w == TENT -> 0 : w); leaf[1] = leaf[0]
#else
                    leaf[0] = w; leaf[1] = w
#endif
                :: else -> skip
                fi
            }
        :: else ->
            w = leaf[0];
            atomic { if :: leaf[0] == w -> leaf[0] = FIXED; ok = 1 :: else -> skip fi };
            if :: ok -> break :: else -> skip fi
        fi
    od;
    if :: w == RESERVED -> charged-- :: else -> skip fi;
    done++
}

active proctype End() {
    done == 2;
    d_step {
        assert(upper == TABLE && leaf[1] != TENT);                                  /* I1 */
        assert(leaf[0] == FIXED && leaf[1] == (commits -> RESERVED : 0));           /* I2 */
        assert(charged == (leaf[0] != 0) + (leaf[1] != 0))                          /* I3 */
    }
}

/*
 * remember.pml: a view that remembers the leaf table of its last access, against tables that leave the tree and are reused.
 *
 * One parent word that leads to a leaf table, tables 0 to 2. A view V makes three accesses: it enters, compares the space's retire sequence with the one it remembers, and takes
 * the remembered table or reads the sequence and walks; then it reads the table's slot, and uses what the slot says, all in one epoch. D detaches twice: takes the parent's word away by CAS,
 * raises the sequence, freezes the slot, retires the table, and puts a fresh one there. A retired table is reused, as anything, when no epoch of the time of its retirement is left.
 *
 * Invariants
 *   I1 a slot is read only in a table that was not reused since the view entered;
 *   I2 what is used is of a life of the page whose detach had not returned when the access began.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   NOSEQUENCE   the sequence is not raised: I1 at 1,503 states
 *   RAISELATE    it is raised after the table was retired, in the open: I1 at 2,314 states
 *   COMPAREFIRST it is compared before entering: I1 at 2,208 states
 *   READLATE     the sequence that is remembered is read after the walk: I1 at 2,182 states
 *   NOEPOCH      the view does not enter: I1 at 1,334 states
 * The whole holds over 12,852 states.
 */
#define NT 3
#define FROZEN 128

byte parent = 1;                /* table + 1, or 0 */
byte sequence = 1;
byte slot[NT];                  /* the life of the page that the table shows; 255: used for something else */
byte state[NT];                 /* 0 free, 1 in use, 2 retired */
byte waits[NT];                 /* a retired table waits for the view's epoch */
byte inside;
byte life = 1;                  /* of the page: what a walk finds now */
byte ended;                     /* lives that ended before a detach returned */
bool go;
byte finished;

#define usable(x) (state[x] == 0 || (state[x] == 2 && !waits[x]))

active proctype V() {
    byte table, remembered = 255, rememberedSequence, seen, began, n, w;
    go;
    do
    :: n == 3 -> break
    :: else ->
        began = ended;
#ifdef COMPAREFIRST
        seen = (remembered != 255 && sequence == rememberedSequence);
#endif
#ifndef NOEPOCH
        inside = 1;
#endif
#ifndef COMPAREFIRST
        seen = (remembered != 255 && sequence == rememberedSequence);
#endif
        if
        :: seen -> table = remembered
        :: else ->
#ifndef READLATE
            rememberedSequence = sequence;
#endif
            table = parent;
#ifdef READLATE
            rememberedSequence = sequence;
#endif
            if
            :: table == 0 -> remembered = 255; table = 255
            :: else -> table = table - 1; remembered = table
            fi
        fi;
        if
        :: table != 255 ->
            atomic {
                w = slot[table];
                assert(w != 255 && state[table] != 0)                               /* I1 */
            };
            if
            :: w & FROZEN -> skip                                                   /* starts over, or faults */
            :: else -> assert(w > began)                                            /* I2 */
            fi
        :: else -> skip
        fi;
        d_step { inside = 0; waits[0] = 0; waits[1] = 0; waits[2] = 0 };
        atomic { w = 0; table = 0; seen = 0; began = 0; n++ }
    od;
    finished++
}

inline retire() { d_step { state[t] = 2; waits[t] = inside } }

active proctype D() {
    byte t, c, n;
    go;
    do
    :: n == 2 -> break
    :: else ->
        atomic { t = parent - 1; parent = 0; life++ };
#ifdef RAISELATE
        slot[t] = slot[t] | FROZEN; retire(); sequence++;
#else
#ifndef NOSEQUENCE
        sequence++;
#endif
        slot[t] = slot[t] | FROZEN;
        retire();
#endif
        ended = life - 1;
        /* somebody takes a frame for other content, and gives it back */
        if
        :: atomic { usable(t) -> state[t] = 3; slot[t] = 255 }; state[t] = 0
        :: skip
        fi;
        d_step {
            if :: usable(0) -> c = 0 :: else -> if :: usable(1) -> c = 1 :: else -> assert(usable(2)); c = 2 fi fi;
            state[c] = 1; slot[c] = life
        }
        parent = c + 1;
        atomic { t = 0; c = 0; n++ }
    od;
    finished++
}

init { d_step { state[0] = 1; slot[0] = 1; go = 1 } }

/*
 * The count of a huge page's block while it is split, shared and dropped: Split, Frames.drop, Replace, Fork (mm-core).
 *
 * A block has one count: how many words name a frame of it. A word of the higher level is one reference. Splitting it publishes PARTS words by one
 * CAS, so PARTS - 1 references are added first and taken back by whoever loses the CAS. Words that are taken out keep their reference until a grace
 * period after; the block is given back when the count comes to 0.
 *
 * Two splitters and an unmapper work on the parent's word; a forker gives a child a second word and the child splits or drops its own.
 * Epochs: a thread is inside while it looks at the word and changes it; a drop waits until all who were inside have left.
 *
 * Invariant: the block is given back once, and not while a word names it or somebody inside an epoch still uses what he read.
 *
 * Changed:  AFTER      the references are added after the CAS, in the same epoch: holds, for drops wait for that epoch
 * Left out: LATE       they are added after the epoch has been left
 *           NOUNDO     the loser of the CAS keeps them
 *           NOGRACE    dropped at once
 *           PARTSONLY  the loser takes one too many back
 */
#define PARTS 2
#define HUGE 1          /* the word of the whole page */
#define TABLE 2         /* a table of its parts */
#define GONE 0

#ifndef SPLITTERS
#define SPLITTERS 2
#endif

byte word = HUGE;       /* the parent's slot */
bit part[PARTS];        /* the parts' slots, once word is TABLE */
byte childWord = GONE;
byte count = 1;
bit freed;
/* Inside an epoch, by thread: splitters, unmapper, forker. */
#define THREADS 4
bit inside[THREADS];
bit grace[THREADS];     /* for each: whom it still waits for */
byte late;              /* references that wait for a grace period */
byte retired;

inline give(n) {
    count = count - (n);
    if
    :: count == 0 -> assert(!freed); freed = 1;
        /* nobody names it */
        assert(word == GONE || (word == TABLE && !part[0] && !part[1]));
        assert(childWord == GONE)
    :: else
    fi
}

inline use() { assert(!freed) }

/* Waits until all who are inside now have left, then drops one reference. */
#ifdef NOGRACE
#define DROP(me) atomic { give(1) }
#else
#define DROP(me) \
    atomic { w[0] = inside[0]; w[1] = inside[1]; w[2] = inside[2]; w[3] = inside[3] } \
    do \
    :: atomic { w[0] && !inside[0] -> w[0] = 0 } \
    :: atomic { w[1] && !inside[1] -> w[1] = 0 } \
    :: atomic { w[2] && !inside[2] -> w[2] = 0 } \
    :: atomic { w[3] && !inside[3] -> w[3] = 0 } \
    :: atomic { !w[0] && !w[1] && !w[2] && !w[3] -> give(1); break } \
    od
#endif

proctype Splitter(byte me) {
    byte seen;
    bit won;
    inside[me] = 1;
    seen = word;
    if
    :: seen == HUGE ->
        use();
#if !defined(AFTER) && !defined(LATE)
        count = count + (PARTS - 1);
#endif
        atomic {
            won = (word == HUGE);
            if
            :: won -> word = TABLE; part[0] = 1; part[1] = 1
            :: else
            fi
        }
#if defined(AFTER) || defined(LATE)
#ifdef LATE
        inside[me] = 0;
#endif
        if
        :: won -> use(); count = count + (PARTS - 1)
        :: else
        fi
#else
        if
        :: !won ->
#ifndef NOUNDO
#ifdef PARTSONLY
            atomic { give(PARTS) }
#else
            atomic { assert(count > PARTS - 1); give(PARTS - 1) }
#endif
#endif
            skip
        :: else
        fi;
        use()
#endif
    :: else
    fi;
    inside[me] = 0
}

/* Takes everything away: the whole word, or each part. */
proctype Unmapper(byte me) {
    bit w[THREADS];
    byte taken;
    byte i;
    bit whole;
again:
    inside[me] = 1;
    atomic {
        whole = 0;
        if
        :: word == HUGE -> word = GONE; whole = 1
        :: else
        fi
    }
    if
    :: whole -> taken = 1
    :: else ->
        i = 0;
        do
        :: i < PARTS ->
            atomic {
                if
                :: part[i] -> part[i] = 0; taken++
                :: else
                fi
            }
            i++
        :: else -> break
        od
    fi;
    inside[me] = 0;
    do
    :: taken > 0 -> DROP(me); taken--
    :: else -> break
    od
}

/* Shares the whole word with a child, which then drops it. */
proctype Forker(byte me) {
    bit w[THREADS];
    byte seen;
    bit raised;
    inside[me] = 1;
    seen = word;
    if
    :: seen == HUGE ->
        /* marked copy-on-write: the mark itself is left out here, the word is compared as a whole */
        atomic {
            if
            :: count != 0 -> count++; raised = 1
            :: else
            fi
        }
        if
        :: raised && word == HUGE -> childWord = HUGE
        :: else
        fi
    :: else
    fi;
    inside[me] = 0;
    if
    :: raised ->
        /* The child's end, or the reference raised in vain. */
        if
        :: childWord == HUGE -> use()
        :: else
        fi;
        childWord = GONE;
        DROP(me)
    :: else
    fi
}

init {
    atomic {
        run Splitter(0);
        run Splitter(1);
        run Unmapper(2);
        run Forker(3)
    }
    _nr_pr == 1;
    /* Whoever came second may have found a table that the unmapper saw before: what is left is taken now. */
    atomic {
        if
        :: word == HUGE -> word = GONE; give(1)
        :: word == TABLE ->
            if
            :: part[0] -> part[0] = 0; give(1)
            :: else
            fi;
            if
            :: part[1] -> part[1] = 0; give(1)
            :: else
            fi
        :: else
        fi
    }
    assert(freed && count == 0)
}

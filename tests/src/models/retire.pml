/*
 * retire.pml: one participant's ring of retired memory, drained by anyone, with the asymmetric fence.
 *
 * Readers: enter = store the global epoch to the own slot by a plain store, which here really waits in a store buffer until it drains by
 * itself or a membarrier drains it; then read the pointer, use the object, leave (the slot becomes 0). Owner: make room, unlink
 * object k (the pointer goes to k + 1), write k to the ring at `produced`, raise `produced`. A drainer (two of them and one reader, or
 * with -DDRAINERS=1 -DREADERS=2 the other way round, and always the owner when the ring is full):
 * p = produced; membarrier; tag = epoch, epoch + 1; wait until each slot is 0 or newer than the tag; c = consumed; nothing to do unless
 * c < p; copy [c, p); CAS consumed c -> p; only then free what was copied. With
 * -DOBSERVER the drainer also raises `taken` before the CAS and lowers it at its end, and somebody asks whether anything is on its way back: is the
 * ring empty, and then, is `taken` 0?
 *
 * Invariants
 *   I1 no object is used after it was freed;
 *   I2 no object is freed twice; nothing that was not retired is freed;
 *   I3 after the last drain every retired object has been freed (nothing is lost in the ring);
 *   I4 consumed <= produced <= consumed + size;
 *   I5 (OBSERVER) when the answer is no, everything retired before the question has been freed.
 *
 * Flags that leave something out (each must break; the invariant it breaks)
 *   COPYLATE           copy after the CAS: I2 at 732 states
 *   PLATE              read `produced` after the membarrier: I1 at 142,695 states
 *   PTAG               read `produced` after the tag (still before the wait): I1 at 1,618,626 states
 *   NOBARRIER          no membarrier: I1 at 396,133 states
 *   NOTAG              do not wait for the epochs: I1 at 163,125 states
 *   NOROOM             the owner does not look whether the ring is full: I3 at 66 states
 *   BACKWARDS          c read after p, without the test c < p: I2 at 257 states
 *   NOCAS              consumed stored, not CASed: I2 at 801 states
 *   EARLYSHOW          `produced` is raised before the entry is written: I2 at 522 states
 *   TAKENFIRST         the observer looks at `taken` before the ring: I5 at 445 states
 *   TAKENLATE          `taken` is raised after the CAS: I5 at 177 states
 *   SAMETAG            wait until each slot is 0 or not older than the tag, the epoch raised after the read of it: I1 at 157,082 states
 * Flags that change something without harm (each must hold)
 *   CFIRST      c read before p
 *   KEEPEPOCH   the epoch is not raised by the drainer (readers that come later hold it up)
 *   TAGSOON     the tag before the membarrier, both after `produced` was read
 * The whole holds over 5,401,786 states, with DRAINERS=1 READERS=2 1,921,926; CFIRST 7,173,553; KEEPEPOCH 952,287; TAGSOON 6,652,306;
 * with OBSERVER and DRAINERS=1 1,013,305.
 */
#define SIZE 2
#define OBJECTS 4               /* objects 0..3 are retired in turn, 4 stays linked */
#ifndef READERS
#define READERS 1
#endif
#ifndef DRAINERS
#define DRAINERS 2
#endif

byte pointer;                   /* the object that can be reached */
byte ring[SIZE] = 7;
byte produced, consumed;
byte epoch = 1;
byte slot[2];                   /* what others see */
byte buffer[2];                 /* what the reader has stored and others may not see yet; 0: nothing */
byte freed;                     /* ghost: a bit for each object */
byte done;
#ifdef OBSERVER
byte taken;
#endif

inline membarrier() {
    d_step {
#ifndef NOBARRIER
        if :: buffer[0] -> slot[0] = buffer[0]; buffer[0] = 0 :: else -> skip fi;
        if :: buffer[1] -> slot[1] = buffer[1]; buffer[1] = 0 :: else -> skip fi
#else
        skip
#endif
    }
}
#ifdef NOTAG
#define old(i) false
#elif defined(SAMETAG)
#define old(i) (slot[i] != 0 && slot[i] < tag)
#elif defined(KEEPEPOCH)
#define old(i) (slot[i] != 0)
#else
#define old(i) (slot[i] != 0 && slot[i] <= tag)
#endif

inline free(object) { assert(object < pointer && !(freed & (1 << object))); freed = freed | (1 << object) }

inline copy() {
    if :: p - c >= 1 -> e0 = ring[c % SIZE] :: else -> skip fi;
    if :: p - c >= 2 -> e1 = ring[(c + 1) % SIZE] :: else -> skip fi
}

inline drain() {
#ifdef CFIRST
    c = consumed;
#endif
#if defined(PLATE)
    membarrier(); p = produced; atomic { tag = epoch; epoch++ };
#elif defined(PTAG)
    atomic { tag = epoch; epoch++ }; p = produced; membarrier();
#elif defined(TAGSOON)
    p = produced; atomic { tag = epoch; epoch++ }; membarrier();
#elif defined(KEEPEPOCH)
    p = produced; membarrier(); tag = epoch;
#else
    p = produced; membarrier(); atomic { tag = epoch; epoch++ };
#endif
    !old(0);
    !old(1);
#ifndef CFIRST
    c = consumed;
#endif
    if
#ifdef BACKWARDS
    :: c != p ->
#else
    :: c < p ->
#endif
#ifndef COPYLATE
        copy();
#endif
#if defined(OBSERVER) && !defined(TAKENLATE)
        taken++;
#endif
        atomic {
            if
#ifdef NOCAS
            :: true -> consumed = p; ok = 1
#else
            :: consumed == c -> consumed = p; ok = 1
            :: else -> ok = 0
#endif
            fi;
            assert(consumed <= produced && produced <= consumed + SIZE)            /* I4 */
        };
#ifdef TAKENLATE
        taken++;
#endif
        if
        :: ok ->
#ifdef COPYLATE
            copy();
#endif
            d_step { if :: p - c == 1 || p - c == 2 -> free(e0) :: else -> skip fi; if :: p - c == 2 -> free(e1) :: else -> skip fi }  /* I2 */
        :: else -> skip
        fi
#ifdef OBSERVER
        ; taken--
#endif
    :: else -> skip
    fi;
    atomic { p = 0; c = 0; tag = 0; e0 = 0; e1 = 0; ok = 0 }
}

active proctype Owner() {
    byte k, p, c, tag, e0, e1; bool ok;
    do
    :: k == OBJECTS -> break
    :: else ->
#ifndef NOROOM
        do
        :: produced - consumed < SIZE -> break
        :: else -> drain()
        od;
#endif
        pointer = k + 1;
#ifdef EARLYSHOW
        produced++; ring[(produced - 1) % SIZE] = k;
#else
        ring[produced % SIZE] = k;
        produced++;
#endif
        k++
    od;
    k = 0; done++
}
active [DRAINERS] proctype Drainer() {
    byte p, c, tag, e0, e1; bool ok;
    drain();
    done++
}
active [READERS] proctype Reader() {
    byte e, object, id;
    id = _pid - 1 - DRAINERS;
    e = epoch;
    buffer[id] = e;
    object = pointer;
    assert(!(freed & (1 << object)));                                              /* I1 */
    /* a release store: the buffer is in order, so the slot is seen as 0 only after it was seen as e, or never as e */
    atomic { slot[id] = 0; buffer[id] = 0; e = 0; object = 0; id = 0; done++ }
}
/* the store buffers drain by themselves at any moment */
active [READERS] proctype Buffer() {
    do
    :: atomic { buffer[_pid - 1 - DRAINERS - READERS] != 0 -> slot[_pid - 1 - DRAINERS - READERS] = buffer[_pid - 1 - DRAINERS - READERS]; buffer[_pid - 1 - DRAINERS - READERS] = 0 }
    :: done == 1 + DRAINERS + READERS -> break
    od
}

#ifdef OBSERVER
/* created last, so that the process ids of the others stay what they are */
#define OTHERS (1 + DRAINERS + READERS)
active proctype Observer() {
    byte retired; bool nothing;
    do
    :: done == OTHERS -> break
    :: else ->
#ifdef TAKENFIRST
        atomic { nothing = (taken == 0); retired = produced };
        nothing = (nothing && consumed == produced);
#else
        atomic { nothing = (consumed == produced); retired = produced };
        nothing = (nothing && taken == 0);
#endif
        assert(!nothing || (freed & ((1 << retired) - 1)) == (1 << retired) - 1);  /* I5 */
        atomic { nothing = false; retired = 0 }
    od
}
#endif

active proctype End() {
    byte p, c, tag, e0, e1; bool ok;
    done == 1 + DRAINERS + READERS;
    drain();
    assert(consumed == produced && freed == (1 << OBJECTS) - 1)                    /* I3 */
}

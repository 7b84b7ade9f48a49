package dev.pagoda.mm.space;

import static dev.pagoda.mm.space.Waits.await;
import static dev.pagoda.mm.space.Waits.becomes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Moves that meet take turns, in the order of their arrival; others do not wait. */
@Timeout(60)
class MoveTicketsTest {
    /** How long something that must not happen is waited for. */
    private static final long NEVER_NANOS = 50_000_000L;

    private static final int PAGES = 12;
    private static final int THREADS = 4;
    private static final int TURNS = 20_000;

    private final MoveTickets tickets = new MoveTickets();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void movesOfOtherPagesHoldAtTheSameTime() {
        MoveTicket first = new MoveTicket(0, 4, 8, 12);
        MoveTicket between = new MoveTicket(4, 6, 6, 8);
        tickets.take(first);
        await(take(between)::isDone);
        tickets.giveBack(first);
        await(take(first)::isDone);
        tickets.giveBack(between);
        tickets.giveBack(first);
        assertThat(tickets.length()).isZero();
    }

    @Test
    void aMoveWaitsForOneThatTakesFromOrPutsToAPageOfIts() {
        MoveTicket held = new MoveTicket(0, 4, 8, 12);
        for (MoveTicket next : List.of(
                new MoveTicket(3, 5, 20, 22),
                new MoveTicket(11, 13, 20, 22),
                new MoveTicket(20, 22, 3, 5),
                new MoveTicket(20, 22, 7, 9),
                MoveTicket.ofAll())) {
            tickets.take(held);
            CompletableFuture<Void> taken = take(next);
            boolean soon = becomes(taken::isDone, NEVER_NANOS);
            tickets.giveBack(held);
            taken.join();
            tickets.giveBack(next);
            assertThat(soon).as("%s beside %s", next, held).isFalse();
        }
    }

    /** So a fork comes to its turn however many moves there are. */
    @Test
    void nobodyIsOvertakenByOneThatMeetsHim() {
        MoveTicket held = new MoveTicket(0, 1, 1, 2);
        tickets.take(held);
        MoveTicket all = MoveTicket.ofAll();
        CompletableFuture<Void> fork = take(all);
        await(() -> tickets.length() == 2);
        MoveTicket later = new MoveTicket(4, 5, 5, 6);
        CompletableFuture<Void> move = take(later);
        boolean moved = becomes(move::isDone, NEVER_NANOS);
        boolean forked = fork.isDone();
        tickets.giveBack(held);
        fork.join();
        boolean movedBesideTheFork = becomes(move::isDone, NEVER_NANOS);
        tickets.giveBack(all);
        move.join();
        tickets.giveBack(later);
        assertThat(moved || forked || movedBesideTheFork).isFalse();
        assertThat(tickets.length()).isZero();
    }

    @Test
    void pagesHaveOneMoverAtATime() {
        long seed = System.nanoTime();
        System.out.println("MoveTicketsTest seed " + seed);
        AtomicIntegerArray movers = new AtomicIntegerArray(PAGES);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            all.add(CompletableFuture.runAsync(() -> moveAtRandom(random, movers), threads));
        }
        all.forEach(CompletableFuture::join);
        assertThat(tickets.length()).isZero();
    }

    private void moveAtRandom(Random random, AtomicIntegerArray movers) {
        for (int turn = 0; turn < TURNS; turn++) {
            int pages = 1 + random.nextInt(2);
            int source = random.nextInt(PAGES / 2 - pages + 1);
            int target = PAGES / 2 + random.nextInt(PAGES / 2 - pages + 1);
            MoveTicket ticket = random.nextInt(16) == 0
                    ? new MoveTicket(0, PAGES, 0, PAGES)
                    : new MoveTicket(source, source + pages, target, target + pages);
            tickets.take(ticket);
            for (int page = 0; page < PAGES; page++) {
                if (isOf(ticket, page) && movers.incrementAndGet(page) != 1) {
                    throw new IllegalStateException("page " + page + " has two movers");
                }
            }
            for (int page = 0; page < PAGES; page++) {
                if (isOf(ticket, page)) {
                    movers.decrementAndGet(page);
                }
            }
            tickets.giveBack(ticket);
        }
    }

    private static boolean isOf(MoveTicket ticket, int page) {
        return ticket.source() <= page && page < ticket.sourceEnd()
                || ticket.target() <= page && page < ticket.targetEnd();
    }

    private CompletableFuture<Void> take(MoveTicket ticket) {
        return CompletableFuture.runAsync(() -> tickets.take(ticket), threads);
    }
}

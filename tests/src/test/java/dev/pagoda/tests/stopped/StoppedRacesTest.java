package dev.pagoda.tests.stopped;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Races that come out right wherever one of the two is stopped; each names the rule that it watches. */
class StoppedRacesTest {
    /** Where an announcement is made and counted, with what comes before it; and how far the look at 512 slots reaches from there. */
    private static final int ANNOUNCING = 10;

    private static final int LOOKED = 500;
    private static final int PUBLISHED = 525;

    /** Where the look for pages in a table has passed the first slots; and how far it is from there until words are frozen, and thawed again. */
    private static final int LOOKING = 12;

    private static final int FREEZING = 500;
    private static final int THAWED = 520;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mm.space.TakeOverRace",
                "mm.space.CopyAgainstPageOut",
                "mm.space.PinnedPage$WhilePagedOut",
                "mm.space.PinnedPage$WhilePinned",
                "mm.space.ForkAgainstPageIn",
                "mm.space.PageInAgainstPageOut",
                "mm.space.PunchAgainstPunch",
                "mm.space.StoreAgainstMove$OfPages",
                "mm.space.StoreAgainstMove$OfTable",
                "mm.space.StoreAgainstMove$OfTableInParts",
                "mm.space.StoreAgainstMove$OfHugePage",
                "pagecache.PunchAgainstStore",
                "pagecache.HandlesRace$WhileRead",
                "pagecache.HandlesRace$WhileMadeWritable",
                "mm.frame.FrameRaces$Pins",
                "mm.frame.FrameRaces$Generations",
                "mm.frame.FrameRaces$Notes",
                "mm.frame.FrameRaces$Users",
                "mm.frame.FrameRaces$LastCount",
                "mm.frame.FrameRaces$Deposit",
                "mm.frame.FrameRaces$DepositTaken",
                "mm.frame.FrameRaces$ReserveTaken",
                "mm.frame.FrameRaces$ReserveFilled",
                "mm.frame.FrameRaces$ReserveFoundFull",
                "mm.frame.FrameRaces$Fillings",
                "mm.frame.FrameRaces$BothFreed",
                "mm.frame.FrameRaces$FreedWhenCorrected",
                "mm.frame.FrameRaces$OtherFreedWhenCorrected",
                "mm.frame.FrameRaces$Blocks",
            })
    void comesOutRight(String race) throws Exception {
        assertThat(StoppedRaces.run("dev.pagoda." + race)).isPositive();
    }

    @Test
    void searchAgainstUnmap() throws Exception {
        StoppedRaces.runTwice("dev.pagoda.mm.space.SearchAgainstUnmap", ANNOUNCING, LOOKED, PUBLISHED);
    }

    @Test
    void bringInAgainstThaw() throws Exception {
        // The last stop with frozen words is that between the page being met and the thaw; one alone may be the stop
        // before the page is met.
        assertThat(StoppedRaces.runTwice("dev.pagoda.mm.radix.BringInAgainstThaw", LOOKING, FREEZING, THAWED))
                .isGreaterThan(1);
    }
}

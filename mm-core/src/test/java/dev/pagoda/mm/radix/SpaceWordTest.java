package dev.pagoda.mm.radix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpaceWordTest {
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int EXEC = 4;
    private static final long FRAME = (1L << 28) - 2;
    private static final int REGION = (1 << 24) - 1;

    private static List<Long> everyReserved() {
        List<Long> words = new ArrayList<>();
        for (int protection = 0; protection < 8; protection++) {
            for (int region : new int[] {1, 0x1ffff, REGION}) {
                words.add(SpaceWord.reserved(region, protection, false));
                words.add(SpaceWord.reserved(region, protection, true));
            }
        }
        return words;
    }

    @Test
    void kindsExcludeEachOther() {
        for (long reserved : everyReserved()) {
            long[] words = {
                reserved,
                SpaceWord.busy(reserved, 5),
                SpaceWord.tentative(reserved, 5),
                SpaceWord.populatedOwn(reserved, FRAME),
                SpaceWord.populatedCow(reserved, FRAME),
                SpaceWord.populatedShared(reserved, FRAME),
                SpaceWord.withoutDirtyAndAccessed(SpaceWord.populatedOwn(reserved, FRAME)),
                SpaceWord.withDirty(SpaceWord.populatedShared(reserved, FRAME)),
            };
            for (int i = 0; i < words.length; i++) {
                long word = words[i];
                assertThat(SpaceWord.isTable(word)).isFalse();
                assertThat(SpaceWord.isFrozen(word)).isFalse();
                assertThat(SpaceWord.isReserved(word)).isEqualTo(i == 0);
                assertThat(SpaceWord.isBusy(word)).isEqualTo(i == 1);
                assertThat(SpaceWord.isTentative(word)).isEqualTo(i == 2);
                assertThat(SpaceWord.isPresent(word)).isEqualTo(i > 2);
                assertThat(SpaceWord.isMapped(word)).isEqualTo(i != 2);
                assertThat(SpaceWord.isOwn(word)).isEqualTo(i == 3 || i == 6);
                assertThat(SpaceWord.identity(word)).isEqualTo(reserved);
                assertThat(SpaceWord.reservedLike(word)).isEqualTo(reserved);
                assertThat(SpaceWord.withoutFrozen(SpaceWord.withFrozen(word))).isEqualTo(word);
                assertThat(SpaceWord.isFrozen(SpaceWord.withFrozen(word))).isTrue();
                assertThat(SpaceWord.allowsLoad(SpaceWord.withFrozen(word))).isFalse();
                assertThat(SpaceWord.allowsStore(SpaceWord.withFrozen(word))).isFalse();
            }
            assertThat(SpaceWord.ticket(words[1])).isEqualTo(5);
            assertThat(SpaceWord.ticket(words[2])).isEqualTo(5);
            assertThat(SpaceWord.frame(words[3])).isEqualTo(FRAME);
        }
    }

    @Test
    void whatIsNotMappedAllowsNothing() {
        for (long word : new long[] {SpaceWord.UNMAPPED, SpaceWord.table(FRAME), SpaceWord.withFrozen(0)}) {
            assertThat(SpaceWord.isMapped(word)).isFalse();
            assertThat(SpaceWord.isPresent(word)).isFalse();
            assertThat(SpaceWord.isBusy(word)).isFalse();
            assertThat(SpaceWord.isTentative(word)).isFalse();
            assertThat(SpaceWord.allowsLoad(word)).isFalse();
            assertThat(SpaceWord.allowsStore(word)).isFalse();
        }
        assertThat(SpaceWord.isTable(SpaceWord.table(FRAME))).isTrue();
        assertThat(SpaceWord.frame(SpaceWord.table(FRAME))).isEqualTo(FRAME);
    }

    @Test
    void protectionDecidesWhatAnAccessMayDo() {
        for (int protection = 0; protection < 8; protection++) {
            long reserved = SpaceWord.reserved(REGION, protection, false);
            boolean loads = protection != 0;
            boolean stores = (protection & WRITE) != 0;
            assertThat(SpaceWord.protection(reserved)).isEqualTo(protection);
            assertThat(SpaceWord.isReadable(reserved)).isEqualTo(loads);
            assertThat(SpaceWord.isWritable(reserved)).isEqualTo(stores);
            assertThat(SpaceWord.allowsLoad(reserved)).isFalse();
            assertThat(SpaceWord.allowsStore(reserved)).isFalse();
            long own = SpaceWord.populatedOwn(reserved, FRAME);
            assertThat(SpaceWord.allowsLoad(own)).isEqualTo(loads);
            assertThat(SpaceWord.allowsStore(own)).isEqualTo(stores);
            long cow = SpaceWord.populatedCow(reserved, FRAME);
            assertThat(SpaceWord.allowsLoad(cow)).isEqualTo(loads);
            assertThat(SpaceWord.allowsStore(cow)).isFalse();
            long shared = SpaceWord.populatedShared(reserved, FRAME);
            assertThat(SpaceWord.allowsLoad(shared)).isEqualTo(loads);
            assertThat(SpaceWord.allowsStore(shared)).as("clean").isFalse();
            assertThat(SpaceWord.allowsStore(SpaceWord.withDirty(shared))).isEqualTo(stores);
            for (int other = 0; other < 8; other++) {
                long changed = SpaceWord.withProtection(own, other);
                assertThat(SpaceWord.protection(changed)).isEqualTo(other);
                assertThat(SpaceWord.frame(changed)).isEqualTo(FRAME);
                assertThat(SpaceWord.region(changed)).isEqualTo(REGION);
                assertThat(SpaceWord.withProtection(changed, protection)).isEqualTo(own);
            }
        }
    }

    @Test
    void identityIsProtectionLockAndRegion() {
        long plain = SpaceWord.reserved(1, READ | WRITE, false);
        assertThat(SpaceWord.identity(SpaceWord.populatedOwn(plain, FRAME))).isEqualTo(SpaceWord.identity(plain));
        assertThat(SpaceWord.identity(SpaceWord.withLocked(plain, true))).isNotEqualTo(SpaceWord.identity(plain));
        assertThat(SpaceWord.withLocked(SpaceWord.withLocked(plain, true), false))
                .isEqualTo(plain);
        assertThat(SpaceWord.identity(SpaceWord.withRegion(plain, 3))).isNotEqualTo(SpaceWord.identity(plain));
        assertThat(SpaceWord.region(SpaceWord.withRegion(plain, REGION))).isEqualTo(REGION);
        long read = SpaceWord.reserved(1, READ, false);
        long exec = SpaceWord.reserved(1, EXEC, false);
        assertThat(SpaceWord.identity(SpaceWord.reserved(1, READ | EXEC, false)))
                .isNotEqualTo(SpaceWord.identity(read))
                .isNotEqualTo(SpaceWord.identity(exec));
    }

    @Test
    void aMovedPageTakesTheIdentityOfItsPlace() {
        long content = SpaceWord.withFrozen(SpaceWord.populatedOwn(SpaceWord.reserved(1, READ | WRITE, true), FRAME));
        long place = SpaceWord.busy(SpaceWord.reserved(REGION, READ, false), 77);
        long moved = SpaceWord.moved(content, place);
        assertThat(moved).isEqualTo(SpaceWord.populatedOwn(SpaceWord.reserved(REGION, READ, false), FRAME));
    }
}

package dev.pagoda.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pagoda.runtime.trace.Operation.MapPart;
import dev.pagoda.runtime.trace.Operation.MapParts;
import dev.pagoda.runtime.trace.Operation.OverRange;
import dev.pagoda.runtime.trace.Operation.Where;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final String MAP = "mmap(NULL, 0x10000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = ";

    @Test
    void aMapWithoutAddressIsPlacedByOurKernelAndNamedByWhatFollows() throws TraceError {
        Plan plan = OwnTraces.plan(
                MAP + "0x7f0000000000",
                "mprotect(0x7f0000004000, 8192, PROT_READ) = 0",
                "munmap(0x7f0000000000, 65536) = 0");
        MapPart map = onlyPart(plan, 1);
        assertThat(map.where()).isEqualTo(Where.CHOSEN);
        assertThat(map.at()).isEqualTo(Span.at(0, 0x10000));
        assertThat(parts(plan, 2)).containsExactly(new Span(map.result(), 0x4000, 8192));
        assertThat(parts(plan, 3)).containsExactly(new Span(map.result(), 0, 65536));
        assertThat(plan.imagePlacements()).isZero();
    }

    @Test
    void aFixedMapGoesIntoThePlacementThatLiesThere() throws TraceError {
        Plan plan = OwnTraces.plan(
                MAP + "0x7f0000000000",
                "mmap(0x7f0000002000, 4000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000002000");
        MapPart map = onlyPart(plan, 2);
        assertThat(map.where()).isEqualTo(Where.FIXED);
        assertThat(map.result()).isNull();
        assertThat(map.at()).isEqualTo(new Span(onlyPart(plan, 1).result(), 0x2000, 4000));
    }

    @Test
    void aFixedMapOverNothingMayGoElsewhere() throws TraceError {
        Plan plan = OwnTraces.plan(
                "mmap(0x7f0000002000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x7f0000002000",
                "munmap(0x7f0000002000, 4096) = 0");
        MapPart map = onlyPart(plan, 1);
        assertThat(map.where()).isEqualTo(Where.FIXED_OR_CHOSEN);
        assertThat(map.at()).isEqualTo(Span.at(0x7f0000002000L, 4096));
        assertThat(parts(plan, 2)).containsExactly(new Span(map.result(), 0, 4096));
    }

    @Test
    void aRangeOverSeveralPlacementsIsCarriedOutInParts() throws TraceError {
        Plan plan = OwnTraces.plan(
                MAP + "0x7f0000010000",
                MAP + "0x7f0000000000",
                "mmap(0x7f0000008000, 0x10000, PROT_READ, MAP_PRIVATE|MAP_FIXED, 7, 0x3000) = 0x7f0000008000",
                "munmap(0x7f0000004000, 0x10001) = 0");
        List<MapPart> maps = ((MapParts) OwnTraces.step(plan, 3).operation()).parts();
        Placement high = onlyPart(plan, 1).result();
        Placement low = onlyPart(plan, 2).result();
        assertThat(maps.stream().map(MapPart::at))
                .containsExactly(new Span(low, 0x8000, 0x8000), new Span(high, 0, 0x8000));
        assertThat(maps.stream().map(MapPart::fileOffset)).containsExactly(0x3000L, 0xb000L);
        assertThat(parts(plan, 4)).containsExactly(new Span(low, 0x4000, 0xc000), new Span(high, 0, 0x4001));
    }

    @Test
    void memoryThatTheRecordingOnlyUsesIsMappedInAdvance() throws TraceError {
        Plan plan = OwnTraces.plan(
                "mprotect(0x55d00000e000, 8192, PROT_READ) = 0", "mprotect(0x55d00000f000, 4096, PROT_NONE) = 0");
        Step step = OwnTraces.step(plan, 1);
        assertThat(step.preparations()).hasSize(1);
        Placement image =
                ((MapParts) step.preparations().getFirst()).parts().getFirst().result();
        assertThat(image.kind()).isEqualTo(Placement.Kind.IMAGE);
        assertThat(parts(plan, 1)).containsExactly(new Span(image, 0, 8192));
        assertThat(parts(plan, 2)).containsExactly(new Span(image, 4096, 4096));
        assertThat(plan.imagePlacements()).isOne();
    }

    @Test
    void whatWasUnmappedIsAHole() throws TraceError {
        Plan plan = OwnTraces.plan(
                MAP + "0x7f0000000000",
                "munmap(0x7f0000000000, 65536) = 0",
                "munmap(0x7f0000000000, 65536) = 0",
                "mprotect(0x7f0000000000, 4096, PROT_READ) = -1 ENOMEM (Cannot allocate memory)");
        assertThat(parts(plan, 3).getFirst().placement()).isNull();
        assertThat(parts(plan, 4).getFirst().placement()).isNull();
        assertThat(plan.imagePlacements()).isZero();
    }

    @Test
    void mremapMovesAPlacement() throws TraceError {
        Plan plan = OwnTraces.plan(
                MAP + "0x7f0000000000",
                "mremap(0x7f0000000000, 65536, 131072, MREMAP_MAYMOVE) = 0x7f0000100000",
                "madvise(0x7f0000110000, 4096, MADV_DONTNEED) = 0",
                MAP + "0x7f0000000000",
                "munmap(0x7f0000000000, 65536) = 0");
        Operation.Remap remap = (Operation.Remap) OwnTraces.step(plan, 2).operation();
        assertThat(remap.old()).isEqualTo(new Span(onlyPart(plan, 1).result(), 0, 65536));
        assertThat(parts(plan, 3)).containsExactly(new Span(remap.result(), 65536, 4096));
        assertThat(parts(plan, 5)).containsExactly(new Span(onlyPart(plan, 4).result(), 0, 65536));
        assertThat(OwnTraces.step(plan, 2).touches())
                .containsExactly(new Touch(new Span(remap.result(), 65536, 65536), true, false));
    }

    @Test
    void theHeapIsAnOffsetFromOurOwnBreak() throws TraceError {
        Plan plan = OwnTraces.plan(
                "brk(NULL) = 0x55d000010000",
                "brk(0x55d000031000) = 0x55d000031000",
                "mprotect(0x55d000020000, 4096, PROT_READ) = 0",
                "brk(0x7fffffffffff) = 0x55d000031000");
        Placement heap = ((Operation.Break) OwnTraces.step(plan, 1).operation()).heap();
        assertThat(OwnTraces.step(plan, 2).operation()).isEqualTo(new Operation.Break(heap, 0x21000));
        assertThat(OwnTraces.step(plan, 2).touches())
                .containsExactly(new Touch(new Span(heap, 0, 0x21000), true, false));
        assertThat(parts(plan, 3)).containsExactly(new Span(heap, 0x10000, 4096));
        assertThat(OwnTraces.step(plan, 4).expectedBreakOffset()).isEqualTo(0x21000);
    }

    @Test
    void hintsArePassedAsTheyAre() throws TraceError {
        Plan plan = OwnTraces.plan(
                "mmap(0x61e78300000, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x61e78300000",
                "mprotect(0x61e78300000, 4096, PROT_READ|PROT_WRITE) = 0");
        assertThat(onlyPart(plan, 1).at()).isEqualTo(Span.at(0x61e78300000L, 4096));
        assertThat(onlyPart(plan, 1).where()).isEqualTo(Where.CHOSEN);
        assertThat(OwnTraces.step(plan, 1).touches()).isEmpty();
        assertThat(OwnTraces.step(plan, 2).touches())
                .as("what mprotect makes accessible is touched then")
                .hasSize(1);
    }

    @Test
    void touchesStopAtTheEndOfAFile() throws TraceError {
        Plan plan = OwnTraces.plan(
                "open(\"/a\", O_RDONLY) = 3",
                "fstat(3, {st_mode=S_IFREG|0644, st_size=5000, ...}) = 0",
                "mmap(NULL, 65536, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000",
                "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 8192) = 0x7f0000020000");
        assertThat(OwnTraces.step(plan, 3).touches().getFirst().span().length()).isEqualTo(8192);
        assertThat(OwnTraces.step(plan, 4).touches()).isEmpty();
    }

    @Test
    void aPositionThatTheRecordingDoesNotExplainIsSetBefore() throws TraceError {
        Plan plan = OwnTraces.plan(
                "open(\"/a\", O_RDONLY) = 3",
                "fstat(3, {st_mode=S_IFREG|0644, st_size=114, ...}) = 0",
                "lseek(3, -60, SEEK_CUR) = 54",
                "lseek(3, 6, SEEK_CUR) = 60");
        assertThat(OwnTraces.step(plan, 3).preparations())
                .containsExactly(new Operation.Seek(
                        ((Operation.Open) OwnTraces.step(plan, 1).operation()).result(), 114, 0));
        assertThat(OwnTraces.step(plan, 4).preparations()).isEmpty();
    }

    @Test
    void onlyFilesThatAreAsRecordedAndOnlyReadAreOpenedThemselves() throws TraceError {
        Trace trace = OwnTraces.parse(
                "open(\"/same\", O_RDONLY) = 3",
                "fstat(3, {st_mode=S_IFREG|0644, st_size=100, ...}) = 0",
                "open(\"/other\", O_RDONLY) = 4",
                "fstat(4, {st_mode=S_IFREG|0644, st_size=101, ...}) = 0",
                "open(\"/written\", O_RDONLY) = 5",
                "fstat(5, {st_mode=S_IFREG|0644, st_size=100, ...}) = 0",
                "open(\"/written\", O_RDWR) = 6",
                "open(\"/unused\", O_RDONLY) = 7");
        Plan plan = Planner.plan(trace, path -> 100);
        assertThat(plan.files().stream().map(RecordedFile::kind))
                .containsExactly(
                        RecordedFile.Kind.REAL,
                        RecordedFile.Kind.STAND_IN,
                        RecordedFile.Kind.STAND_IN,
                        RecordedFile.Kind.STAND_IN);
        assertThat(plan.firstSize(plan.files().get(1))).isEqualTo(101);
    }

    @Test
    void callsOnWhatTheReplayDoesNotHaveAreSkippedWithTheReason() throws TraceError {
        Plan plan = OwnTraces.plan(
                "close(5) = 0",
                "lseek(0, 0, SEEK_CUR) = 0",
                "open(\"/dev/urandom\", O_RDONLY) = 3",
                "close(3) = 0",
                "open(\"/x\", O_RDONLY) = -1 ENXIO (No such device or address)",
                "getpid() = 5",
                "close(9) = -1 EBADF (Bad file descriptor)");
        assertThat(plan.count(Step.Fate.SKIPPED)).isEqualTo(6);
        assertThat(plan.steps())
                .filteredOn(step -> step.fate() == Step.Fate.SKIPPED)
                .allMatch(step -> !step.reason().isEmpty());
        assertThat(OwnTraces.step(plan, 7).operation()).isEqualTo(new Operation.Close(null));
    }

    @Test
    void forkedProcessesHaveAThreadOfTheirOwn() throws TraceError {
        Plan plan = Planner.plan(OwnTraces.read("pipeline"), HostFiles.NONE);
        assertThat(plan.count(Step.Fate.UNSUPPORTED)).isZero();
        // Two that were forked, and one of them executed another program.
        assertThat(plan.processes()).isEqualTo(4);
        assertThat(plan.threads()).hasSize(4);
        assertThat(OwnTraces.step(plan, 3).operation()).isEqualTo(new Operation.Fork(1));
        assertThat(plan.isThereFromTheBeginning(0)).isTrue();
        assertThat(plan.isThereFromTheBeginning(1)).isFalse();
    }

    /** Both find what the parent had at the fork under its names, in the order of the recording; what each does later is its own. */
    @Test
    void aChildStartsFromWhatItsParentHad() throws TraceError {
        Plan plan = Planner.plan(OwnTraces.read("family"), HostFiles.NONE);
        Step fork = OwnTraces.step(plan, 5);
        assertThat(fork.operation()).isEqualTo(new Operation.Fork(1));
        Operation.OverRange inChild =
                (Operation.OverRange) OwnTraces.step(plan, 6).operation();
        Operation.OverRange inParent =
                (Operation.OverRange) OwnTraces.step(plan, 7).operation();
        assertThat(inChild.parts()).isEqualTo(inParent.parts());
        assertThat(OwnTraces.step(plan, 6).waitsFor()).contains(fork);
        Operation.Close childs = (Operation.Close) OwnTraces.step(plan, 10).operation();
        Operation.Close parents = (Operation.Close) OwnTraces.step(plan, 16).operation();
        assertThat(childs.descriptor()).isSameAs(parents.descriptor());
    }

    @Test
    void threadsShareAProcessAndKeepTheOrderOnWhatTheyShare() throws TraceError {
        Plan plan = Planner.plan(OwnTraces.read("threads"), HostFiles.NONE);
        assertThat(plan.threads()).hasSize(2);
        assertThat(plan.processes()).isOne();
        assertThat(plan.threads().get(1).startedByStep()).isTrue();
        assertThat(OwnTraces.step(plan, 4).preparations()).containsExactly(new Operation.Start(1));
        assertThat(OwnTraces.step(plan, 13).waitsFor())
                .as("the main thread's mprotect of the other's arena")
                .containsExactly(OwnTraces.step(plan, 14));
        assertThat(OwnTraces.step(plan, 12).waitsFor())
                .as("nobody else used the arena before")
                .isEmpty();
    }

    @Test
    void rangesAreOneTransferOfTheirSum() throws TraceError {
        Plan plan = OwnTraces.plan(
                "openat(AT_FDCWD, \"/tmp/none\", O_RDWR) = 3",
                "readv(3, [{iov_base=\"ab\\\"], {iov_len=9\", iov_len=4}, {iov_base=\"\", iov_len=6}], 2) = 10",
                "preadv(3, [{iov_base=\"abc\", iov_len=3}], 1, 4) = 3",
                "writev(3, [{iov_base=\"a\", iov_len=1}, {iov_base=\"b\", iov_len=1}, ...], 40) = 40",
                "pwritev(3, [{iov_base=\"a\", iov_len=1}], 1, 100) = 1",
                "readv(9, [{iov_base=0x7ffc00000000, iov_len=5}], 1) = -1 EBADF (Bad file descriptor)",
                "readv(9, 0x7ffc00000000, 3) = -1 EBADF (Bad file descriptor)");
        assertThat(((Operation.Read) OwnTraces.step(plan, 2).operation()).length())
                .isEqualTo(10);
        Operation.ReadAt at = (Operation.ReadAt) OwnTraces.step(plan, 3).operation();
        assertThat(at.length()).isEqualTo(3);
        assertThat(at.offset()).isEqualTo(4);
        assertThat(((Operation.Write) OwnTraces.step(plan, 4).operation()).length())
                .isEqualTo(40);
        assertThat(((Operation.WriteAt) OwnTraces.step(plan, 5).operation()).offset())
                .isEqualTo(100);
        assertThat(((Operation.Read) OwnTraces.step(plan, 6).operation()).length())
                .isEqualTo(5);
        assertThat(((Operation.Read) OwnTraces.step(plan, 7).operation()).length())
                .isZero();
    }

    @Test
    void rangesThatNoCallTakesAreDamage() {
        assertThatThrownBy(() ->
                        OwnTraces.plan("readv(9, [{iov_base=\"\", iov_len=99999999999999999999}], 1) = -1 EBADF (x)"))
                .isInstanceOf(TraceError.class);
    }

    @Test
    void anExecveInTheMiddleIsAFreshProcess() throws TraceError {
        Plan plan = OwnTraces.plan(
                "1 " + MAP + "0x7f0000000000",
                "1 execve(\"/a\", [\"a\"], NULL) = 0",
                "1 " + MAP + "0x7f0000000000",
                "1 munmap(0x7f0000000000, 65536) = 0");
        assertThat(plan.processes()).isEqualTo(2);
        assertThat(plan.threads()).hasSize(2);
        assertThat(parts(plan, 4).getFirst().placement())
                .isSameAs(onlyPart(plan, 3).result());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1) = 0x7f0000000000",
                "mmap(NULL, 4096, PROT_REED, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
                "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000001",
                "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xffffffffffff0000",
                "mmap(NULL, 0, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000",
                "munmap(0x7f0000000000, 0xffffffffffffffff) = 0",
                "close(x) = 0",
                "openat(AT_FDCWD, 5, O_RDONLY) = 3"
            })
    void argumentsThatMakeNoSenseAreDamage(String line) {
        assertThatThrownBy(() -> OwnTraces.plan("close(9) = -1 EBADF (x)", line))
                .isInstanceOfSatisfying(
                        TraceError.class, error -> assertThat(error.line()).isEqualTo(2));
    }

    private static MapPart onlyPart(Plan plan, int line) {
        List<MapPart> parts = ((MapParts) OwnTraces.step(plan, line).operation()).parts();
        assertThat(parts).hasSize(1);
        return parts.getFirst();
    }

    private static List<Span> parts(Plan plan, int line) {
        return ((OverRange) OwnTraces.step(plan, line).operation()).parts();
    }
}

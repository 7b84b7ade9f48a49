package dev.pagoda.runtime.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pagoda.runtime.Kernel;
import dev.pagoda.runtime.KernelConfig;
import dev.pagoda.syscalls.CallArgument;
import dev.pagoda.syscalls.CallRow;
import dev.pagoda.syscalls.CallTable;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Flag;
import dev.pagoda.syscalls.Flags;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Drives every row of the table of calls: what is supported does what it says, what is ignored changes nothing, what is refused gives its errno and changes nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallRowsTest {
    /** Of 1 GiB is one huge page. */
    private static final long MEMORY = 3L << 30;

    private Kernel kernel;

    @TempDir
    Path scratch;

    private int cases;

    @BeforeAll
    void boot() {
        kernel = Kernel.boot(KernelConfig.defaults().withMemoryBytes(MEMORY));
    }

    @AfterAll
    void everythingIsGivenBack() {
        var audit = kernel.audit();
        assertThat(audit.differences()).as(audit.toString()).isZero();
        kernel.close();
    }

    @TestFactory
    List<DynamicTest> everyRow() {
        List<DynamicTest> tests = new ArrayList<>();
        for (CallRow row : CallTable.rows()) {
            if (row.verdict() == Verdict.REFUSED) {
                tests.add(DynamicTest.dynamicTest(row.name(), () -> refusedWhole(row)));
            }
            for (CallArgument argument : row.arguments()) {
                for (Flags set : argument.values()) {
                    for (Flag flag : set.rows()) {
                        String name = row.name() + ' ' + argument.name() + ' ' + flag.name();
                        tests.add(DynamicTest.dynamicTest(name, () -> check(row, set, flag)));
                    }
                    tests.add(DynamicTest.dynamicTest(
                            row.name() + ' ' + set.name() + " others", () -> checkOthers(row, set)));
                }
            }
        }
        return tests;
    }

    private Guest guest() throws IOException {
        return new Guest(kernel, Files.createDirectory(scratch.resolve("case" + cases++)));
    }

    private void refusedWhole(CallRow row) throws IOException {
        try (Guest guest = guest()) {
            String before = guest.state();
            assertThat(guest.call(row.number(), Guest.A, Guest.PAGE, 1, 2, 3, 4))
                    .isEqualTo(-row.errno());
            assertThat(guest.state()).isEqualTo(before);
        }
    }

    private void check(CallRow row, Flags set, Flag flag) throws IOException {
        switch (flag.verdict()) {
            case SUPPORTED -> {
                try (Guest guest = guest()) {
                    Effects.check(guest, row.name(), set.name(), flag);
                }
            }
            case IGNORED -> changesNothing(row, set, flag.value(), flag.name());
            default -> isRefused(row, set, flag.value(), flag.errno());
        }
        if (flag.isTaken() && flag.errno() != 0) {
            try (Guest guest = guest()) {
                int file = guest.open(Linux.O_RDWR);
                int flags = Linux.MAP_SHARED_VALIDATE | flag.value();
                assertThat(guest.calls.mmap(Guest.FREE, Guest.PAGE, Guest.RW, flags, file, 0))
                        .isEqualTo(-flag.errno());
            }
        }
    }

    private void checkOthers(CallRow row, Flags set) throws IOException {
        int named = 0;
        for (Flag flag : set.rows()) {
            named |= flag.value();
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int value = set.isCombined() ? 1 << bit : Bases.unknown(set.name(), bit);
            boolean isNamed = set.isCombined()
                    ? (named & value) != 0
                    : set.rows().stream().anyMatch(flag -> flag.value() == value);
            if (isNamed || Bases.belongsToAnother(row.name(), set.name(), value)) {
                continue;
            }
            if (set.others().verdict() == Verdict.REFUSED) {
                isRefused(row, set, value, set.others().errno());
            } else {
                changesNothing(row, set, value, "0x" + Integer.toHexString(value));
            }
        }
    }

    private void changesNothing(CallRow row, Flags set, int value, String name) throws IOException {
        String without;
        String with;
        try (Guest guest = guest()) {
            long result = Bases.run(guest, row.name(), set.name(), Bases.without(row.name(), set.name()));
            without = Guest.show(result) + '\n' + guest.state();
        }
        try (Guest guest = guest()) {
            int base = set.isCombined() ? Bases.without(row.name(), set.name()) : 0;
            long result = Bases.run(guest, row.name(), set.name(), base | value);
            with = Guest.show(result) + '\n' + guest.state();
        }
        assertThat(with).as(row.name() + " with " + name).isEqualTo(without);
    }

    private void isRefused(CallRow row, Flags set, int value, int errno) throws IOException {
        try (Guest guest = guest()) {
            int base = set.isCombined() ? Bases.without(row.name(), set.name()) : 0;
            Bases.prepare(guest, row.name());
            String before = guest.state();
            assertThat(Guest.show(Bases.run(guest, row.name(), set.name(), base | value)))
                    .as(row.name() + " with 0x" + Integer.toHexString(value))
                    .isEqualTo(Errno.name(errno));
            assertThat(guest.state()).isEqualTo(before);
        }
    }
}

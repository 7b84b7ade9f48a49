package dev.pagoda.runtime.fuzz;

import dev.pagoda.runtime.scratch.ScratchDirectory;
import dev.pagoda.syscalls.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The host's Linux: an {@link AgentCode agent} of our own that carries sequences out in child processes of its own, never in the JVM.
 *
 * <p>Sequences go to it by the block, through memory that it shares with us, so that one exchange serves many. One thread. Closing ends the agent and removes its files.
 */
final class LinuxSide implements AutoCloseable {
    /** Sequences that are carried out at one go. */
    static final int BATCH = AgentLayout.MOST_BLOCKS;

    private static final long LONGEST_ANSWER_SECONDS = 60;
    private static final int FAR_OUT_OF_MEMORY_SCORE = 1000;

    private static final int SYS_PKEY_ALLOC = 330;
    private static final int PROTECTION_KEYS = 16;

    private final ScratchDirectory directory = ScratchDirectory.make("pagoda-fuzz-");
    /** For the memory that is shared with the agent: no disk stands behind it, where the host has such a place. */
    private final ScratchDirectory memory = ScratchDirectory.makeInMemory("pagoda-fuzz-");

    private final Process agent;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment shared;
    private final AgentBlock[] blocks = new AgentBlock[BATCH];
    private final AgentFacts facts;
    private HostFacts host;
    private int waiting;

    private LinuxSide() throws IOException, HostRefused {
        boolean started = false;
        try {
            Path file = memory.path().resolve("shared");
            shared = share(file);
            Path program = directory.path().resolve("agent");
            Files.createFile(
                    program, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.write(program, image(file));
            agent = start(program);
            started = true;
        } finally {
            if (!started) {
                closeMemory();
            }
        }
        try {
            facts = new AgentFacts(
                    capabilities(), directory.path().resolve("scratch").toString(), deviceOf(directory.path()));
            Arrays.setAll(blocks, index -> new AgentBlock(shared, index, facts));
            settle();
        } catch (IOException | HostRefused | RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /**
     * Starts the agent.
     *
     * @throws HostRefused if the host is no Linux on x86-64, or refuses what is needed
     */
    static LinuxSide start() throws HostRefused {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        if (!system.equals("Linux") || !machine.equals("amd64") && !machine.equals("x86_64")) {
            throw new HostRefused(
                    "calls are compared with Linux on x86-64, and this host is " + system + " on " + machine);
        }
        try {
            return new LinuxSide();
        } catch (IOException | UnsupportedOperationException failure) {
            throw new HostRefused(
                    "the host does not let a program be started from its temporary directory: " + failure.getMessage());
        }
    }

    /** The kernel that is compared with. */
    static String release() {
        return System.getProperty("os.version");
    }

    /** What is particular to this host. */
    HostFacts host() {
        return host;
    }

    /** Starts to carry sequences out, {@link #BATCH} at most; {@link #finish} has what they showed. */
    void begin(List<Sequence> sequences) throws HostRefused {
        for (int i = 0; i < sequences.size(); i++) {
            blocks[i].write(sequences.get(i));
        }
        waiting = sequences.size();
        shared.set(ValueLayout.JAVA_LONG, AgentLayout.BLOCK_COUNT, waiting);
        send('B');
    }

    /** Waits for the sequences that were begun. */
    List<Observation> finish() throws HostRefused {
        receive();
        List<Observation> seen = new ArrayList<>(waiting);
        for (int i = 0; i < waiting; i++) {
            seen.add(blocks[i].read());
        }
        return seen;
    }

    /** Makes the agent the first process of a script; sequences can no longer be carried out. */
    AgentSeat attend() throws HostRefused {
        send('S');
        return new AgentSeat(shared, agent, facts.capabilities(), 0);
    }

    /** The number of the agent's process. */
    long pid() {
        return agent.pid();
    }

    /** Carries one sequence out. */
    Observation run(Sequence sequence) throws HostRefused {
        begin(List.of(sequence));
        return finish().getFirst();
    }

    @Override
    public void close() {
        agent.destroyForcibly();
        try {
            agent.waitFor(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        closeMemory();
    }

    private void closeMemory() {
        arena.close();
        memory.close();
        directory.close();
    }

    private MemorySegment share(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, AgentLayout.SHARED_BYTES, arena);
            for (int page = 0; page < AgentLayout.PATTERN_PAGES; page++) {
                segment.asSlice(page * 4096L, 4096).fill((byte) ('a' + page));
            }
            return segment;
        }
    }

    private static byte[] image(Path memory) {
        byte[] code = AgentCode.assemble(AgentLayout.IMAGE + ElfFile.CODE_OFFSET, memory.toString());
        long bytes = AgentLayout.PRIVATE + AgentLayout.PRIVATE_BYTES - AgentLayout.IMAGE;
        return ElfFile.of(AgentLayout.IMAGE, code, bytes);
    }

    private static Process start(Path program) throws IOException {
        return new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Has the agent give up its stack and what else the host put there, and looks at how large it is then. */
    private void settle() throws IOException, HostRefused {
        if (!send('B') || !receive()) {
            throw new HostRefused(
                    "the host does not run a program that is loaded at 0x" + Long.toHexString(AgentLayout.IMAGE));
        }
        Path process = Path.of("/proc", Long.toString(agent.pid()));
        Files.writeString(process.resolve("oom_score_adj"), Integer.toString(FAR_OUT_OF_MEMORY_SCORE));
        blocks[0].begin();
        for (String line : Files.readAllLines(process.resolve("maps"))) {
            String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
            long from = Long.parseUnsignedLong(range[0], 16);
            long to = Long.parseUnsignedLong(range[1], 16);
            boolean own = from >= AgentLayout.AGENT_BEGIN && to <= AgentLayout.SHARED + AgentLayout.SHARED_BYTES;
            if (!own && from >= 0) {
                blocks[0].systemCall(Linux.SYS_munmap, from, to - from);
            }
        }
        // With a key left, Linux makes pages that may only be executed unreadable, as no machine without keys does.
        for (int key = 0; key < PROTECTION_KEYS; key++) {
            blocks[0].systemCall(SYS_PKEY_ALLOC, 0, 0);
        }
        blocks[0].sizes(0);
        blocks[0].finish();
        if (!send('I') || !receive()) {
            throw new HostRefused("the host does not let a program do without a stack");
        }
        long ownSizeBytes = blocks[0].size(0);
        long ownDataBytes = blocks[0].size(2);
        Observation seen = run(new Sequence(0, List.of(), true));
        if (seen.unusable != null) {
            throw new HostRefused("the host does not carry an empty sequence out: " + seen.unusable);
        }
        host = new HostFacts(
                ownSizeBytes, ownDataBytes, HostFacts.showsDropOfReadPages(run(HostFacts.READ_PAGES_DROPPED)));
    }

    private boolean send(char command) throws HostRefused {
        try {
            agent.getOutputStream().write(command);
            agent.getOutputStream().flush();
            return true;
        } catch (IOException gone) {
            throw new HostRefused("the agent is gone: " + gone.getMessage());
        }
    }

    /** Waits for the agent's answer; one that does not come for long is the end of the agent. */
    private boolean receive() throws HostRefused {
        CountDownLatch answered = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> endUnless(answered));
        try {
            int answer = agent.getInputStream().read();
            if (answer < 0) {
                throw new HostRefused("the agent ended without an answer");
            }
            return true;
        } catch (IOException gone) {
            throw new HostRefused("the agent is gone: " + gone.getMessage());
        } finally {
            answered.countDown();
        }
    }

    private void endUnless(CountDownLatch answered) {
        try {
            if (!answered.await(LONGEST_ANSWER_SECONDS, TimeUnit.SECONDS)) {
                agent.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static long capabilities() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("CapEff:")) {
                return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
            }
        }
        return 0;
    }

    /** As maps tells it. */
    private static long deviceOf(Path path) throws IOException {
        long device = (Long) Files.getAttribute(path, "unix:dev");
        long major = device >>> 8 & 0xfff;
        long minor = device & 0xff | device >>> 12 & 0xfff00;
        return major | minor << 32;
    }
}

package dev.pagoda.runtime.script;

import dev.pagoda.mm.space.MapUse;
import dev.pagoda.mm.space.MemoryFault;
import dev.pagoda.syscalls.Errno;
import dev.pagoda.syscalls.Linux;
import dev.pagoda.syscalls.LinuxCalls;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A model of processes, just large enough to try the notation: pages in a map, files in arrays. */
final class ModelWorld implements ScriptWorld {
    final boolean forks;
    int processes;
    int living;

    ModelWorld(boolean forks) {
        this.forks = forks;
    }

    @Override
    public ScriptProcess newProcess() {
        return new ModelProcess(new TreeMap<>(), new HashMap<>());
    }

    @Override
    public Books audit() {
        return new Books(0, "nothing is missing");
    }

    @Override
    public String freeBlocks() {
        return "";
    }

    @Override
    public void close() {}

    private static final class Page {
        byte[] bytes = new byte[4096];
        int protection;

        Page(int protection) {
            this.protection = protection;
        }

        Page copy() {
            Page copy = new Page(protection);
            copy.bytes = bytes.clone();
            return copy;
        }
    }

    private final class ModelProcess implements ScriptProcess, ScriptMemory {
        private final int pid = ++processes;
        private final TreeMap<Long, Page> pages;
        private final Map<Integer, byte[]> files;
        private final Map<Long, ScriptProcess> children = new HashMap<>();
        private long nextAddress = 0x7f0000000000L;
        private long status;

        ModelProcess(TreeMap<Long, Page> pages, Map<Integer, byte[]> files) {
            this.pages = pages;
            this.files = files;
            living++;
        }

        /** A proxy, so that the interface may grow: what the model lacks is ENOSYS. */
        @Override
        public LinuxCalls calls() {
            Class<?>[] faces = {LinuxCalls.class};
            return (LinuxCalls) Proxy.newProxyInstance(
                    LinuxCalls.class.getClassLoader(),
                    faces,
                    (proxy, method, arguments) -> method.getReturnType() == long.class
                            ? (Object) answer(method.getName(), arguments)
                            : method.getName().equals("reason") ? "the model says no" : null);
        }

        private long answer(String name, Object[] given) throws IOException {
            return switch (name) {
                case "mmap" -> mmap((Long) given[0], (Long) given[1], (Integer) given[2], (Integer) given[3]);
                case "munmap" -> munmap((Long) given[0], (Long) given[1]);
                case "mprotect" -> mprotect((Long) given[0], (Long) given[1], (Integer) given[2]);
                case "brk" -> 0x555555554000L;
                case "open" -> open((String) given[0]);
                case "memfdCreate" -> add(new byte[0]);
                case "close" -> files.remove((Integer) given[0]) == null ? -Errno.EBADF : 0;
                case "preadInto" -> pread((Integer) given[0], (byte[]) given[1], (Long) given[2]);
                case "pwriteFrom" -> pwrite((Integer) given[0], (byte[]) given[1], (Long) given[2]);
                case "ftruncate" -> truncate((Integer) given[0], (Long) given[1]);
                case "fileSize" -> {
                    byte[] file = files.get((Integer) given[0]);
                    yield file == null ? -Errno.EBADF : file.length;
                }
                default -> -Errno.ENOSYS;
            };
        }

        private long mmap(long address, long length, int protection, int flags) {
            long count = (length + 4095) >>> 12;
            if (length <= 0 || (flags & Linux.MAP_ANONYMOUS) == 0 || count > 1024) {
                return -Errno.EINVAL;
            }
            long at = address;
            if ((flags & Linux.MAP_FIXED) == 0) {
                nextAddress -= count + 1 << 12;
                at = nextAddress;
            }
            for (long page = 0; page < count; page++) {
                pages.put((at >>> 12) + page, new Page(protection));
            }
            return at;
        }

        private long munmap(long address, long length) {
            if ((address & 4095) != 0 || length <= 0) {
                return -Errno.EINVAL;
            }
            pages.subMap(address >>> 12, (address >>> 12) + (length + 4095 >>> 12))
                    .clear();
            return 0;
        }

        private long mprotect(long address, long length, int protection) {
            for (long page = address >>> 12; page < address + length + 4095 >>> 12; page++) {
                if (!pages.containsKey(page)) {
                    return -Errno.ENOMEM;
                }
                pages.get(page).protection = protection;
            }
            return 0;
        }

        private long open(String path) throws IOException {
            return Files.isRegularFile(Path.of(path)) ? add(Files.readAllBytes(Path.of(path))) : -Errno.ENOENT;
        }

        private long add(byte[] content) {
            int descriptor = 3;
            while (files.containsKey(descriptor)) {
                descriptor++;
            }
            files.put(descriptor, content);
            return descriptor;
        }

        private long pread(int descriptor, byte[] buffer, long offset) {
            byte[] file = files.get(descriptor);
            if (file == null || offset < 0) {
                return file == null ? -Errno.EBADF : -Errno.EINVAL;
            }
            int count = (int) Math.max(0, Math.min(buffer.length, file.length - offset));
            System.arraycopy(file, (int) Math.min(offset, file.length), buffer, 0, count);
            return count;
        }

        private long pwrite(int descriptor, byte[] buffer, long offset) {
            byte[] file = files.get(descriptor);
            if (file == null || offset < 0 || offset > 1 << 20) {
                return file == null ? -Errno.EBADF : -Errno.EFBIG;
            }
            byte[] longer = Arrays.copyOf(file, (int) Math.max(file.length, offset + buffer.length));
            System.arraycopy(buffer, 0, longer, (int) offset, buffer.length);
            files.put(descriptor, longer);
            return buffer.length;
        }

        private long truncate(int descriptor, long length) {
            if (!files.containsKey(descriptor) || length < 0 || length > 1 << 20) {
                return -Errno.EINVAL;
            }
            files.put(descriptor, Arrays.copyOf(files.get(descriptor), (int) length));
            return 0;
        }

        @Override
        public ScriptMemory memory() {
            return this;
        }

        private Page page(long address, int wanted) {
            Page page = pages.get(address >>> 12);
            if (page == null) {
                throw new MemoryFault(
                        MemoryFault.SIGSEGV, MemoryFault.SEGV_MAPERR, address, "the model maps nothing here");
            } else if ((page.protection & wanted) == 0) {
                throw new MemoryFault(MemoryFault.SIGSEGV, MemoryFault.SEGV_ACCERR, address, "the model forbids it");
            }
            return page;
        }

        @Override
        public long load(long address, int size) {
            long value = 0;
            for (int i = size - 1; i >= 0; i--) {
                value = value << 8
                        | page(address + i, Linux.PROT_READ | Linux.PROT_WRITE).bytes[(int) (address + i & 4095)]
                                & 0xff;
            }
            return value;
        }

        @Override
        public void store(long address, int size, long value) {
            for (int i = 0; i < size; i++) {
                page(address + i, Linux.PROT_WRITE).bytes[(int) (address + i & 4095)] = (byte) (value >>> 8 * i);
            }
        }

        @Override
        public long compareAndSet(long address, int size, long expected, long value) {
            long old = load(address, size);
            if (old == expected) {
                store(address, size, value);
            }
            return old;
        }

        @Override
        public void read(long address, byte[] destination) {
            for (int i = 0; i < destination.length; i++) {
                destination[i] = (byte) load(address + i, 1);
            }
        }

        @Override
        public void write(long address, byte[] source) {
            for (int i = 0; i < source.length; i++) {
                store(address + i, 1, source[i]);
            }
        }

        @Override
        public void fill(long address, long length, byte value) {
            for (long i = 0; i < length; i++) {
                store(address + i, 1, value);
            }
        }

        @Override
        public String permissions(long address) {
            Page page = pages.get(address >>> 12);
            return page == null
                    ? ""
                    : ((page.protection & 1) != 0 ? "r" : "-")
                            + ((page.protection & 2) != 0 ? "w" : "-")
                            + ((page.protection & 4) != 0 ? "x" : "-")
                            + "p";
        }

        @Override
        public long countMaps(long address, long length) {
            return pages.subMap(address >>> 12, (address + length + 4095) >>> 12)
                            .isEmpty()
                    ? 0
                    : 1;
        }

        @Override
        public long mapStart(long address) {
            return address & -4096;
        }

        @Override
        public void forEachMap(long address, long lengthBytes, MapUse use) {
            throw new UnsupportedOperationException("scripts do not ask for lines one by one");
        }

        @Override
        public long lockedBytes() {
            return 0;
        }

        @Override
        public long mappedBytes() {
            return (long) pages.size() << 12;
        }

        @Override
        public long dataBytes() {
            return mappedBytes();
        }

        @Override
        public String maps() {
            return pages.size() + " pages\n";
        }

        @Override
        public Optional<String> smaps() {
            return Optional.empty();
        }

        @Override
        public Optional<String> meminfo() {
            return Optional.of("MemTotal: 1 kB\n");
        }

        @Override
        public long residency(long address, long length, byte[] vector) {
            for (int page = 0; page < vector.length; page++) {
                if (!pages.containsKey((address >>> 12) + page)) {
                    return -Errno.ENOMEM;
                }
                vector[page] = 1;
            }
            return 0;
        }

        @Override
        public long fork() {
            if (!forks) {
                return -Errno.ENOSYS;
            }
            TreeMap<Long, Page> copies = new TreeMap<>();
            pages.forEach((number, page) -> copies.put(number, page.copy()));
            ModelProcess child = new ModelProcess(copies, new HashMap<>(files));
            children.put((long) child.pid, child);
            return child.pid;
        }

        @Override
        public Optional<ScriptProcess> child(long pid) {
            return Optional.ofNullable(children.get(pid));
        }

        @Override
        public long exit(int code) {
            if (!forks) {
                return -Errno.ENOSYS;
            }
            status = code;
            return 0;
        }

        @Override
        public long waitFor(long pid) {
            ScriptProcess child = children.get(pid);
            return child == null ? -Errno.ECHILD : ((ModelProcess) child).status;
        }

        @Override
        public long limit(int resource, long softLimit) {
            return -Errno.ENOSYS;
        }

        @Override
        public long dropCapability(int capability) {
            return -Errno.ENOSYS;
        }

        @Override
        public void close() {
            living--;
        }
    }
}

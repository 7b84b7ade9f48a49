package dev.pagoda.tests.stopped;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Set;

/**
 * Loads the kernel a second time, with a call of {@link StopPoints#reach} before each access of memory that other threads may see: words outside of the
 * heap, atomic objects and variables. The kernel itself is not written for it and pays nothing.
 */
final class StoppingLoader extends ClassLoader {
    private static final List<String> KERNEL = List.of("dev.pagoda.mm.", "dev.pagoda.pagecache.");
    /** Each call of it is a point; what it is made of is none. */
    private static final String ACCESSES = "dev.pagoda.mm.memory.RawMemory";

    private static final String RAW_MEMORY = ACCESSES.replace('.', '/');
    private static final String ATOMICS = "java/util/concurrent/atomic/";
    private static final String VARIABLE = "java/lang/invoke/VarHandle";
    /** What is done to memory that nobody else can reach, or that is the program's own. */
    private static final Set<String> UNSEEN = Set.of(
            "getPlain",
            "setPlain",
            "copy",
            "copyIn",
            "copyOut",
            "fill",
            "segment",
            "getByte",
            "setByte",
            "getShort",
            "setShort",
            "getInt",
            "setInt",
            "getLong",
            "setLong");

    private static final ClassDesc STOP_POINTS = ClassDesc.of(StopPoints.class.getName());
    private static final MethodTypeDesc REACH = MethodTypeDesc.of(ConstantDescs.CD_void);

    private final Set<String> own;

    /** Loads the kernel's classes, and those of the test that call it; all others are the parent's. */
    StoppingLoader(Set<String> own) {
        super(StoppingLoader.class.getClassLoader());
        this.own = own;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            return isOwn(name) ? define(name) : super.loadClass(name, resolve);
        }
    }

    private boolean isOwn(String name) {
        return isKernel(name) || isTests(name);
    }

    private boolean isTests(String name) {
        return own.contains(name.contains("$") ? name.substring(0, name.indexOf('$')) : name);
    }

    private static boolean isKernel(String name) {
        return KERNEL.stream().anyMatch(name::startsWith);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] code = isKernel(name) && !isTests(name) && !name.equals(ACCESSES) ? withPoints(bytes) : bytes;
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] withPoints(byte[] bytes) {
        ClassFile file = ClassFile.of();
        CodeTransform before = StoppingLoader::addPoint;
        return file.transformClass(file.parse(bytes), ClassTransform.transformingMethodBodies(before));
    }

    private static void addPoint(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call && isSeenByOthers(call)) {
            code.invokestatic(STOP_POINTS, "reach", REACH);
        }
        code.with(element);
    }

    private static boolean isSeenByOthers(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String method = call.name().stringValue();
        return owner.equals(RAW_MEMORY) && !UNSEEN.contains(method)
                || owner.equals(VARIABLE)
                || owner.startsWith(ATOMICS) && !method.equals("<init>");
    }
}

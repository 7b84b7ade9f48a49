/** Boot, CPUs, scheduler, processes, threads, programs and the {@code pagoda} command. */
module dev.pagoda.runtime {
    requires transitive dev.pagoda.syscalls;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires org.eclipse.collections.impl;
    requires org.jctools.core.jdk11;
    requires org.jline.reader;
    requires org.jline.terminal;

    exports dev.pagoda.runtime;
    exports dev.pagoda.runtime.scheduler;

    opens dev.pagoda.runtime.command to
            info.picocli;
}

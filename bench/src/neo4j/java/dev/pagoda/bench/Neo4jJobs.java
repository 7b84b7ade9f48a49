package dev.pagoda.bench;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.neo4j.scheduler.JobHandle;
import org.neo4j.scheduler.JobScheduler;

/** What Neo4j's page cache asks of its database's scheduler: a thread for the job that evicts pages. Anything else is refused. */
final class Neo4jJobs {
    private Neo4jJobs() {}

    static JobScheduler scheduler() {
        return (JobScheduler) Proxy.newProxyInstance(
                Neo4jJobs.class.getClassLoader(),
                new Class<?>[] {JobScheduler.class},
                (proxy, method, arguments) -> run(method, arguments));
    }

    private static Object run(Method method, Object[] arguments) {
        if (method.getName().equals("schedule")) {
            for (Object argument : arguments) {
                if (argument instanceof Runnable job) {
                    Thread.ofPlatform().daemon().name("neo4j job").start(job);
                    return JobHandle.EMPTY;
                }
            }
        }
        throw new UnsupportedOperationException("Neo4j's page cache asked its scheduler for " + method);
    }
}

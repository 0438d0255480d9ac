package io.exchange.controller.simulation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;

/** The little of a Vert.x context that a loop in virtual time needs: tasks one after the other, and timers. */
final class ManualContext {

    private final SimProcess process;
    private final Set<Long> timers = new HashSet<>();
    private final Vertx vertx;
    private long lastTimer;

    private ManualContext(SimProcess process) {
        this.process = process;
        this.vertx = proxy(Vertx.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "setTimer" -> setTimer((Long) arguments[0], MorePrecisely.handler(arguments[1]));
            case "cancelTimer" -> timers.remove((Long) arguments[0]);
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    /** The context of a process. */
    static Context of(SimProcess process) {
        ManualContext manual = new ManualContext(process);
        return proxy(Context.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "runOnContext" -> manual.run(MorePrecisely.handler(arguments[0]));
            case "executeBlocking" -> block((Callable<?>) arguments[0]);
            case "owner" -> manual.vertx;
            default -> throw new UnsupportedOperationException(method.toString());
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }

    private Void run(Handler<Object> task) {
        process.world.at(process.world.now(), process, () -> task.handle(null));
        return null;
    }

    private static Future<?> block(Callable<?> code) throws Exception {
        return Future.succeededFuture(code.call());
    }

    private long setTimer(long millis, Handler<Object> handler) {
        long id = ++lastTimer;
        timers.add(id);
        process.after(millis * World.MILLI, () -> {
            if (timers.remove(id)) {
                handler.handle(id);
            }
        });
        return id;
    }

    /** What comes as an object. */
    private static final class MorePrecisely {

        @SuppressWarnings("unchecked")
        private static Handler<Object> handler(Object handler) {
            return (Handler<Object>) handler;
        }
    }
}

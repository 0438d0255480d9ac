package io.exchange.examples.benchmarks;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a child process is: answers requests one after the other, on the main thread of the child. */
interface Role {

    /** How long a child may work on anything that it has no time of its own for. */
    long PATIENCE_SECONDS = 300;

    /**
     * Answers a request.
     *
     * @param what what to do
     * @param with the rest of the request
     * @return the answer
     * @throws Exception what went wrong, handed to whoever asked
     */
    JsonObject answer(String what, JsonObject with) throws Exception;

    /** Waits for what an event loop does. */
    static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("nobody here knows how to " + what);
    }
}

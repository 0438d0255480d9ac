package io.exchange.controller.batch;

import io.exchange.api.Call;
import io.exchange.api.Command;
import io.exchange.controller.route.SendLog;
import io.vertx.core.buffer.Buffer;

/** Sends one try of a command of a batch, as {@link io.exchange.controller.route.Router} does. */
@FunctionalInterface
public interface CommandSender {

    /**
     * Sends it.
     *
     * @param targetId the target
     * @param command the command
     * @param log which session may have got it
     * @return the call
     */
    Call<Buffer> send(String targetId, Command<Buffer, Buffer> command, SendLog log);
}

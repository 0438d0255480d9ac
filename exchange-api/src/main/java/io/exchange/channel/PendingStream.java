package io.exchange.channel;

import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.vertx.core.Future;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/** The caller's side of a command that carries items. */
final class PendingStream<U, D, A> implements StreamCall<U, D, A> {

    private final PendingReply<A> reply;
    private final CallStreams<U, D> streams;

    PendingStream(PendingReply<A> reply, CallStreams<U, D> streams) {
        this.reply = reply;
        this.streams = streams;
    }

    @Override
    public String commandId() {
        return reply.commandId();
    }

    @Override
    public Future<Reply<A>> reply() {
        return reply.reply();
    }

    @Override
    public void cancel() {
        reply.cancel();
    }

    @Override
    public WriteStream<U> up() {
        return streams.up();
    }

    @Override
    public ReadStream<D> down() {
        return streams.down();
    }

    @Override
    public void onRestart(Runnable action) {
        streams.onRestart(action);
    }
}

package io.exchange.channel;

import io.exchange.api.Channel;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.StreamContext;
import io.exchange.api.StreamType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The items of a command at the side of its handler. Confined to the session's loop, but for what {@link StreamContext} says. */
final class HandlerStreams<U, D> implements StreamEnd, StreamContext<U, D> {

    private final RunningCommand command;
    private final Session session;
    private final @Nullable ItemReceiver<U> up;
    private final @Nullable ItemSender<D> down;

    HandlerStreams(RunningCommand command, Session session, StreamType<?, U, D, ?> type) {
        this.command = command;
        this.session = session;
        this.up = type.up()
                .map(payload -> new ItemReceiver<>(this, payload, session.loop()))
                .orElse(null);
        this.down = type.down().map(payload -> new ItemSender<>(this, payload)).orElse(null);
    }

    /** The handler is about to be started. */
    void open() {
        if (up != null) {
            up.open();
        }
    }

    boolean received(Frame.Item item) {
        return !item.up() || up == null || up.offer(item);
    }

    void received(Frame.Credit credit) {
        if (down != null && !credit.up()) {
            down.credit(credit.items(), credit.bytes());
        }
    }

    void writable() {
        if (down != null) {
            down.writable();
        }
    }

    /** Runs an action when all items of the handler have left. */
    void whenFlushed(Runnable action) {
        if (down == null) {
            action.run();
        } else {
            down.whenFlushed(action);
        }
    }

    void cancelled() {
        close(ErrorCode.CANCELLED.unknown("nobody waits for the command any more"));
    }

    void ended() {
        close(ErrorCode.CHANNEL_CLOSED.unknown("the command has been answered"));
    }

    private void close(ExchangeException why) {
        if (up != null) {
            up.finish(why);
        }
        if (down != null) {
            down.close(why);
        }
    }

    @Override
    public void execute(Runnable task) {
        session.execute(task);
    }

    @Override
    public boolean isOpen() {
        return session.state() == Session.State.ATTACHED;
    }

    @Override
    public boolean isWritable() {
        return isOpen() && session.channel().isWritable();
    }

    @Override
    public void check(Payload payload) {
        session.check(payload);
    }

    @Override
    public boolean sendsInFragments(Payload payload) {
        return isOpen() && session.channel().sendsInFragments(payload);
    }

    @Override
    public void sendItem(long sequence, Payload payload, Runnable sent) {
        session.send(command.item(sequence, false, payload), sent);
    }

    @Override
    public void sendLast(long sequence) {
        session.send(command.item(sequence, true, Payload.EMPTY));
    }

    @Override
    public void sendCredit(long items, long bytes) {
        session.send(command.credit(items, bytes));
    }

    @Override
    public ReadStream<U> up() {
        if (up == null) {
            throw new IllegalStateException(command.frame.type() + " has no items from the caller");
        }
        return up;
    }

    @Override
    public WriteStream<D> down() {
        if (down == null) {
            throw new IllegalStateException(command.frame.type() + " has no items to the caller");
        }
        return down;
    }

    @Override
    public String commandId() {
        return command.commandId();
    }

    @Override
    public Optional<Duration> timeLeft() {
        return command.timeLeft();
    }

    @Override
    public Map<String, String> headers() {
        return command.headers();
    }

    @Override
    public Channel channel() {
        return command.channel();
    }

    @Override
    public boolean isCancelled() {
        return command.isCancelled();
    }

    @Override
    public ExchangeException refusal(ErrorCode code, String message) {
        return command.refusal(code, message);
    }

    @Override
    public void onCancel(Runnable action) {
        command.onCancel(action);
    }
}

package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.StreamType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The items of a command at the side of its caller. Confined to the loop of the path that the command is on. */
final class CallStreams<U, D> implements CommandStreams, StreamEnd {

    private final PendingCommand command;
    private final Loop home;
    private final @Nullable ItemSender<U> up;
    private final @Nullable ItemReceiver<D> down;
    private final Frame.Items items;
    private volatile @Nullable Runnable onRestart;
    private int openLeg;

    CallStreams(PendingCommand command, StreamType<?, U, D, ?> type, Loop home, Loop reader) {
        this.command = command;
        this.home = home;
        this.up = type.up().map(payload -> new ItemSender<>(this, payload)).orElse(null);
        this.down = type.down()
                .map(payload -> new ItemReceiver<>(this, payload, reader))
                .orElse(null);
        this.items = items(up != null, down != null);
    }

    private static Frame.Items items(boolean up, boolean down) {
        if (up) {
            return down ? Frame.Items.BOTH : Frame.Items.UP;
        }
        return down ? Frame.Items.DOWN : Frame.Items.NONE;
    }

    @Override
    public Frame.Items items() {
        return items;
    }

    ItemSender<U> up() {
        if (up == null) {
            throw new IllegalStateException(command.type + " has no items to the handler");
        }
        return up;
    }

    ItemReceiver<D> down() {
        if (down == null) {
            throw new IllegalStateException(command.type + " has no items to the caller");
        }
        return down;
    }

    void onRestart(Runnable action) {
        onRestart = action;
    }

    @Override
    public boolean canRestart() {
        return onRestart != null;
    }

    @Override
    public void opened() {
        openLeg = command.leg();
        if (down != null) {
            down.open();
        }
        if (up != null) {
            up.open();
        }
    }

    @Override
    public boolean isAtStart() {
        return (up == null || up.isAtStart()) && (down == null || down.isAtStart());
    }

    @Override
    public void restart() {
        if (up != null) {
            up.restart();
        }
        if (down != null) {
            down.restart();
        }
        Runnable action = onRestart;
        if (action != null) {
            Guard.run(action);
        }
    }

    @Override
    public void ended(Outcome outcome) {
        ExchangeException cause = outcome instanceof Outcome.Refused refused ? refused.cause() : null;
        if (up != null) {
            up.close(cause == null ? ErrorCode.CHANNEL_CLOSED.notExecuted("the call has ended") : cause);
        }
        if (down != null) {
            down.finish(cause);
        }
    }

    @Override
    public boolean received(Frame.Item item) {
        return item.up() || down == null || down.offer(item);
    }

    @Override
    public void received(Frame.Credit credit) {
        if (up != null && credit.up()) {
            up.credit(credit.items(), credit.bytes());
        }
    }

    @Override
    public void writable() {
        if (up != null) {
            up.writable();
        }
    }

    @Override
    public void execute(Runnable task) {
        PendingCommands path = command.path();
        if (path == null) {
            home.execute(() -> {
                if (command.path() == null) {
                    task.run();
                } else {
                    execute(task);
                }
            });
        } else {
            path.session().execute(() -> {
                if (command.path() == path) {
                    task.run();
                } else {
                    execute(task);
                }
            });
        }
    }

    /** The channel on which the command was sent whole: before that its items would overtake it. */
    private @Nullable ChannelEngine channel() {
        PendingCommands path = command.path();
        boolean isSent = command.state == PendingCommand.State.SENT && command.leg() == openLeg;
        return path == null || !isSent ? null : path.channel();
    }

    @Override
    public boolean isOpen() {
        return channel() != null;
    }

    @Override
    public boolean isWritable() {
        ChannelEngine channel = channel();
        return channel != null && channel.isWritable();
    }

    @Override
    public void check(Payload payload) {
        Objects.requireNonNull(channel()).check(payload);
    }

    @Override
    public boolean sendsInFragments(Payload payload) {
        ChannelEngine channel = channel();
        return channel != null && channel.sendsInFragments(payload);
    }

    @Override
    public void sendItem(long sequence, Payload payload, Runnable sent) {
        send(new Frame.Item(command.key(), command.leg(), "", true, sequence, false, payload), sent);
    }

    @Override
    public void sendLast(long sequence) {
        send(new Frame.Item(command.key(), command.leg(), "", true, sequence, true, Payload.EMPTY), () -> {});
    }

    @Override
    public void sendCredit(long itemCredit, long byteCredit) {
        send(new Frame.Credit(command.key(), command.leg(), "", false, itemCredit, byteCredit), () -> {});
    }

    private void send(Frame frame, Runnable sent) {
        ChannelEngine channel = channel();
        if (channel != null) {
            channel.send(frame, sent);
        }
    }
}

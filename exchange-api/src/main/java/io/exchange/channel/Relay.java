package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.ExchangeObserver.Drop;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a session between two nodes: sends each command on to the session that it names, and its outcome
 * back. It keeps nothing of a command whose link is lost, as the node that owns it sends it again. Confined to the loop of
 * the session between the nodes.
 */
public final class Relay implements CommandReceiver {

    /** Finds the sessions of this node. */
    @FunctionalInterface
    public interface Sessions {

        /**
         * Looks for a session. Called on the loop of the link.
         *
         * @param onward which
         * @return the session, if it has its channel on this node or had it last
         */
        Optional<Session> find(Frame.Onward onward);
    }

    private final Session link;
    private final String peer;
    private final Sessions sessions;
    private final ExchangeObserver observer;
    private final Map<String, RelayedCommand> commands = new HashMap<>();

    /**
     * @param peer the node at the other end
     */
    Relay(Session link, String peer, Sessions sessions, ExchangeObserver observer) {
        this.link = link;
        this.peer = peer;
        this.sessions = sessions;
        this.observer = observer;
    }

    Session link() {
        return link;
    }

    /** The node at the other end, whichever of the links to it this is. */
    String peer() {
        return peer;
    }

    @Override
    public void received(Frame.Command frame, long delayNanos, long now) {
        Frame.Onward onward = frame.onward();
        if (onward == null) {
            link.channel().abort(CloseReason.of(Code.PROTOCOL_ERROR, "a command between nodes names no session"));
            return;
        }
        RelayedCommand before = commands.remove(frame.id());
        if (before != null) {
            before.withdraw(); // its owner has given that one up, or it would not send another
        }
        Optional<Session> found = sessions.find(onward);
        Session session = takesCommands(found);
        if (onward.toHandlers()) {
            ask(frame, onward, found.orElse(null), delayNanos);
        } else if (session == null) {
            answer(frame, new Outcome.NotHere(false));
        } else {
            RelayedCommand command = new RelayedCommand(this, frame, onward, session, delayNanos, now);
            commands.put(frame.id(), command);
            command.start();
        }
    }

    private void ask(Frame.Command question, Frame.Onward onward, @Nullable Session session, long delayNanos) {
        if (session == null) {
            answer(question, new Outcome.NotHere(true));
            return;
        }
        Frame.Command repeat = question.withId(onward.ownId(question.id()));
        session.execute(() ->
                session.asked(repeat, delayNanos, outcome -> link.execute(() -> answer(question, readable(outcome)))));
    }

    private void answer(Frame.Command frame, Outcome outcome) {
        link.send(new Frame.Reply(frame.id(), frame.leg(), frame.origin(), outcome));
    }

    /** The end of a command; called on the link's loop. */
    void ended(RelayedCommand command, Outcome outcome) {
        if (!isCarried(command) || command.holds(outcome)) {
            return;
        }
        commands.remove(command.frame.id());
        command.answer(readable(outcome), link.channel());
        link.mayBeIdle();
    }

    private boolean isCarried(RelayedCommand command) {
        return commands.get(command.frame.id()) == command && link.state() == Session.State.ATTACHED;
    }

    /** What an embedded connector answered may be a value that cannot be encoded, or becomes too large. */
    private Outcome readable(Outcome outcome) {
        if (outcome instanceof Outcome.Succeeded succeeded) {
            try {
                link.check(succeeded.payload());
            } catch (ExchangeException e) {
                return new Outcome.Refused(e.code().unknown("the reply cannot be sent on: " + e.text()));
            }
        }
        return outcome;
    }

    /** Credit for the caller; called on the link's loop. */
    void pass(RelayedCommand command, Frame.Credit credit) {
        if (isCarried(command)) {
            command.passBack(credit, link.channel());
        }
    }

    /** An item for the caller; called on the link's loop. */
    void pass(RelayedCommand command, Frame.Item item) {
        if (isCarried(command)) {
            command.hold(item);
            passItems(command);
        }
    }

    private void passItems(RelayedCommand command) {
        try {
            command.passItemsBack(link.channel());
        } catch (ExchangeException e) {
            ended(command, new Outcome.Refused(ErrorCode.TOO_LARGE.unknown("an item cannot be sent on: " + e.text())));
            command.cancel();
        }
    }

    @Override
    public void received(Frame.Message frame) {
        Frame.Onward onward = frame.onward();
        Session session = onward == null ? null : sessions.find(onward).orElse(null);
        if (session == null) {
            observer.messageDropped(frame.type(), Drop.NO_HANDLER);
            return;
        }
        Frame.Message message = new Frame.Message(frame.type(), frame.headers(), frame.payload());
        session.execute(() -> session.send(message));
    }

    @Override
    public void received(Frame.Item frame) {
        RelayedCommand command = commands.get(frame.id());
        if (command == null) {
            observer.commandDropped("", Drop.AFTER_THE_END);
        } else {
            command.passOn(frame);
        }
    }

    @Override
    public void received(Frame.Credit frame) {
        RelayedCommand command = commands.get(frame.id());
        if (command != null) {
            command.credit(frame);
            passItems(command);
        }
    }

    @Override
    public void cancel(Frame.Cancel frame) {
        RelayedCommand command = commands.get(frame.id());
        Frame.Onward onward = frame.onward();
        if (command != null) {
            command.cancel();
        } else if (onward == null) {
            observer.commandDropped("", Drop.AFTER_THE_END);
        } else if (onward.toHandlers()) {
            Frame.Cancel cancel = new Frame.Cancel(onward.ownId(frame.id()), Frame.Cancel.EVERY_LEG, "");
            sessions.find(onward).ifPresent(session -> session.execute(() -> session.received(cancel)));
        } else {
            cancelUnknown(frame, onward);
        }
    }

    /** It went to the session by another node, or before the link was lost: its owner hears what its handler has to say. */
    private void cancelUnknown(Frame.Cancel cancel, Frame.Onward onward) {
        Frame.Command frame = asRepeat(cancel, onward);
        Session session = takesCommands(sessions.find(onward));
        if (session == null) {
            answer(frame, new Outcome.NotHere(true));
        } else {
            RelayedCommand command = new RelayedCommand(
                    this, frame, onward, session, 0, session.loop().nanoTime());
            commands.put(frame.id(), command);
            command.startCancelled();
        }
    }

    private static Frame.Command asRepeat(Frame.Cancel cancel, Frame.Onward onward) {
        return new Frame.Command(
                cancel.id(),
                cancel.leg(),
                cancel.origin(),
                "",
                Map.of(),
                PendingCommand.CANCEL_PATIENCE_NANOS,
                0,
                1,
                null,
                null,
                Frame.Items.NONE,
                onward,
                Payload.EMPTY);
    }

    private static @Nullable Session takesCommands(Optional<Session> found) {
        return found.filter(session -> session.state() != Session.State.ENDED && session.state() != Session.State.MOVED)
                .orElse(null);
    }

    @Override
    public void writable() {
        // end to end credit bounds what is on the way
    }

    @Override
    public void suspend() {
        cancelAll();
    }

    @Override
    public void cancelAll() {
        List.copyOf(commands.values()).forEach(RelayedCommand::withdraw);
        commands.clear();
    }

    @Override
    public void leaveLoop() {
        // a link stays on its loop
    }

    @Override
    public void enterLoop() {
        // a link stays on its loop
    }

    @Override
    public int size() {
        return commands.size();
    }
}

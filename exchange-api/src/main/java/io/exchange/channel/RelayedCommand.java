package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command of another node on its way to a session of this one. What goes on to the connector is confined to that session's
 * loop, what goes back to the caller to the link's.
 */
final class RelayedCommand implements PendingCommand.Owner, CommandStreams {

    final Frame.Command frame;
    private final Relay relay;
    private final Session session;
    private final PendingCommand command;
    private final FrameLane on = new FrameLane();
    private final FrameLane back = new FrameLane();
    private final HeldItems held = new HeldItems();
    /** What the handler answered, as long as items of it wait. */
    private @Nullable Outcome heldAnswer;

    /** What came for the connector before the command itself was sent there; credit bounds it. */
    private List<Frame> early = new ArrayList<>(0);

    private boolean open;

    RelayedCommand(
            Relay relay, Frame.Command frame, Frame.Onward onward, Session session, long delayNanos, long nowNanos) {
        this.relay = relay;
        this.frame = frame;
        this.session = session;
        this.command = new PendingCommand(frame.withId(onward.ownId(frame.id())), onward, delayNanos, nowNanos, this);
        if (frame.items() != Frame.Items.NONE) {
            command.streams(this);
        }
    }

    void start() {
        session.submit(command);
    }

    /** For its handler to hear that nobody wants it any more; nothing starts. */
    void startCancelled() {
        command.wantNoMore(relay.link().loop().nanoTime());
        start();
    }

    /** Called on the link's loop. */
    void cancel() {
        command.cancel(session.loop(), () -> {});
        held.drop();
        Outcome waiting = heldAnswer;
        if (waiting != null) {
            relay.ended(this, waiting);
        }
    }

    /** Whether the owner of this one expects nothing of it any more, now that the next has come. Any thread. */
    boolean isGivenUpFor(RelayedCommand next) {
        return relay.peer().equals(next.relay.peer()) || relay.link().state() != Session.State.ATTACHED;
    }

    /** The link is lost: whoever owns the command does not expect anything of this path any more. */
    void withdraw() {
        session.execute(() -> {
            PendingCommands path = command.path();
            if (path == null) {
                command.state = PendingCommand.State.ENDED; // is not accepted any more
            } else {
                path.withdraw(command);
            }
        });
    }

    /** Credit of the caller; called on the link's loop. */
    void credit(Frame.Credit fromCaller) {
        held.credit(fromCaller.bytes());
        passOn(fromCaller);
    }

    /** An item or credit of the caller; called on the link's loop. */
    void passOn(Frame fromCaller) {
        session.execute(() -> {
            if (open) {
                sendOn(fromCaller);
            } else if (command.state != PendingCommand.State.ENDED) {
                early.add(fromCaller);
            }
        });
    }

    private void sendOn(Frame fromCaller) {
        PendingCommands path = command.path();
        ChannelEngine channel = path == null ? null : path.channel();
        if (channel != null) {
            on.send(addressed(fromCaller, command.id(), command.leg()), channel);
        }
    }

    private static Frame addressed(Frame frame, String id, int leg) {
        if (frame instanceof Frame.Item i) {
            return new Frame.Item(id, leg, "", i.up(), i.sequence(), i.last(), i.payload());
        }
        Frame.Credit credit = (Frame.Credit) frame;
        return new Frame.Credit(id, leg, "", credit.up(), credit.items(), credit.bytes());
    }

    /** Called on the link's loop. */
    void passBack(Frame.Credit fromHandler, ChannelEngine link) {
        back.send(addressed(fromHandler, frame.id(), frame.leg()), link);
    }

    /** An item of the handler, which {@link #passItemsBack} sends in its turn; called on the link's loop. */
    void hold(Frame.Item fromHandler) {
        held.add(fromHandler);
    }

    /**
     * Sends the items that the caller has given credit for, and the answer if that waits for them; throws as
     * {@link ChannelEngine#check} does. Called on the link's loop.
     */
    void passItemsBack(ChannelEngine link) {
        Frame.Item next = held.take();
        while (next != null) {
            link.check(next.payload());
            held.spend(next);
            back.send(addressed(next, frame.id(), frame.leg()), link);
            next = held.take();
        }
        Outcome waiting = heldAnswer;
        if (waiting != null && held.isEmpty()) {
            relay.ended(this, waiting);
        }
    }

    /** Whether the outcome waits for items, as only what the handler answered does. Called on the link's loop. */
    boolean holds(Outcome outcome) {
        boolean isOfHandler = outcome instanceof Outcome.Succeeded || outcome instanceof Outcome.Failed;
        boolean waits = isOfHandler && !held.isEmpty();
        heldAnswer = waits ? outcome : null;
        return waits;
    }

    /** Called on the link's loop. */
    void answer(Outcome outcome, ChannelEngine link) {
        back.send(new Frame.Reply(frame.id(), frame.leg(), frame.origin(), outcome), link);
    }

    @Override
    public void ended(PendingCommand which, Outcome outcome) {
        Payload payload = outcome instanceof Outcome.Succeeded succeeded ? succeeded.payload() : Payload.EMPTY;
        if (payload.isToBeEncodedElsewhere()) {
            session.loop().offload(() -> PendingCommands.encodeQuietly(payload), () -> end(outcome));
        } else {
            end(outcome);
        }
    }

    private void end(Outcome outcome) {
        relay.link().execute(() -> relay.ended(this, outcome));
    }

    @Override
    public boolean takesBack(PendingCommand lost) {
        end(new Outcome.NotHere(lost.wasSent()));
        return true;
    }

    @Override
    public Frame.Items items() {
        return frame.items();
    }

    @Override
    public void opened() {
        open = true;
        List<Frame> waiting = early;
        early = new ArrayList<>(0);
        waiting.forEach(this::sendOn);
    }

    @Override
    public boolean isAtStart() {
        return true; // the owner decides
    }

    @Override
    public void writable() {
        // what is on the way is bounded by the reader's credit
    }

    @Override
    public boolean received(Frame.Item item) {
        relay.link().execute(() -> relay.pass(this, item));
        return true;
    }

    @Override
    public void received(Frame.Credit credit) {
        relay.link().execute(() -> relay.pass(this, credit));
    }

    @Override
    public boolean canRestart() {
        return true; // the owner decides
    }

    @Override
    public void restart() {
        // the owner starts it anew
    }

    @Override
    public void ended(Outcome outcome) {
        open = false;
        early.clear();
    }
}

package io.exchange.controller.accept;

import io.exchange.api.CloseReason;
import io.exchange.api.Roles;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.MemoryLink;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The connector's end of a channel, which does nothing by itself. */
public final class Visitor implements ConnectionListener {

    private final ManualLoop loop;
    private final MemoryLink link;
    private final List<Frame> frames = new ArrayList<>();
    private long heartbeats;
    private boolean closed;

    Visitor(ManualLoop loop, MemoryLink link) {
        this.loop = loop;
        this.link = link;
        link.near.start(this);
    }

    /** What a connector says first. */
    public static Frame.Hello hello(String session, long attachNumber, String resumeToken) {
        return new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                "connector of " + session,
                session,
                attachNumber,
                resumeToken,
                "gw",
                Map.of(),
                Set.of(Roles.PRIMARY),
                List.of(),
                Map.of(),
                Payload.EMPTY);
    }

    /** The frames of a kind that have come. */
    public <F extends Frame> List<F> heard(Class<F> kind) {
        return frames.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** What proves that the next attach is of the same session. */
    String resumeToken() {
        return heard(Frame.HelloReply.class).get(0).resumeToken();
    }

    public void answer(Frame.Command command, Payload payload) {
        link.near.send(new Frame.Reply(command.id(), command.leg(), command.origin(), new Outcome.Succeeded(payload)));
        loop.run();
    }

    /** It shows that it is alive. */
    void beat() {
        heartbeats++;
        link.near.send(new Frame.Heartbeat(heartbeats));
        loop.run();
    }

    /** Whether its connection takes nothing from now on. */
    void takesNothing(boolean nothing) {
        link.takesNothing(nothing);
        loop.run();
    }

    /** Its process dies. */
    void die() {
        link.cut();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void onFrame(Frame frame, long sentAtNanos) {
        frames.add(frame);
    }

    @Override
    public void onClosed(CloseReason reason) {
        closed = true;
    }
}

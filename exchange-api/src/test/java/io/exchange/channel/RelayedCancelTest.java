package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.Delivery;
import io.exchange.api.ExchangeObserver;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node is told by another one to cancel a command that it did not send on itself. */
class RelayedCancelTest {

    private static final Frame.Onward ONWARD = new Frame.Onward("target", "session", Delivery.RESUME);
    private static final Frame.Cancel CANCEL = new Frame.Cancel("a", 3, "", ONWARD);

    private final ManualLoop loop = new ManualLoop();
    private final Session session = new Session(setup("session"), loop, true);
    private final Session link = Session.relaying(
            setup("link"), "a", loop, to -> to.equals(ONWARD) ? Optional.of(session) : Optional.empty());
    private final Party owner = new Party();
    private final Party connector = new Party();

    @BeforeEach
    void attach() {
        owner.attachTo(link);
        connector.attachTo(session);
    }

    @Test
    void the_cancel_goes_on_to_the_session_and_the_answer_back_to_the_owner() {
        owner.send(CANCEL);
        assertThat(connector.frames).containsExactly(new Frame.Cancel("a", Frame.Cancel.EVERY_LEG, ""));

        connector.send(new Frame.Reply("a", 2049, "", new Outcome.Succeeded(Payload.EMPTY)));
        assertThat(owner.frames).containsExactly(new Frame.Reply("a", 3, "", new Outcome.Succeeded(Payload.EMPTY)));
    }

    @Test
    void it_waits_for_the_next_channel_of_the_session_for_as_long_as_the_owner_waits_for_the_answer() {
        connector.link.cut();
        owner.send(CANCEL);
        connector.attachTo(session);

        assertThat(connector.frames).containsExactly(new Frame.Cancel("a", Frame.Cancel.EVERY_LEG, ""));
        loop.advance(Duration.ofMillis(2100));
        assertThat(owner.frames).hasSize(1);
        assertThat(session.load()).isZero();
    }

    @Test
    void a_session_that_is_not_there_any_more_is_looked_for_elsewhere_by_the_owner() {
        connector.link.cut();
        session.moveAway();
        owner.send(CANCEL);

        assertThat(owner.frames).containsExactly(new Frame.Reply("a", 3, "", new Outcome.NotHere(true)));
    }

    private Session.Setup setup(String id) {
        return new Session.Setup(id, new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
    }

    /** The other end of a channel, which is told what to say. */
    private final class Party {

        private final List<Frame> frames = new ArrayList<>();
        private MemoryLink link = new MemoryLink(loop, false);

        void attachTo(Session carried) {
            link = new MemoryLink(loop, false);
            link.near.start(new ConnectionListener() {
                @Override
                public void onFrame(Frame frame, long sentAtNanos) {
                    if (!(frame instanceof Frame.HelloReply)) {
                        frames.add(frame);
                    }
                }

                @Override
                public void onClosed(CloseReason reason) {}
            });
            ChannelEngine.listen(link.far, loop, Duration.ofSeconds(5), new Accepting(carried), ExchangeObserver.NONE);
            send(MemoryLink.hello(carried.id()));
        }

        void send(Frame frame) {
            link.near.send(frame);
            loop.run();
        }
    }

    private record Accepting(Session session) implements ChannelOwner {

        @Override
        public void hello(ChannelEngine channel, Frame.Hello frame) {
            channel.activate(new Frame.HelloReply("channel", "", ChannelLimits.DEFAULT, Payload.EMPTY), session);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            session.suspend();
        }
    }
}

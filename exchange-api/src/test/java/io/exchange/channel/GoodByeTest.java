package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ChannelState;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.CommandType;
import io.exchange.api.ExchangeObserver;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.ConnectionListener;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connector that says good-bye, goes on with its heartbeats, and never closes. */
class GoodByeTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final Duration BOUND =
            ChannelLimits.DEFAULT.deadAfter().plus(ChannelLimits.DEFAULT.heartbeatInterval());

    private final ManualLoop loop = new ManualLoop();
    private final MemoryLink link = new MemoryLink(loop, false);
    private final Promise<String> answer = Promise.promise();
    private final List<Frame> frames = new ArrayList<>();
    private final Controller controller = new Controller();
    private @Nullable CloseReason heard;
    private long heartbeats;

    @BeforeEach
    void attach() {
        link.near.start(new ConnectionListener() {
            @Override
            public void onFrame(Frame frame, long sentAtNanos) {
                frames.add(frame);
            }

            @Override
            public void onClosed(CloseReason reason) {
                heard = reason;
            }
        });
        ChannelEngine.listen(link.far, loop, Duration.ofSeconds(5), controller, ExchangeObserver.NONE);
        send(MemoryLink.hello("session"));
    }

    @Test
    void it_is_closed_after_the_time_in_which_a_silent_one_would_be() {
        send(new Frame.GoodBye(CloseReason.of(Code.NORMAL, "stops")));
        assertThat(frames).contains(new Frame.GoodByeAck());
        beatFor(ChannelLimits.DEFAULT.deadAfter().minusSeconds(1));
        assertThat(heard).as("it has time to close").isNull();

        beatFor(BOUND);
        assertThat(heard).isNotNull();
        assertThat(controller.closed).isEqualTo(CloseReason.of(Code.NORMAL, "stops"));
    }

    @Test
    void what_is_in_flight_is_waited_for() {
        send(new Frame.Command(
                "a",
                1,
                "",
                WORK.name(),
                Map.of(),
                Frame.NO_DEADLINE,
                Frame.NOT_REPEATED,
                1,
                null,
                null,
                Frame.Items.NONE,
                null,
                Payload.of(WORK.request(), "x")));
        send(new Frame.GoodBye(CloseReason.of(Code.NORMAL, "stops")));
        beatFor(Duration.ofMinutes(5));
        assertThat(heard).as("the handler runs").isNull();
        assertThat(controller.channel().state()).isEqualTo(ChannelState.DRAINING);

        answer.complete("done");
        beatFor(BOUND);
        assertThat(frames)
                .anyMatch(frame -> frame instanceof Frame.Reply reply && reply.outcome() instanceof Outcome.Succeeded);
        assertThat(heard).isNotNull();
    }

    private void beatFor(Duration time) {
        long end = loop.nanoTime() + time.toNanos();
        while (loop.nanoTime() < end) {
            heartbeats++;
            link.near.send(new Frame.Heartbeat(heartbeats));
            loop.advance(Duration.ofSeconds(1));
        }
    }

    private void send(Frame frame) {
        link.near.send(frame);
        loop.run();
    }

    private final class Controller implements ChannelOwner {

        private final Session session;
        private @Nullable ChannelEngine accepted;
        private @Nullable CloseReason closed;

        Controller() {
            Handlers handlers = new Handlers();
            handlers.set(WORK, (text, context) -> answer.future());
            session = new Session(
                    new Session.Setup("session", handlers, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN),
                    loop,
                    true);
        }

        ChannelEngine channel() {
            return Objects.requireNonNull(accepted);
        }

        @Override
        public void hello(ChannelEngine channel, Frame.Hello frame) {
            accepted = channel;
            channel.activate(new Frame.HelloReply("channel", "", ChannelLimits.DEFAULT, Payload.EMPTY), session);
        }

        @Override
        public void heartbeat(ChannelEngine channel, Frame.Heartbeat frame) {
            channel.send(new Frame.HeartbeatAck(frame.number(), 0));
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            closed = reason;
            session.suspend();
        }
    }
}

package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.ExchangeObserver;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A controller that asks somebody slow whether a connector may attach, and has commands for it that are in a hurry. */
class SlowDecisionTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ManualLoop loop = new ManualLoop();
    private final Session atConnector = session();
    private final Session atController = session();

    @Test
    void what_waits_for_the_connector_runs_as_soon_as_it_is_let_in() {
        MemoryLink link = new MemoryLink(loop, false);
        ChannelEngine.listen(link.far, loop, PATIENCE, new Controller(), ExchangeObserver.NONE);
        Frame.Hello hello = MemoryLink.hello("session");
        ChannelEngine.connect(link.near, loop, hello, PATIENCE, new Connector(), ExchangeObserver.NONE);
        loop.run();
        PendingReply<String> waiting = atController.call(WORK.command("a").withTimeout(Duration.ofMillis(3500)));

        loop.advance(Duration.ofMillis(3100));
        assertThat(waiting.reply().result().payload()).isEqualTo("done");
    }

    private Session session() {
        Handlers handlers = new Handlers();
        handlers.set(WORK, (text, context) -> Future.succeededFuture("done"));
        return new Session(
                new Session.Setup("session", handlers, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN),
                loop,
                true);
    }

    private final class Controller implements ChannelOwner {

        @Override
        public void hello(ChannelEngine channel, Frame.Hello frame) {
            Frame.HelloReply reply = new Frame.HelloReply("channel", "", ChannelLimits.DEFAULT, Payload.EMPTY);
            loop.schedule(
                    new Alarm(() -> channel.activate(reply, atController)),
                    loop.nanoTime() + Duration.ofSeconds(3).toNanos());
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {}
    }

    private final class Connector implements ChannelOwner {

        @Override
        public void helloReply(ChannelEngine channel, Frame.HelloReply frame) {
            channel.activate(frame, atConnector);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {}
    }
}

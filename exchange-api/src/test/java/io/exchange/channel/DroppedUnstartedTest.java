package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A command waits behind its order key when its channel is lost, and so much has ended since that the memory has been turned over. */
class DroppedUnstartedTest {

    private static final CommandType<String, String> WORK = CommandType.of("work.v1", String.class, String.class);

    private final ManualLoop loop = new ManualLoop();
    private final List<String> started = new ArrayList<>();
    private final Map<String, Promise<String>> answers = new HashMap<>();
    private final Session near = session(ReplyMemory.DEFAULT);
    private final Session far = session(new ReplyMemory(1, 1 << 20, Duration.ofMinutes(5)));
    private MemoryLink link = new MemoryLink(loop, false);

    @Test
    void that_it_never_started_is_known_and_it_runs_once_when_its_turn_comes() {
        connect();
        PendingReply<String> first = send("first", "key");
        PendingReply<String> behind = send("behind", "key");
        turnOverTheMemory();
        link.cut();
        connect();
        assertThat(behind.reply().isComplete()).isFalse();

        answer("first");
        assertThat(started).filteredOn("behind"::equals).hasSize(1);
        link.cut();
        connect();
        answer("behind");
        assertThat(first.reply().result().payload()).isEqualTo("first");
        assertThat(behind.reply().result().payload()).isEqualTo("behind");
        assertThat(started).filteredOn("behind"::equals).hasSize(1);
    }

    @Test
    void it_is_known_however_often_the_channel_is_lost_before_its_turn() {
        connect();
        send("first", "key");
        PendingReply<String> behind = send("behind", "key");
        turnOverTheMemory();
        for (int i = 0; i < 3; i++) {
            link.cut();
            connect();
        }
        answer("first");
        answer("behind");

        assertThat(behind.reply().result().payload()).isEqualTo("behind");
    }

    @Test
    void what_has_started_and_is_forgotten_still_ends_unknown() {
        connect();
        link.lose(frame -> frame instanceof Frame.Reply reply && reply.outcome() instanceof Outcome.Succeeded);
        PendingReply<String> lost = send("first", "key");
        answer("first");
        turnOverTheMemory();
        link.cut();
        connect();

        assertThat(lost.reply().cause())
                .isInstanceOfSatisfying(
                        ExchangeException.class,
                        cause -> assertThat(cause.execution()).isEqualTo(Execution.UNKNOWN));
        assertThat(started).filteredOn("first"::equals).hasSize(1);
    }

    private void turnOverTheMemory() {
        loop.advance(Duration.ofSeconds(3));
        for (String other : List.of("x", "y")) {
            near.call(WORK.command(other));
            loop.run();
            answer(other);
        }
    }

    private PendingReply<String> send(String request, String orderKey) {
        PendingReply<String> reply = near.call(WORK.command(request).withOrderKey(orderKey));
        loop.run();
        return reply;
    }

    private void answer(String request) {
        Objects.requireNonNull(answers.get(request)).complete(request);
        loop.run();
    }

    private Session session(ReplyMemory memory) {
        Handlers handlers = new Handlers();
        handlers.set(WORK, (text, context) -> {
            Promise<String> promise = Promise.promise();
            started.add(text);
            answers.put(text, promise);
            return promise.future();
        });
        Session.Setup setup = new Session.Setup(
                "session", handlers, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN, Elsewhere.NOWHERE, memory);
        return new Session(setup, loop, true);
    }

    private void connect() {
        link = ObligingEnd.connect(loop, new MemoryLink(loop, false), near, far, ChannelLimits.DEFAULT);
    }
}

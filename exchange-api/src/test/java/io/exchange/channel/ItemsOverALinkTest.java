package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.HandlerException;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamContext;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A caller at one node and an embedded connector at another one: its items are values until they come to the link, and only
 * there have a length.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ItemsOverALinkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final CommandType<String, String> TALK = CommandType.of("talk.v1", String.class, String.class);
    private static final StreamType<String, String, String, String> BOTH =
            StreamType.both(TALK, PayloadType.json(String.class), PayloadType.json(String.class));
    private static final Frame.Onward ONWARD = new Frame.Onward("target", "session", Delivery.RESUME);
    private static final int MOST_BYTES = 100_000;
    private static final ChannelLimits LIMITS = new ChannelLimits(
            Duration.ofSeconds(3), 3, Duration.ofSeconds(10), Duration.ofSeconds(30), 4, 4, MOST_BYTES);

    private static final List<Integer> ALL = IntStream.range(0, 200).boxed().toList();
    /** All together are four times as long as the credit in bytes. */
    private static final String FILLING = "x".repeat(4 * ItemReceiver.BYTE_WINDOW / ALL.size());

    private final ManualLoop loop = new ManualLoop();
    private final Handlers handlers = new Handlers();
    private final Session connector = session("session", handlers);
    private final Session session = session("session", new Handlers());
    private final Session here = Session.relaying(setup("here", new Handlers()), "b", loop, onward -> Optional.empty());
    private final Session there =
            Session.relaying(setup("there", new Handlers()), "a", loop, onward -> Optional.of(session));
    private final MemoryLink embedded = connect(session, connector, true);
    private final List<Integer> read = new ArrayList<>();
    private boolean hasEnded;

    ItemsOverALinkTest() {
        connect(here, there, false);
    }

    @Test
    void a_reader_that_does_not_read_slows_the_writer_and_then_has_all_in_order() {
        StreamCall<String, String, String> call = open((request, context) -> writeAll(context));
        assertThat(call.reply().isComplete())
                .as("the answer waits for the items")
                .isFalse();
        assertThat(read).isEmpty();

        call.down().resume();
        loop.run();

        assertThat(read).isEqualTo(ALL);
        assertThat(hasEnded).isTrue();
        assertThat(call.reply().result().payload()).isEqualTo("done");
        assertNothingIsLeft();
    }

    @Test
    void one_that_reads_one_item_at_a_time_has_all_in_order() {
        StreamCall<String, String, String> call = open((request, context) -> writeAll(context));
        for (int i = 1; i <= ALL.size(); i++) {
            call.down().fetch(1);
            loop.run();
            assertThat(read).hasSize(i);
        }

        assertThat(call.reply().result().payload()).isEqualTo("done");
        assertThat(read).isEqualTo(ALL);
    }

    @Test
    void items_of_the_caller_are_measured_where_they_are_written() {
        List<StreamContext<String, String>> contexts = new ArrayList<>();
        StreamCall<String, String, String> call = open((request, context) -> {
            contexts.add(context);
            context.up().pause().handler(this::read);
            return Promise.<String>promise().future();
        });
        ALL.forEach(i -> call.up().write(item(i)));
        loop.run();
        assertThat(call.reply().isComplete()).isFalse();

        contexts.get(0).up().resume();
        loop.run();
        assertThat(read).isEqualTo(ALL);
    }

    @Test
    void an_error_that_the_handler_answers_comes_behind_its_items_too() {
        StreamCall<String, String, String> call = open((request, context) -> {
            writeAll(context);
            throw new HandlerException("code", "message");
        });
        call.down().resume();
        loop.run();

        assertThat(read).isEqualTo(ALL);
        assertThat(call.reply().result().succeeded()).isFalse();
    }

    @Test
    void a_cancel_reaches_the_handler_and_its_answer_does_not_wait_for_a_reader() {
        StreamCall<String, String, String> call = open((request, context) -> {
            writeAll(context);
            Promise<String> answer = Promise.promise();
            context.onCancel(() -> answer.complete("half of it"));
            return answer.future();
        });
        call.cancel();
        loop.run();

        assertThat(call.reply().result().payload()).isEqualTo("half of it");
        assertNothingIsLeft();
    }

    @Test
    void nor_does_an_answer_that_waited_when_the_cancel_came() {
        StreamCall<String, String, String> call = open((request, context) -> writeAll(context));
        call.cancel();
        loop.run();

        assertThat(call.reply().result().payload()).isEqualTo("done");
        assertNothingIsLeft();
    }

    @Test
    void what_waits_for_a_caller_whose_time_is_over_is_dropped() {
        StreamCall<String, String, String> call = open((request, context) -> writeAll(context));
        loop.advance(PATIENCE.multipliedBy(2));

        assertThat(call.reply().failed()).isTrue();
        assertNothingIsLeft();
    }

    @Test
    void a_lost_connector_is_told_of_at_once() {
        StreamCall<String, String, String> call = open((request, context) -> {
            writeAll(context);
            return Promise.<String>promise().future();
        });
        embedded.cut();

        assertRefused(call, ErrorCode.CHANNEL_CLOSED);
    }

    @Test
    void an_item_that_the_link_does_not_take_ends_the_call_when_its_turn_comes() {
        StreamCall<String, String, String> call = open((request, context) -> {
            ALL.forEach(i -> context.down().write(item(i)));
            context.down().write("x".repeat(MOST_BYTES));
            return Future.succeededFuture("done");
        });
        assertThat(call.reply().isComplete()).isFalse();
        call.down().resume();
        loop.run();

        assertThat(read).isEqualTo(ALL);
        assertRefused(call, ErrorCode.TOO_LARGE);
        assertNothingIsLeft();
    }

    private static String item(int number) {
        return number + FILLING;
    }

    private void read(String item) {
        read.add(Integer.valueOf(item.substring(0, item.indexOf('x'))));
    }

    private static Future<String> writeAll(StreamContext<String, String> context) {
        ALL.forEach(i -> context.down().write(item(i)));
        context.down().end();
        return Future.succeededFuture("done");
    }

    private static void assertRefused(StreamCall<?, ?, ?> call, ErrorCode code) {
        assertThat(call.reply().cause())
                .isInstanceOfSatisfying(
                        ExchangeException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    private void assertNothingIsLeft() {
        for (Session each : List.of(here, there, session, connector)) {
            assertThat(each.load()).isZero();
            assertThat(each.isIdle()).isTrue();
        }
    }

    /** Opens a call whose caller does not read yet. */
    private StreamCall<String, String, String> open(StreamHandler<String, String, String, String> handler) {
        handlers.set(BOTH, handler);
        PendingReply<String> reply = new PendingReply<>(
                new CommandIds(),
                TALK.command("talk").withTimeout(PATIENCE),
                loop,
                ExchangeObserver.NONE,
                PendingReply.Rerouter.NONE);
        StreamCall<String, String, String> call = reply.withStreams(BOTH);
        call.down().pause().handler(this::read).endHandler(end -> hasEnded = true);
        reply.command().onward(ONWARD);
        here.submit(reply.command());
        loop.run();
        return call;
    }

    private MemoryLink connect(Session near, Session far, boolean passesValues) {
        return ObligingEnd.connect(loop, new MemoryLink(loop, passesValues), near, far, LIMITS);
    }

    private Session session(String id, Handlers answering) {
        return new Session(setup(id, answering), loop, true);
    }

    private static Session.Setup setup(String id, Handlers answering) {
        return new Session.Setup(id, answering, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
    }
}

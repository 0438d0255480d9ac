package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamContext;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of an upload needs no credit, and still reaches the handler, behind the command and on whichever leg that comes. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EmptyUploadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final CommandType<Buffer, String> UPLOAD =
            CommandType.of("upload.v1", PayloadType.bytes(), PayloadType.json(String.class));
    private static final StreamType<Buffer, String, Void, String> UP =
            StreamType.up(UPLOAD, PayloadType.json(String.class));
    private static final StreamType<Buffer, String, String, String> BOTH =
            StreamType.both(UPLOAD, PayloadType.json(String.class), PayloadType.json(String.class));
    private static final Buffer SMALL = Buffer.buffer("small");
    private static final Buffer LARGE = Buffer.buffer(new byte[BulkSender.WINDOW_BYTES + 1]);

    private final ManualLoop loop = new ManualLoop();

    @Test
    void the_end_does_not_overtake_a_request_that_goes_in_fragments() {
        StreamCall<String, Void, String> call = open(UP, LARGE, path(UP, EmptyUploadTest::untilTheEnd), goesTo());
        Future<Void> written = call.up().end();
        assertThat(written.isComplete()).as("the request is on its way").isFalse();
        loop.run();

        assertAnswered(call, "0 items");
        assertThat(written.succeeded()).isTrue();
    }

    @Test
    void nor_where_items_go_both_ways() {
        StreamCall<String, String, String> call = open(BOTH, LARGE, path(BOTH, EmptyUploadTest::untilTheEnd), goesTo());
        call.up().end();
        loop.run();

        assertAnswered(call, "0 items");
    }

    @Test
    void it_goes_again_after_a_leg_that_was_refused_by_who_is_not_primary() {
        Session next = path(UP, EmptyUploadTest::untilTheEnd);
        StreamCall<String, Void, String> call =
                open(UP, SMALL, path(UP, (request, context) -> notPrimary(context)), goesTo(next));
        call.up().end();
        loop.run();

        assertAnswered(call, "0 items");
    }

    @Test
    void it_goes_again_after_a_leg_to_a_node_that_has_not_the_session() {
        Session next = path(UP, EmptyUploadTest::untilTheEnd);
        Session link = connect(
                Session.relaying(setup(new Handlers()), "b", loop, onward -> Optional.empty()),
                Session.relaying(setup(new Handlers()), "a", loop, onward -> Optional.empty()));
        PendingReply<String> reply = reply(SMALL, goesTo(next));
        StreamCall<String, Void, String> call = reply.withStreams(UP);
        reply.command().onward(new Frame.Onward("target", "gone", Delivery.RESUME));
        link.submit(reply.command());
        call.up().end();
        loop.run();

        assertAnswered(call, "0 items");
    }

    @Test
    void it_goes_once_for_each_leg() {
        Session third = path(UP, EmptyUploadTest::untilTheEnd);
        Session second = path(UP, (request, context) -> notPrimary(context));
        Session first = path(UP, (request, context) -> notPrimary(context));
        StreamCall<String, Void, String> call = open(UP, LARGE, first, goesTo(second, third));
        call.up().end();
        loop.run();

        assertAnswered(call, "0 items");
    }

    @Test
    void credit_that_a_handler_gave_before_it_refused_is_not_that_of_the_next() {
        Session next = path(UP, (request, context) -> {
            context.up().pause();
            return Promise.<String>promise().future();
        });
        StreamCall<String, Void, String> call =
                open(UP, SMALL, path(UP, (request, context) -> notPrimary(context)), goesTo(next));
        loop.run();
        for (int i = 0; i < ItemReceiver.ITEM_WINDOW + ItemSender.MAX_WAITING; i++) {
            call.up().write("item");
        }
        loop.run();

        assertThat(call.reply().isComplete()).isFalse();
    }

    @Test
    void a_call_whose_items_have_gone_does_not_go_on_with_another_handler_without_them() {
        Session next = path(UP, EmptyUploadTest::untilTheEnd);
        Session first = path(UP, (request, context) -> {
            Promise<String> answer = Promise.promise();
            context.up().handler(item -> notPrimary(context).onComplete(answer));
            return answer.future();
        });
        StreamCall<String, Void, String> call = open(UP, SMALL, first, goesTo(next));
        loop.run();
        call.up().write("item");
        call.up().end();
        loop.run();

        assertThat(call.reply().cause()).isInstanceOfSatisfying(ExchangeException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.NOT_PRIMARY);
            assertThat(refused.execution()).isEqualTo(Execution.NOT_EXECUTED);
        });
    }

    private static <D> Future<String> untilTheEnd(Buffer request, StreamContext<String, D> context) {
        Promise<String> answer = Promise.promise();
        int[] items = {0};
        context.up().endHandler(end -> answer.complete(items[0] + " items"));
        context.up().handler(item -> items[0]++);
        return answer.future();
    }

    private static Future<String> notPrimary(StreamContext<String, Void> context) {
        return Future.failedFuture(context.refusal(ErrorCode.NOT_PRIMARY, "another one is"));
    }

    private static void assertAnswered(StreamCall<?, ?, String> call, String answer) {
        assertThat(call.reply().succeeded()).isTrue();
        assertThat(call.reply().result().payload()).isEqualTo(answer);
    }

    private <D> StreamCall<String, D, String> open(
            StreamType<Buffer, String, D, String> type, Buffer request, Session path, PendingReply.Rerouter rerouter) {
        PendingReply<String> reply = reply(request, rerouter);
        StreamCall<String, D, String> call = reply.withStreams(type);
        path.submit(reply.command());
        return call;
    }

    private PendingReply<String> reply(Buffer request, PendingReply.Rerouter rerouter) {
        return new PendingReply<>(
                new CommandIds(), UPLOAD.command(request).withoutTimeout(), loop, ExchangeObserver.NONE, rerouter);
    }

    private static PendingReply.Rerouter goesTo(Session... sessions) {
        Iterator<Session> next = List.of(sessions).iterator();
        return new PendingReply.Rerouter() {
            @Override
            public boolean takesBack(PendingCommand lost) {
                lost.onward(null);
                next.next().submit(lost);
                return true;
            }

            @Override
            public boolean retries(PendingCommand refused, ExchangeException refusal) {
                return takesBack(refused);
            }
        };
    }

    /** A session whose other end has a handler. */
    private <D> Session path(
            StreamType<Buffer, String, D, String> type, StreamHandler<Buffer, String, D, String> handler) {
        Handlers handlers = new Handlers();
        handlers.set(type, handler);
        return connect(new Session(setup(new Handlers()), loop, true), new Session(setup(handlers), loop, true));
    }

    private Session connect(Session near, Session far) {
        ObligingEnd.connect(loop, new MemoryLink(loop, false), near, far, ChannelLimits.DEFAULT);
        return near;
    }

    private static Session.Setup setup(Handlers handlers) {
        return new Session.Setup("session", handlers, 0, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
    }
}

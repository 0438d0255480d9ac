package io.exchange.controller.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Questions over the event bus, one address for each node. A question is a byte for its kind and two ids, the first with its
 * length before it; an answer is a byte. What follows them is of a later version, a kind that is not known is answered no.
 */
public final class EventBusCalls implements NodeCalls {

    /** By the byte that stands for it, from 1; an order that is kept for good. */
    private static final List<Question> KINDS = List.of(Question.ACKNOWLEDGE, Question.REFUSE, Question.VOUCH);

    private static final int HEAD = 5;
    private static final Buffer YES = Buffer.buffer(new byte[] {1});
    private static final Buffer NO = Buffer.buffer(new byte[] {0});

    private final Vertx vertx;
    private final String nodeId;
    private final DeliveryOptions options;
    private volatile @Nullable MessageConsumer<Buffer> consumer;

    /**
     * The questions of a node.
     *
     * @param vertx a clustered Vert.x
     * @param nodeId this node
     * @param timeoutMillis how long an answer may take
     */
    public EventBusCalls(Vertx vertx, String nodeId, long timeoutMillis) {
        this.vertx = vertx;
        this.nodeId = nodeId;
        this.options = new DeliveryOptions().setSendTimeout(timeoutMillis);
    }

    private static String address(String nodeId) {
        return "exchange.lease." + nodeId;
    }

    @Override
    public Future<Boolean> ask(String asked, Question question, String about) {
        byte[] from = nodeId.getBytes(StandardCharsets.UTF_8);
        Buffer body = Buffer.buffer()
                .appendByte((byte) (1 + KINDS.indexOf(question)))
                .appendInt(from.length)
                .appendBytes(from)
                .appendInt(about.getBytes(StandardCharsets.UTF_8).length)
                .appendString(about);
        return vertx.eventBus()
                .<Buffer>request(address(asked), body, options)
                .map(reply -> reply.body().getByte(0) == 1);
    }

    @Override
    public Future<Void> serve(Answerer answerer) {
        MessageConsumer<Buffer> added = vertx.eventBus().consumer(address(nodeId));
        consumer = added.handler(message -> reply(answerer, message));
        return added.completion();
    }

    private static void reply(Answerer answerer, Message<Buffer> message) {
        Buffer body = message.body();
        int kind = body.getByte(0);
        String from = string(body, 1);
        String about = string(body, HEAD + body.getInt(1));
        boolean known = kind >= 1 && kind <= KINDS.size();
        message.reply(known && answerer.answer(KINDS.get(kind - 1), from, about) ? YES : NO);
    }

    private static String string(Buffer body, int at) {
        int length = body.getInt(at);
        return body.getString(at + Integer.BYTES, at + Integer.BYTES + length);
    }

    @Override
    public Future<Void> close() {
        MessageConsumer<Buffer> added = consumer;
        return added == null ? Future.succeededFuture() : added.unregister();
    }
}

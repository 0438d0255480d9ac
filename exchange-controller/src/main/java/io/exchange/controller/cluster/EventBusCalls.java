package io.exchange.controller.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Questions over the event bus, one address for each node. A question is a byte for its kind and two ids, the first with its
 * length before it; an answer is a byte. What follows them is of a later version; a kind that is not known, and what is no question at all, is answered no: anybody who
 * reaches the event bus can send that.
 */
public final class EventBusCalls implements NodeCalls {

    /** By the byte that stands for it, from 1; an order that is kept for good. */
    private static final List<Question> KINDS = List.of(Question.ACKNOWLEDGE, Question.REFUSE, Question.VOUCH);

    private static final Buffer YES = Buffer.buffer(new byte[] {1});
    private static final Buffer NO = Buffer.buffer(new byte[] {0});

    /** A question that came. */
    private record Asked(Question question, String from, String about) {

        static Optional<Asked> read(@Nullable Object body) {
            if (!(body instanceof Buffer bytes) || bytes.length() == 0) {
                return Optional.empty();
            }
            int kind = bytes.getByte(0);
            if (kind < 1 || kind > KINDS.size()) {
                return Optional.empty();
            }
            return id(bytes, 1)
                    .flatMap(from -> id(bytes, 1 + from.length())
                            .map(about -> new Asked(KINDS.get(kind - 1), text(from), text(about))));
        }

        /** An id with its length before it. */
        private static Optional<Buffer> id(Buffer bytes, int at) {
            int begin = at + Integer.BYTES;
            if (begin > bytes.length()) {
                return Optional.empty();
            }
            int length = bytes.getInt(at);
            boolean fits = length >= 0 && length <= bytes.length() - begin;
            return fits ? Optional.of(bytes.slice(at, begin + length)) : Optional.empty();
        }

        private static String text(Buffer id) {
            return id.getString(Integer.BYTES, id.length());
        }
    }

    private final Vertx vertx;
    private final String nodeId;
    private final DeliveryOptions options;
    private volatile @Nullable MessageConsumer<Object> consumer;

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
        MessageConsumer<Object> added = vertx.eventBus().consumer(address(nodeId));
        consumer = added.handler(message -> reply(answerer, message));
        return added.completion();
    }

    private static void reply(Answerer answerer, Message<Object> message) {
        boolean yes = Asked.read(message.body())
                .map(asked -> answerer.answer(asked.question(), asked.from(), asked.about()))
                .orElse(false);
        message.reply(yes ? YES : NO);
    }

    @Override
    public Future<Void> close() {
        MessageConsumer<Object> added = consumer;
        return added == null ? Future.succeededFuture() : added.unregister();
    }
}

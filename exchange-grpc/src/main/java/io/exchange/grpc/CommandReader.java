package io.exchange.grpc;

import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.ReplyError;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the frames of commands, of what belongs to them, and messages. Part of {@link FrameReader}. */
final class CommandReader {

    private static final Frame.Items[] ITEMS = Frame.Items.values();
    private static final Delivery[] DELIVERIES = Delivery.values();

    private final WireInput in;

    CommandReader(WireInput in) {
        this.in = in;
    }

    Frame command() {
        int outer = in.enter();
        String id = "";
        int leg = 0;
        String origin = "";
        String type = "";
        Map<String, String> headers = Map.of();
        long timeLeft = Frame.NO_DEADLINE;
        long repeatAge = Frame.NOT_REPEATED;
        int attempt = 0;
        @Nullable String orderKey = null;
        @Nullable Grant fence = null;
        Frame.Items items = Frame.Items.NONE;
        Frame.@Nullable Onward onward = null;
        Payload payload = Payload.EMPTY;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ID -> id = in.string();
                case Tag.LEG -> leg = in.uint32();
                case Tag.ORIGIN -> origin = in.name();
                case Tag.COMMAND_TYPE -> type = in.name();
                case Tag.COMMAND_HEADER -> headers = in.entry(headers);
                case Tag.COMMAND_TIME_LEFT -> timeLeft = in.varint();
                case Tag.COMMAND_REPEAT_AGE -> repeatAge = in.varint();
                case Tag.COMMAND_ATTEMPT -> attempt = in.uint32();
                case Tag.COMMAND_ORDER_KEY -> orderKey = in.string();
                case Tag.COMMAND_FENCE -> fence = SessionReader.grant(in);
                case Tag.COMMAND_ITEMS -> items = items(in.uint32());
                case Tag.COMMAND_PAYLOAD -> payload = payload();
                case Tag.COMMAND_ONWARD -> onward = onward();
                default -> in.skip(tag, 13, "a command");
            }
        }
        in.leave(outer);
        Map<String, String> all = WireInput.complete(headers);
        return new Frame.Command(
                id, leg, origin, type, all, timeLeft, repeatAge, attempt, orderKey, fence, items, onward, payload);
    }

    private Frame.Onward onward() {
        int outer = in.enter();
        String targetId = "";
        String sessionId = "";
        int delivery = 0;
        boolean toHandlers = false;
        long attachNumber = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ONWARD_TARGET -> targetId = in.name();
                case Tag.ONWARD_SESSION -> sessionId = in.name();
                case Tag.ONWARD_DELIVERY -> delivery = in.uint32();
                case Tag.ONWARD_TO_HANDLERS -> toHandlers = in.bool();
                case Tag.ONWARD_ATTACH_NUMBER -> attachNumber = in.varint();
                default -> in.skip(tag, 5, "where to send on");
            }
        }
        in.leave(outer);
        if (delivery < 0 || delivery >= DELIVERIES.length) {
            throw new MalformedException("a delivery of kind " + delivery);
        }
        return new Frame.Onward(targetId, sessionId, DELIVERIES[delivery], toHandlers, attachNumber);
    }

    private Outcome notHere() {
        int outer = in.enter();
        boolean sent = false;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.NOT_HERE_SENT -> sent = in.bool();
                default -> in.skip(tag, 1, "a missing session");
            }
        }
        in.leave(outer);
        return new Outcome.NotHere(sent);
    }

    private static Frame.Items items(int number) {
        if (number < 0 || number >= ITEMS.length) {
            throw new MalformedException("a command has items of kind " + number);
        }
        return ITEMS[number];
    }

    Frame reply() {
        int outer = in.enter();
        String id = "";
        int leg = 0;
        String origin = "";
        Outcome outcome = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ID -> id = in.string();
                case Tag.LEG -> leg = in.uint32();
                case Tag.ORIGIN -> origin = in.name();
                case Tag.REPLY_SUCCEEDED -> outcome = new Outcome.Succeeded(payload());
                case Tag.REPLY_FAILED -> outcome = new Outcome.Failed(failure());
                case Tag.REPLY_REFUSED -> outcome = new Outcome.Refused(refusal());
                case Tag.REPLY_NOT_HERE -> outcome = notHere();
                default -> in.skip(tag, 7, "a reply");
            }
        }
        in.leave(outer);
        if (outcome == null) {
            throw new MalformedException("a reply has no outcome");
        }
        return new Frame.Reply(id, leg, origin, outcome);
    }

    private ReplyError failure() {
        int outer = in.enter();
        String code = "";
        String message = "";
        Map<String, String> details = Map.of();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.FAILURE_CODE -> code = in.name();
                case Tag.FAILURE_MESSAGE -> message = in.string();
                case Tag.FAILURE_DETAIL -> details = in.entry(details);
                default -> in.skip(tag, 3, "a failure");
            }
        }
        in.leave(outer);
        return new ReplyError(code, message, details);
    }

    private ExchangeException refusal() {
        int outer = in.enter();
        int code = 0;
        boolean notExecuted = false;
        String message = "";
        @Nullable Duration retryAfter = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.REFUSAL_CODE -> code = in.uint32();
                case Tag.REFUSAL_NOT_EXECUTED -> notExecuted = in.bool();
                case Tag.REFUSAL_MESSAGE -> message = in.string();
                case Tag.REFUSAL_RETRY_AFTER -> retryAfter = Duration.ofNanos(in.varint());
                default -> in.skip(tag, 4, "a refusal");
            }
        }
        in.leave(outer);
        Execution execution = notExecuted ? Execution.NOT_EXECUTED : Execution.UNKNOWN;
        ExchangeException cause = ExchangeException.of(ErrorCode.of(code), execution, message);
        return retryAfter == null ? cause : cause.withRetryAfter(retryAfter);
    }

    Frame item() {
        int outer = in.enter();
        String id = "";
        int leg = 0;
        String origin = "";
        boolean up = false;
        long sequence = 0;
        boolean last = false;
        Payload payload = Payload.EMPTY;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ID -> id = in.name();
                case Tag.LEG -> leg = in.uint32();
                case Tag.ORIGIN -> origin = in.name();
                case Tag.ITEM_UP -> up = in.bool();
                case Tag.ITEM_SEQUENCE -> sequence = in.varint();
                case Tag.ITEM_LAST -> last = in.bool();
                case Tag.ITEM_PAYLOAD -> payload = payload();
                default -> in.skip(tag, 7, "an item");
            }
        }
        in.leave(outer);
        return new Frame.Item(id, leg, origin, up, sequence, last, payload);
    }

    Frame credit() {
        int outer = in.enter();
        String id = "";
        int leg = 0;
        String origin = "";
        boolean up = false;
        long items = 0;
        long bytes = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ID -> id = in.name();
                case Tag.LEG -> leg = in.uint32();
                case Tag.ORIGIN -> origin = in.name();
                case Tag.CREDIT_UP -> up = in.bool();
                case Tag.CREDIT_ITEMS -> items = in.varint();
                case Tag.CREDIT_BYTES -> bytes = in.varint();
                default -> in.skip(tag, 6, "a credit");
            }
        }
        in.leave(outer);
        return new Frame.Credit(id, leg, origin, up, items, bytes);
    }

    Frame cancel() {
        int outer = in.enter();
        String id = "";
        int leg = 0;
        String origin = "";
        Frame.@Nullable Onward onward = null;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.ID -> id = in.string();
                case Tag.LEG -> leg = in.uint32();
                case Tag.ORIGIN -> origin = in.name();
                case Tag.CANCEL_ONWARD -> onward = onward();
                default -> in.skip(tag, 4, "a cancel");
            }
        }
        in.leave(outer);
        return new Frame.Cancel(id, leg, origin, onward);
    }

    Frame message() {
        int outer = in.enter();
        String type = "";
        Map<String, String> headers = Map.of();
        Frame.@Nullable Onward onward = null;
        Payload payload = Payload.EMPTY;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.MESSAGE_TYPE -> type = in.name();
                case Tag.MESSAGE_HEADER -> headers = in.entry(headers);
                case Tag.MESSAGE_PAYLOAD -> payload = payload();
                case Tag.MESSAGE_ONWARD -> onward = onward();
                default -> in.skip(tag, 4, "a message");
            }
        }
        in.leave(outer);
        return new Frame.Message(type, WireInput.complete(headers), onward, payload);
    }

    Frame fragment() {
        int outer = in.enter();
        long fragments = 0;
        Buffer bytes = Buffer.buffer();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.FRAGMENT_NUMBER -> fragments = in.varint();
                case Tag.FRAGMENT_BYTES -> bytes = in.bytes();
                default -> in.skip(tag, 2, "a fragment");
            }
        }
        in.leave(outer);
        return new Frame.Fragment(fragments, bytes);
    }

    Frame fragmentCredit() {
        int outer = in.enter();
        long bytes = 0;
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case Tag.FRAGMENT_CREDIT_BYTES -> bytes = in.varint();
                default -> in.skip(tag, 1, "a fragment credit");
            }
        }
        in.leave(outer);
        return new Frame.FragmentCredit(bytes);
    }

    private Payload payload() {
        return Payload.ofBytes(in.bytes());
    }
}

package io.exchange.grpc;

/**
 * What stands before each field on the wire: its number in {@code exchange.proto}, and how its value is written.
 *
 * <p>Kept in step with that file by a test that compares every frame with what protobuf's own classes make of it.
 */
final class Tag {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    static final int ENVELOPE_SENT_AT = (1 << 3) | FIXED64;
    static final int ENVELOPE_FRAME = (2 << 3) | LENGTH;

    static final int COMMAND = (1 << 3) | LENGTH;
    static final int REPLY = (2 << 3) | LENGTH;
    static final int ITEM = (3 << 3) | LENGTH;
    static final int CREDIT = (4 << 3) | LENGTH;
    static final int CANCEL = (5 << 3) | LENGTH;
    static final int FRAGMENTED = (6 << 3) | LENGTH;
    static final int FRAGMENT = (7 << 3) | LENGTH;
    static final int FRAGMENT_CREDIT = (8 << 3) | LENGTH;
    static final int HEARTBEAT = (9 << 3) | LENGTH;
    static final int HEARTBEAT_ACK = (10 << 3) | LENGTH;
    static final int MESSAGE = (11 << 3) | LENGTH;
    static final int HELLO = (16 << 3) | LENGTH;
    static final int HELLO_REPLY = (17 << 3) | LENGTH;
    static final int GRANTED = (18 << 3) | LENGTH;
    static final int GRANTED_ACK = (19 << 3) | LENGTH;
    static final int REVOKED = (20 << 3) | LENGTH;
    static final int REVOKED_ACK = (21 << 3) | LENGTH;
    static final int ROLES = (22 << 3) | LENGTH;
    static final int GOOD_BYE = (23 << 3) | LENGTH;
    static final int GOOD_BYE_ACK = (24 << 3) | LENGTH;

    /** Commands and all that answers them begin with these three. */
    static final int ID = (1 << 3) | LENGTH;

    static final int LEG = (2 << 3) | VARINT;
    static final int ORIGIN = (3 << 3) | LENGTH;

    static final int COMMAND_TYPE = (4 << 3) | LENGTH;
    static final int COMMAND_HEADER = (5 << 3) | LENGTH;
    static final int COMMAND_TIME_LEFT = (6 << 3) | VARINT;
    static final int COMMAND_REPEAT_AGE = (7 << 3) | VARINT;
    static final int COMMAND_ATTEMPT = (8 << 3) | VARINT;
    static final int COMMAND_ORDER_KEY = (9 << 3) | LENGTH;
    static final int COMMAND_FENCE = (10 << 3) | LENGTH;
    static final int COMMAND_ITEMS = (11 << 3) | VARINT;
    static final int COMMAND_PAYLOAD = (12 << 3) | LENGTH;
    static final int COMMAND_ONWARD = (13 << 3) | LENGTH;

    static final int ONWARD_TARGET = (1 << 3) | LENGTH;
    static final int ONWARD_SESSION = (2 << 3) | LENGTH;
    static final int ONWARD_DELIVERY = (3 << 3) | VARINT;
    static final int ONWARD_TO_HANDLERS = (4 << 3) | VARINT;
    static final int ONWARD_ATTACH_NUMBER = (5 << 3) | VARINT;

    static final int REPLY_SUCCEEDED = (4 << 3) | LENGTH;
    static final int REPLY_FAILED = (5 << 3) | LENGTH;
    static final int REPLY_REFUSED = (6 << 3) | LENGTH;
    static final int REPLY_NOT_HERE = (7 << 3) | LENGTH;

    static final int NOT_HERE_SENT = (1 << 3) | VARINT;

    static final int FAILURE_CODE = (1 << 3) | LENGTH;
    static final int FAILURE_MESSAGE = (2 << 3) | LENGTH;
    static final int FAILURE_DETAIL = (3 << 3) | LENGTH;

    static final int REFUSAL_CODE = (1 << 3) | VARINT;
    static final int REFUSAL_NOT_EXECUTED = (2 << 3) | VARINT;
    static final int REFUSAL_MESSAGE = (3 << 3) | LENGTH;
    static final int REFUSAL_RETRY_AFTER = (4 << 3) | VARINT;

    static final int ITEM_UP = (4 << 3) | VARINT;
    static final int ITEM_SEQUENCE = (5 << 3) | VARINT;
    static final int ITEM_LAST = (6 << 3) | VARINT;
    static final int ITEM_PAYLOAD = (7 << 3) | LENGTH;

    static final int CREDIT_UP = (4 << 3) | VARINT;
    static final int CREDIT_ITEMS = (5 << 3) | VARINT;
    static final int CREDIT_BYTES = (6 << 3) | VARINT;

    static final int CANCEL_ONWARD = (4 << 3) | LENGTH;

    static final int MESSAGE_TYPE = (1 << 3) | LENGTH;
    static final int MESSAGE_HEADER = (2 << 3) | LENGTH;
    static final int MESSAGE_PAYLOAD = (3 << 3) | LENGTH;
    static final int MESSAGE_ONWARD = (4 << 3) | LENGTH;

    static final int FRAGMENTED_HEAD = (1 << 3) | LENGTH;
    static final int FRAGMENTED_NUMBER = (2 << 3) | VARINT;
    static final int FRAGMENTED_LENGTH = (3 << 3) | VARINT;

    static final int FRAGMENT_NUMBER = (1 << 3) | VARINT;
    static final int FRAGMENT_BYTES = (2 << 3) | LENGTH;

    static final int FRAGMENT_CREDIT_BYTES = (1 << 3) | VARINT;

    static final int HEARTBEAT_NUMBER = (1 << 3) | VARINT;
    static final int HEARTBEAT_ACK_LEASE = (2 << 3) | VARINT;

    static final int HELLO_VERSION = (1 << 3) | VARINT;
    static final int HELLO_CONNECTOR = (2 << 3) | LENGTH;
    static final int HELLO_SESSION = (3 << 3) | LENGTH;
    static final int HELLO_ATTACH_NUMBER = (4 << 3) | VARINT;
    static final int HELLO_RESUME_TOKEN = (5 << 3) | LENGTH;
    static final int HELLO_TARGET = (6 << 3) | LENGTH;
    static final int HELLO_LABEL = (7 << 3) | LENGTH;
    static final int HELLO_ROLE = (8 << 3) | LENGTH;
    static final int HELLO_TOLD = (9 << 3) | LENGTH;
    static final int HELLO_METADATA = (10 << 3) | LENGTH;
    static final int HELLO_PAYLOAD = (11 << 3) | LENGTH;

    static final int TOLD_GRANT = (1 << 3) | LENGTH;
    static final int TOLD_HELD = (2 << 3) | VARINT;

    static final int GRANT_ROLE = (1 << 3) | LENGTH;
    static final int GRANT_SLOT = (2 << 3) | VARINT;
    static final int GRANT_TERM = (3 << 3) | VARINT;

    static final int HELLO_REPLY_CHANNEL = (1 << 3) | LENGTH;
    static final int HELLO_REPLY_RESUME_TOKEN = (2 << 3) | LENGTH;
    static final int HELLO_REPLY_LIMITS = (3 << 3) | LENGTH;
    static final int HELLO_REPLY_PAYLOAD = (4 << 3) | LENGTH;
    static final int HELLO_REPLY_HELD = (5 << 3) | VARINT;

    static final int LIMITS_HEARTBEAT = (1 << 3) | VARINT;
    static final int LIMITS_MISSED = (2 << 3) | VARINT;
    static final int LIMITS_LEASE = (3 << 3) | VARINT;
    static final int LIMITS_GRACE = (4 << 3) | VARINT;
    static final int LIMITS_IN_FLIGHT = (5 << 3) | VARINT;
    static final int LIMITS_QUEUED = (6 << 3) | VARINT;
    static final int LIMITS_PAYLOAD = (7 << 3) | VARINT;
    static final int LIMITS_LARGE = (8 << 3) | VARINT;

    /** Where a frame carries a slot and its term, it is the first field. */
    static final int SLOT_GRANT = (1 << 3) | LENGTH;

    static final int GRANTED_HEARTBEAT = (2 << 3) | VARINT;
    static final int GRANTED_LEASE = (3 << 3) | VARINT;

    static final int ROLES_ROLE = (1 << 3) | LENGTH;

    static final int GOOD_BYE_CODE = (1 << 3) | VARINT;
    static final int GOOD_BYE_MESSAGE = (2 << 3) | LENGTH;
    static final int GOOD_BYE_ENDPOINT = (3 << 3) | LENGTH;

    private Tag() {}

    /** The number of the field, for messages to people. */
    static int field(int tag) {
        return tag >>> 3;
    }
}

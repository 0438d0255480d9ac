package io.exchange.protocol;

import io.exchange.api.PayloadType;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a frame: a value with its type, or bytes. It is encoded when its bytes are first asked for and decoded
 * when its value is, so that routing never parses it and a transport inside the JVM hands the value over as it is.
 *
 * <p>Immutable towards its users; the bytes may be computed twice if two threads ask at the same moment.
 */
public final class Payload {

    /** No payload. */
    public static final Payload EMPTY = new Payload(null, null, Buffer.buffer(0));

    private final @Nullable Object value;
    private final @Nullable PayloadType<Object> type;
    private @Nullable Buffer bytes;

    private Payload(@Nullable Object value, @Nullable PayloadType<Object> type, @Nullable Buffer bytes) {
        this.value = value;
        this.type = type;
        this.bytes = bytes;
    }

    /**
     * A payload of a value.
     *
     * @param type how the value travels
     * @param value the value
     * @param <T> its type
     * @return the payload
     */
    @SuppressWarnings("unchecked") // the type came with a value of it
    public static <T> Payload of(PayloadType<T> type, T value) {
        return new Payload(Objects.requireNonNull(value, "value"), (PayloadType<Object>) type, null);
    }

    /**
     * A payload of bytes.
     *
     * @param bytes the bytes, not changed afterwards
     * @return the payload
     */
    public static Payload ofBytes(Buffer bytes) {
        return bytes.length() == 0 ? EMPTY : new Payload(null, null, bytes);
    }

    /**
     * The bytes, encoded now if they have not been before.
     *
     * @return the bytes, not to be changed
     * @throws io.exchange.api.ExchangeException {@link io.exchange.api.ErrorCode#INVALID} if the value cannot be encoded
     */
    public Buffer bytes() {
        Buffer result = bytes;
        if (result == null) {
            result = Objects.requireNonNull(type).encode(Objects.requireNonNull(value));
            bytes = result;
        }
        return result;
    }

    /**
     * The number of bytes, if they are known without encoding anything.
     *
     * @return the length, or -1
     */
    public int knownLength() {
        if (bytes != null) {
            return bytes.length();
        }
        return value instanceof Buffer buffer ? buffer.length() : -1;
    }

    /**
     * Whether its bytes are not there yet and making them may take long.
     *
     * @return whether to ask for {@link #bytes()} off the event loop first
     */
    public boolean isToBeEncodedElsewhere() {
        return bytes == null && type != null && type.isLarge();
    }

    /**
     * Whether making its value may take long.
     *
     * @param as the type that the receiver declared
     * @return whether to ask for {@link #value} off the event loop
     */
    public boolean isToBeDecodedElsewhere(PayloadType<?> as) {
        return !as.valueClass().isInstance(value) && as.isLarge(knownLength());
    }

    /**
     * The value: the one it was made of if that is an instance of the type's class, else decoded from the bytes.
     *
     * @param as the type that the receiver declared
     * @param <T> the type of the value
     * @return the value
     * @throws io.exchange.api.ExchangeException {@link io.exchange.api.ErrorCode#INVALID} if it is not of that type
     */
    public <T> T value(PayloadType<T> as) {
        if (as.valueClass().isInstance(value)) {
            return as.valueClass().cast(value);
        }
        return as.decode(bytes());
    }

    @Override
    public String toString() {
        return "Payload[" + (knownLength() < 0 ? "not encoded" : knownLength() + " bytes") + "]";
    }
}

package io.exchange.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Objects;

/**
 * How values of one Java type travel: their class and the pair of functions between a value and its bytes.
 *
 * <p>JSON by Jackson is the default, {@link #bytes()} leaves the bytes alone, and any other encoding, Protocol Buffers
 * for one, is {@link #of(Class, Encoder, Decoder)} with the two method references. Instances are immutable, and their
 * functions may be called from any thread.
 *
 * @param <T> the type of the values
 */
public final class PayloadType<T> {

    /** Turns a value into bytes. */
    @FunctionalInterface
    public interface Encoder<T> {
        /**
         * Gives the bytes of a value.
         *
         * @param value the value
         * @return its bytes, which nobody changes afterwards
         * @throws Exception if the value has no such form; the sender's command ends {@link ErrorCode#INVALID}
         */
        Buffer encode(T value) throws Exception;
    }

    /** Turns bytes into a value. */
    @FunctionalInterface
    public interface Decoder<T> {
        /**
         * Gives the value that the bytes stand for.
         *
         * @param bytes the bytes, not to be changed
         * @return the value
         * @throws Exception if they stand for none; the receiver answers {@link ErrorCode#INVALID}
         */
        T decode(Buffer bytes) throws Exception;
    }

    /** Above this, values are encoded and decoded off the event loop. */
    public static final int LARGE_BYTES = 64 << 10;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .findAndAddModules()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final PayloadType<Buffer> BYTES = new PayloadType<>(Buffer.class, value -> value, bytes -> bytes);

    private final Class<T> valueClass;
    private final Encoder<T> encoder;
    private final Decoder<T> decoder;
    private volatile boolean large;

    private PayloadType(Class<T> valueClass, Encoder<T> encoder, Decoder<T> decoder) {
        this.valueClass = Objects.requireNonNull(valueClass, "valueClass");
        this.encoder = Objects.requireNonNull(encoder, "encoder");
        this.decoder = Objects.requireNonNull(decoder, "decoder");
    }

    /**
     * JSON by Jackson: unknown properties are ignored, dates are ISO 8601 text, and the Jackson modules on the class
     * path are used.
     *
     * @param valueClass the class of the values
     * @param <T> their type
     * @return the payload type
     */
    public static <T> PayloadType<T> json(Class<T> valueClass) {
        return json(valueClass, MAPPER);
    }

    /**
     * JSON by a mapper of the caller's.
     *
     * @param valueClass the class of the values
     * @param mapper the mapper, configured before and not changed afterwards
     * @param <T> their type
     * @return the payload type
     */
    public static <T> PayloadType<T> json(Class<T> valueClass, ObjectMapper mapper) {
        return new PayloadType<>(
                valueClass, value -> toJson(mapper, value), bytes -> fromJson(mapper, valueClass, bytes));
    }

    /**
     * Bytes as they are.
     *
     * @return the payload type of raw bytes
     */
    public static PayloadType<Buffer> bytes() {
        return BYTES;
    }

    /**
     * An encoding of the caller's.
     *
     * @param valueClass the class of the values
     * @param encoder from value to bytes
     * @param decoder from bytes to value
     * @param <T> their type
     * @return the payload type
     */
    public static <T> PayloadType<T> of(Class<T> valueClass, Encoder<T> encoder, Decoder<T> decoder) {
        return new PayloadType<>(valueClass, encoder, decoder);
    }

    /**
     * The class of the values.
     *
     * @return the class
     */
    public Class<T> valueClass() {
        return valueClass;
    }

    /**
     * Whether the last value that was encoded was large, so that the next may be too, and encoding it takes work.
     *
     * @return whether to encode off the event loop
     */
    public boolean isLarge() {
        return large && this != BYTES;
    }

    /**
     * Whether decoding so many bytes takes so much work that it is better done off the event loop.
     *
     * @param length the number of bytes
     * @return whether to decode off the event loop
     */
    public boolean isLarge(int length) {
        return length > LARGE_BYTES && this != BYTES;
    }

    /**
     * Encodes a value.
     *
     * @param value the value
     * @return its bytes
     * @throws ExchangeException {@link ErrorCode#INVALID}, not executed, if the value cannot be encoded
     */
    public Buffer encode(T value) {
        try {
            Buffer bytes = encoder.encode(value);
            large = bytes.length() > LARGE_BYTES;
            return bytes;
        } catch (Throwable e) { // an error as well: it harms this value alone
            throw ErrorCode.INVALID.notExecuted("a " + valueClass.getName() + " could not be encoded", e);
        }
    }

    /**
     * Decodes a value.
     *
     * @param bytes the bytes
     * @return the value
     * @throws ExchangeException {@link ErrorCode#INVALID}, not executed, if the bytes are not of this type
     */
    public T decode(Buffer bytes) {
        T value;
        try {
            value = decoder.decode(bytes);
        } catch (Throwable e) {
            throw ErrorCode.INVALID.notExecuted("the payload is not a " + valueClass.getName(), e);
        }
        if (value == null) {
            throw ErrorCode.INVALID.notExecuted("the payload is null where a " + valueClass.getName() + " is due");
        }
        return value;
    }

    @Override
    public String toString() {
        return "PayloadType[" + valueClass.getName() + "]";
    }

    private static <T> Buffer toJson(ObjectMapper mapper, T value) throws JsonProcessingException {
        return Buffer.buffer(mapper.writeValueAsBytes(value));
    }

    private static <T> T fromJson(ObjectMapper mapper, Class<T> valueClass, Buffer bytes) throws IOException {
        return mapper.readValue(bytes.getBytes(), valueClass);
    }
}

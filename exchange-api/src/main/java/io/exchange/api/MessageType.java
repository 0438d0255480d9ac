package io.exchange.api;

/**
 * What a one-way message is called and what it carries.
 *
 * @param name the name on the wire, with a version in it
 * @param payload how the payload travels
 * @param <M> the type of the payload
 */
public record MessageType<M>(String name, PayloadType<M> payload) {

    /** Checks the name. */
    public MessageType {
        Limits.requireName("message type", name);
    }

    /**
     * A type whose payload is JSON.
     *
     * @param name the name with version
     * @param payload the class of the payload
     * @param <M> its type
     * @return the type
     */
    public static <M> MessageType<M> of(String name, Class<M> payload) {
        return new MessageType<>(name, PayloadType.json(payload));
    }

    /**
     * A message of this type without headers.
     *
     * @param value the payload
     * @return the message
     */
    public Message<M> message(M value) {
        return new Message<>(this, value, java.util.Map.of());
    }
}

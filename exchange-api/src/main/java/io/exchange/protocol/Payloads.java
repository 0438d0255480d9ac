package io.exchange.protocol;

/** The payload of a frame, for what treats all frames that have one alike. */
public final class Payloads {

    private Payloads() {}

    /**
     * The payload of a frame.
     *
     * @param frame the frame
     * @return its payload; {@link Payload#EMPTY} for a frame of a kind without one
     */
    public static Payload of(Frame frame) {
        if (frame instanceof Frame.Command command) {
            return command.payload();
        }
        if (frame instanceof Frame.Reply reply) {
            return reply.outcome() instanceof Outcome.Succeeded succeeded ? succeeded.payload() : Payload.EMPTY;
        }
        if (frame instanceof Frame.Item item) {
            return item.payload();
        }
        return frame instanceof Frame.Message message ? message.payload() : Payload.EMPTY;
    }

    /**
     * The same frame with another payload.
     *
     * @param frame a command, a reply that succeeded, an item or a message
     * @param payload the payload
     * @return the copy
     * @throws IllegalArgumentException if frames of that kind have no payload
     */
    public static Frame with(Frame frame, Payload payload) {
        if (frame instanceof Frame.Command c) {
            return new Frame.Command(
                    c.id(),
                    c.leg(),
                    c.origin(),
                    c.type(),
                    c.headers(),
                    c.timeLeftNanos(),
                    c.repeatAgeNanos(),
                    c.attempt(),
                    c.orderKey(),
                    c.fence(),
                    c.items(),
                    c.onward(),
                    payload);
        }
        if (frame instanceof Frame.Reply r && r.outcome() instanceof Outcome.Succeeded) {
            return new Frame.Reply(r.id(), r.leg(), r.origin(), new Outcome.Succeeded(payload));
        }
        if (frame instanceof Frame.Item i) {
            return new Frame.Item(i.id(), i.leg(), i.origin(), i.up(), i.sequence(), i.last(), payload);
        }
        if (frame instanceof Frame.Message m) {
            return new Frame.Message(m.type(), m.headers(), m.onward(), payload);
        }
        throw new IllegalArgumentException("a " + frame.getClass().getSimpleName() + " has no payload");
    }
}

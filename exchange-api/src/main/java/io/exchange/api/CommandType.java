package io.exchange.api;

/**
 * What a command is called and what it carries, declared once and shared by both ends.
 *
 * <pre>{@code CommandType<Deploy, Deployed> DEPLOY = CommandType.of("deploy.v1", Deploy.class, Deployed.class);}</pre>
 *
 * @param name the name on the wire; put the version into it, so that two versions can live side by side
 * @param request how the request travels
 * @param reply how the answer travels
 * @param <Q> the type of the request
 * @param <A> the type of the answer
 */
public record CommandType<Q, A>(String name, PayloadType<Q> request, PayloadType<A> reply) {

    /** Checks the name. */
    public CommandType {
        Limits.requireName("command type", name);
    }

    /**
     * A type whose request and answer are JSON.
     *
     * @param name the name with version
     * @param request the class of the request
     * @param reply the class of the answer
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the type
     */
    public static <Q, A> CommandType<Q, A> of(String name, Class<Q> request, Class<A> reply) {
        return new CommandType<>(name, PayloadType.json(request), PayloadType.json(reply));
    }

    /**
     * A type with encodings of its own.
     *
     * @param name the name with version
     * @param request how the request travels
     * @param reply how the answer travels
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the type
     */
    public static <Q, A> CommandType<Q, A> of(String name, PayloadType<Q> request, PayloadType<A> reply) {
        return new CommandType<>(name, request, reply);
    }

    /**
     * A command of this type with the defaults: an id of its own, a timeout of 30 seconds, delivery
     * {@link Delivery#RESUME}, to any channel of the target.
     *
     * @param payload the request
     * @return the command
     */
    public Command<Q, A> command(Q payload) {
        return new Command<>(this, payload);
    }
}

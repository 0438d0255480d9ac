package io.exchange.api;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A typed request and how it is to be sent. Immutable; each {@code with} gives a copy.
 *
 * @param <Q> the type of the request
 * @param <A> the type of the answer
 */
public final class Command<Q, A> {

    /** The timeout of a command that names none. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final CommandType<Q, A> type;
    private final Q payload;
    private final @Nullable String id;
    private final @Nullable Duration timeout;
    private final Map<String, String> headers;
    private final Delivery delivery;
    private final Route route;
    private final @Nullable String orderKey;
    private final boolean waitForTarget;

    Command(CommandType<Q, A> type, Q payload) {
        this.type = type;
        this.payload = Objects.requireNonNull(payload, "payload");
        this.id = null;
        this.timeout = DEFAULT_TIMEOUT;
        this.headers = Map.of();
        this.delivery = Delivery.RESUME;
        this.route = Route.ANY;
        this.orderKey = null;
        this.waitForTarget = false;
    }

    private Command(Draft<Q, A> draft) {
        this.type = draft.type;
        this.payload = Objects.requireNonNull(draft.payload, "payload");
        this.id = draft.id;
        this.timeout = draft.timeout;
        this.headers = draft.headers;
        this.delivery = draft.delivery;
        this.route = draft.route;
        this.orderKey = draft.orderKey;
        this.waitForTarget = draft.waitForTarget;
    }

    /**
     * The type.
     *
     * @return the type
     */
    public CommandType<Q, A> type() {
        return type;
    }

    /**
     * The request.
     *
     * @return the payload
     */
    public Q payload() {
        return payload;
    }

    /**
     * The id that the caller gave.
     *
     * @return the id; empty if one is to be generated
     */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /**
     * The time from {@code send} to the deadline.
     *
     * @return the timeout; empty for none
     */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /**
     * Headers, a trace context for one.
     *
     * @return the headers
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * What happens when the channel is lost.
     *
     * @return the delivery
     */
    public Delivery delivery() {
        return delivery;
    }

    /**
     * Which channel of the target it goes to.
     *
     * @return the route
     */
    public Route route() {
        return route;
    }

    /**
     * The order key: commands with the same key on one channel start in the order they were sent.
     *
     * @return the key; empty for no order
     */
    public Optional<String> orderKey() {
        return Optional.ofNullable(orderKey);
    }

    /**
     * Whether the command waits, within its deadline, for the target, or a holder of the role that its route names, to come. Without
     * it, such a command ends at once while nobody holds the role, as between two holders. What a connector sends always waits
     * for its controller.
     *
     * @return whether it waits; if not, it ends {@link ErrorCode#NO_CHANNEL} at once
     */
    public boolean waitForTarget() {
        return waitForTarget;
    }

    /**
     * The same command with an id of the caller's, unique among the commands that its target may remember.
     *
     * @param newId the id
     * @return the copy
     * @throws IllegalArgumentException if the id breaks {@link Limits#requireName}
     */
    public Command<Q, A> withId(String newId) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.id = Limits.requireName("command id", newId);
        return new Command<>(draft);
    }

    /**
     * The same command with a timeout, which starts when it is sent.
     *
     * @param newTimeout the timeout
     * @return the copy
     * @throws IllegalArgumentException if the timeout is not positive
     */
    public Command<Q, A> withTimeout(Duration newTimeout) {
        if (newTimeout.isZero() || newTimeout.isNegative()) {
            throw new IllegalArgumentException("a timeout must be positive, not " + newTimeout
                    + "; use withoutTimeout() for a command that may take for ever");
        }
        Draft<Q, A> draft = new Draft<>(this);
        draft.timeout = newTimeout;
        return new Command<>(draft);
    }

    /**
     * The same command without a deadline.
     *
     * @return the copy
     */
    public Command<Q, A> withoutTimeout() {
        Draft<Q, A> draft = new Draft<>(this);
        draft.timeout = null;
        return new Command<>(draft);
    }

    /**
     * The same command with these headers. A command with more than {@link Limits#MAX_HEADERS_LENGTH} characters of them
     * ends {@link ErrorCode#INVALID}.
     *
     * @param newHeaders the headers, which replace those it has
     * @return the copy
     */
    public Command<Q, A> withHeaders(Map<String, String> newHeaders) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.headers = Map.copyOf(newHeaders);
        return new Command<>(draft);
    }

    /**
     * The same command with another delivery.
     *
     * @param newDelivery the delivery
     * @return the copy
     */
    public Command<Q, A> withDelivery(Delivery newDelivery) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.delivery = Objects.requireNonNull(newDelivery, "delivery");
        return new Command<>(draft);
    }

    /**
     * The same command on another route.
     *
     * @param newRoute the route
     * @return the copy
     */
    public Command<Q, A> withRoute(Route newRoute) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.route = Objects.requireNonNull(newRoute, "route");
        return new Command<>(draft);
    }

    /**
     * The same command with an order key.
     *
     * @param newOrderKey the key
     * @return the copy
     * @throws IllegalArgumentException if the key breaks {@link Limits#requireName}
     */
    public Command<Q, A> withOrderKey(String newOrderKey) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.orderKey = Limits.requireName("order key", newOrderKey);
        return new Command<>(draft);
    }

    /**
     * The same command that waits, or does not wait, for its target to come.
     *
     * @param wait whether to wait
     * @return the copy
     */
    public Command<Q, A> withWaitForTarget(boolean wait) {
        Draft<Q, A> draft = new Draft<>(this);
        draft.waitForTarget = wait;
        return new Command<>(draft);
    }

    @Override
    public String toString() {
        return "Command[" + type.name() + (id == null ? "" : ", " + id) + "]";
    }

    private static final class Draft<Q, A> {

        final CommandType<Q, A> type;
        final Q payload;

        @Nullable
        String id;

        @Nullable
        Duration timeout = DEFAULT_TIMEOUT;

        Map<String, String> headers = Map.of();
        Delivery delivery = Delivery.RESUME;
        Route route = Route.ANY;

        @Nullable
        String orderKey;

        boolean waitForTarget;

        Draft(CommandType<Q, A> type, Q payload) {
            this.type = type;
            this.payload = payload;
        }

        Draft(Command<Q, A> from) {
            this(from.type, from.payload);
            id = from.id;
            timeout = from.timeout;
            headers = from.headers;
            delivery = from.delivery;
            route = from.route;
            orderKey = from.orderKey;
            waitForTarget = from.waitForTarget;
        }
    }
}

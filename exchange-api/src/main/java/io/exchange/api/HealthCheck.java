package io.exchange.api;

/**
 * The command by which a controller asks a connector's application whether it is well. A connector answers that it is unless
 * its application registers a handler of its own for {@link #TYPE}.
 */
public final class HealthCheck {

    /** The type; JSON. */
    public static final CommandType<Query, Report> TYPE =
            CommandType.of("exchange.health.v1", Query.class, Report.class);

    private HealthCheck() {}

    /**
     * The question.
     *
     * @param targetId the target that is asked for
     */
    public record Query(String targetId) {}

    /**
     * The answer.
     *
     * @param healthy whether the connector can do its work; if not, it gets no commands and holds no role until it can
     * @param detail for people
     */
    public record Report(boolean healthy, String detail) {}
}

package io.exchange.connector;

import io.exchange.api.Grant;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How a connector does.
 *
 * @param state where it stands
 * @param since when it came to stand there
 * @param endpoint where it is attached, or tries to attach
 * @param channelId the id of its channel
 * @param attempts attempts in a row that failed, or whose channel lived for less than 5 s: what the back-off grows with
 * @param lastError why it is not attached; empty while it is
 * @param held the slots that it holds
 */
public record ConnectorStatus(
        ConnectorState state,
        Instant since,
        Optional<String> endpoint,
        Optional<String> channelId,
        int attempts,
        Optional<String> lastError,
        Set<Grant> held) {}

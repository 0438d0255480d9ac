package io.exchange.controller;

import io.exchange.api.ExchangeException;
import io.exchange.api.ReplyError;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a batch is.
 *
 * @param id its id
 * @param key its key
 * @param state where it stands as a whole
 * @param version grows with each change; of two for one batch the greater is the later
 * @param commands its commands, in their order
 * @param createdAt when it was accepted, in cluster time
 * @param endedAt when it ended, in cluster time; empty while it has not
 */
public record BatchStatus(
        String id,
        String key,
        BatchState state,
        long version,
        List<Item> commands,
        Instant createdAt,
        Optional<Instant> endedAt) {

    /**
     * How far one command is.
     *
     * @param commandId its id, the same in every attempt
     * @param targetId its target
     * @param type the name of its type
     * @param state where it stands
     * @param attempt counts the executions that are asked for, from 1; a repeat belongs to the one before
     * @param tries how many outcomes it has had
     * @param error what the handler said of its last failure, if the last outcome was one
     * @param failure why the last try got no answer and whether it may have run, if it got none
     */
    public record Item(
            String commandId,
            String targetId,
            String type,
            BatchState state,
            int attempt,
            int tries,
            Optional<ReplyError> error,
            Optional<ExchangeException> failure) {}

    /** Copies. */
    public BatchStatus {
        commands = List.copyOf(commands);
    }

    /**
     * How many of its commands stand there.
     *
     * @param in where
     * @return their number
     */
    public int count(BatchState in) {
        return (int) commands.stream().filter(item -> item.state() == in).count();
    }
}

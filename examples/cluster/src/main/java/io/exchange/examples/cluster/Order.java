package io.exchange.examples.cluster;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a node is told on its standard input, a line each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "order")
@JsonSubTypes({
    @JsonSubTypes.Type(Order.Load.class),
    @JsonSubTypes.Type(Order.Unload.class),
    @JsonSubTypes.Type(Order.Send.class),
    @JsonSubTypes.Type(Order.RunBatch.class),
    @JsonSubTypes.Type(Order.AwaitBatch.class),
    @JsonSubTypes.Type(Order.Look.class),
    @JsonSubTypes.Type(Order.Drain.class),
    @JsonSubTypes.Type(Order.Stop.class)
})
sealed interface Order {

    /**
     * Send commands, from now on.
     *
     * @param targets to whom, by chance
     * @param perSecond how many in a second
     * @param timeoutMillis the timeout of each
     * @param mostMillis how long each keeps its gateway busy, at the most
     * @param mixed whether one in five is AT_MOST_ONCE; else all are RESUME
     * @param seed where chance begins
     */
    record Load(List<String> targets, int perSecond, long timeoutMillis, int mostMillis, boolean mixed, long seed)
            implements Order {

        public Load {
            targets = List.copyOf(targets);
        }
    }

    /** Send no more; answered with {@link Report.Idle} when all commands have ended. */
    record Unload() implements Order {}

    /**
     * Send one command.
     *
     * @param name by which its id ends, after the id of the node and a dot
     * @param target to whom
     * @param millis how long it keeps its gateway busy
     * @param timeoutMillis its timeout
     * @param waits whether it waits for its target to come
     */
    record Send(String name, String target, int millis, long timeoutMillis, boolean waits) implements Order {}

    /**
     * Submit a batch of RESUME commands, whose ids are that of the batch, a dot, and a number from 0; answered with
     * {@link Report.BatchIsKept}.
     *
     * @param id its id
     * @param targets to whom, in turn
     * @param commands how many
     * @param millis how long each keeps its gateway busy
     * @param concurrency how many are under way at a time
     */
    record RunBatch(String id, List<String> targets, int commands, int millis, int concurrency) implements Order {

        public RunBatch {
            targets = List.copyOf(targets);
        }
    }

    /**
     * Answer with {@link Report.BatchHasEnded} when it has.
     *
     * @param id its id
     */
    record AwaitBatch(String id) implements Order {}

    /**
     * Look around, and answer with {@link Report.Looked}.
     *
     * @param number comes back in the answer
     * @param afterMillis how long to wait before
     */
    record Look(int number, long afterMillis) implements Order {}

    /**
     * Move all channels to other nodes, and answer with {@link Report.Drained}.
     *
     * @param millis for how long at the most
     */
    record Drain(long millis) implements Order {}

    /** Stop in order, and end. */
    record Stop() implements Order {}
}

package io.exchange.examples.cluster;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.exchange.api.Delivery;
import io.exchange.api.ExchangeObserver.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a node says on its standard output, a line each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "report")
@JsonSubTypes({
    @JsonSubTypes.Type(Report.Ready.class),
    @JsonSubTypes.Type(Report.Sent.class),
    @JsonSubTypes.Type(Report.Ended.class),
    @JsonSubTypes.Type(Report.Went.class),
    @JsonSubTypes.Type(Report.Idle.class),
    @JsonSubTypes.Type(Report.BatchIsKept.class),
    @JsonSubTypes.Type(Report.BatchHasEnded.class),
    @JsonSubTypes.Type(Report.Looked.class),
    @JsonSubTypes.Type(Report.Drained.class),
    @JsonSubTypes.Type(Report.Stopped.class)
})
sealed interface Report {

    /** Connectors can come. */
    record Ready() implements Report {}

    /**
     * A command is about to be sent.
     *
     * @param id its id
     * @param target to whom
     * @param nanos when, by the monotonic clock, which is the same for all processes of a machine
     * @param timeoutMillis its timeout
     * @param delivery what happens when its channel is lost
     */
    record Sent(String id, String target, long nanos, long timeoutMillis, Delivery delivery) implements Report {}

    /**
     * A command has ended for its sender.
     *
     * @param id its id
     * @param outcome how
     * @param code the code of its error, if it has one, else empty
     * @param message what the error says
     * @param nanos when
     */
    record Ended(String id, Outcome outcome, String code, String message, long nanos) implements Report {}

    /**
     * The node says that nobody is left of a target.
     *
     * @param target which
     */
    record Went(String target) implements Report {}

    /** All commands have ended, and no more are sent. */
    record Idle() implements Report {}

    /**
     * A batch was accepted, or not.
     *
     * @param error why not; empty if it was
     */
    record BatchIsKept(String error) implements Report {}

    /**
     * A batch has ended.
     *
     * @param id its id
     * @param state how
     * @param succeeded how many of its commands succeeded
     * @param others what is said of those that did not
     */
    record BatchHasEnded(String id, String state, int succeeded, List<String> others) implements Report {

        public BatchHasEnded {
            others = List.copyOf(others);
        }
    }

    /**
     * What a node sees and has.
     *
     * @param number that of the order
     * @param ready whether it says that it is ready
     * @param detail what it says of that
     * @param members how many members of Hazelcast it sees, itself among them
     * @param directory all targets with their connectors, as this node knows them
     * @param held the sessions that it has a channel of
     */
    record Looked(
            int number, boolean ready, String detail, int members, Map<String, List<Seen>> directory, Set<String> held)
            implements Report {

        public Looked {
            directory = Map.copyOf(directory);
            held = Set.copyOf(held);
        }
    }

    /**
     * A connector in the directory.
     *
     * @param connector its id
     * @param session its session
     * @param node the node that has its channel
     * @param attached whether it has a channel
     * @param terms the terms under which it is primary: one or none
     */
    record Seen(String connector, String session, String node, boolean attached, List<Long> terms) {

        public Seen {
            terms = List.copyOf(terms);
        }
    }

    /**
     * The drain has ended.
     *
     * @param error why it did not succeed; empty if it did
     */
    record Drained(String error) implements Report {}

    /** The node has stopped, and its process ends. */
    record Stopped() implements Report {}
}

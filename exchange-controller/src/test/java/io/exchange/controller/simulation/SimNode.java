package io.exchange.controller.simulation;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.GrantLedger;
import io.exchange.controller.primary.LeaseTerms;
import io.exchange.controller.primary.LedgerStep;
import io.exchange.controller.primary.Moment;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** One process life of a controller node, with the part of its wiring that concerns roles. */
final class SimNode extends SimProcess {

    /** What the node knows of a channel. */
    private static final class Served {
        private final SimChannel channel;
        private final String targetId;
        private GrantLedger ledger;
        private long heard;
        private boolean closed;
        private boolean closedByConnector;
        private boolean timerRuns;
        private boolean confirming;
        private long lastSubmitted;

        private Served(SimChannel channel, String targetId, long heard) {
            this.channel = channel;
            this.targetId = targetId;
            this.heard = heard;
        }
    }

    final String nodeId;
    private final Scenario scenario;
    private final Surroundings surroundings;
    private final Map<SimChannel, Served> served = new LinkedHashMap<>();

    SimNode(Scenario scenario, String nodeId, Surroundings surroundings) {
        super(scenario.world(), scenario.setup().skew());
        this.scenario = scenario;
        this.nodeId = nodeId;
        this.surroundings = surroundings;
        surroundings.begin(this);
        after(world.between(0, Episode.LOOK), this::look);
    }

    private Moment now() {
        long now = nanos();
        return new Moment(now, surroundings.clusterTime(), surroundings.grantableNanos(now));
    }

    // --- channels

    void receive(SimChannel channel, Frame frame) {
        world.tell(nodeId, "receives by", channel.id, frame);
        Served one = served.get(channel);
        if (frame instanceof Frame.Hello hello) {
            hello(channel, hello);
        } else if (one != null && one.ledger != null && !one.closed) {
            one.heard = nanos();
            GrantLedger ledger = one.ledger;
            if (frame instanceof Frame.Heartbeat heartbeat) {
                perform(one, ledger.heartbeat(heartbeat, now()));
            } else if (frame instanceof Frame.GrantedAck ack) {
                ledger.grantedAck(ack);
            } else if (frame instanceof Frame.RevokedAck ack) {
                perform(one, ledger.revokedAck(ack, now()));
            } else if (frame instanceof Frame.Roles roles) {
                perform(one, ledger.roles(roles, now()));
            } else if (frame instanceof Frame.GoodBye) {
                perform(one, ledger.goodBye(now()));
            }
        }
    }

    private void hello(SimChannel channel, Frame.Hello hello) {
        Served one = new Served(channel, hello.targetId(), nanos());
        served.put(channel, one);
        TargetEvent.Attached attached = new TargetEvent.Attached(
                new Attach(hello.sessionId(), hello.connectorId(), hello.attachNumber(), channel.id, nodeId),
                hello.labels(),
                hello.roles(),
                hello.told(),
                hello.resumeToken(),
                "token of " + channel.id,
                surroundings.clusterTime());
        surroundings
                .submit(one.targetId, attached)
                .onSuccess(verdict -> answer(one, attached, verdict))
                .onFailure(unknown -> decline(one, CloseReason.of(CloseReason.Code.INTERNAL, "")));
        after(10 * World.SECOND, () -> {
            if (one.ledger == null) {
                served.remove(channel);
                channel.cut();
            }
        });
    }

    private void answer(Served one, TargetEvent.Attached attached, Verdict verdict) {
        if (served.get(one.channel) != one) {
            return;
        }
        if (verdict instanceof Verdict.Refused refused) {
            decline(one, refused.reason());
            return;
        }
        TargetRecord record = ((Verdict.Accepted) verdict).record();
        one.ledger = new GrantLedger(attached, record, terms(), now());
        if (one.closed) {
            perform(one, one.ledger.channelClosed(one.closedByConnector, now()));
            startGrace(one);
        } else {
            one.channel.toConnector(
                    new Frame.HelloReply(one.channel.id, attached.resumeNext(), ChannelLimits.DEFAULT, Payload.EMPTY));
            perform(one, one.ledger.due(now()));
            listenFor(one);
        }
    }

    private void decline(Served one, CloseReason reason) {
        served.remove(one.channel);
        one.channel.toConnector(new Frame.GoodBye(reason));
        one.channel.closeByNode();
    }

    private LeaseTerms terms() {
        LeaseTerms terms =
                LeaseTerms.member(Episode.LEASE, Episode.LOOK, scenario.setup().releaseOnClose());
        return scenario.makes(Mutation.TOLD_BEFORE_IT_IS_SURE) ? terms.withoutConfirming() : terms;
    }

    private void listenFor(Served one) {
        after(Episode.HEARTBEAT, () -> {
            if (!one.closed && nanos() - one.heard > 3 * Episode.HEARTBEAT) {
                one.channel.cut();
                closed(one.channel, false);
            } else if (!one.closed) {
                listenFor(one);
            }
        });
    }

    void closed(SimChannel channel, boolean byConnector) {
        Served one = served.get(channel);
        if (one == null || one.closed) {
            return;
        }
        one.closed = true;
        one.closedByConnector = byConnector;
        if (one.ledger != null) {
            List<Grant> told = one.ledger.confirmed();
            perform(one, one.ledger.channelClosed(byConnector, now()));
            startGrace(one);
            if (scenario.makes(Mutation.LEASE_NOT_WAITED_FOR)) {
                told.forEach(grant -> submit(one, released(one, grant)));
            }
        }
    }

    private TargetEvent released(Served one, Grant grant) {
        return new TargetEvent.Released(grant, one.channel.connector.sessionId, surroundings.clusterTime());
    }

    private void startGrace(Served one) {
        after(Episode.GRACE, () -> perform(one, one.ledger.end(now())));
    }

    /** A crash: nothing is said to anybody. */
    void crash() {
        kill();
        served.keySet().forEach(SimChannel::cut);
    }

    // --- what ledgers want

    private void perform(Served one, LedgerStep step) {
        for (Frame frame : step.frames()) {
            send(one, frame);
        }
        step.events().forEach(event -> submit(one, event));
        if (step.confirm()) {
            confirm(one);
        }
        step.close().ifPresent(reason -> close(one, reason));
        watch(one);
    }

    private void confirm(Served one) {
        if (!one.confirming) {
            one.confirming = true;
            surroundings
                    .confirm(one.targetId)
                    .onComplete(ended -> one.confirming = false)
                    .onSuccess(record -> perform(one, one.ledger.confirmed(record, now())));
        }
    }

    private void send(Served one, Frame frame) {
        boolean careless = scenario.makes(Mutation.RENEWED_AFTER_REVOKE);
        if (careless && frame instanceof Frame.HeartbeatAck ack) {
            one.channel.toConnector(new Frame.HeartbeatAck(ack.number(), Episode.LEASE));
        } else if (!careless || !(frame instanceof Frame.Revoked)) {
            one.channel.toConnector(frame);
        }
    }

    private void close(Served one, CloseReason reason) {
        if (!one.closed) {
            one.channel.toConnector(new Frame.GoodBye(reason));
            after(World.SECOND, () -> {
                one.channel.closeByNode();
                closed(one.channel, false);
            });
        }
    }

    private void watch(Served one) {
        OptionalLong next = one.ledger.nextDeadline();
        if (next.isPresent() && !one.timerRuns) {
            one.timerRuns = true;
            after(next.getAsLong() - nanos(), () -> {
                one.timerRuns = false;
                perform(one, one.ledger.due(now()));
            });
        }
    }

    private void submit(Served one, TargetEvent event) {
        Future<Verdict> answer = surroundings.submit(one.targetId, event);
        if (surroundings.answersTell()) {
            answer.onSuccess(verdict -> learn(one, verdict));
        }
    }

    private void learn(Served one, Verdict verdict) {
        if (verdict instanceof Verdict.Accepted accepted) {
            perform(one, one.ledger.reconcile(accepted.record(), now()));
        }
    }

    // --- records

    /** The record is another one. */
    void reconcile(TargetRecord record) {
        eachLedger(record.targetId(), one -> one.ledger.reconcile(record, now()));
    }

    /** The record was read where it is kept. */
    void audit(TargetRecord record) {
        eachLedger(record.targetId(), one -> one.ledger.audit(record, now()));
    }

    private void eachLedger(String targetId, Function<Served, LedgerStep> action) {
        for (Served one : List.copyOf(served.values())) {
            if (one.ledger != null && one.targetId.equals(targetId)) {
                perform(one, action.apply(one));
            }
        }
    }

    /** Looks now and then after health, and after what is not done. */
    private void look() {
        served.values().removeIf(one -> one.ledger != null && one.closed && one.ledger.isDone());
        for (Served one : List.copyOf(served.values())) {
            if (one.ledger != null) {
                perform(
                        one,
                        one.closed
                                ? one.ledger.due(now())
                                : one.ledger.checked(one.channel.connector.isHealthy(), now()));
            }
        }
        after(world.between(Episode.LOOK / 2, Episode.LOOK), this::look);
    }

    /** The targets that an attach here is of. */
    Set<String> targets() {
        Set<String> targets = new TreeSet<>();
        served.values().forEach(one -> targets.add(one.targetId));
        return targets;
    }

    boolean isHere(Attach attach) {
        return served.values().stream().anyMatch(one -> one.channel.id.equals(attach.channelId()));
    }

    /** What connectors have said that they took, by channels that are open. */
    List<Grant> confirmed(String targetId) {
        List<Grant> grants = new ArrayList<>();
        for (Served one : served.values()) {
            if (one.ledger != null && !one.closed && one.targetId.equals(targetId)) {
                grants.addAll(one.ledger.confirmed());
            }
        }
        return grants;
    }
}

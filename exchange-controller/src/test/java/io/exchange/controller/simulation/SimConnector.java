package io.exchange.controller.simulation;

import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.connector.primary.HeldGrants;
import io.exchange.connector.primary.HeldStep;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** One process life of a connector, with the part of its wiring that concerns roles. */
final class SimConnector extends SimProcess {

    final String connectorId;
    final String targetId;
    final String sessionId;
    private final Scenario scenario;
    private final HeldGrants held;
    private Set<String> roles;
    private Set<Grant> told = Set.of();
    private long attachNumber;
    private String token = "";
    private SimChannel channel;
    private boolean answered;
    private long heartbeat;
    private long heard;
    private boolean leaving;
    private boolean timerRuns;
    private boolean healthy = true;

    SimConnector(Scenario scenario, String targetId, String connectorId, String sessionId, Set<String> roles) {
        super(scenario.world(), scenario.setup().skew());
        this.scenario = scenario;
        this.targetId = targetId;
        this.held = new HeldGrants(scenario.setup().releaseOnClose(), 0);
        this.connectorId = connectorId;
        this.sessionId = sessionId;
        this.roles = roles;
    }

    /** What an application may act on at this moment. */
    Set<Grant> holds() {
        return isDead() || held.nextStepDown().isEmpty() ? Set.of() : held.held(nanos());
    }

    /** What the application was told to hold. */
    Set<Grant> told() {
        return told;
    }

    Set<String> roles() {
        return roles;
    }

    boolean isLeaving() {
        return leaving || isDead();
    }

    void start() {
        after(world.about(100 * World.MILLI), this::attach);
    }

    private void attach() {
        if (leaving || channel != null) {
            return;
        }
        SimNode node = scenario.anyNode();
        if (node.isDead()) {
            after(World.SECOND, this::attach);
            return;
        }
        attachNumber++;
        SimChannel attempt = new SimChannel(scenario, scenario.nextId("channel"), attachNumber, this, node);
        channel = attempt;
        answered = false;
        heartbeat = 0;
        heard = nanos();
        List<Frame.Told> holding = held.attach(attachNumber, nanos());
        if (scenario.makes(Mutation.HELLO_DENIES_WHAT_IT_HOLDS)) {
            holding = holding.stream()
                    .map(one -> new Frame.Told(one.grant(), false))
                    .toList();
        }
        attempt.toNode(new Frame.Hello(
                1,
                connectorId,
                sessionId,
                attachNumber,
                token,
                targetId,
                Map.of(),
                roles,
                holding,
                Map.of(),
                Payload.EMPTY));
        after(5 * World.SECOND, () -> giveUp(attempt, !answered));
        if (world.chance(scenario.faults(0.05))) {
            after(world.about(50 * World.MILLI), () -> giveUp(attempt, true));
        }
    }

    /** Turns its back on a channel, which the other end may not hear of. */
    private void giveUp(SimChannel old, boolean really) {
        if (really && channel == old) {
            if (world.chance(0.5)) {
                old.cut();
            }
            closed(old);
        }
    }

    void closed(SimChannel old) {
        if (channel == old) {
            channel = null;
            perform(held.channelLost(old.attachNumber, nanos()));
            after(world.about(300 * World.MILLI), this::attach);
        }
    }

    void receive(SimChannel from, Frame frame) {
        world.tell(sessionId, "receives by", from.id, frame);
        long attach = scenario.makes(Mutation.OLD_CHANNEL_HEARD) ? attachNumber : from.attachNumber;
        if (from == channel) {
            heard = nanos();
        }
        if (frame instanceof Frame.HelloReply reply && from == channel) {
            answered = true;
            token = reply.resumeToken();
            // they may have changed since the hello
            from.toNode(new Frame.Roles(roles));
            after(Episode.HEARTBEAT, () -> beat(from));
        } else if (frame instanceof Frame.Granted granted) {
            answered(granted.heartbeat());
            perform(held.granted(attach, granted, nanos()));
        } else if (frame instanceof Frame.HeartbeatAck ack) {
            answered(ack.number());
            perform(held.heartbeatAck(attach, ack, nanos()));
        } else if (frame instanceof Frame.Revoked revoked) {
            perform(held.revoked(attach, revoked, nanos()));
        } else if (frame instanceof Frame.GoodBye goodBye && from == channel) {
            goodBye(goodBye.reason());
        }
    }

    private void answered(long number) {
        if (scenario.makes(Mutation.LEASE_FROM_THE_ANSWER)) {
            held.heartbeatSent(number, nanos());
        }
    }

    private void goodBye(CloseReason reason) {
        if (reason.next() == CloseReason.Next.STOP) {
            scenario.require(reason.code() == CloseReason.Code.REPLACED, "refused for good: " + reason);
            perform(held.leave(nanos()));
            leaving = true;
        }
        closed(channel);
    }

    private void beat(SimChannel on) {
        if (channel != on) {
            return;
        }
        if (nanos() - heard > 3 * Episode.HEARTBEAT) {
            giveUp(on, true);
            return;
        }
        heartbeat++;
        if (!scenario.makes(Mutation.LEASE_FROM_THE_ANSWER)) {
            held.heartbeatSent(heartbeat, nanos());
        }
        on.toNode(new Frame.Heartbeat(heartbeat));
        after(Episode.HEARTBEAT, () -> beat(on));
    }

    /** The application is told, then frames are sent, then the one timer is looked after. */
    private void perform(HeldStep step) {
        if (step.changed()) {
            told = held.held(nanos());
            world.tell(sessionId, "holds", told);
        }
        if (channel != null && answered) {
            step.frames().forEach(channel::toNode);
        }
        OptionalLong next = held.nextStepDown();
        if (next.isPresent() && !timerRuns) {
            timerRuns = true;
            after(next.getAsLong() - nanos(), () -> {
                timerRuns = false;
                perform(held.due(nanos()));
            });
        }
    }

    void changeRoles(Set<String> next) {
        roles = next;
        if (channel != null && answered) {
            channel.toNode(new Frame.Roles(next));
        }
    }

    /** Steps down, says good-bye, and closes; the process may end at any time after. */
    void leave() {
        perform(held.leave(nanos()));
        leaving = true;
        if (channel != null) {
            if (answered) {
                channel.toNode(new Frame.GoodBye(CloseReason.of(CloseReason.Code.NORMAL, "")));
            }
            channel.closeByConnector();
            channel = null;
        }
    }

    boolean isHealthy() {
        return healthy;
    }

    void healthy(boolean next) {
        healthy = next;
    }

    /** Gives its channel up without a word, for a new one. */
    void turnAway() {
        if (channel != null) {
            closed(channel);
        }
    }

    void cutChannel() {
        if (channel != null) {
            channel.cut();
        }
    }

    @Override
    public String toString() {
        return sessionId + " of " + connectorId;
    }
}

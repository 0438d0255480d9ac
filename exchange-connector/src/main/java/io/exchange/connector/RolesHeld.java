package io.exchange.connector;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Grant;
import io.exchange.channel.Alarm;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.Fence;
import io.exchange.channel.Loop;
import io.exchange.connector.primary.HeldGrants;
import io.exchange.connector.primary.HeldStep;
import io.exchange.protocol.Frame;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps {@link HeldGrants} on the loop's clock, tells the application, and answers the controller. Confined to the loop. */
final class RolesHeld implements Fence {

    private final Loop loop;
    private final RoleCallbacks callbacks;
    private final HeldGrants grants;
    private final Alarm stepDown = new Alarm(this::alarmRang);
    private volatile Set<String> roles;
    private @Nullable ChannelEngine channel;
    private long attachNumber;
    private Set<String> rolesSaid = Set.of();

    RolesHeld(Loop loop, ConnectorOptions options, boolean releaseOnClose, RoleCallbacks callbacks) {
        this.loop = loop;
        this.callbacks = callbacks;
        this.roles = options.getRoles();
        this.grants = new HeldGrants(releaseOnClose, Loop.LATENESS_NANOS);
    }

    Set<String> roles() {
        return roles;
    }

    /** The controller takes back what the connector cannot take any more. */
    void changeTo(Set<String> newRoles) {
        roles = newRoles;
        if (channel != null) {
            channel.send(new Frame.Roles(newRoles));
        }
    }

    /**
     * A hello is about to be sent; gives what it says of what was told. What it says is over the controller may give away at
     * once, so the application hears of it first.
     */
    List<Frame.Told> attach(long number) {
        long now = loop.nanoTime();
        apply(grants.due(now));
        attachNumber = number;
        rolesSaid = roles;
        return grants.attach(number, now);
    }

    void attached(ChannelEngine newChannel) {
        channel = newChannel;
    }

    /** The channel is active: says what has changed since the hello. */
    void activated() {
        if (channel != null && !roles.equals(rolesSaid)) {
            channel.send(new Frame.Roles(roles));
        }
    }

    void heartbeatSent(long number) {
        grants.heartbeatSent(number, loop.nanoTime());
    }

    void renewed(Frame.HeartbeatAck frame) {
        apply(grants.heartbeatAck(attachNumber, frame, loop.nanoTime()));
    }

    void granted(Frame.Granted frame) {
        apply(grants.granted(attachNumber, frame, loop.nanoTime()));
    }

    void revoked(Frame.Revoked frame) {
        apply(grants.revoked(attachNumber, frame, loop.nanoTime()));
    }

    void channelLost() {
        apply(grants.channelLost(attachNumber, loop.nanoTime()));
        channel = null;
    }

    /** Before a good-bye: steps down from everything, and takes nothing from now on. */
    void leave() {
        apply(grants.leave(loop.nanoTime()));
    }

    /**
     * The same before this end says good-bye, which tells the controller all of it at once: slot by slot, it would elect this
     * connector again for each.
     */
    void leaveSilently() {
        HeldStep step = grants.leave(loop.nanoTime());
        apply(new HeldStep(step.changed(), List.of()));
    }

    /** The process ends as far as the roles are concerned: what is held is told to be over. */
    void stop() {
        leave();
        stepDown.cancel();
    }

    Set<Grant> told() {
        return callbacks.told();
    }

    private void alarmRang() {
        apply(grants.due(loop.nanoTime()));
    }

    private void apply(HeldStep step) {
        if (step.changed()) {
            callbacks.changed(() -> grants.held(loop.nanoTime()));
        }
        if (channel != null) {
            step.frames().forEach(channel::send);
        }
        OptionalLong next = grants.nextStepDown();
        if (next.isEmpty()) {
            stepDown.cancel();
        } else if (!stepDown.isScheduled() || stepDown.dueNanos() > next.getAsLong()) {
            loop.schedule(stepDown, next.getAsLong());
        }
    }

    @Override
    public Optional<ExchangeException> objection(Grant grant) {
        if (grants.isStale(grant)) {
            return Optional.of(ErrorCode.STALE_TERM.notExecuted("a newer term than " + grant + " is known here"));
        }
        return grants.held(loop.nanoTime()).contains(grant)
                ? Optional.empty()
                : Optional.of(ErrorCode.NOT_PRIMARY.notExecuted(grant + " is not held here"));
    }
}

package io.exchange.controller.accept;

import io.exchange.api.ChannelState;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Identity;
import io.exchange.channel.Alarm;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.ChannelOwner;
import io.exchange.channel.Loop;
import io.exchange.channel.Session;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.GrantLedger;
import io.exchange.controller.primary.LedgerStep;
import io.exchange.controller.primary.Moment;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The controller's end of one channel, from the connection to the last lease that it granted: hello, registration, grants,
 * grace. Confined to the channel's loop, also after the channel is gone.
 */
final class AcceptedChannel implements ChannelOwner {

    /** How often what is not done after the channel's end is looked at again. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long NEVER = Long.MAX_VALUE;
    private static final CloseReason STOPPED = CloseReason.of(Code.SHUTTING_DOWN, "the controller has stopped");
    private static final Logger LOG = System.getLogger("io.exchange.controller.Channels");

    private final Acceptor acceptor;
    private final Loop loop;
    private final Alarm alarm = new Alarm(this::alarmRang);
    private volatile @Nullable ChannelEngine channel;
    /** Until the channel is active; what it showed of credentials is not kept any longer. */
    private Frame.@Nullable Hello hello;

    private volatile String heldFor = "";

    private @Nullable Identity identity;
    private @Nullable GrantLedger ledger;
    private boolean confirming;
    private volatile @Nullable LocalSession local;
    private @Nullable HealthProbe probe;
    private boolean leaving;
    /** From when that is decided, as its turn comes later. */
    private volatile boolean sentAway;

    private boolean abandoned;
    private long graceOverNanos = NEVER;

    AcceptedChannel(Acceptor acceptor, Loop loop) {
        this.acceptor = acceptor;
        this.loop = loop;
    }

    /** The channel is there, and waits for its hello. */
    void opened(ChannelEngine newChannel) {
        channel = newChannel;
    }

    @Override
    public void hello(ChannelEngine from, Frame.Hello said) {
        hello = said;
        Optional<CloseReason> flaw = HelloCheck.flaw(said);
        if (flaw.isPresent()) {
            from.abort(flaw.get());
        } else if (!acceptor.takesHello(loop.nanoTime())) {
            from.abort(CloseReason.of(Code.EXHAUSTED, "more hellos a second than the controller takes"));
        } else {
            from.introduce(said);
            acceptor.authenticate(from.peer(), said)
                    .compose(known -> greet(from, said, known))
                    .onComplete(answer -> onLoop(() -> {
                        if (answer.succeeded()) {
                            register(from, said, answer.result());
                        } else {
                            from.abort(refusal(answer.cause()));
                        }
                    }));
        }
    }

    private Future<Buffer> greet(ChannelEngine from, Frame.Hello said, Identity known) {
        identity = known;
        Optional<CloseReason> forbidden = HelloCheck.forbidden(said, known);
        if (forbidden.isPresent()) {
            return Future.failedFuture(
                    ErrorCode.FORBIDDEN.notExecuted(forbidden.get().message()));
        }
        return acceptor.greet(from, known, said.payload().bytes());
    }

    private static CloseReason refusal(Throwable cause) {
        if (cause instanceof ExchangeException refused) {
            return switch (refused.code()) {
                case UNAUTHENTICATED ->
                    CloseReason.of(
                            refused.retryAfter().isPresent() ? Code.CREDENTIALS_EXPIRED : Code.UNAUTHENTICATED,
                            refused.text());
                case FORBIDDEN -> CloseReason.of(Code.FORBIDDEN, refused.text());
                case INVALID -> CloseReason.of(Code.INVALID, refused.text());
                case EXHAUSTED -> CloseReason.of(Code.EXHAUSTED, refused.text());
                default -> CloseReason.of(Code.INTERNAL, refused.text());
            };
        }
        LOG.log(Level.WARNING, "a hello could not be decided", cause);
        return CloseReason.of(Code.INTERNAL, "the hello could not be decided");
    }

    private void register(ChannelEngine from, Frame.Hello said, Buffer greeting) {
        if (from.isClosed()) {
            return;
        }
        String token = ResumeToken.next();
        Attach attach = new Attach(
                said.sessionId(), said.connectorId(), said.attachNumber(), acceptor.nextChannelId(), acceptor.nodeId());
        TargetEvent.Attached event = new TargetEvent.Attached(
                attach,
                said.labels(),
                said.roles(),
                said.told(),
                ResumeToken.digest(said.resumeToken()),
                ResumeToken.digest(token),
                acceptor.clusterMillis());
        Frame.HelloReply reply =
                new Frame.HelloReply(attach.channelId(), token, acceptor.limits(), Payload.ofBytes(greeting));
        heldFor = attach.sessionId();
        acceptor.hold(said.targetId(), attach, this);
        acceptor.submit(said.targetId(), event)
                .onComplete(verdict -> onLoop(() -> {
                    if (verdict.failed()) {
                        decline(from, attach, refusal(verdict.cause()));
                    } else if (verdict.result() instanceof Verdict.Refused refused) {
                        decline(from, attach, refused.reason());
                    } else if (verdict.result() instanceof Verdict.Accepted accepted) {
                        registered(from, event, accepted.record(), reply);
                    }
                }));
    }

    private void decline(ChannelEngine from, Attach attach, CloseReason reason) {
        acceptor.release(attach);
        acceptor.retireUnlessHeld(
                from.targetId(), attach.sessionId()); // nobody else is to see the attach before it end
        from.abort(reason);
    }

    private void registered(
            ChannelEngine from, TargetEvent.Attached event, TargetRecord record, Frame.HelloReply reply) {
        if (acceptor.isClosed()) {
            decline(from, event.attach(), STOPPED);
            return;
        }
        GrantLedger opened = acceptor.ledger(event, record, from.passesValues(), moment());
        LocalSession found = acceptor.session(Objects.requireNonNull(hello), loop);
        Session session = found.session();
        session.execute(() -> {
            if (session.state() == Session.State.ENDED) {
                acceptor.forget(found);
                onLoop(() -> registered(from, event, record, reply));
            } else if (found.takeAttach(event.attach().number())) {
                session.moveTo(loop, () -> activate(from, found, opened, reply));
            } else {
                CloseReason reason = CloseReason.of(Code.SUPERSEDED, "a newer attach of the session came first");
                onLoop(() -> decline(from, event.attach(), reason));
            }
        });
    }

    private void activate(ChannelEngine from, LocalSession found, GrantLedger opened, Frame.HelloReply reply) {
        boolean overtaken = !found.session().loop().inLoop()
                || !found.isNewest(opened.attach().number());
        if (overtaken) {
            decline(
                    from,
                    opened.attach(),
                    CloseReason.of(Code.SUPERSEDED, "a newer attach of the session has overtaken this one"));
            return;
        }
        if (acceptor.isClosed()) {
            decline(from, opened.attach(), STOPPED);
            return;
        }
        local = found;
        ledger = opened;
        hello = null;
        found.add(this);
        if (acceptor.checksHealth() && !opened.isHealthy()) {
            found.healthy(false); // as another node has found, or another attach; the probe asks at once
        }
        if (from.isClosed()) {
            lost(from, CloseReason.of(Code.CONNECTION_LOST, "lost while it was registered"));
            return;
        }
        boolean resumed = opened.attach().number() > 1;
        from.activate(reply, found.session());
        LOG.log(Level.INFO, "{0} from {1} opened", from, from.peer().remoteAddress());
        if (resumed) {
            acceptor.observer().sessionResumed(from);
        }
        probe = acceptor.probe(found, from, loop, this::checked);
        apply(opened.reconcile(acceptor.lookup(found.targetId()), moment()));
        apply(opened.due(moment())); // the record that the ledger was opened with is compared here first
        acceptor.sessionReady(found.targetId());
    }

    /** The record of the target is, or may be, another one. Any thread. */
    void reconcile(TargetRecord record) {
        onLoop(() -> {
            if (ledger != null) {
                apply(ledger.reconcile(record, moment()));
            }
            if (graceOverNanos != NEVER && isReplaced(record)) {
                graceIsOver("a newer session of its connector has attached");
            }
        });
    }

    /** A session that is replaced never comes back: nobody need wait for it. */
    private boolean isReplaced(TargetRecord record) {
        Attach own = Objects.requireNonNull(ledger).attach();
        return record.sessions().stream()
                .anyMatch(other -> other.connectorId().equals(own.connectorId())
                        && other.id().compareTo(own.sessionId()) > 0);
    }

    /** The record of the target was read where it is kept. Any thread. */
    void audit(TargetRecord record) {
        onLoop(() -> {
            if (ledger != null) {
                apply(ledger.audit(record, moment()));
            }
        });
    }

    @Override
    public void heartbeat(ChannelEngine from, Frame.Heartbeat frame) {
        if (ledger != null) {
            apply(ledger.heartbeat(frame, moment()));
        }
    }

    @Override
    public void grantedAck(ChannelEngine from, Frame.GrantedAck frame) {
        if (ledger != null) {
            ledger.grantedAck(frame);
            acceptor.observer().granted(from.targetId(), from.connectorId(), frame.grant());
            acceptor.sessionReady(from.targetId());
        }
    }

    @Override
    public void revokedAck(ChannelEngine from, Frame.RevokedAck frame) {
        if (ledger != null) {
            apply(ledger.revokedAck(frame, moment()));
            acceptor.observer().released(from.targetId(), from.connectorId(), frame.grant());
        }
    }

    @Override
    public void roles(ChannelEngine from, Frame.Roles frame) {
        if (identity != null && !frame.roles().stream().allMatch(identity::mayTake)) {
            from.abort(CloseReason.of(Code.FORBIDDEN, identity.name() + " may not take all of these roles"));
        } else if (ledger != null) {
            apply(ledger.roles(frame, moment()));
        }
    }

    private void checked(HealthProbe.Finding finding) {
        if (ledger == null || local == null || channel == null) {
            return;
        }
        if (finding == HealthProbe.Finding.MUTE) {
            channel.abort(CloseReason.of(Code.UNHEALTHY, "the health checks were not answered"));
            return;
        }
        local.healthy(finding == HealthProbe.Finding.HEALTHY);
        apply(ledger.checked(finding == HealthProbe.Finding.HEALTHY, moment()));
        acceptor.sessionReady(local.targetId());
    }

    @Override
    public void goodBye(ChannelEngine from, CloseReason reason) {
        if (reason.next() == CloseReason.Next.RECONNECT) {
            return; // it comes back, and has not stepped down
        }
        leaving = true;
        if (ledger != null) {
            apply(ledger.goodBye(moment()));
        }
    }

    @Override
    public void closed(ChannelEngine from, CloseReason reason) {
        acceptor.closed(this);
        if (ledger != null) {
            lost(from, reason);
        }
    }

    private void lost(ChannelEngine from, CloseReason reason) {
        LOG.log(Level.INFO, "{0} ended: {1}", from, reason);
        if (probe != null) {
            probe.stop();
        }
        boolean carried = local != null && local.session().isCarriedBy(from);
        if (carried) {
            Objects.requireNonNull(local).session().suspend();
        }
        if (ledger != null) {
            apply(ledger.channelClosed(from.passesValues() || reason.code() == Code.CONNECTION_LOST, moment()));
        }
        if (leaving || reason.next() == CloseReason.Next.STOP) {
            graceIsOver(Session.because(reason));
        } else {
            graceOverNanos = loop.nanoTime() + acceptor.limits().sessionGrace().toNanos();
        }
        setAlarm();
    }

    private void graceIsOver(String why) {
        graceOverNanos = NEVER;
        long attachNumber = Objects.requireNonNull(ledger).attach().number();
        LocalSession ending = Objects.requireNonNull(local);
        ending.session().execute(() -> {
            if (ending.isNewest(attachNumber) && ending.session().state() != Session.State.ATTACHED) {
                ending.session().end(ErrorCode.CHANNEL_CLOSED, why);
            }
        });
        if (ledger != null) {
            apply(ledger.end(moment()));
        }
    }

    private void alarmRang() {
        if (graceOverNanos != NEVER && loop.nanoTime() - graceOverNanos >= 0) {
            graceIsOver("its grace is over");
        }
        if (ledger != null) {
            apply(ledger.due(moment()));
        }
    }

    private void apply(LedgerStep step) {
        ChannelEngine open = channel;
        if (open != null) {
            step.frames().forEach(open::send);
        }
        for (TargetEvent event : step.events()) {
            acceptor.submit(Objects.requireNonNull(local).targetId(), event)
                    .onFailure(e -> LOG.log(Level.WARNING, "an event of a target was not recorded; it comes again", e));
        }
        if (step.confirm()) {
            confirm();
        }
        if (step.close().isPresent() && open != null) {
            open.abort(step.close().get());
        }
        setAlarm();
    }

    /** One at a time; what fails comes again with the next heartbeat. */
    private void confirm() {
        if (confirming) {
            return;
        }
        confirming = true;
        acceptor.confirm(Objects.requireNonNull(local).targetId())
                .onComplete(record -> onLoop(() -> {
                    confirming = false;
                    if (record.succeeded() && ledger != null) {
                        apply(ledger.confirmed(record.result(), moment()));
                    }
                }));
    }

    private void setAlarm() {
        if (ledger == null || local == null || abandoned) {
            return;
        }
        boolean open = channel != null && !channel.isClosed();
        if (!open && ledger.isDone()) {
            alarm.cancel();
            acceptor.release(ledger.attach());
            local.remove(this);
            acceptor.retireUnlessHeld(local.targetId(), local.session().id());
            return;
        }
        long due = open ? NEVER : Math.min(graceOverNanos, loop.nanoTime() + LOOK_AGAIN_NANOS);
        OptionalLong deadline = ledger.nextDeadline();
        if (deadline.isPresent()) {
            due = Math.min(due, deadline.getAsLong());
        }
        if (due != NEVER && !(alarm.isScheduled() && alarm.dueNanos() <= due)) {
            loop.schedule(alarm, due);
        }
    }

    private Moment moment() {
        return acceptor.moment(loop.nanoTime());
    }

    /** Whether it is, or is to be, a channel of a session. Any thread, once it is held. */
    boolean isOf(String sessionId) {
        return heldFor.equals(sessionId);
    }

    /** Whether it can be sent elsewhere without anybody waiting for it. Any thread. */
    boolean mayMove() {
        ChannelEngine active = channel;
        LocalSession carried = local;
        return active != null
                && !sentAway
                && carried != null
                && active.state() == ChannelState.ACTIVE
                && !active.passesValues()
                && carried.session().load() == 0;
    }

    /** Drains the channel after a while; completes when it is closed. Any thread. */
    Future<Void> drain(CloseReason reason, Duration wait, Duration patience) {
        sentAway = true;
        Promise<Void> drained = Promise.promise();
        onLoop(() -> {
            if (channel == null || channel.isClosed()) {
                drained.complete();
            } else {
                ChannelEngine open = channel;
                Alarm turn = new Alarm(() -> open.drain(reason, patience));
                loop.schedule(turn, loop.nanoTime() + wait.toNanos());
                open.closed().onComplete(closed -> {
                    turn.cancel();
                    drained.complete();
                });
            }
        });
        return drained.future();
    }

    /** The node stops: nothing is waited for any more. */
    void abandon() {
        onLoop(() -> {
            abandoned = true;
            alarm.cancel();
            if (probe != null) {
                probe.stop();
            }
        });
    }

    private void onLoop(Runnable task) {
        if (loop.inLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}

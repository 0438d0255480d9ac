package io.exchange.controller.accept;

import io.exchange.api.Authenticator;
import io.exchange.api.Channel;
import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Credentials;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Grant;
import io.exchange.api.Identity;
import io.exchange.channel.ChannelEngine;
import io.exchange.channel.CommandIds;
import io.exchange.channel.EventLoop;
import io.exchange.channel.Handlers;
import io.exchange.channel.Loop;
import io.exchange.channel.Session;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.HeldAttaches;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.GrantLedger;
import io.exchange.controller.primary.LeaseTerms;
import io.exchange.controller.primary.Moment;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.transport.Connection;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * Takes in every connection of a node, and holds what all its channels share: options, directory, sessions, the node's
 * lease. Safe for any thread.
 */
public final class Acceptor {

    /**
     * What the acceptor works with.
     *
     * @param options the node's options
     * @param nodeId this node
     * @param directory where targets are recorded
     * @param lease how long this node may grant
     * @param sessions where sessions are found
     * @param handlers what the node answers
     * @param ids gives ids to commands
     * @param links finds the session of the link to another node
     * @param sessionReady told of a target when a session of it can take commands that it could not before
     */
    public record Parts(
            ControllerOptions options,
            String nodeId,
            Directory directory,
            Lease lease,
            LocalSessions sessions,
            Handlers handlers,
            CommandIds ids,
            Function<String, Optional<Session>> links,
            Consumer<String> sessionReady) {}

    /**
     * How long a node may grant.
     *
     * @param grantableNanos for how long from a time of the monotonic clock; 0 if it may not
     * @param lookNanos how often each node compares the records with what it told; 0 for a node that is alone
     */
    public record Lease(LongUnaryOperator grantableNanos, long lookNanos) {}

    private static final long GOODBYE_STEP_NANOS = Duration.ofMillis(1).toNanos();

    private final Parts parts;
    private final ControllerOptions options;
    private final HelloRate helloRate;
    private final Authenticator authenticator;
    private final HealthProbe.Schedule healthSchedule;
    private final LeaseTerms terms;
    private final LeaseTerms termsInsideJvm;
    private final Registration registration;
    private final Set<AcceptedChannel> open = ConcurrentHashMap.newKeySet();
    private final HeldHere held = new HeldHere();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong channelNumbers = new AtomicLong();
    private volatile boolean stopping;
    private volatile boolean closed;

    /**
     * The acceptor of a node.
     *
     * @param parts what it works with
     */
    public Acceptor(Parts parts) {
        this.parts = parts;
        this.options = parts.options();
        this.helloRate = new HelloRate(options.getMaxHellosPerSecond());
        this.authenticator = options.getAuthenticator().orElseGet(Authenticator::anyone);
        this.healthSchedule = new HealthProbe.Schedule(
                options.getHealthInterval(), options.getHealthTimeout(), options.getHealthMisses());
        this.terms = terms(options.isReleaseOnClose());
        this.termsInsideJvm = terms(true);
        this.registration = parts.directory().listen((before, after) -> recordChanged(after));
    }

    private LeaseTerms terms(boolean releaseOnClose) {
        LeaseTerms member =
                LeaseTerms.member(limits().lease().toNanos(), parts.lease().lookNanos(), releaseOnClose);
        return parts.directory().isHere() ? member.withoutConfirming() : member;
    }

    /**
     * Takes a connection in. Called on the connection's loop.
     *
     * @param connection the connection, not started
     */
    public void accept(Connection connection) {
        accept(connection, EventLoop.of(connection.context()));
    }

    void accept(Connection connection, Loop loop) {
        AcceptedChannel accepted = new AcceptedChannel(this, loop);
        int now = connections.incrementAndGet();
        open.add(accepted);
        ChannelEngine channel =
                ChannelEngine.listen(connection, loop, options.getHandshakeTimeout(), accepted, options.getObserver());
        accepted.opened(channel);
        if (stopping) {
            channel.abort(CloseReason.of(Code.SHUTTING_DOWN, "the controller stops"));
        } else if (now > options.getMaxChannels()) {
            channel.abort(CloseReason.of(Code.EXHAUSTED, "the controller has as many channels as it takes"));
        }
    }

    /**
     * Says good-bye on all channels, one after the other so that their connectors do not come to the next node as one crowd,
     * and takes no more.
     *
     * @param reason what to say, asked for each channel
     * @param patience how long all of it may take, what is in flight included
     * @return completes when every channel is closed
     */
    public Future<Void> drain(Supplier<CloseReason> reason, Duration patience) {
        stopping = true;
        List<AcceptedChannel> channels = List.copyOf(open);
        long spreadNanos = Math.min(patience.toNanos() / 2, channels.size() * GOODBYE_STEP_NANOS);
        List<Future<Void>> closed = new ArrayList<>(channels.size());
        for (int i = 0; i < channels.size(); i++) {
            double place = (i + ThreadLocalRandom.current().nextDouble()) / channels.size();
            Duration wait = Duration.ofNanos((long) (spreadNanos * place));
            closed.add(channels.get(i).drain(reason.get(), wait, patience.minus(wait)));
        }
        return Future.join(closed).mapEmpty();
    }

    /**
     * Sends some channels elsewhere that are idle, spread over a time so that their connectors come one by one.
     *
     * @param most how many
     * @param reason what to say
     * @param spread over how long
     * @param patience how long what is sent meanwhile may go on
     * @return how many are going
     */
    int move(int most, CloseReason reason, Duration spread, Duration patience) {
        List<AcceptedChannel> going =
                open.stream().filter(AcceptedChannel::mayMove).limit(most).toList();
        for (AcceptedChannel channel : going) {
            Duration wait = Duration.ofNanos(
                    (long) (spread.toNanos() * ThreadLocalRandom.current().nextDouble()));
            var unused = channel.drain(reason, wait, patience);
        }
        if (!going.isEmpty()) {
            observer().channelsMoved(going.size());
        }
        return going.size();
    }

    /**
     * Drops what is left after the channels are closed: sessions in their grace, leases that are waited for.
     *
     * @return completes when no timer is left
     */
    public Future<Void> close() {
        closed = true;
        registration.cancel();
        List<Future<Void>> dropped = new ArrayList<>();
        for (LocalSession local : parts.sessions().all()) {
            dropped.add(local.abandon());
        }
        return Future.join(dropped).mapEmpty();
    }

    /**
     * Channels that are open, those that have not said hello among them.
     *
     * @return their number
     */
    public int connections() {
        return connections.get();
    }

    /**
     * What this node holds, for the loop that reconciles the records with it.
     *
     * @return the attaches
     */
    public HeldAttaches held() {
        return held;
    }

    /** An attach is about to be recorded. */
    void hold(String targetId, Attach attach, AcceptedChannel channel) {
        held.add(targetId, attach, channel);
    }

    /** Nothing of an attach is left on this node. */
    void release(Attach attach) {
        held.remove(attach);
    }

    private void recordChanged(TargetRecord record) {
        for (LocalSession local : parts.sessions().ofTarget(record.targetId())) {
            local.reconcile(record);
        }
    }

    /** Nothing is held any more: what is registered now has come too late. */
    boolean isClosed() {
        return closed;
    }

    /** What the channel is to be told about a connection is over. */
    void closed(AcceptedChannel channel) {
        connections.decrementAndGet();
        open.remove(channel);
    }

    /** An attach is over: without another one, active or being recorded, its session is on another node, or over as well. */
    void retireUnlessHeld(String targetId, String sessionId) {
        if (!held.holds(targetId, sessionId)) {
            parts.sessions().find(targetId, sessionId).ifPresent(this::retire);
        }
    }

    /** For a grace the session goes on knowing what became of the commands that came here. */
    private void retire(LocalSession local) {
        Session session = local.session();
        session.execute(() -> {
            if (closed) {
                session.end(ErrorCode.SHUTTING_DOWN, "the controller stops"); // no timer is to be left
            } else if (session.state() == Session.State.SUSPENDED) {
                session.moveAway();
                local.endAfter(limits().sessionGrace(), () -> forget(local));
            } else if (session.state() == Session.State.ENDED) {
                local.cancelEnd();
                forget(local);
            }
        });
    }

    void forget(LocalSession local) {
        parts.sessions().remove(local);
    }

    boolean takesHello(long nowNanos) {
        return helloRate.tryTake(nowNanos);
    }

    Future<Identity> authenticate(Credentials peer, Frame.Hello hello) {
        Map<String, String> metadata = new HashMap<>(hello.metadata());
        metadata.putAll(peer.metadata()); // a proxy on the way may have set it, and must have the last word
        try {
            return authenticator.authenticate(new Credentials(metadata, peer.certificates(), peer.remoteAddress()));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    Future<Buffer> greet(Channel channel, Identity identity, Buffer payload) {
        try {
            return options.getHelloHandler().hello(channel, identity, payload);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    /** The record as it is known now: it may have changed since the attach was accepted. */
    TargetRecord lookup(String targetId) {
        return parts.directory().lookup(targetId);
    }

    Future<Verdict> submit(String targetId, TargetEvent event) {
        return parts.directory().submit(targetId, event);
    }

    Future<TargetRecord> confirm(String targetId) {
        return parts.directory().confirm(targetId);
    }

    GrantLedger ledger(TargetEvent.Attached event, TargetRecord record, boolean insideJvm, Moment now) {
        return new GrantLedger(event, record, insideJvm ? termsInsideJvm : terms, now);
    }

    /** The session of a hello, the one that is here or a new one. Called on the channel's loop. */
    LocalSession session(Frame.Hello hello, Loop loop) {
        String targetId = hello.targetId(); // a session must not hold on to the hello
        return parts.sessions().find(targetId, hello.sessionId()).orElseGet(() -> {
            Session.Setup setup = new Session.Setup(
                    hello.sessionId(),
                    parts.handlers(),
                    options.getMaxConcurrent(),
                    options.getObserver(),
                    parts.ids(),
                    grant -> fence(targetId, grant),
                    new OtherNodes(nodeId(), parts.links(), targetId, hello.sessionId()),
                    options.getReplyMemory());
            Session session = new Session(setup, loop, hello.attachNumber() == 1);
            return parts.sessions().addIfAbsent(new LocalSession(targetId, hello.connectorId(), session));
        });
    }

    private Optional<ExchangeException> fence(String targetId, Grant grant) {
        return parts.directory().lookup(targetId).isStale(grant)
                ? Optional.of(ErrorCode.STALE_TERM.notExecuted("a newer term than " + grant + " is known"))
                : Optional.empty();
    }

    HealthProbe probe(LocalSession local, ChannelEngine channel, Loop loop, Consumer<HealthProbe.Finding> found) {
        return new HealthProbe(
                healthSchedule,
                local,
                channel,
                loop,
                () -> ThreadLocalRandom.current().nextDouble(),
                found);
    }

    boolean checksHealth() {
        return !options.getHealthInterval().isZero();
    }

    void sessionReady(String targetId) {
        parts.sessionReady().accept(targetId);
    }

    Moment moment(long nowNanos) {
        return new Moment(
                nowNanos, clusterMillis(), parts.lease().grantableNanos().applyAsLong(nowNanos));
    }

    long clusterMillis() {
        return parts.directory().clusterTime();
    }

    String nextChannelId() {
        return OtherNodes.channelId(nodeId(), channelNumbers.incrementAndGet());
    }

    String nodeId() {
        return parts.nodeId();
    }

    ChannelLimits limits() {
        return options.getChannelLimits();
    }

    ExchangeObserver observer() {
        return options.getObserver();
    }
}

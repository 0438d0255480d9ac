package io.exchange.controller;

import io.exchange.api.BlockingCommandHandler;
import io.exchange.api.Call;
import io.exchange.api.Channel;
import io.exchange.api.Command;
import io.exchange.api.CommandHandler;
import io.exchange.api.CommandType;
import io.exchange.api.Exchange;
import io.exchange.api.Grant;
import io.exchange.api.Message;
import io.exchange.api.MessageHandler;
import io.exchange.api.MessageType;
import io.exchange.api.Reply;
import io.exchange.api.StreamCall;
import io.exchange.api.StreamHandler;
import io.exchange.api.StreamType;
import io.exchange.transport.NodeTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The other side of the exchange: accepts connectors, knows the targets that they speak for, sends commands to any of them,
 * checks their health, and elects who holds each role. Methods may be called from any thread.
 */
public interface ExchangeController extends Exchange {

    /**
     * A controller alone, with all its state in memory.
     *
     * @param vertx where it runs
     * @param options its options; copied
     * @return the controller, ready to listen
     */
    static ExchangeController create(Vertx vertx, ControllerOptions options) {
        ControllerOptions own = new ControllerOptions(options);
        return new ControllerNode(vertx, own, Membership.alone(own));
    }

    /**
     * A controller that is one node of a cluster: any node reaches the connectors of all, and each target has its holders of
     * roles once in the cluster.
     *
     * @param vertx where it runs, clustered by the member of {@code cluster}
     * @param cluster the member of Hazelcast
     * @param links how nodes reach each other; the controller listens on it now and closes it when it stops
     * @param options its options; copied. The node id is only the beginning of the id of this process life
     * @return completes when the node has joined and knows all targets, ready to listen for connectors; fails if the
     *     address for the links cannot be used or the cluster cannot be reached, and with INVALID if lease, grace, quorum,
     *     slots or the interval of reconciling are not those of the nodes that are there
     */
    static Future<ExchangeController> clustered(
            Vertx vertx, HazelcastCluster cluster, NodeTransport links, ControllerOptions options) {
        ControllerOptions own = new ControllerOptions(options);
        return ClusterMembership.join(vertx, cluster, links, own)
                .map(membership -> new ControllerNode(vertx, own, membership));
    }

    /**
     * Whether this node should be given connectors and commands: it has joined, has its quorum, and is not draining.
     *
     * @return whether it is ready, and if not, why
     */
    Readiness readiness();

    /**
     * Says good-bye on all channels, paced, so that their connectors go to other nodes, and takes no new ones. The good-bye
     * names another node where those have an endpoint. A channel closes when what is in flight on it has ended, and new
     * commands wait for the next one. Commands can still be sent from here. For rolling upgrades: drain, then stop.
     *
     * @param patience how long at the most what is in flight may go on
     * @return completes when no channel is left
     */
    Future<Void> drain(Duration patience);

    @Override
    <Q, A> ExchangeController handle(CommandType<Q, A> type, CommandHandler<Q, A> handler);

    @Override
    <Q, A> ExchangeController handleBlocking(CommandType<Q, A> type, BlockingCommandHandler<Q, A> handler);

    @Override
    <Q, U, D, A> ExchangeController handle(StreamType<Q, U, D, A> type, StreamHandler<Q, U, D, A> handler);

    @Override
    <M> ExchangeController onMessage(MessageType<M> type, MessageHandler<M> handler);

    /**
     * Accepts connectors on a transport, one of any number.
     *
     * @param transport the transport; closed when the controller stops
     * @return completes when connectors can come; fails if the address cannot be used, or with
     *     {@link io.exchange.api.ErrorCode#UNAUTHENTICATED} if the transport can be reached from other machines while there
     *     is neither an authenticator nor {@link ControllerOptions#setAnyoneMayAttach}, or with
     *     {@link io.exchange.api.ErrorCode#INVALID} if it would cut channels between two heartbeats
     */
    Future<Void> listen(ServerTransport transport);

    /**
     * Sends a command to a target, by its {@link Command#route()}. The deadline starts now.
     *
     * @param targetId the target
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the reply, on the caller's context or else on a loop of the exchange; fails with an
     *     {@link io.exchange.api.ExchangeException} that says whether the command may have run
     * @throws IllegalArgumentException if the target id is null, empty or too long
     */
    <Q, A> Future<Reply<A>> send(String targetId, Command<Q, A> command);

    /**
     * Sends a command to a target, for callers who may want to cancel it; else as {@link #send(String, Command)}.
     *
     * @param targetId the target
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the call
     */
    <Q, A> Call<A> call(String targetId, Command<Q, A> command);

    /**
     * Sends a command that carries items to a target; else as {@link #send(String, Command)}.
     *
     * @param targetId the target
     * @param type the type
     * @param command a command of that type
     * @param <Q> the type of the request
     * @param <U> the type of the items to the handler
     * @param <D> the type of the items to the caller
     * @param <A> the type of the answer
     * @return the call
     */
    <Q, U, D, A> StreamCall<U, D, A> open(String targetId, StreamType<Q, U, D, A> type, Command<Q, A> command);

    /**
     * Sends a command to many targets, one channel of each, by its route.
     *
     * @param targetIds the targets
     * @param command the command; an id of its own is made unique with the target's
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return how many answers to expect, and the answers as they come
     */
    <Q, A> Broadcast<A> broadcast(Collection<String> targetIds, Command<Q, A> command);

    /**
     * Sends a command to every connector of a target that is well, as far as this node knows; one in its grace answers when it
     * is back, or not before the deadline.
     *
     * @param targetId the target
     * @param command the command; an id of its own is made unique with the connector's
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return how many answers to expect, and the answers as they come
     */
    <Q, A> Broadcast<A> broadcast(String targetId, Command<Q, A> command);

    /**
     * Sends a one-way message to any ready channel of a target.
     *
     * @param targetId the target
     * @param message the message
     * @param <M> the type of its payload
     * @return completes when it has left; fails with {@code NO_CHANNEL} if no channel is ready, else as
     *     {@link Channel#send(Message)} does
     */
    <M> Future<Void> send(String targetId, Message<M> message);

    /**
     * Asks that a slot goes to another connector, as a maintenance of its holder may need: the holder gives it up first, then
     * the next one gets it.
     *
     * @param targetId the target
     * @param grant the slot and the term that it is held under now
     * @return completes when the holder is to be told; nothing changes if no other connector can take the slot or the term is
     *     not the present one
     */
    Future<Void> move(String targetId, Grant grant);

    /**
     * What is known of a target.
     *
     * @param targetId the target
     * @return its sessions and holders; empty if no session of it is there
     */
    Optional<Target> target(String targetId);

    /**
     * All targets with a session.
     *
     * @return a snapshot, each target at its own moment
     */
    List<Target> targets();

    /**
     * The channels of a target on this node.
     *
     * @param targetId the target
     * @return its active channels
     */
    List<Channel> channels(String targetId);

    /**
     * Registers what to do with each change of a target, wherever in the cluster it attaches: in order for one target, on the
     * node's own event loop. Several changes in a row may come as one. What was there before is not told: see
     * {@link #targets()}.
     *
     * @param listener takes the changes; must not block, as commands that wait for a target are on the same loop
     * @return this
     */
    ExchangeController onTargetChange(Consumer<TargetChange> listener);

    /**
     * The batches of the cluster: commands that are run to the end, whatever becomes of the node that runs them.
     *
     * @return the batches, the same on every node
     */
    Batches batches();

    /**
     * Stops: says good-bye on all channels so that connectors go elsewhere, lets commands in flight end, then closes the
     * transports.
     *
     * @param patience how long what is in flight may go on
     * @return completes when no channel, timer or port is left
     */
    Future<Void> stop(Duration patience);

    /**
     * {@link #stop(Duration)} with {@link ControllerOptions#getStopTimeout()}.
     *
     * @return completes when no channel, timer or port is left
     */
    Future<Void> stop();
}

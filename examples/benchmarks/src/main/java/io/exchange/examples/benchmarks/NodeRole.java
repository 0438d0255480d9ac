package io.exchange.examples.benchmarks;

import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.Target;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.exchange.protocol.ChannelLimits;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A controller that is a node of a cluster, listens by gRPC, and sends. */
final class NodeRole implements Role {

    static final String NAME = "node";

    private static final int NO_LIMIT = 1_000_000;
    private static final int MISSED_HEARTBEATS = 3;
    private static final double HEARTBEATS_IN_A_LEASE = 10.0 / 3;
    private static final int GRACE_IN_LEASES = 3;
    private static final long POLL_MILLIS = 20;
    private static final int REACHES = 1_000;

    private final Aftermath aftermath = new Aftermath();
    private @Nullable Running running;

    /** What is there once the node has joined. */
    private record Running(Member member, ExchangeController controller, ExchangeSender sender, Callers callers) {}

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "join" -> join(with);
            case "listen" -> listen(with.getInteger("port", 0));
            case "await targets" -> awaitTargets(with.getInteger("n"));
            case "reach" -> reach(with.getInteger("target"));
            case "serve bus" -> serveBus();
            case "run" -> running().sender().run(with).toJson();
            case "call" -> call(with);
            case "stop calling" -> running().callers().stop();
            case "watch" -> watch();
            case "await" -> aftermath.await(with);
            case "leave" -> leave();
            case "tell" -> aftermath.tell(with);
            default -> throw Role.unknown(what);
        };
    }

    private Running running() {
        return Objects.requireNonNull(running, "the node has not joined");
    }

    private JsonObject join(JsonObject with) throws Exception {
        long began = System.nanoTime();
        Member member = Member.join(Member.Joining.of(with));
        long joined = System.nanoTime();
        ExchangeController controller = Role.await(ExchangeController.clustered(
                member.vertx(), HazelcastCluster.of(member.hazelcast()), member.links(), options(with)));
        long opened = System.nanoTime();
        running = new Running(
                member,
                controller,
                new ExchangeSender(member.vertx(), controller),
                new Callers(member.vertx(), controller));
        controller.onTargetChange(aftermath::changed);
        var unused = member.hazelcast().getCluster().addMembershipListener(aftermath);
        return new JsonObject().put("member_ms", (joined - began) / 1e6).put("node_ms", (opened - joined) / 1e6);
    }

    private JsonObject leave() throws Exception {
        Role.await(running().controller().stop());
        Role.await(running().member().vertx().close());
        running().member().hazelcast().shutdown();
        return new JsonObject();
    }

    private ControllerOptions options(JsonObject with) {
        ChannelLimits usual = ChannelLimits.DEFAULT;
        Duration lease =
                Duration.ofMillis(with.getLong("lease_ms", usual.lease().toMillis()));
        return new ControllerOptions()
                .setNodeId(with.getString("node"))
                .setFreshStart(true)
                .setMaxHellosPerSecond(NO_LIMIT)
                .setMaxChannels(NO_LIMIT)
                .setMovesPerSecond(0) // each connector stays where it was put
                .setObserver(aftermath)
                .setChannelLimits(new ChannelLimits(
                        Duration.ofMillis(Math.round(lease.toMillis() / HEARTBEATS_IN_A_LEASE)),
                        MISSED_HEARTBEATS,
                        lease,
                        lease.multipliedBy(GRACE_IN_LEASES),
                        usual.maxInFlight(),
                        usual.maxQueued(),
                        usual.maxPayloadBytes()));
    }

    private JsonObject listen(int port) throws Exception {
        GrpcServerTransport transport = GrpcTransport.server(
                new GrpcServerOptions().setPort(port).setMaxChannels(NO_LIMIT).setEventLoops(1));
        Role.await(running().controller().listen(transport));
        return new JsonObject().put("port", transport.actualPort());
    }

    /** Waits until so many targets are known here. */
    private JsonObject awaitTargets(int n) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int known = running().controller().targets().size();
        while (known != n) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("knows " + known + " targets, not " + n);
            }
            Thread.sleep(POLL_MILLIS);
            known = running().controller().targets().size();
        }
        return new JsonObject();
    }

    /** Sends until a target answers: links between nodes come up by themselves. */
    private JsonObject reach(int target) throws Exception {
        boolean reached = false;
        for (int i = 0; i < REACHES && !reached; i++) {
            reached = Role.await(running()
                    .controller()
                    .send(Commands.target(target), Commands.ECHO.command(Commands.bytes(1)))
                    .map(true)
                    .otherwise(false));
            Thread.sleep(POLL_MILLIS);
        }
        return new JsonObject();
    }

    private JsonObject serveBus() throws Exception {
        Role.await(running()
                .member()
                .vertx()
                .eventBus()
                .<Buffer>consumer(Commands.BUS_ADDRESS, message -> message.reply(message.body()))
                .completion());
        return new JsonObject();
    }

    private JsonObject call(JsonObject with) {
        running().callers().start(with.getInteger("callers"), with.getInteger("targets"));
        return new JsonObject();
    }

    /** Notes what each connector holds now, and everything that happens from now on. */
    private JsonObject watch() {
        for (Target target : running().controller().targets()) {
            for (Target.Connector connector : target.connectors()) {
                connector.grants().forEach(grant -> aftermath.holds(connector.connectorId(), grant));
            }
        }
        aftermath.watch();
        return new JsonObject();
    }
}

package io.exchange.grpc.cluster;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.CommandType;
import io.exchange.api.Reply;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.cluster.hazelcast.Members;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcTransport;
import io.exchange.grpc.GrpcWiring;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.End;
import io.exchange.transport.NodeTransport;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node goes that has the channel of a target, with as many commands on it as one session takes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StoppedNodeTest {

    private static final CommandType<Integer, Integer> WORK = CommandType.of("work.v1", Integer.class, Integer.class);

    private static final int MOST = ChannelLimits.DEFAULT.maxInFlight() + ChannelLimits.DEFAULT.maxQueued();

    private final Members members = new Members();
    private final Vertx gateway = Vertx.vertx();
    private final List<Vertx> started = new ArrayList<>(List.of(gateway));
    private final ServerTransport oneDoor = GrpcTransport.server(new GrpcServerOptions());
    private final ServerTransport otherDoor = GrpcTransport.server(new GrpcServerOptions());

    @AfterEach
    void stop() {
        started.forEach(vertx -> await(vertx.close()));
        members.close();
    }

    @Test
    void all_commands_that_were_on_it_are_answered_by_the_session_at_its_next_node_and_run_once() throws Exception {
        ExchangeController one = node("one", oneDoor);
        ExchangeController other = node("other", otherDoor);
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch running = new CountDownLatch(ChannelLimits.DEFAULT.maxInFlight());
        Promise<Void> goOn = Promise.promise();
        attach().handle(WORK, (number, context) -> {
            runs.incrementAndGet();
            running.countDown();
            return goOn.future().map(number);
        });
        boolean isAtOne = !one.channels("gw").isEmpty();
        ExchangeController far = isAtOne ? one : other;
        ExchangeController near = isAtOne ? other : one;
        List<Future<Reply<Integer>>> sent = new ArrayList<>(MOST);
        for (int i = 0; i < MOST; i++) {
            sent.add(near.send("gw", WORK.command(i).withTimeout(Duration.ofSeconds(60))));
        }
        running.await();

        await(far.stop(Duration.ofMillis(200)));
        goOn.complete();
        await(Future.join(sent));
        assertThat(sent).allMatch(Future::succeeded);
        assertThat(runs).hasValue(MOST);
        await(near.stop(Duration.ofMillis(200)));
    }

    private ExchangeConnector attach() {
        GrpcWiring wiring = new GrpcWiring();
        ConnectorOptions options = new ConnectorOptions()
                .setTargetId("gw")
                .setConnectorId("a")
                .setEndpoints(List.of(wiring.endpoint(otherDoor), wiring.endpoint(oneDoor)))
                .setBackoffMost(Duration.ofMillis(200));
        ExchangeConnector connector =
                ExchangeConnector.create(gateway, GrpcTransport.client(gateway, new GrpcClientOptions()), options);
        await(connector.start());
        await(connector.connected());
        return connector;
    }

    private ExchangeController node(String nodeId, ServerTransport door) {
        HazelcastInstance member = members.start();
        Vertx vertx = await(Vertx.builder()
                .withClusterManager(new HazelcastClusterManager(member))
                .buildClustered());
        started.add(vertx);
        NodeTransport links = new NodeTransport(
                GrpcTransport.server(new GrpcServerOptions()), GrpcTransport.client(vertx, new GrpcClientOptions()));
        ExchangeController node = End.await(ExchangeController.clustered(
                vertx, HazelcastCluster.of(member), links, new ControllerOptions().setNodeId(nodeId)));
        await(node.listen(door));
        return node;
    }
}

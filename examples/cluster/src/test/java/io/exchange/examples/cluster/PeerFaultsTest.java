package io.exchange.examples.cluster;

import static io.exchange.examples.cluster.Stories.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver.Outcome;
import io.exchange.api.Execution;
import io.exchange.api.HealthCheck;
import io.exchange.api.Route;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ConnectorState;
import io.exchange.connector.ExchangeConnector;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcTransport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.Serializable;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Faults that another framework of this kind is known to have, and a cluster must not have. Each is named by its number in
 * that list. 4, batches that are lost, is in {@link BatchTest}; of 6, a role without a term, what terms do over a restart is in {@link RestartTest}; 13, the herd, in {@link ReconnectStormTest}; 1, a cost that
 * grows with the number of targets, is a matter of the benchmarks.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeerFaultsTest {

    private Cluster cluster;

    @BeforeAll
    void start() throws Exception {
        cluster = Cluster.of(Cluster.Plan.of("a", "b")
                .withQuorum(1)
                .withTimes(NodeSettings.Times.WATCHFUL)
                .withLogs(Path.of("target/logs/peer-faults")));
        cluster.startAll();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void fault_2_a_slow_command_through_another_node_holds_up_nothing_behind_it() throws Exception {
        cluster.attachConnector("fault-2", "fault-2-a", "a");
        cluster.awaitSettled(PATIENCE);
        send("b", "fault-2-slow", "fault-2", 5_000);
        List<String> quick =
                IntStream.range(0, 50).mapToObj(i -> "fault-2-quick-" + i).toList();
        quick.forEach(name -> send("b", name, "fault-2", 0));
        for (String name : quick) {
            assertThat(awaitEnd("b", name).outcome()).isEqualTo(Outcome.SUCCEEDED);
        }

        assertThat(cluster.history().end(id("b", "fault-2-slow"))).isEmpty();
        assertThat(awaitEnd("b", "fault-2-slow").outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void fault_3_a_command_that_expired_while_its_target_was_away_never_runs() throws Exception {
        cluster.attachConnector("fault-3", "fault-3-a", "a");
        cluster.awaitSettled(PATIENCE);
        cluster.kill("a");
        List<String> expired =
                IntStream.range(0, 20).mapToObj(i -> "fault-3-" + i).toList();
        expired.forEach(name -> cluster.node("b").order(new Order.Send(name, "fault-3", 0, 1_000, true)));
        for (String name : expired) {
            Report.Ended end = awaitEnd("b", name);
            assertThat(end.outcome()).as(end.toString()).isEqualTo(Outcome.NOT_EXECUTED);
        }
        cluster.startNode("a");
        cluster.awaitSettled(PATIENCE);
        send("b", "fault-3-after", "fault-3", 0);

        assertThat(awaitEnd("b", "fault-3-after").outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(expired).allMatch(name -> cluster.history().runs(id("b", name)) == 0);
        assertThat(cluster.history().violations()).isEmpty();
    }

    @Test
    void fault_5_a_connector_that_hangs_when_it_becomes_primary_delays_no_other_target() throws Exception {
        Vertx itsOwn = Vertx.vertx();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        ExchangeConnector hanging = ExchangeConnector.create(
                itsOwn,
                GrpcTransport.client(itsOwn, new GrpcClientOptions()),
                new ConnectorOptions()
                        .setTargetId("fault-5")
                        .addEndpoint(cluster.node("a").endpoint()));
        hanging.onPrimary(term -> {
            hangs.countDown();
            awaitQuietly(release);
        });
        try {
            hanging.start().await();
            hangs.await();
            for (int i = 0; i < 10; i++) {
                cluster.attachConnector("fault-5-" + i, "fault-5-" + i + "-a", i % 2 == 0 ? "a" : "b");
            }
            for (int i = 0; i < 10; i++) {
                cluster.awaitPrimary("fault-5-" + i, PATIENCE.dividedBy(6));
            }
        } finally {
            release.countDown();
            hanging.stop().await();
            itsOwn.close().await();
        }
    }

    @Test
    void fault_5_connectors_that_never_answer_their_health_check_delay_that_of_no_other() throws Exception {
        Vertx itsOwn = Vertx.vertx();
        CountDownLatch muteAsked = new CountDownLatch(10);
        CountDownLatch wellAsked = new CountDownLatch(10);
        List<ExchangeConnector> own = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                own.add(checked(itsOwn, "fault-5-mute-" + i, i % 2 == 0 ? "a" : "b", muteAsked, Promise::promise));
            }
            assertThat(muteAsked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            own.add(checked(itsOwn, "fault-5-well", "a", wellAsked, PeerFaultsTest::well));
            // each time that a round waited for those that are mute would take 5 s
            assertThat(wellAsked.await(PATIENCE.toSeconds() / 4, TimeUnit.SECONDS))
                    .isTrue();
            cluster.attachConnector("fault-5-other", "fault-5-other-a", "a");
            cluster.awaitPrimary("fault-5-other", PATIENCE.dividedBy(6));
        } finally {
            own.forEach(connector -> connector.drain(Duration.ofMillis(200)).await());
            itsOwn.close().await();
        }
    }

    private static Promise<HealthCheck.Report> well() {
        Promise<HealthCheck.Report> answer = Promise.promise();
        answer.complete(new HealthCheck.Report(true, ""));
        return answer;
    }

    /** Attaches a connector that tells when it is asked for its health, and answers in its own way. */
    private ExchangeConnector checked(
            Vertx itsOwn,
            String target,
            String node,
            CountDownLatch asked,
            Supplier<Promise<HealthCheck.Report>> answer) {
        ExchangeConnector connector = ExchangeConnector.create(
                itsOwn,
                GrpcTransport.client(itsOwn, new GrpcClientOptions()),
                new ConnectorOptions()
                        .setTargetId(target)
                        .addEndpoint(cluster.node(node).endpoint()));
        connector.handle(HealthCheck.TYPE, (query, context) -> {
            asked.countDown();
            return answer.get().future();
        });
        connector.start().compose(started -> connector.connected()).await();
        return connector;
    }

    @Test
    void fault_6_what_a_primary_of_before_sends_is_refused_where_another_has_taken_over() throws Exception {
        cluster.attachConnector("fault-6", "fault-6-a", "a");
        cluster.awaitPrimary("fault-6", PATIENCE);
        cluster.attachConnector("fault-6", "fault-6-b", "b");
        cluster.awaitSettled(PATIENCE);
        long term = cluster.history().term("fault-6");
        ExchangeConnector before = cluster.gateways().connector("fault-6-a");
        cluster.kill("a");
        while (before.status().state() == ConnectorState.ATTACHED) {
            Thread.onSpinWait(); // else the command could have been sent, and what became of it would not be known
        }
        Future<?> late = before.send(Work.TYPE
                .command(new Work(0))
                .withRoute(Route.PRIMARY)
                .withTimeout(PATIENCE)); // it still holds, and carries its term
        cluster.history().await("another one holds", () -> cluster.history().term("fault-6") > term, PATIENCE);
        assertThat(late.isComplete()).isFalse();
        cluster.startNode("a");

        assertThatThrownBy(() -> late.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOfSatisfying(ExchangeException.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.STALE_TERM);
                    assertThat(refusal.execution()).isEqualTo(Execution.NOT_EXECUTED);
                });
        cluster.awaitSettled(PATIENCE);
    }

    @Test
    void fault_11_sockets_that_never_say_hello_keep_nobody_out() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (String node : List.of("a", "b")) {
                for (int i = 0; i < 200; i++) {
                    NodeSettings settings = cluster.node(node).settings();
                    silent.add(new Socket(settings.connectorHost(), settings.connectorPort()));
                }
            }
            cluster.attachConnector("fault-11", "fault-11-a", "a");
            cluster.attachConnector("fault-11", "fault-11-b", "b");

            assertThat(cluster.awaitPrimary("fault-11", PATIENCE)).startsWith("fault-11-");
            cluster.awaitSettled(PATIENCE);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void fault_15_what_goes_from_node_to_node_need_not_be_serializable() throws Exception {
        assertThat(Serializable.class.isAssignableFrom(Work.class)).isFalse();
        cluster.attachConnector("fault-15", "fault-15-a", "a");
        cluster.awaitSettled(PATIENCE);
        send("b", "fault-15-0", "fault-15", 0);

        assertThat(awaitEnd("b", "fault-15-0").outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void what_a_crashed_gateway_had_under_way_ends_when_it_comes_back_as_a_new_process() throws Exception {
        cluster.attachConnector("crashed-0", "crashed-0-a", "a");
        cluster.awaitSettled(PATIENCE);
        send("b", "crashed-far", "crashed-0", 60_000);
        send("a", "crashed-near", "crashed-0", 60_000);
        cluster.history()
                .await(
                        "both run",
                        () -> cluster.history().runs(id("b", "crashed-far")) == 1
                                && cluster.history().runs(id("a", "crashed-near")) == 1,
                        PATIENCE);
        cluster.crashConnector("crashed-0-a");
        cluster.attachConnector("crashed-0", "crashed-0-a", "b");
        long back = System.nanoTime();

        for (String node : List.of("a", "b")) {
            Report.Ended end = awaitEnd(node, node.equals("a") ? "crashed-near" : "crashed-far");
            assertThat(end.outcome()).isEqualTo(Outcome.UNKNOWN);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(5));
        cluster.awaitSettled(PATIENCE);
    }

    private void send(String node, String name, String target, int millis) {
        cluster.node(node).order(new Order.Send(name, target, millis, 20_000, false));
    }

    private Report.Ended awaitEnd(String node, String name) throws InterruptedException {
        History history = cluster.history();
        history.await("the end of " + name, () -> history.end(id(node, name)).isPresent(), PATIENCE);
        return history.end(id(node, name)).orElseThrow();
    }

    private String id(String node, String name) {
        return cluster.node(node).nodeId() + "." + name;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.exchange.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.transport.ClientTransport;
import io.exchange.transport.Connection;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectorRegistryTest {

    private final Vertx vertx = Vertx.vertx();
    private final ConnectorRegistry registry = new ConnectorRegistry();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void a_connector_is_found_by_its_target_id() {
        ExchangeConnector eu = connector("gateway-eu");
        ExchangeConnector us = connector("gateway-us");
        registry.add(eu).add(us);

        assertThat(registry.find("gateway-us")).containsSame(us);
        assertThat(registry.find("gateway-xy")).isEmpty();
        assertThat(registry.all()).containsExactly(eu, us);
    }

    @Test
    void a_target_has_one_connector_at_a_time() throws Exception {
        ExchangeConnector first = connector("gateway-eu");
        ExchangeConnector second = connector("gateway-eu");
        registry.add(first).add(first);
        assertThatThrownBy(() -> registry.add(second))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(first.connectorId());

        first.stop().await(10, TimeUnit.SECONDS);
        registry.add(second);
        assertThat(registry.all()).containsExactly(second);
    }

    @Test
    void one_that_is_removed_is_left_running() throws Exception {
        ExchangeConnector eu = connector("gateway-eu");
        eu.start().await(10, TimeUnit.SECONDS);
        registry.add(eu);

        assertThat(registry.remove("gateway-eu")).containsSame(eu);
        assertThat(registry.remove("gateway-eu")).isEmpty();
        registry.stopAll().await(10, TimeUnit.SECONDS);
        assertThat(eu.status().state()).isNotEqualTo(ConnectorState.STOPPED);
    }

    @Test
    void all_are_stopped_together_and_no_more_are_taken() throws Exception {
        ExchangeConnector running = connector("gateway-eu");
        running.start().await(10, TimeUnit.SECONDS);
        ExchangeConnector neverStarted = connector("gateway-us");
        registry.add(running).add(neverStarted);

        registry.stopAll().await(10, TimeUnit.SECONDS);

        assertThat(registry.all()).allMatch(connector -> connector.status().state() == ConnectorState.STOPPED);
        assertThatThrownBy(() -> registry.add(connector("gateway-jp"))).isInstanceOf(IllegalStateException.class);
        registry.stopAll().await(10, TimeUnit.SECONDS);
    }

    @Test
    void many_threads_may_add_and_find_at_the_same_time() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String targetId = "gateway-" + i;
                tasks.add(() -> registry.add(connector(targetId)).find(targetId).isPresent());
            }
            for (var found : threads.invokeAll(tasks)) {
                assertThat(found.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(registry.all()).hasSize(200);
    }

    private ExchangeConnector connector(String targetId) {
        return ExchangeConnector.create(
                vertx,
                new NobodyThere(),
                new ConnectorOptions().setTargetId(targetId).addEndpoint("nowhere"));
    }

    /** A transport in a world without controllers. */
    private static final class NobodyThere implements ClientTransport {

        @Override
        public Future<Connection> connect(Context context, String endpoint, Map<String, String> metadata) {
            return Future.failedFuture("there is nobody");
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}

package io.exchange.grpc.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ExchangeObserver;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a node says that sends its connectors away. */
class DrainTest extends ExchangeContract {

    DrainTest() {
        super(new ClusterWiring());
    }

    @Test
    void the_good_bye_of_a_node_that_is_drained_names_another_one() {
        ExchangeController controller = controller(options -> options.setEndpoint("http://another.example:8470"));
        List<CloseReason> heard = new CopyOnWriteArrayList<>();
        ExchangeObserver observer = new ExchangeObserver() {
            @Override
            public void reconnecting(String targetId, CloseReason reason, Duration delay) {
                heard.add(reason);
            }
        };
        attach(options("eu", "a").setObserver(observer), links(), connector -> {});
        await(controller.drain(Duration.ofSeconds(10)));

        eventually("it is told", () -> !heard.isEmpty());
        assertThat(heard.get(0).code()).isEqualTo(Code.DRAINING);
        assertThat(heard.get(0).endpoint()).contains("http://another.example:8470");
    }
}

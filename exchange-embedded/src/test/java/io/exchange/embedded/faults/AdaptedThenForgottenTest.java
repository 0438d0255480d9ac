package io.exchange.embedded.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CommandType;
import io.exchange.api.Reply;
import io.exchange.embedded.EmbeddedExchange;
import io.exchange.transport.End;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fault 12: the embedded channel computes the adapted command and then passes the original one on. */
@Timeout(30)
class AdaptedThenForgottenTest {

    /** As the caller knows it. */
    record Deploy(String api, List<Integer> versions) {}

    /** As the handler knows it: a later version of the class, with what it has added. */
    record DeployLater(String api, List<Long> versions, String comment) {}

    private static final CommandType<Deploy, Object> CALLED = CommandType.of("deploy.v1", Deploy.class, Object.class);
    private static final CommandType<DeployLater, DeployLater> HANDLED =
            CommandType.of("deploy.v1", DeployLater.class, DeployLater.class);

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        End.await(vertx.close());
    }

    @Test
    void a_handler_with_a_class_of_its_own_gets_that_class() {
        AtomicReference<Object> handed = new AtomicReference<>();
        EmbeddedExchange exchange = EmbeddedExchange.create(vertx)
                .connector(
                        "eu",
                        connector -> connector.handle(HANDLED, (deploy, context) -> {
                            handed.set(deploy);
                            return Future.succeededFuture(deploy);
                        }));
        End.await(exchange.start());
        Deploy sent = new Deploy("pets", List.of(1, 2));
        Reply<Object> reply = End.await(exchange.controller().send("eu", CALLED.command(sent)));
        assertThat(handed.get()).isEqualTo(new DeployLater("pets", List.of(1L, 2L), null));
        assertThat(reply.payload()).isSameAs(handed.get());
        End.await(exchange.stop());
    }

    @Test
    void a_handler_with_the_class_of_the_caller_gets_the_very_same_object() {
        AtomicReference<Object> handed = new AtomicReference<>();
        CommandType<Deploy, Deploy> same = CommandType.of("deploy.v1", Deploy.class, Deploy.class);
        EmbeddedExchange exchange = EmbeddedExchange.create(vertx)
                .connector(
                        "eu",
                        connector -> connector.handle(same, (deploy, context) -> {
                            handed.set(deploy);
                            return Future.succeededFuture(deploy);
                        }));
        End.await(exchange.start());
        Deploy sent = new Deploy("pets", List.of(1, 2));
        Reply<Deploy> reply = End.await(exchange.controller().send("eu", same.command(sent)));
        assertThat(handed.get()).isSameAs(sent);
        assertThat(reply.payload()).isSameAs(sent);
        End.await(exchange.stop());
    }
}

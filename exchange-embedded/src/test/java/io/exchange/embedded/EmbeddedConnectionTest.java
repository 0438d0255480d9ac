package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.Credentials;
import io.exchange.channel.EventLoop;
import io.exchange.protocol.Frame;
import io.exchange.transport.ClientTransport;
import io.exchange.transport.ConnectionContract;
import io.exchange.transport.ConnectionListener;
import io.exchange.transport.End;
import io.exchange.transport.ServerTransport;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EmbeddedConnectionTest extends ConnectionContract {

    @Override
    protected ServerTransport server() {
        return EmbeddedTransport.create();
    }

    @Override
    protected ClientTransport client(ServerTransport listening) {
        return ((EmbeddedTransport) listening).client();
    }

    @Override
    protected String endpoint(ServerTransport listening) {
        return "embedded";
    }

    @Test
    void the_connector_hears_of_the_end_before_the_controller_whoever_closes_and_whatever_is_on_the_way() {
        for (boolean connectorCloses : List.of(true, false)) {
            for (boolean framesOnTheWay : List.of(true, false)) {
                assertThat(told(connectorCloses, framesOnTheWay))
                        .as("connector closes: %s, frames on the way: %s", connectorCloses, framesOnTheWay)
                        .containsExactly("connector", "what the connector left for later", "controller");
            }
        }
    }

    private static List<String> told(boolean connectorCloses, boolean framesOnTheWay) {
        Vertx vertx = Vertx.vertx();
        List<String> told = new CopyOnWriteArrayList<>();
        Promise<Void> all = Promise.promise();
        Context context = EventLoop.contextOf(vertx);
        context.runOnContext(ignored -> {
            EmbeddedConnection connector = EmbeddedConnection.pair(
                    context, new Credentials(Map.of(), List.of(), null), new Credentials(Map.of(), List.of(), null));
            EmbeddedConnection controller = connector.peerEnd();
            connector.start(onClosed(() -> {
                told.add("connector");
                context.runOnContext(later -> told.add("what the connector left for later"));
            }));
            controller.start(onClosed(() -> {
                told.add("controller");
                all.complete();
            }));
            if (framesOnTheWay) {
                connector.send(new Frame.Heartbeat(1));
                controller.send(new Frame.HeartbeatAck(1, 0));
            }
            (connectorCloses ? connector : controller).close(CloseReason.of(CloseReason.Code.NORMAL, ""));
        });
        End.await(all.future());
        End.await(vertx.close());
        return told;
    }

    private static ConnectionListener onClosed(Runnable action) {
        return new ConnectionListener() {
            @Override
            public void onFrame(Frame frame, long sentAtNanos) {}

            @Override
            public void onClosed(CloseReason reason) {
                action.run();
            }
        };
    }
}

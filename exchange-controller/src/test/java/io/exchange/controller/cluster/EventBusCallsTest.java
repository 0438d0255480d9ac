package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one node makes of what others send it. */
@Timeout(20)
class EventBusCallsTest {

    private final Vertx vertx = Vertx.vertx();
    private final EventBusCalls calls = new EventBusCalls(vertx, "a", 5_000);
    private final List<String> asked = new CopyOnWriteArrayList<>();

    EventBusCallsTest() throws Exception {
        calls.serve((question, from, about) -> asked.add(question + " by " + from + " about " + about))
                .await(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void a_question_comes_with_who_asks_and_about_whom() throws Exception {
        assertThat(calls.ask("a", NodeCalls.Question.VOUCH, "größer").await(10, TimeUnit.SECONDS))
                .isTrue();
        assertThat(asked).containsExactly("VOUCH by a about größer");
    }

    @Test
    void what_is_no_question_is_answered_no() throws Exception {
        Buffer whole = Buffer.buffer(new byte[] {1, 0, 0, 0, 1, 'b', 0, 0, 0, 1, 'c'});
        List<@Nullable Object> bad = new ArrayList<>();
        for (int length = 0; length < whole.length(); length++) {
            bad.add(whole.getBuffer(0, length));
        }
        bad.add(Buffer.buffer(new byte[] {1, -1, -1, -1, -1, 0, 0, 0, 0}));
        bad.add(Buffer.buffer(new byte[] {1, 127, -1, -1, -1, 0, 0, 0, 0}));
        bad.add(Buffer.buffer(new byte[] {99}).appendBuffer(whole.getBuffer(1, whole.length())));
        bad.add("text");
        bad.add(null);
        for (Object body : bad) {
            assertThat(answer(body)).as("%s", body).isZero();
        }
        assertThat(asked).isEmpty();
        assertThat(answer(whole)).isEqualTo((byte) 1);
    }

    private byte answer(@Nullable Object body) throws Exception {
        return vertx.eventBus()
                .<Buffer>request("exchange.lease.a", body)
                .await(10, TimeUnit.SECONDS)
                .body()
                .getByte(0);
    }
}

package io.exchange.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.Reply;
import io.exchange.controller.Broadcast.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is told of an answer, whatever others do with it. */
@Timeout(20)
class BroadcastTest {

    private final Promise<Answer<String>> eu = Promise.promise();
    private final Promise<Answer<String>> us = Promise.promise();
    private final Broadcast<String> broadcast = new Broadcast<>(List.of(eu.future(), us.future()));
    private final List<String> told = new ArrayList<>();

    @Test
    void a_listener_that_throws_keeps_no_other_from_an_answer() {
        eu.complete(answer("eu"));
        broadcast.onAnswer(answer -> {
            throw new IllegalStateException("of the application");
        });
        broadcast.onAnswer(answer -> told.add(answer.targetId()));
        us.complete(answer("us"));

        assertThat(told).containsExactly("eu", "us");
        assertThat(broadcast.all().result()).hasSize(2);
    }

    @Test
    void a_listener_that_waits_keeps_nobody_from_listening_or_answering() {
        broadcast.onAnswer(answer -> {
            if (answer.targetId().equals("eu")) {
                elsewhere(() -> broadcast.onAnswer(other -> told.add("late " + other.targetId())));
                elsewhere(() -> us.complete(answer("us")));
            }
            told.add(answer.targetId());
        });
        eu.complete(answer("eu"));

        assertThat(told).containsExactly("eu", "late eu", "us", "late us");
    }

    @Test
    void a_listener_that_adds_another_tells_it_of_what_has_come() {
        broadcast.onAnswer(answer -> broadcast.onAnswer(other -> told.add(other.targetId())));
        eu.complete(answer("eu"));

        assertThat(told).containsExactly("eu");
    }

    private static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action).orTimeout(5, TimeUnit.SECONDS).join();
    }

    private static Answer<String> answer(String targetId) {
        Future<Reply<String>> none = Future.failedFuture(ErrorCode.NO_CHANNEL.notExecuted("nobody there"));
        return new Answer<>(targetId, "", none);
    }
}

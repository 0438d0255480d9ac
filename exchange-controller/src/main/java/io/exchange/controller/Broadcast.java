package io.exchange.controller;

import io.exchange.api.Reply;
import io.exchange.channel.Guard;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One command sent many times: how many answers there will be is known first, each is told as it comes, and all have come by
 * the deadline of the command. Safe for any thread.
 *
 * @param <A> the type of the answers
 */
public final class Broadcast<A> {

    /**
     * One answer, or why there is none.
     *
     * @param targetId the target that was asked
     * @param connectorId the connector that was asked, empty if it was left to the route
     * @param result the reply; failed with an {@link io.exchange.api.ExchangeException} if there is none
     * @param <A> the type of the answer
     */
    public record Answer<A>(String targetId, String connectorId, AsyncResult<Reply<A>> result) {}

    private final int expected;
    private final Future<List<Answer<A>>> all;
    private final List<Answer<A>> answers = new ArrayList<>();
    private final List<Consumer<Answer<A>>> listeners = new ArrayList<>();
    /** What is to be told, in order; by one thread at a time, and outside of the lock, as a listener may take its time. */
    private final Deque<Runnable> untold = new ArrayDeque<>();

    private boolean telling;

    Broadcast(List<Future<Answer<A>>> sent) {
        expected = sent.size();
        sent.forEach(answer -> answer.onSuccess(this::answered));
        all = Future.join(sent).map(done -> sent.stream().map(Future::result).toList());
    }

    /**
     * How many answers there will be, failures among them.
     *
     * @return the number of commands that were sent
     */
    public int expected() {
        return expected;
    }

    /**
     * Registers what to do with each answer. Called for those that have come at once, on the caller's thread, and for each other as
     * it comes, on the context that the broadcast was sent from or else on a loop of the exchange; one at a time. What is to be
     * told while a listener runs is told after it, by the thread that it runs on. What a listener throws is logged.
     *
     * @param listener takes an answer
     * @return this
     */
    public Broadcast<A> onAnswer(Consumer<Answer<A>> listener) {
        synchronized (answers) {
            answers.forEach(answer -> untold.add(() -> listener.accept(answer)));
            listeners.add(listener);
        }
        tell();
        return this;
    }

    /**
     * All answers.
     *
     * @return the answers in the order in which the targets were named, when the last has come, at the latest at the deadline;
     *     never fails
     */
    public Future<List<Answer<A>>> all() {
        return all;
    }

    private void answered(Answer<A> answer) {
        synchronized (answers) {
            answers.add(answer);
            listeners.forEach(listener -> untold.add(() -> listener.accept(answer)));
        }
        tell();
    }

    private void tell() {
        synchronized (answers) {
            if (telling) {
                return;
            }
            telling = true;
        }
        for (Optional<Runnable> next = next(); next.isPresent(); next = next()) {
            Guard.run(next.get());
        }
    }

    private Optional<Runnable> next() {
        synchronized (answers) {
            Optional<Runnable> next = Optional.ofNullable(untold.poll());
            telling = next.isPresent();
            return next;
        }
    }
}

package io.exchange.controller;

import io.exchange.api.Command;
import io.exchange.api.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Commands for one or many targets that are run to the end, whatever becomes of the node that runs them. Immutable; each
 * {@code with} gives a copy.
 *
 * <p>Each command has an identity, its id and an attempt. A repeat after an unknown outcome keeps both, and goes only to the
 * session that may have got it, which answers from memory or joins the execution that runs; so it never runs twice. A retry
 * after a definite outcome is a new attempt. Whether an outcome that stays unknown is tried anew is for
 * {@link io.exchange.api.Delivery} to say: with {@code AT_LEAST_ONCE} it is, with {@code RESUME} and {@code AT_MOST_ONCE} the command
 * ends {@link BatchState#ERROR}, unknown. Answers are not kept, only how each command ended.
 */
public final class Batch {

    /** The most commands of a batch; several batches may have one key. */
    public static final int MAX_COMMANDS = 10_000;

    /** The most bytes of all requests of a batch. */
    public static final long MAX_BYTES = 64L << 20;

    /** The longest that a batch may take. */
    public static final Duration MAX_TIME = Duration.ofDays(30);

    /**
     * One command of a batch.
     *
     * @param targetId its target
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     */
    record Entry<Q, A>(String targetId, Command<Q, A> command) {}

    private static final int MAX_ID_LENGTH = 240;

    private final String id;
    private final String key;
    private final List<Entry<?, ?>> entries;
    private final Settings settings;

    /**
     * How a batch is run.
     *
     * @param concurrency how many commands are under way at a time
     * @param retries how often each command is tried
     * @param maxFailures how many commands may end otherwise than well before the rest is not sent any more
     * @param time from when it was submitted to its deadline
     * @param retention how long it can be looked up after its end
     */
    record Settings(int concurrency, RetryPolicy retries, int maxFailures, Duration time, Duration retention) {

        static final Settings DEFAULT =
                new Settings(16, RetryPolicy.DEFAULT, MAX_COMMANDS, Duration.ofDays(1), Duration.ofHours(1));
    }

    private Batch(String id, String key, List<Entry<?, ?>> entries, Settings settings) {
        this.id = id;
        this.key = key;
        this.entries = entries;
        this.settings = settings;
    }

    /**
     * A batch without a command, with a random id, 16 commands at a time, {@link RetryPolicy#DEFAULT}, a day of time, kept for an hour
     * after its end.
     *
     * @param key what it is about, for whoever looks after all batches of a kind; any number of batches may have it
     * @return the batch
     * @throws IllegalArgumentException if the key breaks {@link Limits#requireName}
     */
    public static Batch of(String key) {
        return new Batch(
                UUID.randomUUID().toString(), Limits.requireName("batch key", key), List.of(), Settings.DEFAULT);
    }

    /**
     * The same batch with one more command, after those that it has. What the command says of timeout, headers, delivery, route, order
     * key and waiting holds for each try; without an id it gets one from the batch's.
     *
     * @param targetId the target
     * @param command the command
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the copy
     * @throws IllegalArgumentException if the target id breaks {@link Limits#requireName}, or there are
     *     {@link #MAX_COMMANDS} already
     */
    public <Q, A> Batch with(String targetId, Command<Q, A> command) {
        return with(List.of(new Entry<>(targetId, command)));
    }

    /**
     * The same batch with a command for each of these targets, in their order; one that is named twice gets two.
     *
     * @param targetIds the targets
     * @param command the command; an id of its own becomes {@code id@target} for each
     * @param <Q> the type of the request
     * @param <A> the type of the answer
     * @return the copy
     * @throws IllegalArgumentException as {@link #with(String, Command)}, or if one of those ids is too long
     */
    public <Q, A> Batch with(Collection<String> targetIds, Command<Q, A> command) {
        return with(targetIds.stream()
                .map(targetId -> new Entry<>(targetId, ofTarget(targetId, command)))
                .toList());
    }

    private static <Q, A> Command<Q, A> ofTarget(String targetId, Command<Q, A> command) {
        return command.id().map(given -> command.withId(given + "@" + targetId)).orElse(command);
    }

    private Batch with(List<? extends Entry<?, ?>> added) {
        if (entries.size() + added.size() > MAX_COMMANDS) {
            throw new IllegalArgumentException(
                    "a batch has " + MAX_COMMANDS + " commands at the most: use several batches with one key");
        }
        added.forEach(entry -> Limits.requireName("target id", entry.targetId()));
        List<Entry<?, ?>> more = new ArrayList<>(entries);
        more.addAll(added);
        return new Batch(id, key, more, settings);
    }

    /**
     * The same batch with an id of the caller's, by which it can be submitted again without being run again.
     *
     * @param newId the id, unique among the batches that are kept, and not used again while sessions may remember the commands of
     *     the last one ({@link io.exchange.api.ReplyMemory#maxAge})
     * @return the copy
     * @throws IllegalArgumentException if the id breaks {@link Limits#requireName}, or has more than 240 characters
     */
    public Batch withId(String newId) {
        if (Limits.requireName("batch id", newId).length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException("a batch id has " + MAX_ID_LENGTH
                    + " characters at the most, as the ids of commands begin with it, not " + newId.length());
        }
        return new Batch(newId, key, entries, settings);
    }

    /**
     * The same batch with so many commands under way at a time; what waits to be tried again is not counted. With 1 the
     * commands are sent one after the other, in their order.
     *
     * @param commands how many, 1 or more
     * @return the copy
     * @throws IllegalArgumentException if it is less than 1
     */
    public Batch withConcurrency(int commands) {
        if (commands < 1) {
            throw new IllegalArgumentException("at least one command is under way at a time, not " + commands);
        }
        return with(new Settings(commands, settings.retries, settings.maxFailures, settings.time, settings.retention));
    }

    /**
     * The same batch with another policy for retries.
     *
     * @param policy the policy
     * @return the copy
     */
    public Batch withRetries(RetryPolicy policy) {
        return with(
                new Settings(settings.concurrency, policy, settings.maxFailures, settings.time, settings.retention));
    }

    /**
     * The same batch with a threshold: once more commands than this have ended otherwise than well, the rest is not sent any more
     * and ends {@link BatchState#CANCELLED}, and the batch {@link BatchState#ERROR}. Without it all are tried.
     *
     * @param failures how many failures are put up with, 0 or more
     * @return the copy
     * @throws IllegalArgumentException if it is negative
     */
    public Batch withMaxFailures(int failures) {
        if (failures < 0) {
            throw new IllegalArgumentException("maxFailures is 0 or more, not " + failures);
        }
        return with(new Settings(settings.concurrency, settings.retries, failures, settings.time, settings.retention));
    }

    /**
     * The same batch with another deadline: what has not ended by then ends {@link BatchState#ERROR}.
     *
     * @param time from when it is submitted, at the most {@link #MAX_TIME}
     * @return the copy
     * @throws IllegalArgumentException if it is not positive, or longer
     */
    public Batch withTime(Duration time) {
        return with(new Settings(
                settings.concurrency,
                settings.retries,
                settings.maxFailures,
                requireTime("the time of a batch", time),
                settings.retention));
    }

    /**
     * The same batch, to be kept for another time after its end.
     *
     * @param time how long it can be looked up, at the most {@link #MAX_TIME}
     * @return the copy
     * @throws IllegalArgumentException if it is not positive, or longer
     */
    public Batch withRetention(Duration time) {
        return with(new Settings(
                settings.concurrency,
                settings.retries,
                settings.maxFailures,
                settings.time,
                requireTime("the retention of a batch", time)));
    }

    private static Duration requireTime(String what, Duration time) {
        if (time.isZero() || time.isNegative() || time.compareTo(MAX_TIME) > 0) {
            throw new IllegalArgumentException(
                    what + " is positive and " + MAX_TIME.toDays() + " days at the most, not " + time);
        }
        return time;
    }

    private Batch with(Settings changed) {
        return new Batch(id, key, entries, changed);
    }

    /**
     * The id.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * The key.
     *
     * @return the key
     */
    public String key() {
        return key;
    }

    /**
     * How many commands it has.
     *
     * @return their number
     */
    public int size() {
        return entries.size();
    }

    List<Entry<?, ?>> entries() {
        return entries;
    }

    Settings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return "Batch[" + id + ", " + key + ", " + entries.size() + " commands]";
    }
}

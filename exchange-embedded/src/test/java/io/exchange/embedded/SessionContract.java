package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.exchange.api.Authenticator;
import io.exchange.api.CloseReason;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Identity;
import io.exchange.api.Reply;
import io.exchange.api.ReplyMemory;
import io.exchange.api.Route;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ConnectorState;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ExchangeController;
import io.exchange.controller.TargetChange.Kind;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What holds for a connector from its first attach to its end, over all its channels. */
public abstract class SessionContract extends ExchangeContract {

    private static final CommandType<Integer, Integer> NUMBER =
            CommandType.of("number.v1", Integer.class, Integer.class);

    private static final ReplyMemory LAST_ONE = new ReplyMemory(1, 1 << 20, Duration.ofMinutes(1));

    /** The contract for one transport. */
    protected SessionContract(Wiring wiring) {
        super(wiring);
    }

    @Test
    void start_returns_without_a_controller_and_attaches_when_one_comes() {
        controller();
        Links links = links();
        links.down();
        ExchangeConnector connector = connector(options("eu", "a"), links);
        await(connector.start());
        eventually("it has tried", () -> connector.status().attempts() > 2);
        assertThat(connector.status().lastError()).isPresent();
        Future<Void> connected = connector.connected();
        assertThat(connected.isComplete()).isFalse();
        links.up();
        await(connected);
        assertThat(connector.status().state()).isEqualTo(ConnectorState.ATTACHED);
        assertThat(connector.status().channelId()).isPresent();
    }

    @Test
    void a_command_in_flight_survives_the_loss_of_its_channel_and_runs_once() {
        ExchangeController controller = controller();
        Promise<Integer> answer = Promise.promise();
        AtomicInteger runs = new AtomicInteger();
        Links links = links();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(NUMBER, (number, context) -> {
                    runs.incrementAndGet();
                    return answer.future();
                }));
        Future<Reply<Integer>> reply = controller.send("eu", NUMBER.command(1));
        eventually("it runs", () -> runs.get() == 1);
        links.cut();
        eventually("the session has resumed", () -> observed.count("resumed") == 1);
        answer.complete(42);
        assertThat(answer(reply)).isEqualTo(42);
        assertThat(runs).hasValue(1);
    }

    @Test
    void a_reply_that_got_lost_comes_from_memory_and_the_handler_does_not_run_again() {
        ExchangeController controller = controller();
        AtomicInteger runs = new AtomicInteger();
        controller.handle(NUMBER, (number, context) -> Future.succeededFuture(runs.incrementAndGet()));
        Links links = links();
        ExchangeConnector connector = attach(options("eu", "a"), links, made -> {});
        links.letArrive(frame -> !(frame instanceof Frame.Reply));
        Future<Reply<Integer>> reply = connector.send(NUMBER.command(0));
        eventually("it has run", () -> runs.get() == 1);
        links.letArrive(frame -> true);
        links.cut();
        assertThat(answer(reply)).isEqualTo(1);
        assertThat(runs).hasValue(1);
        assertThat(observed.count("repeat answered")).isEqualTo(1);
    }

    @Test
    void a_controller_that_remembers_one_reply_runs_nothing_again_and_says_that_it_does_not_know() {
        ExchangeController controller = controller(options -> options.setReplyMemory(LAST_ONE));
        AtomicInteger runs = new AtomicInteger();
        controller.handle(NUMBER, (number, context) -> Future.succeededFuture(runs.incrementAndGet()));
        Links links = links();
        ExchangeConnector connector = attach(options("eu", "a"), links, made -> {});
        links.letArrive(frame -> !(frame instanceof Frame.Reply));
        Future<Reply<Integer>> first = connector.send(NUMBER.command(0));
        Future<Reply<Integer>> last = connector.send(NUMBER.command(0));
        eventually("they have run", () -> runs.get() == 2);
        links.letArrive(frame -> true);
        links.cut();

        assertThat(answer(last)).isEqualTo(2);
        assertThat(failure(first).execution()).isEqualTo(Execution.UNKNOWN);
        assertThat(runs).hasValue(2);
    }

    @Test
    void a_connector_that_remembers_one_reply_runs_nothing_again_and_says_that_it_does_not_know() {
        ExchangeController controller = controller();
        AtomicInteger runs = new AtomicInteger();
        Links links = links();
        attach(
                options("eu", "a").setReplyMemory(LAST_ONE),
                links,
                made -> made.handle(NUMBER, (number, context) -> Future.succeededFuture(runs.incrementAndGet())));
        links.letLeave(frame -> !(frame instanceof Frame.Reply));
        Future<Reply<Integer>> first = controller.send("eu", NUMBER.command(0));
        Future<Reply<Integer>> last = controller.send("eu", NUMBER.command(0));
        eventually("they have run", () -> runs.get() == 2);
        links.letLeave(frame -> true);
        links.cut();

        assertThat(answer(last)).isEqualTo(2);
        assertThat(failure(first).execution()).isEqualTo(Execution.UNKNOWN);
        assertThat(runs).hasValue(2);
    }

    @Test
    void commands_of_a_connector_survive_the_loss_of_its_channel_too() {
        ExchangeController controller = controller();
        Promise<Integer> answer = Promise.promise();
        AtomicInteger runs = new AtomicInteger();
        controller.handle(NUMBER, (number, context) -> {
            runs.incrementAndGet();
            return answer.future();
        });
        Links links = links();
        ExchangeConnector connector = attach(options("eu", "a"), links, made -> {});
        Future<Reply<Integer>> reply = connector.send(NUMBER.command(1));
        eventually("it runs", () -> runs.get() == 1);
        links.cut();
        eventually("the session has resumed", () -> observed.count("resumed") == 1);
        answer.complete(42);
        assertThat(answer(reply)).isEqualTo(42);
        assertThat(runs).hasValue(1);
    }

    @Test
    void at_most_once_does_not_wait_for_another_channel() {
        ExchangeController controller = controller();
        AtomicInteger runs = new AtomicInteger();
        Links links = links();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(NUMBER, (number, context) -> {
                    runs.incrementAndGet();
                    return Promise.<Integer>promise().future();
                }));
        Future<Reply<Integer>> reply = controller.send("eu", NUMBER.command(1).withDelivery(Delivery.AT_MOST_ONCE));
        eventually("it runs", () -> runs.get() == 1);
        links.cut();
        ExchangeException failure = failure(reply);
        assertThat(failure.code()).isEqualTo(ErrorCode.CHANNEL_CLOSED);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
    }

    @Test
    void at_least_once_moves_to_another_connector() {
        ExchangeController controller = controller();
        Links links = links();
        Promise<Void> started = Promise.promise();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(ECHO, (text, context) -> {
                    started.tryComplete();
                    return Promise.<String>promise().future();
                }));
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("hi").withDelivery(Delivery.AT_LEAST_ONCE));
        await(started.future());
        attachEcho("eu", "b");
        links.down();
        assertThat(answer(reply)).isEqualTo("b says hi");
    }

    @Test
    void new_commands_wait_for_a_session_in_its_grace() {
        ExchangeController controller = controller();
        Links links = links();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(NUMBER, (number, context) -> Future.succeededFuture(-number)));
        links.down();
        eventually(
                "its channel is lost",
                () -> seen(controller, "eu", "a")
                        .filter(connector -> connector.attached())
                        .isEmpty());
        Future<Reply<Integer>> waits = controller.send("eu", NUMBER.command(5));
        ExchangeException failure =
                failure(controller.send("eu", NUMBER.command(6).withTimeout(Duration.ofMillis(50))));
        assertThat(failure.code()).isEqualTo(ErrorCode.TIMEOUT);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        links.up();
        assertThat(answer(waits)).isEqualTo(-5);
    }

    @Test
    void a_session_that_does_not_come_back_ends_what_waits_for_it() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(withGrace(Duration.ofMillis(300))));
        Links links = links();
        Promise<Void> started = Promise.promise();
        Promise<Void> cancelled = Promise.promise();
        attach(
                options("eu", "a"),
                links,
                connector -> connector.handle(NUMBER, (number, context) -> {
                    context.onCancel(cancelled::complete);
                    started.complete();
                    return Promise.<Integer>promise().future();
                }));
        Future<Reply<Integer>> sent = controller.send("eu", NUMBER.command(5));
        await(started.future());
        links.down();
        ExchangeException failure = failure(sent);
        assertThat(failure.code()).isEqualTo(ErrorCode.CHANNEL_CLOSED);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
        await(cancelled.future());
        eventually("the target is gone", () -> controller.target("eu").isEmpty());
        assertThat(failure(controller.send("eu", NUMBER.command(6))).code()).isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void a_newer_session_of_a_connector_replaces_the_older_which_stops_for_good() {
        ExchangeController controller = controller();
        ExchangeConnector older = attachEcho("eu", "a");
        ExchangeConnector newer = attach(
                "eu", "a", connector -> connector.handle(ECHO, (text, context) -> Future.succeededFuture("newer")));
        eventually("the older stops", () -> older.status().state() == ConnectorState.STOPPED);
        assertThat(older.status().lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("REPLACED"));
        failure(older.connected());
        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("newer");
        assertThat(controller.target("eu").orElseThrow().connectors()).hasSize(1);
        assertThat(newer.status().state()).isEqualTo(ConnectorState.ATTACHED);
    }

    @Test
    void a_known_token_opens_the_door() {
        ExchangeController controller = controller(options -> options.setAuthenticator(
                Authenticator.staticTokens(Map.of("open sesame", Identity.of("eu's gateway", "eu")))));
        attach(options("eu", "a").setToken("open sesame"), links(), connector -> {});
        assertThat(controller.target("eu")).isPresent();
    }

    @Test
    void a_wrong_token_is_refused_for_good() {
        controller(options -> options.setAuthenticator(
                Authenticator.staticTokens(Map.of("open sesame", Identity.of("eu's gateway", "eu")))));
        assertRefusedForGood(options("eu", "a").setToken("open barley"), CloseReason.Code.UNAUTHENTICATED);
        assertRefusedForGood(options("eu", "b"), CloseReason.Code.UNAUTHENTICATED);
    }

    @Test
    void the_metadata_is_asked_for_anew_at_each_connect_until_it_is_there() {
        Queue<Map<String, String>> shown = new ConcurrentLinkedQueue<>();
        controller(options -> options.setAuthenticator(credentials -> {
            shown.add(Map.copyOf(credentials.metadata()));
            return Future.succeededFuture(Identity.unrestricted("x"));
        }));
        AtomicInteger asked = new AtomicInteger();
        ConnectorOptions options = options("eu", "a")
                .setMetadata(Map.of("x-zone", "eu", "authorization", "Bearer old"))
                .setMetadataSupplier(() -> switch (asked.incrementAndGet()) {
                    case 1 -> throw new IllegalStateException("the source of tokens is away");
                    case 2 -> Future.failedFuture(ErrorCode.INVALID.notExecuted("still away"));
                    default -> Future.succeededFuture(Map.of("authorization", "Bearer " + asked.get()));
                });
        Links links = links();
        ExchangeConnector connector = attach(options, links, ignored -> {});
        links.cut();
        eventually("it is attached again", () -> shown.size() == 2);
        await(connector.connected());
        assertThat(shown)
                .containsExactly(
                        Map.of("x-zone", "eu", "authorization", "Bearer 3"),
                        Map.of("x-zone", "eu", "authorization", "Bearer 4"));
    }

    @Test
    void a_token_takes_the_place_of_no_other_metadata() {
        assertThat(options("eu", "a")
                        .setMetadata(Map.of("x-zone", "eu"))
                        .setToken("open sesame")
                        .getMetadata())
                .containsOnly(Map.entry("x-zone", "eu"), Map.entry("authorization", "Bearer open sesame"));
    }

    @Test
    void an_identity_speaks_for_its_own_targets_and_roles_alone() {
        Identity limited = new Identity("eu's gateway", Set.of("eu"), Set.of("primary"));
        controller(options -> options.setAuthenticator(Authenticator.staticTokens(Map.of("open sesame", limited))));
        assertRefusedForGood(options("us", "a").setToken("open sesame"), CloseReason.Code.FORBIDDEN);
        assertRefusedForGood(
                options("eu", "b").setToken("open sesame").setRoles(Set.of("archive")), CloseReason.Code.FORBIDDEN);
        attach(options("eu", "c").setToken("open sesame"), links(), connector -> {});
    }

    private void assertRefusedForGood(ConnectorOptions options, CloseReason.Code why) {
        Links links = links();
        ExchangeConnector connector = connector(options, links);
        await(connector.start());
        ExchangeException failure = failure(connector.connected());
        assertThat(failure.text()).contains(why.name());
        assertThat(connector.status().state()).isEqualTo(ConnectorState.STOPPED);
        assertThat(links.attempts()).isEqualTo(1);
    }

    @Test
    void a_refusal_for_now_is_tried_again() {
        ExchangeController controller = controller(options -> options.setMaxChannels(1));
        ExchangeConnector first = attachEcho("eu", "a");
        ExchangeConnector second = connector(options("eu", "b"), links());
        await(second.start());
        eventually("it was refused", () -> second.status().attempts() > 2);
        assertThat(second.status().lastError())
                .hasValueSatisfying(error -> assertThat(error).contains("EXHAUSTED"));
        await(first.stop());
        await(second.connected());
        assertThat(seen(controller, "eu", "b")).isPresent();
    }

    @Test
    void the_application_of_the_controller_may_look_at_what_a_hello_carries_and_refuse() {
        controller(options -> options.setHelloHandler(
                (channel, identity, payload) -> payload.toString().equals("v2")
                        ? Future.succeededFuture(Buffer.buffer("welcome"))
                        : Future.failedFuture(ErrorCode.FORBIDDEN.notExecuted("version " + payload + " is too old"))));
        assertRefusedForGood(options("eu", "a").setHelloPayload(Buffer.buffer("v1")), CloseReason.Code.FORBIDDEN);
        attach(options("eu", "b").setHelloPayload(Buffer.buffer("v2")), links(), connector -> {});
    }

    @Test
    void an_authenticator_that_fails_refuses_for_now() {
        AtomicInteger asked = new AtomicInteger();
        controller(options -> options.setAuthenticator(credentials -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("the directory of users is away");
            }
            return asked.get() == 2
                    ? Future.failedFuture("still away")
                    : Future.succeededFuture(Identity.unrestricted("x"));
        }));
        attach("eu", "a", connector -> {});
        assertThat(asked).hasValue(3);
    }

    @Test
    void credentials_that_have_expired_are_refused_for_now_and_fresh_ones_let_in() {
        AtomicInteger asked = new AtomicInteger();
        controller(options -> options.setAuthenticator(
                credentials -> "Bearer 1".equals(credentials.metadata().get("authorization"))
                        ? Future.failedFuture(ErrorCode.UNAUTHENTICATED
                                .notExecuted("the token has expired")
                                .withRetryAfter(Duration.ZERO))
                        : Future.succeededFuture(Identity.unrestricted("x"))));
        ConnectorOptions options = options("eu", "a")
                .setMetadataSupplier(
                        () -> Future.succeededFuture(Map.of("authorization", "Bearer " + asked.incrementAndGet())));
        attach(options, links(), connector -> {});
        assertThat(asked).hasValue(2);
        assertThat(observed.refused()).contains(CloseReason.Code.CREDENTIALS_EXPIRED);
    }

    @Test
    void an_authenticator_that_never_answers_is_not_waited_for() {
        Promise<Identity> never = Promise.promise();
        controller(options ->
                options.setHandshakeTimeout(Duration.ofMillis(100)).setAuthenticator(credentials -> never.future()));
        ExchangeConnector connector = connector(options("eu", "a"), links());
        await(connector.start());
        eventually("it was sent away", () -> connector.status().attempts() > 1);
        assertThat(observed.refused()).contains(CloseReason.Code.HANDSHAKE_TIMEOUT);
        never.complete(Identity.unrestricted("x"));
    }

    @Test
    void a_connector_that_stops_lets_its_handlers_finish_however_long_the_silence() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(withHeartbeat(Duration.ofMillis(50), 4)));
        Promise<Void> started = Promise.promise();
        ExchangeConnector connector = attach(
                "eu",
                "a",
                made -> made.handle(ECHO, (text, context) -> {
                    started.complete();
                    return vertx.timer(800, java.util.concurrent.TimeUnit.MILLISECONDS)
                            .map(text);
                }));
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("done"));
        await(started.future());
        Future<Void> stopped = connector.drain(Duration.ofSeconds(10));
        assertThat(answer(reply)).isEqualTo("done");
        await(stopped);
        assertThat(failure(controller.send("eu", ECHO.command("x"))).code()).isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void a_controller_that_stops_lets_handlers_finish() {
        ExchangeController controller = controller();
        Promise<Void> started = Promise.promise();
        Promise<String> answer = Promise.promise();
        ExchangeConnector connector = attach(
                "eu",
                "a",
                made -> made.handle(ECHO, (text, context) -> {
                    started.complete();
                    return answer.future();
                }));
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("x"));
        await(started.future());
        Future<Void> stopped = controller.stop(Duration.ofSeconds(10));
        eventually("the good-bye was heard", () -> controller.channels("eu").isEmpty());
        answer.complete("done");
        assertThat(answer(reply)).isEqualTo("done");
        await(stopped);
        assertThat(connector.status().state()).isNotEqualTo(ConnectorState.STOPPED);
    }

    @Test
    void a_controller_that_has_stopped_takes_nothing() {
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        await(controller.stop());
        assertThat(failure(controller.send("eu", ECHO.command("x"))).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(failure(controller.send("eu", ECHO.command("x").withWaitForTarget(true)))
                        .code())
                .isEqualTo(ErrorCode.SHUTTING_DOWN);
    }

    @Test
    void what_waits_in_a_controller_that_stops_was_not_executed() {
        ExchangeController controller = controller(options -> options.setChannelLimits(withCommands(1, 10)));
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO, (text, context) -> Promise.<String>promise().future()));
        Future<Reply<String>> runs = controller.send("eu", ECHO.command("x"));
        List<Future<Reply<String>>> queued = List.of(
                controller.send("eu", ECHO.command("x")),
                controller.send("eu", ECHO.command("x").withWaitForTarget(true)),
                controller.send("us", ECHO.command("x").withWaitForTarget(true)));
        eventually("the first runs", () -> observed.count("started echo.v1") == 1);
        await(controller.stop(Duration.ofMillis(100)));
        assertThat(failure(runs).execution()).isEqualTo(Execution.UNKNOWN);
        for (Future<Reply<String>> waiting : queued) {
            ExchangeException failure = failure(waiting);
            assertThat(failure.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
            assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        }
        assertThat(observed.count("started echo.v1")).isEqualTo(1);
    }

    @Test
    void what_a_connector_that_stops_has_not_sent_was_not_executed() {
        controller();
        ExchangeConnector connector = connector(options("eu", "a"), links());
        Future<Reply<String>> waiting = connector.send(ECHO.command("x"));
        await(connector.stop());
        ExchangeException failure = failure(waiting);
        assertThat(failure.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertThat(failure(connector.connected()).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        assertThat(failure(connector.start()).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        failure(connector.send(ECHO.command("x")));
    }

    @Test
    void an_application_may_close_a_channel_and_its_connector_steps_down_first() {
        ExchangeController controller = controller();
        Queue<String> story = new ConcurrentLinkedQueue<>();
        Promise<Void> primary = Promise.promise();
        ExchangeConnector connector = attach("eu", "a", made -> {
            made.onPrimary(term -> primary.tryComplete());
            made.onSecondary(() -> story.add("stepped down"));
            made.handle(ECHO, (text, context) -> {
                context.channel()
                        .close(CloseReason.of(CloseReason.Code.NORMAL, "enough"))
                        .onComplete(closed -> story.add("closed"));
                return Future.succeededFuture(text);
            });
        });
        await(primary.future());
        controller.onTargetChange(change -> {
            if (change.kind() == Kind.RELEASED) {
                story.add("released");
            }
        });
        assertThat(answer(controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY))))
                .isEqualTo("x");
        eventually("it has closed", () -> story.contains("closed") && story.contains("released"));
        assertThat(story.peek()).isEqualTo("stepped down");
        assertThat(connector.status().state()).isEqualTo(ConnectorState.STOPPED);
    }

    @Test
    void a_silent_controller_is_left_and_a_silent_connector_is_closed() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(withHeartbeat(Duration.ofMillis(50), 6)));
        Links links = links();
        attach(options("eu", "a"), links, made -> made.handle(ECHO, (text, context) -> Future.succeededFuture(text)));
        links.letArrive(frame -> false);
        eventually("the silence was noticed", () -> observed.closed().contains(CloseReason.Code.HEARTBEAT_TIMEOUT));
        links.letArrive(frame -> true);
        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("x");
        assertThat(observed.count("resumed")).isGreaterThan(0);
    }

    @Test
    void targets_and_channels_can_be_asked_for() {
        ExchangeController controller = controller();
        assertThat(controller.targets()).isEmpty();
        attach(options("eu", "a").setLabels(Map.of("zone", "z1")), links(), connector -> {});
        attachEcho("us", "b");
        assertThat(controller.targets()).extracting(target -> target.id()).containsExactlyInAnyOrder("eu", "us");
        assertThat(seen(controller, "eu", "a").orElseThrow().labels()).containsEntry("zone", "z1");
        assertThat(controller.channels("eu"))
                .singleElement()
                .satisfies(channel -> assertThat(channel.connectorId()).isEqualTo("a"));
        assertThat(controller.channels("nowhere")).isEmpty();
        assertThat(controller.target("nowhere")).isEmpty();
    }

    @Test
    void listeners_hear_of_a_target_in_order_and_of_its_end_once_after_the_grace() {
        ExchangeController controller =
                controller(options -> options.setChannelLimits(withGrace(Duration.ofMillis(200))));
        Queue<Kind> heard = new ConcurrentLinkedQueue<>();
        List<Long> versions = new ArrayList<>();
        controller.onTargetChange(change -> {
            heard.add(change.kind());
            versions.add(change.version());
            if (change.kind() == Kind.CHANNEL_LOST) {
                throw new IllegalStateException("a listener that fails");
            }
        });
        Links links = links();
        attach(options("eu", "a"), links, connector -> {});
        eventually("it holds", () -> heard.contains(Kind.GRANTED));
        links.down();
        eventually("the target went", () -> heard.contains(Kind.TARGET_WENT));
        eventually("its slot was released", () -> heard.contains(Kind.RELEASED));
        assertThat(heard.stream().filter(kind -> kind != Kind.RELEASED))
                .containsExactly(
                        Kind.TARGET_CAME,
                        Kind.CONNECTOR_CAME,
                        Kind.GRANTED,
                        Kind.CHANNEL_LOST,
                        Kind.CONNECTOR_WENT,
                        Kind.TARGET_WENT);
        assertThat(versions).isSorted();
    }

    @Test
    void nothing_is_left_when_both_sides_have_stopped() throws InterruptedException {
        assumeFalse(wiring().outlivesTheTest(), "threads of a Vert.x that other tests share are left");
        ExchangeController controller = controller();
        attachEcho("eu", "a");
        ExchangeConnector second = attachEcho("eu", "b");
        await(controller.send("eu", ECHO.command("x")));
        await(second.stop());
        stopAll();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("vert.x-")) {
                thread.join(TimeUnit.SECONDS.toMillis(20)); // it may be at its last step
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }
}

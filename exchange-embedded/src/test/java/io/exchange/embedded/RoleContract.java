package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.ErrorCode;
import io.exchange.api.Grant;
import io.exchange.api.HealthCheck;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What holds for roles, their terms and leases, and for health, which decides who may hold them. */
public abstract class RoleContract extends ExchangeContract {

    /** What the connectors of a target are told, in the order in which they are told it. */
    private final Queue<Told> story = new ConcurrentLinkedQueue<>();

    /** The contract for one transport. */
    protected RoleContract(Wiring wiring) {
        super(wiring);
    }

    /** A connector became primary under a term, or is no longer where the term is 0. */
    private record Told(String connectorId, long term) {}

    private ExchangeConnector attachTelling(ConnectorOptions options, Links links) {
        String id = options.getConnectorId();
        return attach(
                options,
                links,
                connector -> connector
                        .onPrimary(term -> story.add(new Told(id, term)))
                        .onSecondary(() -> story.add(new Told(id, 0)))
                        .handle(ECHO, (text, context) -> Future.succeededFuture(id + " says " + text)));
    }

    private ExchangeConnector attachTelling(String connectorId) {
        return attachTelling(options("eu", connectorId), links());
    }

    private void awaitStory(int chapters) {
        eventually("something is told", () -> story.size() >= chapters);
    }

    private String primary(ExchangeController controller) {
        return answer(controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY)))
                .replace(" says x", "");
    }

    /** That nobody became primary while another was, that terms grew, and who it was in the end. */
    private void assertOneAfterTheOther(String... holders) {
        List<String> seen = new ArrayList<>();
        String present = "";
        long lastTerm = 0;
        for (Told told : story) {
            if (told.term() == 0) {
                assertThat(present).as("who steps down in " + story).isEqualTo(told.connectorId());
                present = "";
            } else {
                assertThat(present).as("who holds in " + story).isEmpty();
                assertThat(told.term()).as("terms in " + story).isGreaterThan(lastTerm);
                lastTerm = told.term();
                present = told.connectorId();
                seen.add(present);
            }
        }
        assertThat(seen).containsExactly(holders);
    }

    @Test
    void of_two_connectors_one_is_primary() {
        ExchangeController controller = controller();
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        ExchangeConnector second = attachTelling("b");
        assertThat(primary(controller)).isEqualTo("a");
        assertThat(second.grants()).isEmpty();
        assertThat(first.grants()).singleElement().satisfies(grant -> {
            assertThat(grant.role()).isEqualTo("primary");
            assertThat(seen(controller, "eu", "a").orElseThrow().grants()).containsExactly(grant);
        });
        assertOneAfterTheOther("a");
    }

    @Test
    void a_grant_comes_with_the_attach_and_not_with_a_heartbeat() {
        controller(options -> options.setChannelLimits(
                QUICK.withHeartbeatInterval(Duration.ofSeconds(55)).withLease(Duration.ofMinutes(2))));
        attachTelling("a");
        awaitStory(1);
    }

    @Test
    void a_controller_that_may_have_had_a_life_before_grants_when_its_old_leases_are_over() {
        ExchangeController controller = controller(
                options -> options.setFreshStart(false).setChannelLimits(QUICK.withLease(Duration.ofMillis(300))));
        ExchangeConnector first = attachTelling("a");
        assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("a says x");
        awaitStory(1);
        assertThat(first.grants()).hasSize(1);
        assertThat(primary(controller)).isEqualTo("a");
    }

    @Test
    void a_primary_that_stops_makes_room_at_once_under_a_greater_term() {
        ExchangeController controller = controller(options -> longLease(options));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        await(first.stop());
        awaitStory(3);
        assertThat(primary(controller)).isEqualTo("b");
        assertOneAfterTheOther("a", "b");
    }

    /** So long that no test waits for its end. */
    private static ControllerOptions longLease(ControllerOptions options) {
        return options.setChannelLimits(QUICK.withLease(Duration.ofMinutes(5)));
    }

    @Test
    void after_a_crash_the_next_one_holds_when_the_lease_is_over() {
        ExchangeController controller = controller();
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        await(first.abort());
        eventually(
                "b holds",
                () -> story.stream().anyMatch(told -> told.connectorId().equals("b")));
        assertThat(primary(controller)).isEqualTo("b");
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void a_crash_gives_up_nothing_before_the_lease_is_over() {
        ExchangeController controller = controller(options -> longLease(options));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        await(first.abort());
        if (staysInside()) {
            awaitStory(3);
            assertOneAfterTheOther("a", "b");
        } else {
            eventually(
                    "its channel is seen lost",
                    () -> seen(controller, "eu", "a")
                            .filter(connector -> connector.attached())
                            .isEmpty());
            assertThat(seen(controller, "eu", "a").orElseThrow().grants()).hasSize(1);
            assertOneAfterTheOther("a");
        }
    }

    @Test
    void who_attaches_again_within_the_lease_keeps_role_and_term_and_hears_nothing_of_it() {
        ExchangeController controller = controller();
        Links links = links();
        ExchangeConnector first = attachTelling(options("eu", "a"), links);
        awaitStory(1);
        attachTelling("b");
        Set<Grant> held = first.grants();
        links.cut();
        eventually("it is back", () -> observed.count("resumed") == 1);
        if (staysInside()) {
            awaitStory(3); // it steps down with its channel, and somebody holds then
        } else {
            assertThat(primary(controller)).isEqualTo("a");
            assertThat(first.grants()).isEqualTo(held);
            assertOneAfterTheOther("a");
        }
    }

    @Test
    void who_is_cut_off_steps_down_by_itself_before_another_holds() {
        ExchangeController controller = controller();
        Links links = links();
        attachTelling(options("eu", "a"), links);
        awaitStory(1);
        attachTelling("b");
        links.down();
        awaitStory(3);
        assertThat(primary(controller)).isEqualTo("b");
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void who_cannot_hear_the_controller_steps_down_before_another_holds() {
        controller(options -> options.setChannelLimits(withHeartbeat(Duration.ofMillis(50), 6)));
        Links links = links();
        attachTelling(options("eu", "a"), links);
        awaitStory(1);
        attachTelling("b");
        links.letArrive(frame -> false);
        awaitStory(2);
        links.down();
        awaitStory(3);
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void a_planned_move_goes_from_one_to_the_other() {
        ExchangeController controller = controller(options -> longLease(options));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        await(controller.move("eu", first.grants().iterator().next()));
        awaitStory(3);
        assertThat(primary(controller)).isEqualTo("b");
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void a_move_that_names_an_old_term_moves_nothing() {
        ExchangeController controller = controller(options -> longLease(options));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        Grant held = first.grants().iterator().next();
        await(controller.move("eu", new Grant(held.role(), held.slot(), held.term() - 1)));
        await(controller.move("nowhere", held));
        assertThat(primary(controller)).isEqualTo("a");
        assertOneAfterTheOther("a");
    }

    @Test
    void who_cannot_take_the_role_any_more_gives_it_up() {
        ExchangeController controller = controller(options -> longLease(options));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        attachTelling("b");
        first.setRoles(Set.of());
        awaitStory(3);
        assertThat(primary(controller)).isEqualTo("b");
        first.setRoles(Set.of("primary"));
        assertThat(answer(controller.send("eu", ECHO.command("x").withRoute(Route.connector("a")))))
                .isEqualTo("a says x");
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void a_role_may_have_more_slots_which_go_to_different_connectors() {
        ExchangeController controller = controller(options -> options.setRoleSlots(Map.of("shard", 2)));
        List<ExchangeConnector> connectors = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            connectors.add(attach(options("eu", id).setRoles(Set.of("shard")), links(), connector -> {}));
        }
        eventually(
                "both slots are held",
                () -> connectors.stream()
                                .filter(connector -> connector.grants().size() == 1)
                                .count()
                        == 2);
        assertThat(connectors)
                .flatExtracting(connector -> connector.grants())
                .extracting(Grant::slot)
                .containsExactlyInAnyOrder(0, 1);
        assertThat(failure(controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY)))
                        .code())
                .isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void who_sends_as_holder_of_a_role_must_hold_it() {
        ExchangeController controller = controller();
        controller.handle(ECHO, (text, context) -> Future.succeededFuture("heard " + text));
        ExchangeConnector first = attachTelling("a");
        awaitStory(1);
        ExchangeConnector second = attachTelling("b");
        assertThat(answer(first.send(ECHO.command("x").withRoute(Route.PRIMARY))))
                .isEqualTo("heard x");
        assertThat(failure(second.send(ECHO.command("x").withRoute(Route.PRIMARY)))
                        .code())
                .isEqualTo(ErrorCode.NOT_PRIMARY);
    }

    @Test
    void nobody_holding_the_role_is_said_at_once() {
        ExchangeController controller = controller();
        attach(options("eu", "a").setRoles(Set.of()), links(), connector -> {});
        assertThat(failure(controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY)))
                        .code())
                .isEqualTo(ErrorCode.NO_CHANNEL);
    }

    @Test
    void who_waits_for_a_holder_is_sent_when_there_is_one() {
        ExchangeController controller = controller();
        ExchangeConnector connector = attachTelling(options("eu", "a").setRoles(Set.of()), links());
        Future<Reply<String>> waits =
                controller.send("eu", ECHO.command("x").withRoute(Route.PRIMARY).withWaitForTarget(true));
        connector.setRoles(Set.of("primary"));
        awaitStory(1);
        assertThat(answer(waits)).isEqualTo("a says x");
    }

    @Test
    void who_is_unwell_gets_no_commands_and_no_role_until_it_is_well() {
        ExchangeController controller = controller(options -> options.setHealthInterval(Duration.ofMillis(20)));
        AtomicBoolean well = new AtomicBoolean(true);
        ExchangeConnector sick = attachTelling("a");
        sick.handle(
                HealthCheck.TYPE,
                (query, context) -> Future.succeededFuture(new HealthCheck.Report(well.get(), "so so")));
        awaitStory(1);
        attachTelling("b");
        well.set(false);
        awaitStory(3);
        eventually(
                "it is known to be unwell",
                () -> !seen(controller, "eu", "a").orElseThrow().healthy());
        for (int i = 0; i < 5; i++) {
            assertThat(answer(controller.send("eu", ECHO.command("x")))).isEqualTo("b says x");
        }
        assertThat(controller.broadcast("eu", ECHO.command("x")).expected()).isEqualTo(1);
        well.set(true);
        eventually(
                "it is known to be well",
                () -> seen(controller, "eu", "a").orElseThrow().healthy());
        assertThat(answer(controller.send("eu", ECHO.command("x").withRoute(Route.connector("a")))))
                .isEqualTo("a says x");
        assertOneAfterTheOther("a", "b");
    }

    @Test
    void one_that_works_strictly_in_turn_is_not_mute_because_it_is_busy() {
        ExchangeController controller = controller(options -> options.setHealthInterval(Duration.ofMillis(20))
                .setHealthTimeout(Duration.ofMillis(300))
                .setHealthMisses(1));
        AtomicInteger asked = new AtomicInteger();
        Promise<Void> release = Promise.promise();
        attach(options("eu", "a").setMaxConcurrent(1), links(), connector -> {
            connector.handle(ECHO, (text, context) -> release.future().map(text));
            connector.handle(HealthCheck.TYPE, (query, context) -> {
                asked.incrementAndGet();
                return Future.succeededFuture(new HealthCheck.Report(true, ""));
            });
        });
        Future<Reply<String>> reply = controller.send("eu", ECHO.command("done"));
        eventually("the handler runs", () -> observed.count("started echo.v1") == 1);
        int before = asked.get();
        eventually("it is asked meanwhile", () -> asked.get() > before + 2);
        release.complete();
        assertThat(answer(reply)).isEqualTo("done");
        assertThat(observed.closed()).isEmpty();
    }

    @Test
    void one_that_does_not_answer_its_health_checks_is_closed() {
        ExchangeController controller = controller(options -> options.setHealthInterval(Duration.ofMillis(20))
                .setHealthTimeout(Duration.ofMillis(100))
                .setHealthMisses(2));
        AtomicBoolean mute = new AtomicBoolean(true);
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        HealthCheck.TYPE,
                        (query, context) -> mute.get()
                                ? Promise.<HealthCheck.Report>promise().future()
                                : Future.succeededFuture(new HealthCheck.Report(true, ""))));
        eventually("it is closed", () -> observed.closed().contains(CloseReason.Code.UNHEALTHY));
        mute.set(false);
        eventually(
                "it is back and well",
                () -> seen(controller, "eu", "a")
                        .filter(connector -> connector.attached() && connector.healthy())
                        .isPresent());
    }

    @Test
    void changes_that_come_together_are_told_once() {
        controller(options -> options.setRoleSlots(Map.of("archive", 1, "report", 1)));
        Queue<Set<Grant>> told = new ConcurrentLinkedQueue<>();
        attach(
                options("eu", "a").setRoles(Set.of("primary", "archive", "report")),
                links(),
                connector -> connector.onGrants(told::add));
        eventually("all is held", () -> told.stream().anyMatch(held -> held.size() == 3));
        assertThat(told).hasSize(1);
    }

    @Test
    void role_callbacks_that_fail_harm_nothing() {
        ExchangeController controller = controller();
        ExchangeConnector first = attach(
                "eu",
                "a",
                connector -> connector
                        .onGrants(held -> {
                            throw new IllegalStateException("a callback that fails");
                        })
                        .onPrimary(term -> story.add(new Told("a", term)))
                        .onSecondary(() -> {
                            throw new IllegalStateException("another one");
                        })
                        .handle(ECHO, (text, context) -> Future.succeededFuture("a says " + text)));
        awaitStory(1);
        assertThat(primary(controller)).isEqualTo("a");
        attachTelling("b");
        await(first.drain(Duration.ofSeconds(5)).timeout(10, TimeUnit.SECONDS));
        awaitStory(2);
        assertThat(primary(controller)).isEqualTo("b");
    }
}

package io.exchange.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.ExchangeObserver.Drop;
import io.exchange.api.Execution;
import io.exchange.api.Grant;
import io.exchange.api.Reply;
import io.exchange.api.Route;
import io.exchange.controller.ExchangeController;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.exchange.transport.End;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes, each bad thing gets a typed error or a good-bye with a reason, harms nobody else, and leaves nothing. A good
 * connector is attached all the time, and answers at the end of every test.
 */
public abstract class BadInputContract extends ExchangeContract {

    private static final String TOO_LONG = "x".repeat(10_000);
    private static final long SECOND = 1_000_000_000L;

    private ExchangeController controller;

    /** The contract for one transport. */
    protected BadInputContract(Wiring wiring) {
        super(wiring);
    }

    @BeforeEach
    void attachGoodOne() {
        controller = controller(options -> options.setChannelLimits(ChannelLimits.DEFAULT));
        controller.handle(ECHO, (text, context) -> Future.succeededFuture("heard " + text));
        attachEcho("good", "g");
    }

    private void assertNoHarmDone() {
        assertThat(answer(controller.send("good", ECHO.command("hi")))).isEqualTo("g says hi");
        assertThat(controller.channels("good")).hasSize(1);
    }

    private static Frame.Hello hello() {
        return new Frame.Hello(
                Frame.PROTOCOL_VERSION,
                "b",
                "session-1",
                1,
                "",
                "bad",
                Map.of(),
                Set.of(),
                List.of(),
                Map.of(),
                Payload.EMPTY);
    }

    /** A connection that has said hello and was accepted. */
    private End attachBare() {
        End end = bareConnection();
        end.send(hello());
        assertThat(end.next()).isInstanceOf(Frame.HelloReply.class);
        return end;
    }

    private static Frame.Command command(String id, String type, long timeLeftNanos, Payload payload) {
        return command(id, type, timeLeftNanos, Frame.NOT_REPEATED, payload);
    }

    private static Frame.Command command(
            String id, String type, long timeLeftNanos, long repeatAgeNanos, Payload payload) {
        return new Frame.Command(
                id, 1, "", type, Map.of(), timeLeftNanos, repeatAgeNanos, 1, null, null, Frame.Items.NONE, payload);
    }

    private static Payload text(String json) {
        return Payload.ofBytes(Buffer.buffer(json));
    }

    /** That the next thing said is good-bye for this reason, and then the connection is closed. */
    private static void assertSentAway(End end, Code why) {
        Frame last = end.next();
        while (!(last instanceof Frame.GoodBye)) {
            last = end.next();
        }
        assertThat(((Frame.GoodBye) last).reason().code()).isEqualTo(why);
        end.closed();
    }

    private ExchangeException refusal(End end, Frame.Command command) {
        end.send(command);
        Frame frame = end.next();
        assertThat(frame).isInstanceOfSatisfying(Frame.Reply.class, reply -> {
            assertThat(reply.id()).isEqualTo(command.id());
            assertThat(reply.outcome()).isInstanceOf(Outcome.Refused.class);
        });
        return ((Outcome.Refused) ((Frame.Reply) frame).outcome()).cause();
    }

    private void assertStillAnswered(End end) {
        end.send(command("good", ECHO.name(), SECOND * 10, text("\"hi\"")));
        assertThat(end.next())
                .isInstanceOfSatisfying(
                        Frame.Reply.class, reply -> assertThat(reply.outcome()).isInstanceOf(Outcome.Succeeded.class));
    }

    @Test
    void a_frame_before_hello_ends_the_connection() {
        for (Frame early : List.of(
                new Frame.Heartbeat(1),
                command("id", ECHO.name(), SECOND, text("\"x\"")),
                new Frame.Reply("id", 1, "", new Outcome.Succeeded(Payload.EMPTY)),
                new Frame.Message(NEWS.name(), Map.of(), text("\"x\"")),
                new Frame.Cancel("id", 1, ""),
                new Frame.Roles(Set.of("primary")),
                new Frame.GoodByeAck())) {
            End end = bareConnection();
            end.send(early);
            assertSentAway(end, Code.PROTOCOL_ERROR);
        }
        assertNoHarmDone();
    }

    @Test
    void a_second_hello_ends_the_channel() {
        End end = attachBare();
        end.send(hello());
        assertSentAway(end, Code.PROTOCOL_ERROR);
        End twice = bareConnection();
        Frame.Hello both = hello(1, "c", "session-2", 1, "bad", Map.of(), List.of());
        twice.send(both, both);
        assertSentAway(twice, Code.PROTOCOL_ERROR);
        assertNoHarmDone();
    }

    @Test
    void a_frame_that_only_a_controller_sends_ends_the_channel() {
        Grant grant = new Grant("primary", 0, 1);
        for (Frame foreign : List.of(
                new Frame.HelloReply("c", "t", ChannelLimits.DEFAULT, Payload.EMPTY),
                new Frame.HeartbeatAck(1, SECOND),
                new Frame.Granted(grant, 0, SECOND),
                new Frame.Revoked(grant))) {
            End end = bareConnection();
            end.send(new Frame.Hello(
                    1,
                    "b-" + foreign.getClass().getSimpleName(),
                    "s-" + foreign.hashCode(),
                    1,
                    "",
                    "bad",
                    Map.of(),
                    Set.of(),
                    List.of(),
                    Map.of(),
                    Payload.EMPTY));
            assertThat(end.next()).isInstanceOf(Frame.HelloReply.class);
            end.send(foreign);
            assertSentAway(end, Code.PROTOCOL_ERROR);
        }
        assertNoHarmDone();
    }

    @Test
    void a_hello_that_makes_no_sense_is_refused_for_good() {
        Map<String, String> labels = IntStream.range(0, 100).boxed().collect(Collectors.toMap(i -> "l" + i, i -> "x"));
        long inTwoDays = System.currentTimeMillis() + Duration.ofDays(2).toMillis();
        List<Frame.Told> ahead = List.of(new Frame.Told(new Grant("primary", 0, inTwoDays), true));
        for (Frame.Hello senseless : List.of(
                hello(99, "b", "s", 1, "bad", Map.of(), List.of()),
                hello(1, "", "s", 1, "bad", Map.of(), List.of()),
                hello(1, "b", "", 1, "bad", Map.of(), List.of()),
                hello(1, "b", "s", 1, "", Map.of(), List.of()),
                hello(1, TOO_LONG, "s", 1, "bad", Map.of(), List.of()),
                hello(1, "b", TOO_LONG, 1, "bad", Map.of(), List.of()),
                hello(1, "b", "s", 1, TOO_LONG, Map.of(), List.of()),
                hello(1, "b", "s", 1, "a\nb", Map.of(), List.of()),
                hello(1, "b", "s", 0, "bad", Map.of(), List.of()),
                hello(1, "b", "s", -5, "bad", Map.of(), List.of()),
                hello(1, "b", "s", 1, "bad", labels, List.of()),
                hello(1, "b", "s", 1, "bad", Map.of("", "x"), List.of()),
                hello(1, "b", "s", 1, "bad", Map.of("x", TOO_LONG), List.of()),
                hello(1, "b", "s", 1, "bad", Map.of(), ahead))) {
            End end = bareConnection();
            end.send(senseless);
            assertSentAway(end, Code.INVALID);
        }
        assertThat(controller.target("bad")).isEmpty();
        assertNoHarmDone();
    }

    private static Frame.Hello hello(
            int version,
            String connectorId,
            String sessionId,
            long attach,
            String targetId,
            Map<String, String> labels,
            List<Frame.Told> told) {
        return new Frame.Hello(
                version,
                connectorId,
                sessionId,
                attach,
                "",
                targetId,
                labels,
                Set.of("primary"),
                told,
                Map.of(),
                Payload.EMPTY);
    }

    @Test
    void a_bad_command_gets_a_typed_error_and_the_next_one_its_answer() {
        End end = attachBare();
        assertThat(refusal(end, command("", ECHO.name(), SECOND, text("\"x\""))).code())
                .isEqualTo(ErrorCode.INVALID);
        assertThat(refusal(end, command(TOO_LONG, ECHO.name(), SECOND, text("\"x\"")))
                        .code())
                .isEqualTo(ErrorCode.INVALID);
        assertThat(refusal(end, command("1", "", SECOND, text("\"x\""))).code()).isEqualTo(ErrorCode.INVALID);
        assertThat(refusal(end, command("2", TOO_LONG, SECOND, text("\"x\""))).code())
                .isEqualTo(ErrorCode.INVALID);
        assertThat(refusal(end, command("3", ECHO.name(), 0, text("\"x\""))).code())
                .isEqualTo(ErrorCode.TIMEOUT);
        assertThat(refusal(end, command("4", ECHO.name(), -SECOND, text("\"x\"")))
                        .code())
                .isEqualTo(ErrorCode.TIMEOUT);
        assertThat(refusal(end, command("5", ECHO.name(), Long.MIN_VALUE, text("\"x\"")))
                        .code())
                .isEqualTo(ErrorCode.TIMEOUT);
        assertThat(refusal(end, command("6", "nothing.v1", SECOND, text("\"x\"")))
                        .code())
                .isEqualTo(ErrorCode.UNKNOWN_COMMAND);
        for (String noText : List.of("{", "", "[1]", "{\"a\":1}", "\u0000", "null")) {
            ExchangeException failure =
                    refusal(end, command("json " + noText.hashCode(), ECHO.name(), SECOND, text(noText)));
            assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
            assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        }
        assertStillAnswered(end);
        assertThat(observed.count("started echo.v1")).isEqualTo(1);
        assertNoHarmDone();
    }

    @Test
    void a_deadline_beyond_all_clocks_is_none() {
        End end = attachBare();
        end.send(command("far", ECHO.name(), Long.MAX_VALUE - 1, text("\"hi\"")));
        assertThat(end.next())
                .isInstanceOfSatisfying(
                        Frame.Reply.class, reply -> assertThat(reply.outcome()).isInstanceOf(Outcome.Succeeded.class));
        assertNoHarmDone();
    }

    @Test
    void an_answer_to_nothing_is_dropped_and_counted() {
        End end = attachBare();
        end.send(
                new Frame.Reply("nothing", 1, "", new Outcome.Succeeded(Payload.EMPTY)),
                new Frame.Reply(TOO_LONG, -1, "nowhere", new Outcome.Refused(ErrorCode.TIMEOUT.unknown("x"))),
                new Frame.Item("nothing", 1, "", false, 0, false, Payload.EMPTY),
                new Frame.Item("nothing", 1, "", true, -5, true, Payload.EMPTY),
                new Frame.Credit("nothing", 1, "", true, Long.MAX_VALUE, Long.MIN_VALUE),
                new Frame.Cancel("nothing", 1, ""),
                new Frame.GrantedAck(new Grant("primary", 0, 5)),
                new Frame.RevokedAck(new Grant("primary", 7, Long.MAX_VALUE)),
                new Frame.FragmentCredit(-1),
                new Frame.FragmentCredit(Long.MAX_VALUE),
                new Frame.Fragment(77, Buffer.buffer("x")),
                new Frame.GoodByeAck());
        assertStillAnswered(end);
        assertThat(observed.count(Drop.AFTER_THE_END)).isGreaterThanOrEqualTo(5);
        assertNoHarmDone();
    }

    @Test
    void a_message_that_makes_no_sense_is_dropped_and_counted() {
        controller.onMessage(NEWS, (news, headers, channel) -> {
            throw new IllegalStateException("a handler that fails");
        });
        End end = attachBare();
        end.send(
                new Frame.Message("nothing.v1", Map.of(), Payload.EMPTY),
                new Frame.Message(NEWS.name(), Map.of(), text("{")),
                new Frame.Message(NEWS.name(), Map.of(), text("\"x\"")));
        assertStillAnswered(end);
        assertThat(observed.count(Drop.NO_HANDLER)).isEqualTo(1);
        assertThat(observed.count(Drop.INVALID)).isEqualTo(1);
        assertThat(observed.count(Drop.HANDLER_FAILED)).isEqualTo(1);
        assertNoHarmDone();
    }

    @Test
    void an_answer_that_cannot_be_read_fails_its_command_alone_and_a_second_answer_is_dropped() {
        End end = attachBare();
        Future<Reply<String>> first = controller.send("bad", ECHO.command("x"));
        Frame.Command asked = (Frame.Command) end.next();
        end.send(
                new Frame.Reply(asked.id(), asked.leg(), "", new Outcome.Succeeded(text("{no json"))),
                new Frame.Reply(asked.id(), asked.leg(), "", new Outcome.Succeeded(text("\"late\""))));
        ExchangeException failure = failure(first);
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
        Future<Reply<String>> second = controller.send("bad", ECHO.command("y"));
        Frame.Command again = (Frame.Command) end.next();
        end.send(new Frame.Reply(again.id(), again.leg(), "", new Outcome.Succeeded(text("\"fine\""))));
        assertThat(answer(second)).isEqualTo("fine");
        assertThat(observed.count(Drop.AFTER_THE_END)).isEqualTo(1);
        assertNoHarmDone();
    }

    @Test
    void a_refusal_of_an_older_leg_does_not_end_a_command() {
        End end = attachBare();
        Future<Reply<String>> reply = controller.send("bad", ECHO.command("x"));
        Frame.Command asked = (Frame.Command) end.next();
        end.send(
                new Frame.Reply(
                        asked.id(), asked.leg() + 1, "", new Outcome.Refused(ErrorCode.EXHAUSTED.notExecuted("x"))),
                new Frame.Reply(asked.id(), asked.leg(), "", new Outcome.Succeeded(text("\"fine\""))));
        assertThat(answer(reply)).isEqualTo("fine");
    }

    @Test
    void announced_payloads_that_make_no_sense_end_what_announced_them() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE}) {
            End end = bareConnection();
            end.send(hello(1, "b" + length, "s" + length, 1, "bad", Map.of(), List.of()));
            assertThat(end.next()).isInstanceOf(Frame.HelloReply.class);
            end.send(new Frame.Fragmented(command("id", ECHO.name(), SECOND, Payload.EMPTY), 1, length));
            end.send(new Frame.Fragment(1, Buffer.buffer("some bytes")));
            assertSentAway(end, Code.PROTOCOL_ERROR);
        }
        End tooMany = attachBare();
        for (int i = 0; i < 100; i++) {
            tooMany.send(new Frame.Fragmented(command("id" + i, ECHO.name(), SECOND, Payload.EMPTY), i, 1000));
        }
        assertSentAway(tooMany, Code.PROTOCOL_ERROR);
        assertNoHarmDone();
    }

    @Test
    void an_announced_payload_over_the_limit_is_refused_before_it_is_read() {
        End end = attachBare();
        assertThat(refusalOfTooMuch(end, Frame.NOT_REPEATED).execution()).isEqualTo(Execution.NOT_EXECUTED);
        end.send(new Frame.Fragment(1, Buffer.buffer(new byte[1000])));
        assertStillAnswered(end);
        assertNoHarmDone();
    }

    @Test
    void a_repeat_over_the_limit_may_have_run_on_a_channel_with_a_higher_one() {
        assertThat(refusalOfTooMuch(attachBare(), 1).execution()).isEqualTo(Execution.UNKNOWN);
        assertNoHarmDone();
    }

    private static ExchangeException refusalOfTooMuch(End end, long repeatAgeNanos) {
        Frame.Command head = command("id", ECHO.name(), SECOND, repeatAgeNanos, Payload.EMPTY);
        end.send(new Frame.Fragmented(head, 1, (16 << 20) + 1));
        Outcome outcome = ((Frame.Reply) end.next()).outcome();
        ExchangeException refusal = ((Outcome.Refused) outcome).cause();
        assertThat(refusal.code()).isEqualTo(ErrorCode.TOO_LARGE);
        return refusal;
    }

    @Test
    void a_session_id_of_another_target_opens_no_door_to_it() {
        String stolen = seen(controller, "good", "g").orElseThrow().sessionId();
        End end = bareConnection();
        end.send(hello(1, "b", stolen, 1_000_000, "bad", Map.of(), List.of()));
        assertThat(end.next()).isInstanceOf(Frame.HelloReply.class);
        for (int i = 0; i < 10; i++) {
            assertNoHarmDone();
        }
        end.close("enough");
    }

    @Test
    void a_session_is_not_taken_over_with_a_wrong_token() {
        String stolen = seen(controller, "good", "g").orElseThrow().sessionId();
        End end = bareConnection();
        end.send(new Frame.Hello(
                1, "g", stolen, 1_000_000, "guess", "good", Map.of(), Set.of(), List.of(), Map.of(), Payload.EMPTY));
        assertSentAway(end, Code.SUPERSEDED);
        assertNoHarmDone();
    }

    @Test
    void what_makes_no_sense_in_a_call_is_said_at_once() {
        Command<String, String> command = ECHO.command("x");
        assertBadArgument(() -> controller.send(nothing(), command));
        assertBadArgument(() -> controller.send("", command));
        assertBadArgument(() -> controller.send(TOO_LONG, command));
        assertBadArgument(() -> controller.send("a\u0007b", command));
        assertBadArgument(() -> controller.send(nothing(), NEWS.message("x")));
        assertBadArgument(() -> command.withId(""));
        assertBadArgument(() -> command.withId(TOO_LONG));
        assertBadArgument(() -> command.withTimeout(Duration.ZERO));
        assertBadArgument(() -> command.withTimeout(Duration.ofMillis(-1)));
        assertBadArgument(() -> command.withOrderKey(""));
        assertBadArgument(() -> command.withRoute(Route.connector(TOO_LONG)));
        assertBadArgument(() -> command.withRoute(Route.holder("")));
        assertBadArgument(() -> CommandType.of("", String.class, String.class));
        assertBadArgument(() -> CommandType.of(TOO_LONG, String.class, String.class));
        assertBadArgument(() -> options("", "x"));
        assertBadArgument(() -> options("x", TOO_LONG));
        assertNoHarmDone();
    }

    private static void assertBadArgument(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void a_request_that_cannot_be_encoded_was_not_executed() {
        record Endless(Object self) {}
        CommandType<Endless, String> type = CommandType.of(ECHO.name(), Endless.class, String.class);
        ExchangeException failure = failure(controller.send("good", type.command(new Endless(new Object()))));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(failure.execution()).isEqualTo(Execution.NOT_EXECUTED);
        assertNoHarmDone();
    }

    @Test
    void a_connection_that_ends_in_the_middle_of_everything_leaves_nothing() {
        End end = attachBare();
        end.send(new Frame.Fragmented(command("id", ECHO.name(), SECOND, Payload.EMPTY), 1, 1000));
        Future<Reply<String>> asked = controller.send("bad", ECHO.command("x").withTimeout(Duration.ofMillis(300)));
        end.close("gone");
        assertThat(failure(asked).code()).isEqualTo(ErrorCode.TIMEOUT);
        eventually("no channel is left", () -> controller.channels("bad").isEmpty());
        assertThat(observed.closed()).contains(CloseReason.Code.CONNECTION_LOST);
        assertNoHarmDone();
    }
}

package io.exchange.grpc;

import static io.exchange.transport.End.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason.Code;
import io.exchange.protocol.Frame;
import io.exchange.transport.End;
import io.exchange.transport.Frames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers send. It reaches the listener as a malformed frame, or not at all, and leaves nothing behind. */
@Timeout(60)
class GrpcBadInputTest {

    /** With room for one call at a time, whatever is left behind shows at the next. */
    private static final GrpcServerOptions ONE_AT_A_TIME = new GrpcServerOptions().setMaxChannels(1);

    private static final String OK = "0";
    private static final String UNIMPLEMENTED = "12";
    private static final String RESOURCE_EXHAUSTED = "8";

    @Test
    void garbage_in_a_message_is_a_malformed_frame() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            byte[] garbage = new byte[1_000];
            new Random(1).nextBytes(garbage);
            assertMalformed(party, RawCall.attach(party.vertx, party.port()).message(garbage));
        }
    }

    @Test
    void garbage_in_place_of_a_message_is_a_malformed_frame() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            assertMalformed(
                    party, RawCall.attach(party.vertx, party.port()).write(Buffer.buffer("GET / HTTP/1.1\r\n")));
        }
    }

    @Test
    void a_message_over_the_limit_is_a_malformed_frame_before_it_has_come() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            Buffer prefix = Buffer.buffer().appendByte((byte) 0).appendInt(Integer.MAX_VALUE);
            assertMalformed(party, RawCall.attach(party.vertx, party.port()).write(prefix));
        }
    }

    @Test
    void a_compressed_message_is_a_malformed_frame() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            Buffer compressed = Buffer.buffer(new byte[] {1, 0, 0, 0, 2, 9, 9});
            assertMalformed(party, RawCall.attach(party.vertx, party.port()).write(compressed));
        }
    }

    private static void assertMalformed(Party party, RawCall call) {
        End controller = party.nextAccepted();
        assertThat(controller.next()).isInstanceOf(Frame.Malformed.class);
        controller.close("malformed");
        controller.assertEnded();
        assertThat(call.end().status()).isEqualTo(OK);
        await(call.closeConnection());
        assertRoomFor(party);
    }

    @Test
    void an_announced_compression_is_refused() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            RawCall call = RawCall.attach(party.vertx, party.port()).header("grpc-encoding", "gzip");
            assertThat(call.message(new byte[0]).status()).isEqualTo(UNIMPLEMENTED);
            assertRoomFor(party);
        }
    }

    @Test
    void calls_that_are_not_ours_are_refused() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            assertThat(RawCall.to(party.vertx, party.port(), Attach.PATH).end().status())
                    .isEqualTo("HTTP 415");
            assertThat(RawCall.to(party.vertx, party.port(), Attach.PATH)
                            .header("content-type", "application/json")
                            .end()
                            .status())
                    .isEqualTo("HTTP 415");
            assertThat(RawCall.to(party.vertx, party.port(), "/io.exchange.v1.Exchange/Detach")
                            .header("content-type", "application/grpc")
                            .end()
                            .status())
                    .isEqualTo(UNIMPLEMENTED);
            assertRoomFor(party);
        }
    }

    @Test
    void a_visitor_with_http_1_is_refused() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            int status = await(party.vertx
                    .createHttpClient()
                    .request(HttpMethod.GET, party.port(), "127.0.0.1", "/")
                    .compose(request -> request.send())
                    .map(response -> response.statusCode()));
            assertThat(status).isEqualTo(415);
            assertRoomFor(party);
        }
    }

    @Test
    void a_call_too_many_is_refused_and_the_next_after_one_has_ended_is_not() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            End first = party.connect(new GrpcClientOptions(), party.http());
            party.assertConnected(first);
            End second = party.connect(new GrpcClientOptions(), party.http());
            second.send(Frames.numbered(1));
            assertThat(second.closed().code()).isEqualTo(Code.EXHAUSTED);
            assertThat(second.closed().message()).contains("too many channels");
            RawCall raw = RawCall.attach(party.vertx, party.port());
            assertThat(raw.message(new byte[0]).status()).isEqualTo(RESOURCE_EXHAUSTED);
            first.close("done");
            first.assertEnded();
            assertRoomFor(party);
        }
    }

    @Test
    void a_reset_is_a_lost_connection() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            RawCall call = RawCall.attach(party.vertx, party.port()).message(new byte[0]);
            End controller = party.nextAccepted();
            call.reset();
            assertThat(controller.closed().code()).isEqualTo(Code.CONNECTION_LOST);
            controller.assertEnded();
            assertRoomFor(party);
        }
    }

    @Test
    void an_end_within_a_message_is_a_lost_connection() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            RawCall call =
                    RawCall.attach(party.vertx, party.port()).write(Buffer.buffer(new byte[] {0, 0, 0, 9, 9, 1}));
            End controller = party.nextAccepted();
            call.end();
            assertThat(controller.closed().code()).isEqualTo(Code.CONNECTION_LOST);
            assertThat(call.status()).isEqualTo(OK);
            assertRoomFor(party);
        }
    }

    @Test
    void a_client_that_never_ends_its_half_is_reset_after_a_while() {
        try (Party party = new Party(ONE_AT_A_TIME)) {
            RawCall call = RawCall.attach(party.vertx, party.port()).message(new byte[0]);
            End controller = party.nextAccepted();
            controller.close("enough");
            controller.assertEnded();
            assertThat(call.status()).isEqualTo(OK);
            call.assertReset();
            assertRoomFor(party);
        }
    }

    @Test
    void a_silent_visitor_is_cut_off() {
        GrpcServerOptions impatient = new GrpcServerOptions().setIdleTimeout(java.time.Duration.ofMillis(200));
        try (Party party = new Party(impatient)) {
            var silent = await(party.vertx.createNetClient().connect(party.port(), "127.0.0.1"));
            io.vertx.core.Promise<Void> cut = io.vertx.core.Promise.promise();
            silent.closeHandler(closed -> cut.tryComplete());
            await(cut.future());
        }
    }

    /** Tries until the server has seen that what was there before is gone; with a leak it never would. */
    private static void assertRoomFor(Party party) {
        for (int attempt = 0; ; attempt++) {
            End connector = party.connect(new GrpcClientOptions(), party.http());
            connector.send(Frames.numbered(1));
            End controller = attempt < 200 ? party.acceptedUnlessEnded(connector) : party.nextAccepted();
            if (controller != null) {
                assertThat(controller.next()).isEqualTo(Frames.numbered(1));
                connector.close("done");
                connector.assertEnded();
                return;
            }
        }
    }
}

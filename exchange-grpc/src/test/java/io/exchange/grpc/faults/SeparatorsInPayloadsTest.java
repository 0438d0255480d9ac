package io.exchange.grpc.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Reply;
import io.exchange.controller.ExchangeController;
import io.exchange.embedded.ExchangeContract;
import io.exchange.embedded.Seed;
import io.exchange.grpc.GrpcWiring;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fault 10: payload separators inside the payload broke messages for two years. */
class SeparatorsInPayloadsTest extends ExchangeContract {

    SeparatorsInPayloadsTest() {
        super(new GrpcWiring());
    }

    @Test
    void whatever_a_text_is_made_of_comes_back_as_it_was() {
        ExchangeController controller = controller();
        attach(
                "eu",
                "a",
                connector -> connector.handle(
                        ECHO,
                        (text, context) ->
                                Future.succeededFuture(text + context.headers().get("same") + context.commandId())));
        Random chance = Seed.random();
        List<String> texts = new ArrayList<>(List.of(";;", ";;;;", "", "\n\r\n", "\u0000", "{\"a\":;;}", "😀;;é"));
        for (int i = 0; i < 200; i++) {
            texts.add(chance.ints(chance.nextInt(40), 0, 0x11000)
                    .map(point -> point < 0x10000 ? point : ';')
                    .filter(point -> !Character.isSurrogate((char) point))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
        }
        List<Future<Reply<String>>> replies = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            replies.add(controller.send(
                    "eu", ECHO.command(texts.get(i)).withId("id;;" + i).withHeaders(Map.of("same", texts.get(i)))));
        }
        for (int i = 0; i < texts.size(); i++) {
            assertThat(answer(replies.get(i))).isEqualTo(texts.get(i) + texts.get(i) + "id;;" + i);
        }
    }
}

package io.exchange.examples.quickstart;

import io.exchange.api.CommandType;
import java.util.List;

/** What a gateway can be asked: declared once, used by whoever sends and by whoever answers. */
final class GatewayCommands {

    static final CommandType<Deploy, Deployed> DEPLOY = CommandType.of("deploy.v1", Deploy.class, Deployed.class);

    static final CommandType<AskStatus, Status> STATUS = CommandType.of("status.v1", AskStatus.class, Status.class);

    private GatewayCommands() {}

    /** Take an API into service: the text of an OpenAPI 3 document in JSON. */
    record Deploy(String definition) {}

    /** What a gateway found in the document, and the SHA-256 of its text. */
    record Deployed(String connector, String title, String version, int operations, int schemas, String digest) {}

    /** How do you do? */
    record AskStatus() {}

    /** How a gateway does; the term is 0 if it is not primary. */
    record Status(String connector, boolean primary, long term, List<String> apis) {}
}

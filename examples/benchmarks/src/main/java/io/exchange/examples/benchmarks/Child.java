package io.exchange.examples.benchmarks;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The main loop of a child process: one JSON object with a request on each line of standard input, one with the answer on
 * each line of standard output. Ends with its input, so that no child outlives its parent.
 */
final class Child {

    static final String ARGUMENT = "child";

    /** Held, as the logging of the JDK forgets loggers that nobody holds. */
    private static final Logger LOG = Logger.getLogger("io.exchange");

    private static final Logger HAZELCAST = Logger.getLogger("com.hazelcast");

    private final Role role;
    private final PrintStream answers;

    private Child(Role role, PrintStream answers) {
        this.role = role;
        this.answers = answers;
    }

    static void main(String roleName) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        LOG.setLevel(Level.WARNING); // thousands of channels come and go
        HAZELCAST.setLevel(Level.SEVERE); // members are killed on purpose
        new Child(role(roleName), answers).run();
        System.exit(0); // event loops that still run do not keep it
    }

    private static Role role(String name) {
        return switch (name) {
            case ControllerRole.NAME -> new ControllerRole();
            case NodeRole.NAME -> new NodeRole();
            case RecordsRole.NAME -> new RecordsRole();
            case ConnectorsRole.NAME -> new ConnectorsRole();
            case EmbeddedRole.NAME -> new EmbeddedRole();
            case EventBusRole.NAME -> new EventBusRole();
            case BareSenderRole.NAME -> new BareSenderRole();
            case BareEchoRole.NAME -> new BareEchoRole();
            default -> throw new IllegalArgumentException("no role is called " + name);
        };
    }

    private void run() throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            JsonObject request = new JsonObject(line);
            answers.println(answer(request.getString("do"), request).encode());
            answers.flush();
        }
    }

    private JsonObject answer(String what, JsonObject request) {
        try {
            return switch (what) {
                case "use" -> Usage.now().toJson();
                case "weigh" -> Weight.now().toJson();
                default -> role.answer(what, request);
            };
        } catch (Exception e) {
            return new JsonObject().put("error", String.valueOf(e));
        }
    }
}

package io.exchange.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Controller, connectors and senders as processes of their own, as an operator runs them. */
@Timeout(120)
class CommandsTest {

    private static final int SIGTERM = 143;

    @Test
    void a_command_gets_from_one_process_to_another_and_the_answer_back() throws Exception {
        try (Jvm controller = Jvm.start("controller", "--port=0")) {
            String endpoint = endpointOf(controller);
            try (Jvm gateway = Jvm.start("connector", "--target=gateway-eu", "--id=eu-1", endpoint, "--label=zone=a")) {
                gateway.await("primary under term");

                Jvm status = Jvm.run("send", "gateway-eu", "status.v1", "{}", "--primary", endpoint);
                assertThat(status.output()).contains("\"connector\" : \"eu-1\"", "\"primary\" : true");
                assertThat(status.awaitExit()).isZero();

                Jvm invalid = Jvm.run("send", "gateway-eu", "deploy.v1", "{\"definition\": \"{}\"}", endpoint);
                assertThat(invalid.output()).contains("invalid_definition", "no OpenAPI 3 document");
                assertThat(invalid.awaitExit()).isEqualTo(1);

                Jvm nobody = Jvm.run("send", "gateway-xy", "status.v1", "{}", endpoint);
                assertThat(nobody.output()).contains("NO_CHANNEL");
                assertThat(nobody.awaitExit()).isEqualTo(3);

                gateway.terminate();
                assertThat(gateway.awaitExit()).isEqualTo(SIGTERM);
                assertThat(gateway.output()).contains("stopping", "stopped");
            }
            controller.await("target went");
            controller.terminate();
            assertThat(controller.awaitExit()).isEqualTo(SIGTERM);
            assertThat(controller.output()).contains("stopping", "stopped");
        }
    }

    @Test
    void when_the_primary_is_killed_the_other_process_takes_over() throws Exception {
        try (Jvm controller = Jvm.start("controller", "--port=0")) {
            String endpoint = endpointOf(controller);
            try (Jvm first = Jvm.start("connector", "--target=gateway-eu", "--id=eu-1", endpoint)) {
                first.await("primary under term");
                try (Jvm second = Jvm.start("connector", "--target=gateway-eu", "--id=eu-2", endpoint)) {
                    second.await("attached");
                    first.kill();
                    second.await("primary under term");

                    Jvm status = Jvm.run("send", "gateway-eu", "status.v1", "{}", "--primary", endpoint);
                    assertThat(status.output()).contains("\"connector\" : \"eu-2\"", "\"primary\" : true");
                }
            }
        }
    }

    @Test
    void a_connector_without_the_token_is_refused_and_says_so() throws Exception {
        try (Jvm controller = Jvm.start("controller", "--port=0", "--token=right")) {
            String endpoint = endpointOf(controller);

            Jvm connector = Jvm.run("connector", "--target=gateway-eu", endpoint, "--token=wrong");
            assertThat(connector.output()).contains("refused: UNAUTHENTICATED").doesNotContain("wrong", "right");
            assertThat(connector.awaitExit()).isEqualTo(1);

            Jvm send = Jvm.run("send", "gateway-eu", "status.v1", "{}", endpoint);
            assertThat(send.output()).contains("Give the controller's --token.");
            assertThat(send.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void a_command_line_that_is_wrong_says_what_to_do() throws Exception {
        Jvm open = Jvm.run("controller", "--port=0", "--host=0.0.0.0");
        assertThat(open.output()).contains("give a --token");
        assertThat(open.awaitExit()).isEqualTo(2);

        Jvm noTarget = Jvm.run("connector");
        assertThat(noTarget.output()).contains("--target", "quickstart connector --help");
        assertThat(noTarget.awaitExit()).isEqualTo(2);

        Jvm noJson = Jvm.run("send", "gateway-eu", "status.v1", "{");
        assertThat(noJson.output()).contains("JSON is not valid");
        assertThat(noJson.awaitExit()).isEqualTo(2);

        Jvm nobody = Jvm.run("send", "gateway-eu", "status.v1", "{}", "--endpoint=http://127.0.0.1:1");
        assertThat(nobody.output()).contains("cannot reach http://127.0.0.1:1", "Start a controller");
        assertThat(nobody.awaitExit()).isEqualTo(3);
    }

    @Test
    void a_second_controller_on_the_same_port_says_so() throws Exception {
        try (Jvm controller = Jvm.start("controller", "--port=0")) {
            String port = endpointOf(controller).replaceAll(".*:", "");

            Jvm second = Jvm.run("controller", "--port=" + port);
            assertThat(second.output()).contains("cannot listen on 127.0.0.1:" + port, "--port=0");
            assertThat(second.awaitExit()).isEqualTo(1);
        }
    }

    @Test
    void every_command_has_help_and_a_version() throws Exception {
        assertThat(Jvm.run("--help").output()).contains("controller", "connector", "send");
        assertThat(Jvm.run("controller", "--help").output()).contains("--port", "--token");
        assertThat(Jvm.run("send", "--help").output()).contains("operators", "Exit codes:");
        assertThat(Jvm.run("connector", "--version").output()).contains("Exchange quick start");
    }

    private static String endpointOf(Jvm controller) throws InterruptedException {
        return "--endpoint=" + controller.await("listening on").replaceAll(".*listening on ", "");
    }
}

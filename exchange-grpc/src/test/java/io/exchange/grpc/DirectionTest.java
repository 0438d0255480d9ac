package io.exchange.grpc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import io.exchange.controller.HazelcastCluster;
import io.exchange.controller.JwtAuthenticator;
import io.exchange.embedded.EmbeddedExchange;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may know whom, over all modules: this one has all of them on its test class path. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DirectionTest {

    private static final String API = "io.exchange.api..";
    private static final String PROTOCOL = "io.exchange.protocol..";
    private static final String TRANSPORT = "io.exchange.transport..";
    private static final String CHANNEL = "io.exchange.channel..";
    private static final String METRICS = "io.exchange.metrics..";
    private static final String CONNECTOR = "io.exchange.connector..";
    private static final String CONTROLLER = "io.exchange.controller..";
    private static final String EMBEDDED = "io.exchange.embedded..";
    private static final String GRPC = "io.exchange.grpc..";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .importPackages("io.exchange");

    @Test
    void api_knows_nothing_of_ours() {
        in(API).should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOL, TRANSPORT, CHANNEL, METRICS, CONNECTOR, CONTROLLER, EMBEDDED, GRPC)
                .check(MAIN);
    }

    @Test
    void protocol_and_metrics_know_the_api_only() {
        in(PROTOCOL, METRICS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(TRANSPORT, CHANNEL, CONNECTOR, CONTROLLER, EMBEDDED, GRPC)
                .check(MAIN);
        in(PROTOCOL).should().dependOnClassesThat().resideInAPackage(METRICS).check(MAIN);
        in(METRICS).should().dependOnClassesThat().resideInAPackage(PROTOCOL).check(MAIN);
    }

    @Test
    void the_transport_port_knows_frames_but_no_channel() {
        in(TRANSPORT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CHANNEL, METRICS, CONNECTOR, CONTROLLER, EMBEDDED, GRPC)
                .check(MAIN);
    }

    @Test
    void the_channel_knows_neither_end_nor_any_transport() {
        in(CHANNEL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(METRICS, CONNECTOR, CONTROLLER, EMBEDDED, GRPC)
                .check(MAIN);
    }

    @Test
    void transports_know_the_port_only() {
        in(EMBEDDED)
                .and()
                .doNotBelongToAnyOf(EmbeddedExchange.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CHANNEL, METRICS, CONNECTOR, CONTROLLER, GRPC)
                .check(MAIN);
        in(GRPC).should()
                .dependOnClassesThat()
                .resideInAnyPackage(CHANNEL, METRICS, CONNECTOR, CONTROLLER, EMBEDDED)
                .check(MAIN);
    }

    @Test
    void the_two_ends_know_neither_each_other_nor_any_transport() {
        in(CONNECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONTROLLER, EMBEDDED, GRPC)
                .check(MAIN);
        in(CONTROLLER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONNECTOR, EMBEDDED, GRPC)
                .check(MAIN);
    }

    @Test
    void one_package_and_one_door_know_hazelcast() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.exchange.controller.cluster.hazelcast")
                .and()
                .doNotBelongToAnyOf(HazelcastCluster.class)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..")
                .check(MAIN);
    }

    @Test
    void one_class_knows_tokens() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(JwtAuthenticator.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.auth..")
                .check(MAIN);
    }

    @Test
    void one_package_knows_grpc_and_protobuf() {
        noClasses()
                .that()
                .resideOutsideOfPackage(GRPC)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.grpc..", "com.google.protobuf..")
                .check(MAIN);
    }

    @Test
    void there_is_no_cycle() {
        slices().matching("io.exchange.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    private static GivenClassesConjunction in(String... packages) {
        return noClasses().that().resideInAnyPackage(packages);
    }
}

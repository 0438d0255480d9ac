package io.exchange.controller.cluster.hazelcast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.exchange.controller.HazelcastCluster;
import org.junit.jupiter.api.Test;

class DirectionTest {

    private final JavaClasses controller = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.exchange.controller");

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
                .check(controller);
    }

    @Test
    void nobody_but_the_wiring_knows_that_package() {
        noClasses()
                .that()
                .resideInAnyPackage("io.exchange.controller.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.exchange.controller.cluster.hazelcast")
                .check(controller);
    }
}

package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryContract;
import io.exchange.controller.primary.ElectionRules;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The directory on Hazelcast does what every directory must do, on a single member and on either of two. */
class HazelcastDirectoryContractTest {

    @Nested
    class Alone extends OnMember {
        Alone() {
            super(1, 0);
        }
    }

    @Nested
    class OnTheFirstOfTwo extends OnMember {
        OnTheFirstOfTwo() {
            super(2, 0);
        }
    }

    @Nested
    class OnTheSecondOfTwo extends OnMember {
        OnTheSecondOfTwo() {
            super(2, 1);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnMember extends DirectoryContract {

        private final int number;
        private final int used;
        private final Vertx vertx = Vertx.vertx();
        private final Members members = new Members();
        private HazelcastInstance[] started;

        OnMember(int number, int used) {
            this.number = number;
            this.used = used;
        }

        @BeforeAll
        void start() {
            started = new HazelcastInstance[number];
            for (int i = 0; i < number; i++) {
                started[i] = members.start();
            }
        }

        @AfterAll
        void stop() {
            members.close();
            Tests.await(vertx.close());
        }

        @Override
        protected Directory open() {
            started[0].getMap(ClusterSettings.TARGETS).destroy();
            return Tests.await(HazelcastDirectory.open(
                    vertx,
                    started[used],
                    new HazelcastDirectory.Parts(ElectionRules.DEFAULT, () -> true, () -> 0, 10_000)));
        }
    }
}

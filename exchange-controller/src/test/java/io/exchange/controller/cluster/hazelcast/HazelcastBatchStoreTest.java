package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.controller.batch.BatchStore;
import io.exchange.controller.batch.BatchStoreContract;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

class HazelcastBatchStoreTest {

    @Nested
    class OnOneMember extends OnMember {
        OnOneMember() {
            super(1);
        }
    }

    @Nested
    class OnEachOfTwo extends OnMember {
        OnEachOfTwo() {
            super(2);
        }
    }

    /** What is due is asked of all members, as each tells of those that it keeps. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class OnMember extends BatchStoreContract {

        private final int number;
        private final Vertx vertx = Vertx.vertx();
        private final Members members = new Members();

        OnMember(int number) {
            this.number = number;
        }

        @BeforeAll
        void start() {
            for (int i = 0; i < number; i++) {
                members.start();
            }
        }

        @AfterAll
        void stop() {
            members.close();
            Tests.await(vertx.close());
        }

        @Override
        protected BatchStore open() {
            HazelcastInstance last = members.started(number - 1);
            last.getMap(ClusterSettings.BATCHES).destroy();
            last.getMap(ClusterSettings.BATCH_COMMANDS).destroy();
            return Tests.await(HazelcastBatchStore.open(vertx, last));
        }

        @Override
        protected List<String> dueHereOrThere(String... others) {
            return IntStream.range(0, number)
                    .mapToObj(i -> Tests.await(HazelcastBatchStore.open(vertx, members.started(i))))
                    .flatMap(store -> {
                        List<String> due = Tests.await(store.dueHere(Set.of(others)));
                        Tests.await(store.close());
                        return due.stream();
                    })
                    .toList();
        }
    }
}

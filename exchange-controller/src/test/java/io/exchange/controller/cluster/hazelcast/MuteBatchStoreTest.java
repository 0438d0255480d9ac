package io.exchange.controller.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.exchange.api.ExchangeException;
import io.exchange.controller.batch.AnyBatch;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.Claim;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A member that takes a question and never answers: who asked must not wait for ever, or its batch stands still. */
class MuteBatchStoreTest {

    private final Vertx vertx = Vertx.vertx();
    private final Members members = new Members();
    private final CountDownLatch mute = new CountDownLatch(1);

    @AfterEach
    void stop() {
        mute.countDown();
        members.close();
        Tests.await(vertx.close());
    }

    @Test
    void a_read_that_is_not_answered_fails() {
        assertFails(store -> store.read("batch"));
    }

    @Test
    void a_change_that_is_not_answered_fails() {
        assertFails(store -> store.submit("batch", Claim.NONE, List.of(new BatchEvent.Looked(0))));
    }

    @Test
    void a_question_that_blocks_and_is_not_answered_fails() {
        assertFails(store -> store.create(AnyBatch.record(1), List.of()));
    }

    private void assertFails(Function<HazelcastBatchStore, Future<?>> question) {
        HazelcastInstance member = members.start();
        HazelcastBatchStore store = Tests.await(HazelcastBatchStore.open(vertx, member, Duration.ofMillis(200)));
        IMap<String, BatchRecord> records = member.getMap(ClusterSettings.BATCHES);
        for (String id : List.of("batch", AnyBatch.record(1).id())) {
            records.submitToKey(id, entry -> standStill());
        }

        assertThatThrownBy(() -> Tests.await(question.apply(store)))
                .rootCause()
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("cannot be reached");
    }

    /** Holds the thread of the partition. */
    private boolean standStill() {
        try {
            mute.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }
}

package io.exchange.controller.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Delivery;
import io.exchange.api.Route;
import io.exchange.controller.RetryPolicy;
import io.exchange.controller.batch.BatchStore.Result;
import io.exchange.controller.batch.BatchStore.Verdict;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store of batches must do. Run unchanged for each. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class BatchStoreContract {

    private static final Claim OURS = new Claim("a", 1);

    private BatchStore store;

    /** Opens the store under test, without a batch. */
    protected abstract BatchStore open();

    /** The batches that are due on any of the nodes. */
    protected List<String> dueHereOrThere(String... others) {
        return await(store.dueHere(Set.of(others)));
    }

    private List<String> due(String... others) {
        List<String> due = dueHereOrThere(others);
        assertThat(await(store.due(Set.of(others)))).containsExactlyInAnyOrderElementsOf(due);
        return due;
    }

    @BeforeEach
    void openStore() {
        store = open();
    }

    @AfterEach
    void closeStore() {
        await(store.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(50, TimeUnit.SECONDS)
                .join();
    }

    private BatchRecord batch(String id, String key, int commands) {
        long now = store.clusterTime();
        BatchPlan plan = new BatchPlan(2, RetryPolicy.DEFAULT, 100, now + 60_000, 0);
        List<BatchItem> items = IntStream.range(0, commands)
                .mapToObj(i -> BatchItem.created(id + i, "gw", "type", Delivery.RESUME))
                .toList();
        return new BatchRecord(id, key, plan, OURS, false, now, BatchRecord.NOT_ENDED, 1, items);
    }

    private static StoredCommand command(int index) {
        return new StoredCommand(
                "type",
                Buffer.buffer("request " + index),
                Map.of("trace", "1"),
                Optional.empty(),
                Route.ANY,
                Optional.empty(),
                false);
    }

    private static List<StoredCommand> commands(int count) {
        return IntStream.range(0, count).mapToObj(BatchStoreContract::command).toList();
    }

    private BatchRecord create(String id) {
        BatchRecord record = batch(id, "key", 2);
        assertThat(await(store.create(record, commands(2)))).isTrue();
        return record;
    }

    private Result submit(String id, Claim by, BatchEvent... events) {
        return await(store.submit(id, by, List.of(events)));
    }

    private BatchEvent cancel() {
        return new BatchEvent.CancelRequested(store.clusterTime());
    }

    @Test
    void a_batch_is_kept_with_what_its_commands_carry() {
        BatchRecord record = create("b");

        assertThat(await(store.read("b"))).contains(record);
        assertThat(await(store.command(record, 1))).contains(command(1));
        assertThat(await(store.command(record, 2))).isEmpty();
        assertThat(await(store.read("another"))).isEmpty();
    }

    @Test
    void of_one_id_there_is_one_batch_and_the_first_stays() {
        BatchRecord first = create("b");

        assertThat(await(store.create(batch("b", "other", 1), commands(1)))).isFalse();
        assertThat(await(store.read("b"))).contains(first);
        assertThat(await(store.command(first, 1))).contains(command(1));
    }

    @Test
    void batches_are_found_by_their_key() {
        create("b1");
        create("b2");
        await(store.create(batch("b3", "other", 1), commands(1)));

        assertThat(await(store.ofKey("key"))).extracting(BatchRecord::id).containsExactlyInAnyOrder("b1", "b2");
        assertThat(await(store.ofKey("nothing"))).isEmpty();
    }

    @Test
    void events_change_the_record_as_the_pure_steps_do() {
        BatchRecord record = create("b");
        List<BatchEvent> events = List.of(new BatchEvent.Sending(0, 1, "s", store.clusterTime()), cancel());

        assertThat(await(store.submit("b", OURS, events))).isEqualTo(new Result(Verdict.ACCEPTED, 1));
        assertThat(await(store.read("b")).map(BatchRecord::toString))
                .contains(BatchSteps.apply(record, OURS, events).orElseThrow().toString());
    }

    @Test
    void events_under_another_claim_change_nothing() {
        BatchRecord record = create("b");

        assertThat(submit("b", new Claim("a", 2), cancel())).isEqualTo(new Result(Verdict.REFUSED, 1));
        assertThat(await(store.read("b"))).contains(record);
        assertThat(submit("another", OURS, cancel())).isEqualTo(new Result(Verdict.GONE, 0));
    }

    @Test
    void of_many_who_take_a_batch_one_gets_it() {
        BatchRecord record = create("b");
        List<Future<Result>> taken = IntStream.range(0, 20)
                .mapToObj(i -> store.submit(
                        "b",
                        Claim.NONE,
                        List.of(new BatchEvent.Taken(record.claim(), "node" + i, store.clusterTime()))))
                .toList();
        taken.forEach(BatchStoreContract::await);

        assertThat(await(store.read("b")).orElseThrow().claim().epoch()).isEqualTo(2);
    }

    @Test
    void a_batch_is_due_while_it_goes_on_and_when_it_can_be_forgotten() {
        create("b");
        assertThat(due()).containsOnlyOnce("b");
        submit("b", Claim.NONE, cancel());
        BatchRecord ended = await(store.read("b")).orElseThrow();
        assertThat(ended.hasEnded()).isTrue();
        assertThat(due()).containsOnlyOnce("b"); // it has no retention

        await(store.removeCommands(ended));
        assertThat(await(store.command(ended, 0))).isEmpty();
        await(store.remove(ended));
        assertThat(await(store.read("b"))).isEmpty();
        assertThat(due()).doesNotContain("b");
    }

    @Test
    void what_a_node_looks_after_itself_is_not_due() {
        create("b");

        assertThat(due("another node")).contains("b");
        assertThat(due("a")).doesNotContain("b");
        submit("b", OURS, new BatchEvent.Released(store.clusterTime()));
        assertThat(due("a")).contains("b");
    }

    @Test
    void a_batch_that_has_the_id_of_a_forgotten_one_is_not_removed_for_it() {
        BatchRecord first = create("b");
        await(store.remove(new BatchRecord(
                "b", "key", first.plan(), Claim.NONE, false, first.createdAt() - 1, 1, 1, first.items())));

        assertThat(await(store.read("b"))).contains(first);
    }

    @Test
    void listeners_hear_of_changes_until_they_are_removed() throws InterruptedException {
        BlockingQueue<String> changed = new LinkedBlockingQueue<>();
        var registration = store.listen(changed::add);
        create("b");
        assertThat(changed.poll(20, TimeUnit.SECONDS)).isEqualTo("b");
        submit("b", Claim.NONE, cancel());
        assertThat(changed.poll(20, TimeUnit.SECONDS)).isEqualTo("b");
        registration.cancel();
        create("c");
        assertThat(changed.poll()).isNull();
    }
}

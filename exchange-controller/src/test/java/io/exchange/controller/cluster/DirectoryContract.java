package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.api.Roles;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every directory must do. Run unchanged for each, with the clock that it has. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class DirectoryContract {

    private Directory directory;

    /**
     * Opens the directory under test.
     *
     * @return a directory without a target, with one slot for each role, that elects at once
     */
    protected abstract Directory open();

    @BeforeEach
    void openDirectory() {
        directory = open();
    }

    @AfterEach
    void closeDirectory() {
        await(directory.close());
    }

    @Test
    void an_unknown_target_has_an_empty_record_with_version_0() {
        assertThat(directory.lookup("gw").version()).isZero();
        assertThat(await(directory.read("gw"))).isEqualTo(TargetRecord.unknown("gw"));
        assertThat(directory.snapshot()).isEmpty();
    }

    @Test
    void an_attached_session_can_be_read_and_looked_up() {
        TargetRecord record = accepted(submit(attached("s1", 1)));

        assertThat(record.holders(Roles.PRIMARY)).extracting(SessionRecord::id).containsExactly("s1");
        assertThat(await(directory.read("gw"))).isEqualTo(record);
        until(() -> directory.lookup("gw").equals(record));
        until(() -> List.copyOf(directory.snapshot()).equals(List.of(record)));
    }

    @Test
    void what_is_confirmed_is_the_record_as_it_is() {
        TargetRecord record = accepted(submit(attached("s1", 1)));

        assertThat(await(directory.confirm("gw"))).isEqualTo(record);
        assertThat(await(directory.confirm("unknown"))).isEqualTo(TargetRecord.unknown("unknown"));
        assertThat(await(directory.read("gw"))).isEqualTo(record);
    }

    @Test
    void a_refusal_changes_nothing() {
        TargetRecord record = accepted(submit(attached("s1", 2)));
        Verdict verdict = submit(attached("s1", 1));

        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        assertThat(((Verdict.Refused) verdict).reason().code()).isEqualTo(CloseReason.Code.SUPERSEDED);
        assertThat(await(directory.read("gw"))).isEqualTo(record);
    }

    @Test
    void an_event_that_changes_nothing_makes_no_record_of_an_unknown_target() {
        accepted(submit(new TargetEvent.Suspended("s1", 1, now())));

        assertThat(await(directory.read("gw")).version()).isZero();
        assertThat(directory.snapshot()).isEmpty();
    }

    @Test
    void listeners_hear_each_change_in_order_and_only_changes() {
        List<TargetRecord> heard = new CopyOnWriteArrayList<>();
        directory.listen((before, after) -> {
            heard.add(before);
            heard.add(after);
        });
        TargetRecord one = accepted(submit(attached("s1", 1)));
        submit(attached("s1", 1));
        TargetRecord two = accepted(submit(attached("s2", 1)));

        until(() -> heard.size() == 4);
        assertThat(heard.get(0).version()).isZero();
        assertThat(heard.subList(1, 4)).containsExactly(one, one, two);
    }

    @Test
    void a_listener_that_was_removed_or_throws_harms_nobody() {
        List<TargetRecord> heard = new CopyOnWriteArrayList<>();
        Registration removed = directory.listen((before, after) -> heard.add(after));
        removed.cancel();
        removed.cancel();
        directory.listen((before, after) -> {
            throw new IllegalStateException("a listener that fails, on purpose");
        });
        List<TargetRecord> last = new CopyOnWriteArrayList<>();
        directory.listen((before, after) -> last.add(after));
        accepted(submit(attached("s1", 1)));

        until(() -> last.size() == 1);
        assertThat(heard).isEmpty();
    }

    @Test
    void a_listener_may_submit() {
        directory.listen((before, after) -> {
            if (before.version() == 0) {
                Future<Verdict> unused = directory.submit("gw", attached("s2", 1));
            }
        });
        submit(attached("s1", 1));

        until(() -> directory.lookup("gw").sessions().size() == 2);
    }

    @Test
    void steps_from_many_threads_are_atomic_and_listeners_see_one_line_of_versions() throws InterruptedException {
        Queue<TargetRecord[]> heard = new ConcurrentLinkedQueue<>();
        directory.listen((before, after) -> heard.add(new TargetRecord[] {before, after}));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<java.util.concurrent.Future<Verdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String session = "s" + i;
            verdicts.add(threads.submit(() -> submit(attached(session, 1))));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        until(() -> heard.size() == 200);
        TargetRecord last = TargetRecord.unknown("gw");
        for (TargetRecord[] change : heard) {
            assertThat(change[0].version()).isEqualTo(last.version());
            last = change[1];
        }
        assertThat(last.sessions()).hasSize(200);
        assertThat(last.holders(Roles.PRIMARY)).hasSize(1);
        assertThat(verdicts).allMatch(java.util.concurrent.Future::isDone);
    }

    @Test
    void cluster_time_is_that_of_day_nearly() {
        assertThat(directory.clusterTime()).isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
    }

    private Verdict submit(TargetEvent event) {
        return await(directory.submit("gw", event));
    }

    private static TargetRecord accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).record();
    }

    private TargetEvent attached(String session, long number) {
        Attach attach = new Attach(session, "connector of " + session, number, "channel " + session + number, "node");
        return new TargetEvent.Attached(attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", now());
    }

    private long now() {
        return directory.clusterTime();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }
}

package io.exchange.controller.cluster.hazelcast;

import static io.exchange.controller.cluster.hazelcast.Tests.await;
import static io.exchange.controller.cluster.hazelcast.Tests.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.HazelcastInstance;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.api.Execution;
import io.exchange.api.Roles;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of the records is left when members go. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LostMemberTest {

    private static final int TARGETS = 100;

    private final Vertx vertx = Vertx.vertx();
    private final Members members = new Members();

    @AfterEach
    void stop() {
        members.close();
        await(vertx.close());
    }

    @Test
    void a_member_that_is_killed_takes_no_record_with_it_and_one_that_joins_knows_all() {
        HazelcastInstance first = members.start();
        HazelcastInstance second = members.start();
        Directory onFirst = open(first);
        Directory onSecond = open(second);
        attachAll(onFirst);
        until(() -> onSecond.snapshot().size() == TARGETS);
        until(() -> second.getPartitionService().isClusterSafe());
        members.kill(first);

        assertAllKept(onSecond);
        HazelcastInstance third = members.start();
        Directory onThird = open(third);
        assertThat(onThird.snapshot()).hasSize(TARGETS);
        until(() -> third.getPartitionService().isClusterSafe());
        members.kill(second);
        assertAllKept(onThird);
    }

    private void assertAllKept(Directory directory) {
        for (int i = 0; i < TARGETS; i++) {
            TargetRecord record = await(directory.read("gw" + i));
            assertThat(record.holders(Roles.PRIMARY)).hasSize(1);
            assertThat(directory.lookup("gw" + i)).isEqualTo(record);
        }
    }

    @Test
    void steps_under_way_when_a_member_is_killed_end_and_those_that_succeeded_are_kept() {
        HazelcastInstance first = members.start();
        Directory onFirst = open(first);
        HazelcastInstance second = members.start();
        until(() -> first.getPartitionService().isClusterSafe());
        List<Future<Verdict>> submitted = new ArrayList<>();
        for (int i = 0; i < 2 * TARGETS; i++) {
            submitted.add(onFirst.submit("gw" + i, attached(onFirst, "s1")));
            if (i == TARGETS) {
                members.kill(second);
            }
        }
        await(Future.join(submitted).otherwiseEmpty());
        int made = 0;
        for (int i = 0; i < submitted.size(); i++) {
            if (submitted.get(i).succeeded()) {
                made++;
                assertThat(await(onFirst.read("gw" + i)).sessions()).hasSize(1);
            } else {
                ExchangeException failure = (ExchangeException) submitted.get(i).cause();
                assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
                assertThat(failure.execution()).isEqualTo(Execution.UNKNOWN);
            }
        }
        assertThat(made).isGreaterThan(TARGETS / 2);
    }

    @Test
    void a_record_that_was_lost_settles_when_it_is_made_anew_and_so_do_new_ones_for_a_while() {
        HazelcastInstance member = members.start();
        Directory directory = open(member);
        TargetRecord lost = accepted(await(directory.submit("gw", attached(directory, "s1"))));
        until(() -> directory.lookup("gw").equals(lost));
        member.getMap(ClusterSettings.TARGETS).clear();
        TargetRecord anew = accepted(await(directory.submit("gw", attached(directory, "s2"))));
        TargetRecord other = accepted(await(directory.submit("other", attached(directory, "s3"))));

        assertThat(anew.version()).isGreaterThan(lost.version());
        assertThat(anew.settling()).isNotZero();
        assertThat(anew.holders(Roles.PRIMARY)).isEmpty();
        assertThat(other.settling()).isNotZero();
    }

    @Test
    void while_the_node_says_so_new_records_settle_and_others_do_not() {
        Directory directory = await(HazelcastDirectory.open(
                vertx,
                members.start(),
                new HazelcastDirectory.Parts(ElectionRules.DEFAULT, () -> true, () -> Long.MAX_VALUE, 10_000)));
        TargetRecord record = accepted(await(directory.submit("gw", attached(directory, "s1"))));
        assertThat(record.holders(Roles.PRIMARY)).isEmpty();
        TargetRecord settled = accepted(
                await(directory.submit("gw", new TargetEvent.Settled(record.settling(), directory.clusterTime()))));
        assertThat(settled.holders(Roles.PRIMARY)).hasSize(1);
    }

    @Test
    void what_an_index_missed_is_put_right_by_comparing() {
        HazelcastInstance member = members.start();
        Directory directory = open(member);
        List<TargetRecord> told = new CopyOnWriteArrayList<>();
        TargetRecord lost = accepted(await(directory.submit("gw", attached(directory, "s1"))));
        TargetRecord stays = accepted(await(directory.submit("stays", attached(directory, "s1"))));
        until(() -> directory.snapshot().size() == 2);
        directory.listen((before, after) -> told.add(after));
        member.getMap(ClusterSettings.TARGETS).clear();
        member.getMap(ClusterSettings.TARGETS).set("stays", stays);
        assertThat(directory.lookup("gw")).isEqualTo(lost);
        await(directory.resync());

        assertThat(directory.snapshot()).containsExactly(stays);
        until(() -> told.contains(TargetRecord.unknown("gw")));
        assertThat(told).doesNotContain(TargetRecord.unknown("stays"));
    }

    @Test
    void a_directory_whose_member_has_stopped_says_that_nothing_is_known_of_a_change() {
        HazelcastInstance member = members.start();
        Directory directory = open(member);
        member.getLifecycleService().terminate();
        Future<Verdict> submitted = directory.submit("gw", attached(directory, "s1"));
        await(submitted.otherwiseEmpty());

        assertThat(((ExchangeException) submitted.cause()).execution()).isEqualTo(Execution.UNKNOWN);
        assertThat(((ExchangeException) submitted.cause()).code()).isEqualTo(ErrorCode.INTERNAL);
        await(directory.close());
    }

    private Directory open(HazelcastInstance member) {
        return await(HazelcastDirectory.open(
                vertx, member, new HazelcastDirectory.Parts(ElectionRules.DEFAULT, () -> true, () -> 0, 10_000)));
    }

    private static void attachAll(Directory directory) {
        List<Future<Verdict>> attached = new ArrayList<>();
        for (int i = 0; i < TARGETS; i++) {
            attached.add(directory.submit("gw" + i, attached(directory, "s1")));
        }
        await(Future.all(attached));
    }

    private static TargetRecord accepted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).record();
    }

    private static TargetEvent attached(Directory directory, String session) {
        Attach attach = new Attach(session, "c of " + session, 1, "ch " + session, "node");
        return new TargetEvent.Attached(
                attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", directory.clusterTime());
    }
}

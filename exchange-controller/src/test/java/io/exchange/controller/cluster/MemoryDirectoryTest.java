package io.exchange.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Roles;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryDirectoryTest extends DirectoryContract {

    private final AtomicLong clock = new AtomicLong(1_700_000_000_000L);

    @Override
    protected Directory open() {
        return new MemoryDirectory(ElectionRules.DEFAULT, MemoryDirectory.steadyClock(), 0);
    }

    @Test
    void a_record_without_sessions_is_forgotten_once_time_is_past_its_terms_and_listeners_hear_it() {
        Directory directory = new MemoryDirectory(ElectionRules.DEFAULT, clock::get, 0);
        List<TargetRecord> heard = new ArrayList<>();
        submit(directory, attached());
        submit(directory, new TargetEvent.Leaving("s1", 1, clock.get()));
        submit(directory, new TargetEvent.Ended("s1", 1, clock.get()));
        clock.addAndGet(30_000);
        submit(directory, new TargetEvent.Swept(clock.get()));
        assertThat(directory.snapshot()).hasSize(1);

        directory.listen((before, after) -> heard.add(after));
        clock.addAndGet(60_000);
        submit(directory, new TargetEvent.Swept(clock.get()));
        assertThat(directory.snapshot()).isEmpty();
        assertThat(heard).containsExactly(TargetRecord.unknown("gw"));
    }

    @Test
    void while_connectors_may_hold_what_an_earlier_process_granted_nobody_is_elected() {
        Directory directory = new MemoryDirectory(ElectionRules.DEFAULT, clock::get, 10_100);
        submit(directory, attached());

        TargetRecord record = directory.lookup("gw");
        assertThat(record.holders(Roles.PRIMARY)).isEmpty();
        submit(directory, new TargetEvent.Settled(record.settling(), clock.get()));
        assertThat(directory.lookup("gw").holders(Roles.PRIMARY)).hasSize(1);
    }

    @Test
    void a_record_created_later_elects_at_once() {
        Directory directory = new MemoryDirectory(ElectionRules.DEFAULT, clock::get, 10_100);
        clock.addAndGet(10_100);
        submit(directory, attached());

        assertThat(directory.lookup("gw").holders(Roles.PRIMARY)).hasSize(1);
    }

    private TargetEvent attached() {
        Attach attach = new Attach("s1", "c1", 1, "channel", "node");
        return new TargetEvent.Attached(attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", clock.get());
    }

    private static void submit(Directory directory, TargetEvent event) {
        assertThat(directory.submit("gw", event).succeeded()).isTrue();
    }
}

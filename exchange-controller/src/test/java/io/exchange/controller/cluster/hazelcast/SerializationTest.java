package io.exchange.controller.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.SchemaService;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.nio.serialization.genericrecord.GenericRecord;
import com.hazelcast.nio.serialization.genericrecord.GenericRecordBuilder;
import io.exchange.api.CloseReason;
import io.exchange.api.Grant;
import io.exchange.api.Route;
import io.exchange.controller.batch.AnyBatch;
import io.exchange.controller.batch.BatchEvent;
import io.exchange.controller.batch.BatchRecord;
import io.exchange.controller.batch.StoredCommand;
import io.exchange.controller.cluster.ClusterTerms;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.primary.AnyTarget;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.Presence;
import io.exchange.controller.primary.SessionRecord;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.Frame.Told;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SerializationTest {

    private final InternalSerializationService service = new DefaultSerializationServiceBuilder()
            .setConfig(ClusterSettings.prepare(new Config()).getSerializationConfig())
            .setSchemaService(new Schemas())
            .build();

    /** What the members of a cluster tell each other of their schemas. */
    private static final class Schemas implements SchemaService {
        private final Map<Long, Schema> schemas = new ConcurrentHashMap<>();

        @Override
        public Schema get(long id) {
            return schemas.get(id);
        }

        @Override
        public void put(Schema schema) {
            schemas.put(schema.getSchemaId(), schema);
        }

        @Override
        public void putLocal(Schema schema) {
            put(schema);
        }
    }

    private <T> T there(Object object) {
        Data data = service.toData(object);
        return service.toObject(data);
    }

    @Property(tries = 200)
    void a_record_comes_out_as_it_went_in(@ForAll long seed) {
        TargetRecord record = AnyTarget.record(seed);
        assertThat(this.<TargetRecord>there(record)).isEqualTo(record);
    }

    @Property(tries = 500)
    void an_event_comes_out_as_it_went_in(@ForAll long seed) {
        TargetEvent event = AnyTarget.event(seed);
        assertThat(EventCodec.decode(EventCodec.encode(event))).contains(event);
    }

    @Property(tries = 500)
    void an_event_of_a_later_version_is_read_without_the_fields_that_it_has_more(@ForAll long seed) {
        TargetEvent event = AnyTarget.event(seed);
        byte[] bytes = EventCodec.encode(event);
        assertThat(EventCodec.decode(Arrays.copyOf(bytes, bytes.length + 9))).contains(event);
    }

    @Test
    void an_event_of_an_unknown_kind_is_not_understood_and_changes_nothing() {
        byte[] bytes = EventCodec.encode(new TargetEvent.Swept(1));
        bytes[0] = 99;
        assertThat(EventCodec.decode(bytes)).isEmpty();
    }

    @Test
    void events_keep_their_bytes() {
        Attach attach = new Attach("s", "c", 2, "ch", "n");
        TargetEvent attached = new TargetEvent.Attached(
                attach,
                Map.of("k", "v"),
                Set.of("r"),
                List.of(new Told(new Grant("r", 0, 7), true)),
                "shown",
                "next",
                1);
        assertThat(hex(attached))
                .isEqualTo("01" + "0000000000000001" + "00000001" + "73" + "00000001" + "63" + "0000000000000002"
                        + "00000002" + "6368" + "00000001" + "6e" + "00000001" + "00000001" + "6b" + "00000001" + "76"
                        + "00000001" + "00000001" + "72" + "00000001" + "00000012" + "00000001" + "72" + "00000000"
                        + "0000000000000007" + "01" + "00000005" + "73686f776e" + "00000004" + "6e657874");
        assertThat(hex(new TargetEvent.LeaseOver(new Grant("r", 1, 7), "s", 2, 1)))
                .isEqualTo("06" + "0000000000000001" + "00000001" + "72" + "00000001" + "0000000000000007" + "00000001"
                        + "73" + "0000000000000002");
        assertThat(hex(new TargetEvent.Suspended("s", 2, 1))).startsWith("02");
        assertThat(hex(new TargetEvent.Leaving("s", 2, 1))).startsWith("03");
        assertThat(hex(new TargetEvent.Ended("s", 2, 1))).startsWith("04");
        assertThat(hex(new TargetEvent.Released(new Grant("r", 1, 7), "s", 1))).startsWith("05");
        assertThat(hex(new TargetEvent.HealthChanged("s", 2, true, 1))).startsWith("07");
        assertThat(hex(new TargetEvent.RolesChanged("s", 2, Set.of(), 1))).startsWith("08");
        assertThat(hex(new TargetEvent.MoveRequested(new Grant("r", 1, 7), 1))).startsWith("09");
        assertThat(hex(new TargetEvent.NodeLost("n", 1))).startsWith("0a");
        assertThat(hex(new TargetEvent.NodeLeaseOver("n", 1))).startsWith("0b");
        assertThat(hex(new TargetEvent.Settled(5, 1))).startsWith("0c");
        assertThat(hex(new TargetEvent.Swept(1))).startsWith("0d");
    }

    @Property(tries = 200)
    void a_batch_and_what_happens_to_it_come_out_as_they_went_in(@ForAll long seed) {
        BatchRecord batch = AnyBatch.record(seed);
        assertThat(this.<BatchRecord>there(batch)).hasToString(batch.toString());

        List<BatchEvent> events = AnyBatch.events(seed);
        byte[] bytes = BatchCodec.encode(batch.claim(), events);
        assertThat(BatchCodec.claim(bytes)).isEqualTo(batch.claim());
        assertThat(BatchCodec.events(bytes)).hasToString(events.toString());
    }

    @Test
    void what_the_commands_of_a_batch_carry_comes_out_as_it_went_in() {
        for (Route route : List.of(Route.ANY, Route.PRIMARY, Route.connector("c"))) {
            StoredCommand full = new StoredCommand(
                    "type",
                    Buffer.buffer("payload"),
                    Map.of("k", "v"),
                    Optional.of(Duration.ofSeconds(3)),
                    route,
                    Optional.of("order"),
                    true);
            assertThat(BatchCodec.command(BatchCodec.encode(full))).isEqualTo(full);
        }
        StoredCommand bare = new StoredCommand(
                "type", Buffer.buffer(), Map.of(), Optional.empty(), Route.ANY, Optional.empty(), false);
        assertThat(BatchCodec.command(BatchCodec.encode(bare))).isEqualTo(bare);
    }

    private static String hex(TargetEvent event) {
        return HexFormat.of().formatHex(EventCodec.encode(event));
    }

    @Test
    void rules_come_out_as_they_went_in() {
        ElectionRules rules = new ElectionRules(Map.of("a", 0, "b", 3), 2, false);
        assertThat(EventCodec.rules(EventCodec.encode(rules))).isEqualTo(rules);
    }

    @Test
    void a_record_of_a_later_version_is_read_without_the_fields_that_it_has_more() {
        GenericRecord session = session()
                .setString("mood", "sunny")
                .setArrayOfInt64("history", new long[] {1, 2})
                .build();
        GenericRecord target = GenericRecordBuilder.compact("exchange.target")
                .setString("targetId", "gw")
                .setInt32("format", 2)
                .setInt64("version", 7)
                .setInt64("settling", 0)
                .setArrayOfGenericRecord("sessions", new GenericRecord[] {session})
                .setArrayOfGenericRecord("slots", new GenericRecord[0])
                .setString("region", "eu")
                .build();
        TargetRecord record = there(target);

        assertThat(record.format()).isEqualTo(2);
        assertThat(record.version()).isEqualTo(7);
        assertThat(record.session("s").orElseThrow().presence()).isEqualTo(Presence.ATTACHED);
    }

    @Test
    void a_record_of_an_earlier_version_is_read_with_defaults_for_what_it_lacks() {
        TargetRecord record = there(GenericRecordBuilder.compact("exchange.target")
                .setString("targetId", "gw")
                .setInt64("version", 7)
                .setArrayOfGenericRecord(
                        "sessions", new GenericRecord[] {session().build()})
                .build());

        assertThat(record.slots()).isEmpty();
        SessionRecord session = record.session("s").orElseThrow();
        assertThat(session.healthy()).isTrue();
        assertThat(session.roles()).isEmpty();
        assertThat(session.resume().current()).isEmpty();
    }

    @Test
    void a_session_whose_presence_is_not_known_keeps_what_it_holds_and_gets_nothing() {
        SessionRecord session = there(GenericRecordBuilder.compact("exchange.session")
                .setString("sessionId", "s")
                .setString("connectorId", "c")
                .setString("channelId", "ch")
                .setString("nodeId", "n")
                .setString("presence", "DREAMING")
                .build());

        assertThat(session.presence()).isEqualTo(Presence.SUSPENDED);
    }

    private static GenericRecordBuilder session() {
        return GenericRecordBuilder.compact("exchange.session")
                .setString("sessionId", "s")
                .setString("connectorId", "c")
                .setInt64("attach", 1)
                .setString("channelId", "ch")
                .setString("nodeId", "n")
                .setString("presence", "ATTACHED");
    }

    @Test
    void results_come_out_as_they_went_in() {
        TargetRecord before = TargetRecord.unknown("gw");
        TargetRecord after = Serialization.sample("gw");
        StepResult changed = there(new StepResult(new Verdict.Accepted(before, after), false, true));
        assertThat(changed.verdict())
                .contains(new Verdict.Accepted(after, after)); // the one before stays where it is kept
        assertThat(changed.found()).isFalse();
        assertThat(changed.kept()).isTrue();

        Verdict refused = new Verdict.Refused(
                new CloseReason(CloseReason.Code.SUPERSEDED, "an older attach", Optional.of("https://b")));
        assertThat(this.<StepResult>there(new StepResult(refused, true, true)).verdict())
                .contains(refused);
        assertThat(this.<StepResult>there(StepResult.notUnderstood()).verdict()).isEmpty();
    }

    @Test
    void a_result_of_an_earlier_version_is_read_with_the_record_before() {
        TargetRecord before = TargetRecord.unknown("gw");
        TargetRecord after = Serialization.sample("gw");
        StepResult result = there(new EarlierResult(before, after));
        assertThat(result.verdict()).contains(new Verdict.Accepted(before, after));
        assertThat(result.kept()).isTrue();
    }

    /** As results were written when they held both records. */
    private record EarlierResult(TargetRecord before, TargetRecord after) implements IdentifiedDataSerializable {

        @Override
        public int getFactoryId() {
            return Serialization.FACTORY_ID;
        }

        @Override
        public int getClassId() {
            return Serialization.RESULT;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            int accepted = 1;
            out.writeByteArray(new BlockWriter()
                    .int8(accepted)
                    .bool(false)
                    .bool(true)
                    .bool(true)
                    .toBytes());
            out.writeObject(after);
            out.writeObject(before);
        }

        @Override
        public void readData(ObjectDataInput in) {
            throw new IllegalStateException("nobody reads this");
        }
    }

    @Test
    void a_record_that_was_read_holds_the_id_of_a_session_once() {
        TargetRecord record = there(Serialization.sample("gw"));
        assertThat(record.slots().get(0).tenures().get(0).sessionId())
                .isSameAs(record.sessions().get(0).id());
    }

    @Test
    void the_record_of_a_node_comes_out_as_it_went_in() {
        ClusterTerms terms = new ClusterTerms(
                Duration.ofSeconds(10), Duration.ofMillis(1), Duration.ofSeconds(5), 3, Map.of("a", 0, "b", 3), 2);
        assertThat(this.<NodeRecord>there(node(Optional.of(terms)))).isEqualTo(node(Optional.of(terms)));
    }

    @Test
    void the_record_of_a_node_of_an_earlier_version_says_nothing_of_its_terms() {
        assertThat(this.<NodeRecord>there(node(Optional.empty()))).isEqualTo(node(Optional.empty()));
    }

    private static NodeRecord node(Optional<ClusterTerms> terms) {
        NodeAddress address = new NodeAddress("https://n", "https://l", "t");
        return new NodeRecord("n", "member", address, 1, 1, 3, 5, true, true, terms);
    }

    @Test
    void all_that_is_identified_comes_out_again() {
        assertThat(this.<Object>there(new StepProcessor(new TargetEvent.Swept(1), ElectionRules.DEFAULT, 1, 0, false)))
                .isInstanceOf(StepProcessor.class);
        assertThat(this.<Object>there(new KeepProcessor<>(Serialization.sample("gw"))))
                .isInstanceOf(KeepProcessor.class);
        assertThat(this.<Object>there(new RecordMergePolicy())).isInstanceOf(RecordMergePolicy.class);
    }
}

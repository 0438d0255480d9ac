package io.exchange.controller.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NearCacheConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.exchange.controller.HazelcastCluster;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ClusterCheckTest {

    @Test
    void a_prepared_configuration_has_no_problem() {
        assertThat(ClusterCheck.problems(HazelcastCluster.prepare(new Config())))
                .isEmpty();
    }

    @Test
    void preparing_again_changes_nothing() {
        Config config = HazelcastCluster.prepare(new Config());
        assertThat(ClusterCheck.problems(HazelcastCluster.prepare(config))).isEmpty();
    }

    @Test
    void what_is_set_before_stays() {
        Config config = new Config().setProperty(ClusterSettings.MAX_NO_HEARTBEAT, "20");
        config.addMapConfig(new MapConfig(ClusterSettings.TARGETS)
                .setBackupCount(2)
                .setMergePolicyConfig(new MergePolicyConfig(RecordMergePolicy.class.getName(), 10)));
        HazelcastCluster.prepare(config);

        assertThat(config.getProperty(ClusterSettings.MAX_NO_HEARTBEAT)).isEqualTo("20");
        assertThat(config.getMapConfig(ClusterSettings.TARGETS).getBackupCount())
                .isEqualTo(2);
        assertThat(ClusterCheck.problems(config)).isEmpty();
    }

    @Test
    void a_configuration_that_was_not_prepared_is_told_how() {
        assertThat(ClusterCheck.problems(new Config()))
                .singleElement()
                .asString()
                .contains("call HazelcastCluster.prepare(config) before");
    }

    @Test
    void each_promise_that_cannot_hold_has_a_line_that_says_what_to_set() {
        expect(
                targets(map -> map.getEvictionConfig()
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.PER_NODE)
                        .setSize(10)),
                "set the eviction policy to NONE");
        expect(targets(map -> map.setTimeToLiveSeconds(5)), "set time-to-live and max-idle to 0");
        expect(targets(map -> map.setMaxIdleSeconds(5)), "set time-to-live and max-idle to 0");
        expect(targets(map -> map.setBackupCount(0)), "set the backup count to 1 or more");
        expect(targets(map -> map.setInMemoryFormat(InMemoryFormat.OBJECT)), "set the in-memory format to BINARY");
        expect(targets(map -> map.setReadBackupData(true)), "set read-backup-data to false");
        expect(targets(map -> map.setNearCacheConfig(new NearCacheConfig())), "take the near cache away");
        expect(targets(map -> map.getMapStoreConfig().setEnabled(true)), "switch the map store off");
        expect(targets(map -> map.getMergePolicyConfig().setPolicy("PutIfAbsentMergePolicy")), "set the merge policy");
        expect(
                config -> config.setProperty(ClusterSettings.FAIL_ON_INDETERMINATE, "false"),
                "set the property hazelcast.operation.fail.on.indeterminate.state=true");
        expect(filter(), "set a JavaSerializationFilterConfig");
        expect(filter("java"), "add the prefixes com.hazelcast., java and [Ljava");
        expect(filter("com.hazelcast.", "java"), "add the prefixes com.hazelcast., java and [Ljava");
    }

    private static Consumer<Config> filter(String... prefixes) {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
        filter.getWhitelist().addPrefixes(prefixes);
        return config -> config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
    }

    @Test
    void no_backup_is_possible_for_whoever_says_so() {
        Config config = HazelcastCluster.prepare(new Config());
        config.getMapConfig(ClusterSettings.TARGETS).setBackupCount(0);
        config.setProperty(ClusterSettings.WITHOUT_BACKUP, "true");

        assertThat(ClusterCheck.problems(config)).isEmpty();
    }

    private static Consumer<Config> targets(Consumer<MapConfig> change) {
        return config -> change.accept(config.getMapConfig(ClusterSettings.TARGETS));
    }

    private static void expect(Consumer<Config> change, String line) {
        Config config = HazelcastCluster.prepare(new Config());
        change.accept(config);
        assertThat(ClusterCheck.problems(config)).singleElement().asString().contains(line);
    }

    @Test
    void a_member_refuses_java_deserialization_of_foreign_classes() {
        try (Members members = new Members()) {
            HazelcastInstance member = members.start();
            member.getMap("other").put("key", new Foreign());

            assertThatExceptionOfType(HazelcastSerializationException.class)
                    .isThrownBy(() -> member.getMap("other").get("key"))
                    .withStackTraceContaining("is not allowed");
        }
    }

    private static final class Foreign implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void a_member_among_others_that_were_not_prepared_is_refused() {
        try (Members members = new Members()) {
            HazelcastInstance first = members.start();
            HazelcastCluster.of(first);
            assertThat(ClusterSettings.detection(first)).isEqualTo(Duration.ofSeconds(5));
            members.start(members.bare().setProperty(ClusterSettings.FAIL_ON_INDETERMINATE, "true"));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HazelcastCluster.of(first))
                    .withMessageContaining("was started without HazelcastCluster.prepare(config)");
        }
    }
}

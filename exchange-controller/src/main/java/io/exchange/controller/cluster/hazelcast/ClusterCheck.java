package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.core.HazelcastInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a Hazelcast member is configured so that the promises of a cluster can hold. */
public final class ClusterCheck {

    private final List<String> problems = new ArrayList<>();

    private ClusterCheck() {}

    /**
     * Checks a member, and whether the others were prepared at all. Does not block.
     *
     * @param hazelcast the member
     * @return one line for each promise that cannot hold, saying what to set; empty if all can
     */
    public static List<String> problems(HazelcastInstance hazelcast) {
        ClusterCheck check = new ClusterCheck();
        try {
            check.config(hazelcast.getConfig());
            check.members(hazelcast);
        } catch (UnsupportedOperationException e) {
            return List.of("this is a client of a Hazelcast cluster: give the controller a member,"
                    + " made by Hazelcast.newHazelcastInstance");
        }
        return List.copyOf(check.problems);
    }

    /**
     * Checks, and refuses what cannot keep the promises.
     *
     * @param hazelcast the member
     * @throws IllegalArgumentException with one line for each problem
     */
    public static void require(HazelcastInstance hazelcast) {
        List<String> problems = problems(hazelcast);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "this Hazelcast member cannot keep what the cluster promises:\n- " + String.join("\n- ", problems));
        }
    }

    static List<String> problems(Config config) {
        ClusterCheck check = new ClusterCheck();
        check.config(config);
        return check.problems;
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            problems.add(otherwise);
        }
    }

    private void config(Config config) {
        boolean prepared = Serialization.isIn(config.getSerializationConfig());
        expect(
                prepared,
                "the member was started without the exchange's serializers: call HazelcastCluster.prepare(config) before"
                        + " Hazelcast.newHazelcastInstance(config)");
        if (!prepared) {
            return;
        }
        expect(
                Boolean.parseBoolean(config.getProperty(ClusterSettings.FAIL_ON_INDETERMINATE)),
                "set the property " + ClusterSettings.FAIL_ON_INDETERMINATE
                        + "=true: else a change that a backup never got is taken for safe, and a term can be given twice");
        filter(config.getSerializationConfig().getJavaSerializationFilterConfig());
        map(config.findMapConfig(ClusterSettings.TARGETS), config);
        map(config.findMapConfig(ClusterSettings.NODES), config);
        map(config.findMapConfig(ClusterSettings.BATCHES), config);
        map(config.findMapConfig(ClusterSettings.BATCH_COMMANDS), config);
        merged(config.findMapConfig(ClusterSettings.TARGETS), "the holders of one half");
        merged(config.findMapConfig(ClusterSettings.BATCHES), "what one half has run of a batch");
    }

    private void merged(MapConfig map, String what) {
        expect(
                map.getMergePolicyConfig().getPolicy().equals(RecordMergePolicy.class.getName()),
                "map " + map.getName() + ": set the merge policy to " + RecordMergePolicy.class.getName()
                        + ": any other loses " + what + " when a split cluster is joined");
    }

    private void filter(@Nullable JavaSerializationFilterConfig filter) {
        boolean filtered = filter != null
                && !(filter.isDefaultsDisabled() && filter.getWhitelist().isEmpty());
        expect(
                filtered,
                "set a JavaSerializationFilterConfig whose whitelist has the prefixes com.hazelcast., java and [Ljava: else"
                        + " a member deserializes any class that it is sent");
        if (filter != null && filtered && filter.isDefaultsDisabled()) {
            boolean passesFailures = Stream.of(
                            "com.hazelcast.cluster.Member", "java.util.UUID", "[Ljava.lang.StackTraceElement;")
                    .allMatch(filter.getWhitelist()::isListed);
            expect(
                    passesFailures,
                    "add the prefixes com.hazelcast., java and [Ljava to the whitelist of the"
                            + " JavaSerializationFilterConfig: without them an invocation that fails hangs");
        }
    }

    private void map(MapConfig map, Config config) {
        String where = "map " + map.getName() + ": ";
        expect(
                map.getEvictionConfig().getEvictionPolicy() == EvictionPolicy.NONE,
                where + "set the eviction policy to NONE: an evicted record forgets who holds what");
        expect(
                map.getTimeToLiveSeconds() == 0 && map.getMaxIdleSeconds() == 0,
                where + "set time-to-live and max-idle to 0: a record that expires forgets who holds what");
        expect(
                map.getBackupCount() > 0 || Boolean.parseBoolean(config.getProperty(ClusterSettings.WITHOUT_BACKUP)),
                where + "set the backup count to 1 or more, or the property " + ClusterSettings.WITHOUT_BACKUP
                        + "=true if the loss of any member may lose records");
        expect(
                map.getInMemoryFormat() == InMemoryFormat.BINARY,
                where + "set the in-memory format to BINARY, the only one that was tested");
        expect(!map.isReadBackupData(), where + "set read-backup-data to false: a backup may be behind");
        expect(
                map.getNearCacheConfig() == null,
                where + "take the near cache away: reads must reach the record itself, look-ups have an index");
        expect(
                !map.getMapStoreConfig().isEnabled(),
                where + "switch the map store off: a record that it brings back is an old one");
    }

    private void members(HazelcastInstance hazelcast) {
        for (Member member : hazelcast.getCluster().getMembers()) {
            expect(
                    member.getAttribute(ClusterSettings.MEMBER_ATTRIBUTE) != null,
                    "member " + member.getAddress() + " was started without HazelcastCluster.prepare(config): it would"
                            + " have to change records and does not know how");
        }
    }
}

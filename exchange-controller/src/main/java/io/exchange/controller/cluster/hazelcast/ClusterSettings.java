package io.exchange.controller.cluster.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.MetadataPolicy;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.spi.merge.PutIfAbsentMergePolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a Hazelcast member must be started with so that the promises of a cluster hold. Every setting that is there already
 * stays; {@link ClusterCheck} says which of those cannot.
 */
public final class ClusterSettings {

    /** The map of the records of targets. */
    public static final String TARGETS = "exchange.targets";

    /** The map of nodes. */
    public static final String NODES = "exchange.nodes";

    /** The map of the records of batches. */
    public static final String BATCHES = "exchange.batches";

    /** The map of what the commands of batches carry. */
    public static final String BATCH_COMMANDS = "exchange.batch-commands";

    /** Set to true by whoever knows that without a backup the loss of any member loses records. */
    public static final String WITHOUT_BACKUP = "exchange.cluster.without.backup";

    /** The member attribute by which members know that they are prepared, and for which form of records. */
    static final String MEMBER_ATTRIBUTE = "exchange.format";

    /** By which a Vert.x that is given a member, instead of making one, knows itself. */
    private static final String VERTX_NODE_ID = "__vertx.nodeId";

    static final String HEARTBEAT_INTERVAL = "hazelcast.heartbeat.interval.seconds";
    static final String MAX_NO_HEARTBEAT = "hazelcast.max.no.heartbeat.seconds";
    static final String FAIL_ON_INDETERMINATE = "hazelcast.operation.fail.on.indeterminate.state";
    static final String MERGE_FIRST_DELAY = "hazelcast.merge.first.run.delay.seconds";
    static final String MERGE_NEXT_DELAY = "hazelcast.merge.next.run.delay.seconds";

    static final String CALL_TIMEOUT = "hazelcast.operation.call.timeout.millis";

    static final String[] FILTER_PREFIXES = {
        "com.hazelcast.", "java", "[Ljava", "[Lcom.hazelcast.", "[Z", "[B", "[C", "[S", "[I", "[J", "[F", "[D"
    };

    private static final int MERGE_BATCH = 100;

    private ClusterSettings() {}

    /**
     * Adds what is missing. How members find each other stays with the caller, by {@link Config#getNetworkConfig()}.
     *
     * @param config the configuration of a member that is not started yet; changed
     * @return the same
     */
    public static Config prepare(Config config) {
        defaults().forEach((name, value) -> {
            if (config.getProperty(name) == null) {
                config.setProperty(name, value);
            }
        });
        if (!Serialization.isIn(config.getSerializationConfig())) {
            Serialization.addTo(config.getSerializationConfig());
        }
        if (config.getSerializationConfig().getJavaSerializationFilterConfig() == null) {
            config.getSerializationConfig().setJavaSerializationFilterConfig(onlyHazelcast());
        }
        config.getMapConfigs().computeIfAbsent(TARGETS, ClusterSettings::merged);
        config.getMapConfigs().computeIfAbsent(NODES, ClusterSettings::eitherHalf);
        config.getMapConfigs().computeIfAbsent(BATCHES, ClusterSettings::merged);
        config.getMapConfigs().computeIfAbsent(BATCH_COMMANDS, ClusterSettings::eitherHalf);
        Map<String, String> attributes = config.getMemberAttributeConfig().getAttributes();
        attributes.putIfAbsent(MEMBER_ATTRIBUTE, "1");
        attributes.putIfAbsent(VERTX_NODE_ID, UUID.randomUUID().toString());
        return config;
    }

    /**
     * The time after which the members take one that is silent for lost.
     *
     * @param hazelcast a member
     * @return its failure-detection time
     */
    public static Duration detection(HazelcastInstance hazelcast) {
        String seconds = hazelcast.getConfig().getProperty(MAX_NO_HEARTBEAT);
        return Duration.ofSeconds(seconds == null ? 60 : Long.parseLong(seconds));
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put(FAIL_ON_INDETERMINATE, "true");
        defaults.put(HEARTBEAT_INTERVAL, "1");
        defaults.put(MAX_NO_HEARTBEAT, "5");
        defaults.put(MERGE_FIRST_DELAY, "5");
        defaults.put(MERGE_NEXT_DELAY, "5");
        // a call whose answer got lost in a split waits for twice that; one that takes long is kept alive
        defaults.put(CALL_TIMEOUT, "5000");
        // a controller stops before its member does
        defaults.put("hazelcast.shutdownhook.enabled", "false");
        return defaults;
    }

    /**
     * What members of Hazelcast send each other by Java serialization: exceptions, whose stack traces are arrays. With a
     * narrower list an invocation that fails hangs for ever, because its failure cannot be read.
     */
    private static JavaSerializationFilterConfig onlyHazelcast() {
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.setDefaultsDisabled(true);
        filter.getWhitelist().addPrefixes(FILTER_PREFIXES);
        return filter;
    }

    private static MapConfig merged(String name) {
        return kept(name).setMergePolicyConfig(new MergePolicyConfig(RecordMergePolicy.class.getName(), MERGE_BATCH));
    }

    private static MapConfig eitherHalf(String name) {
        return kept(name)
                .setMergePolicyConfig(new MergePolicyConfig(PutIfAbsentMergePolicy.class.getName(), MERGE_BATCH));
    }

    private static MapConfig kept(String name) {
        return new MapConfig(name)
                .setBackupCount(1)
                .setAsyncBackupCount(0)
                .setReadBackupData(false)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setMetadataPolicy(MetadataPolicy.OFF)
                .setTimeToLiveSeconds(0)
                .setMaxIdleSeconds(0)
                .setPerEntryStatsEnabled(false)
                .setStatisticsEnabled(false);
    }
}

package io.exchange.examples.benchmarks;

import io.exchange.api.ExchangeObserver;
import io.exchange.api.Roles;
import io.exchange.channel.CommandIds;
import io.exchange.controller.cluster.Bounded;
import io.exchange.controller.cluster.ClusterNode;
import io.exchange.controller.cluster.NodeAddress;
import io.exchange.controller.cluster.hazelcast.HazelcastNode;
import io.exchange.controller.link.NodeLinks;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.Verdict;
import io.exchange.protocol.ChannelLimits;
import io.exchange.transport.NodeTransport;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A node that says of many sessions that they are attached to it, and has none of them. To the others it is a node like any: it
 * is in the view, keeps its lease, and has links. It does not reconcile, as that would take out what is not there.
 */
final class RecordsRole implements Role {

    static final String NAME = "records";

    private static final int AT_A_TIME = 256;
    private static final int TOKEN_BYTES = 16;
    private static final int DIGEST_BYTES = 32;

    private @Nullable ClusterNode node;

    @Override
    public JsonObject answer(String what, JsonObject with) throws Exception {
        return switch (what) {
            case "join" -> join(with);
            case "put" -> put(with.getInteger("from"), with.getInteger("to"));
            case "resync" -> resync();
            default -> throw Role.unknown(what);
        };
    }

    private ClusterNode node() {
        return Objects.requireNonNull(node, "the node has not joined");
    }

    private JsonObject join(JsonObject with) throws Exception {
        Member member = Member.join(Member.Joining.of(with));
        String nodeId = with.getString("node");
        String token = CommandIds.randomText(TOKEN_BYTES);
        NodeTransport transport = member.links();
        NodeLinks links = new NodeLinks(new NodeLinks.Parts(
                member.vertx(),
                nodeId,
                transport,
                token,
                ChannelLimits.DEFAULT,
                onward -> Optional.empty(),
                ExchangeObserver.NONE));
        Role.await(links.listen());
        ClusterNode.Setup setup =
                setup(nodeId, new NodeAddress("", transport.server().endpoint(), token), with);
        ClusterNode opened = Role.await(HazelcastNode.open(member.vertx(), member.hazelcast(), setup));
        links.start(opened.view(), () -> {});
        node = opened;
        return new JsonObject();
    }

    private static ClusterNode.Setup setup(String nodeId, NodeAddress address, JsonObject with) {
        Duration lease = Duration.ofMillis(
                with.getLong("lease_ms", ChannelLimits.DEFAULT.lease().toMillis()));
        return new ClusterNode.Setup(
                nodeId,
                address,
                new ElectionRules(Map.of(), 1, true),
                1,
                lease,
                lease.multipliedBy(3),
                true,
                Duration.ofSeconds(5));
    }

    private JsonObject put(int from, int to) throws Exception {
        long began = System.nanoTime();
        List<Integer> numbers = IntStream.range(from, to).boxed().toList();
        int failed = Role.await(Bounded.forEach(numbers, AT_A_TIME, this::putOne));
        if (failed > 0) {
            throw new IllegalStateException(failed + " records were not put");
        }
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }

    private Future<?> putOne(int number) {
        TargetEvent attached = attached(number);
        // what fails while a member comes or goes has to be submitted again
        return submit(number, attached)
                .recover(failure -> submit(number, attached))
                .recover(failure -> submit(number, attached));
    }

    private Future<Verdict> submit(int number, TargetEvent event) {
        return node().directory().submit(Commands.target(number), event);
    }

    private TargetEvent attached(int number) {
        ClusterNode own = node();
        return new TargetEvent.Attached(
                new Attach(
                        CommandIds.randomText(TOKEN_BYTES),
                        "connector-" + number,
                        1,
                        CommandIds.randomText(TOKEN_BYTES),
                        own.view().nodeId()),
                Map.of("zone", "a"),
                Set.of(Roles.PRIMARY),
                List.of(),
                "",
                CommandIds.randomText(DIGEST_BYTES),
                own.directory().clusterTime());
    }

    private JsonObject resync() throws Exception {
        long began = System.nanoTime();
        Role.await(node().directory().resync());
        return new JsonObject().put("seconds", (System.nanoTime() - began) / 1e9);
    }
}

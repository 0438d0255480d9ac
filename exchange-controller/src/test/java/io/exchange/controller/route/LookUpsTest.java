package io.exchange.controller.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.Command;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.MessageType;
import io.exchange.api.Roles;
import io.exchange.api.Route;
import io.exchange.channel.CommandIds;
import io.exchange.channel.Handlers;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.Session;
import io.exchange.controller.accept.LocalSessions;
import io.exchange.controller.cluster.Directory;
import io.exchange.controller.cluster.DirectoryListener;
import io.exchange.controller.cluster.MemoryDirectory;
import io.exchange.controller.cluster.Registration;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetRecord;
import io.exchange.controller.primary.Verdict;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a command asks of the directory, by how many targets there are. */
class LookUpsTest {

    private static final CommandType<String, String> PING = CommandType.of("ping.v1", String.class, String.class);
    private static final MessageType<String> NEWS = MessageType.of("news.v1", String.class);

    @Test
    void fault_1_the_look_ups_of_a_command_do_not_grow_with_the_number_of_targets() {
        List<Command<String, String>> commands = List.of(
                PING.command("to any"),
                PING.command("to any").withDelivery(Delivery.AT_LEAST_ONCE),
                PING.command("to the holder").withRoute(Route.holder(Roles.PRIMARY)),
                PING.command("to one connector").withRoute(Route.connector("connector")));
        for (Command<String, String> command : commands) {
            assertThat(asked(10_000, "target 7", command))
                    .as(command.toString())
                    .isEqualTo(asked(10, "target 7", command))
                    .containsExactly("lookup target 7");
        }
    }

    @Test
    void fault_1_nor_do_those_of_a_command_that_finds_nobody() {
        assertThat(asked(10_000, "nobody", PING.command("to nobody")))
                .isEqualTo(asked(10, "nobody", PING.command("to nobody")))
                .containsExactly("lookup nobody", "read nobody", "lookup nobody");
    }

    @Test
    void fault_1_nor_those_of_a_message() {
        Node few = new Node(10);
        Node many = new Node(10_000);
        few.router.send("target 7", NEWS.message("news"));
        many.router.send("target 7", NEWS.message("news"));

        assertThat(many.directory.calls).isEqualTo(few.directory.calls).noneMatch("snapshot"::equals);
    }

    private static List<String> asked(int targets, String targetId, Command<String, String> command) {
        Node node = new Node(targets);
        node.router.call(targetId, command);
        node.loop.run();
        return node.directory.calls;
    }

    /** A node that has a link to another, which has the connectors of many targets. */
    private static final class Node {

        private final ManualLoop loop = new ManualLoop();
        private final Counted directory = new Counted();
        private final Session link = new Session(
                new Session.Setup(
                        "link", new Handlers(), 0, ExchangeObserver.NONE, new CommandIds(), grant -> Optional.empty()),
                loop,
                true);
        private final Router router = new Router(new Router.Parts(
                "here",
                directory,
                new LocalSessions(),
                node -> Optional.of(link),
                new CommandIds(),
                ExchangeObserver.NONE,
                loop,
                () -> true));

        Node(int targets) {
            for (int i = 0; i < targets; i++) {
                directory.attach("target " + i);
            }
            directory.calls.clear();
        }
    }

    /** A directory that writes down what it is asked. What it says may be behind, as in a cluster. */
    private static final class Counted implements Directory {

        private final MemoryDirectory records = new MemoryDirectory(ElectionRules.DEFAULT, () -> 1_700_000_000_000L, 0);
        private final List<String> calls = new ArrayList<>();

        void attach(String targetId) {
            Attach attach = new Attach("session of " + targetId, "connector", 1, "channel", "there");
            Verdict verdict = submit(
                            targetId,
                            new TargetEvent.Attached(
                                    attach, Map.of(), Set.of(Roles.PRIMARY), List.of(), "", "", clusterTime()))
                    .result();
            assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        }

        @Override
        public TargetRecord lookup(String targetId) {
            calls.add("lookup " + targetId);
            return records.lookup(targetId);
        }

        @Override
        public Future<TargetRecord> read(String targetId) {
            calls.add("read " + targetId);
            return records.read(targetId);
        }

        @Override
        public Future<Verdict> submit(String targetId, TargetEvent event) {
            calls.add("submit " + targetId);
            return records.submit(targetId, event);
        }

        @Override
        public Registration listen(DirectoryListener listener) {
            calls.add("listen");
            return records.listen(listener);
        }

        @Override
        public Collection<TargetRecord> snapshot() {
            calls.add("snapshot");
            return records.snapshot();
        }

        @Override
        public Future<Void> resync() {
            calls.add("resync");
            return records.resync();
        }

        @Override
        public long clusterTime() {
            return records.clusterTime();
        }

        @Override
        public Future<Void> close() {
            return records.close();
        }
    }
}

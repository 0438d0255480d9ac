package io.exchange.controller.accept;

import io.exchange.channel.CommandIds;
import io.exchange.channel.Handlers;
import io.exchange.channel.ManualLoop;
import io.exchange.channel.MemoryLink;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.cluster.Directory;
import io.exchange.protocol.Frame;
import java.util.Optional;

/** The door of a node on a manual loop: connectors come over links in memory, and say what the test lets them say. */
public final class Door {

    public static final String NODE = "here";

    private final ManualLoop loop;
    private final LocalSessions sessions;
    private final Acceptor acceptor;

    public Door(ManualLoop loop, Directory directory, ControllerOptions options) {
        this.loop = loop;
        this.sessions = new LocalSessions();
        long leaseNanos = options.getChannelLimits().lease().toNanos();
        this.acceptor = new Acceptor(new Acceptor.Parts(
                options,
                NODE,
                directory,
                new Acceptor.Lease(now -> leaseNanos, 0),
                sessions,
                new Handlers(),
                new CommandIds(),
                node -> Optional.empty(),
                target -> {}));
    }

    public LocalSessions sessions() {
        return sessions;
    }

    Acceptor acceptor() {
        return acceptor;
    }

    /** A connector says hello. */
    public Visitor attach(Frame.Hello hello) {
        MemoryLink link = new MemoryLink(loop, false);
        Visitor visitor = new Visitor(loop, link);
        acceptor.accept(link.far, loop);
        link.near.send(hello);
        loop.run();
        return visitor;
    }
}

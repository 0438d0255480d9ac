package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Command;
import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.api.Execution;
import io.exchange.api.PayloadType;
import io.exchange.api.ReplyMemory;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Outcome;
import io.exchange.protocol.Payload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connector that goes from node to node in a {@link World}, what it sends, and a list of what went against the promises. */
final class WanderingSession {

    private static final CommandType<Buffer, Buffer> WORK =
            CommandType.of("work.v1", PayloadType.bytes(), PayloadType.bytes());
    private static final ChannelLimits LIMITS =
            new ChannelLimits(Duration.ofMillis(500), 3, Duration.ofSeconds(10), Duration.ofSeconds(5), 8, 8, 1 << 20);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
    private static final int NODES = 3;

    private final World world;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Session> links = new HashMap<>();
    private final List<ChannelEngine> linkChannels = new ArrayList<>();
    private final Connector connector;
    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private final Map<String, Integer> lastStarted = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final int maxConcurrent;
    private long newestAttach;
    private boolean calm;

    WanderingSession(long seed) {
        world = new World(seed);
        maxConcurrent = world.chance.nextInt(3) * 2;
        connector = new Connector(world.newLoop());
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(i, world.newLoop()));
        }
        for (Node from : nodes) {
            nodes.stream().filter(to -> to.number > from.number).forEach(to -> link(from, to));
        }
    }

    List<String> run() {
        world.run(Duration.ofMillis(200));
        connector.loop.execute(connector::attach);
        world.after(0, this::trouble);
        world.after(0, this::send);
        world.run(Duration.ofSeconds(12));
        calm = true;
        world.run(Duration.ofSeconds(12));
        connector.loop.execute(connector::stop);
        nodes.forEach(node -> node.loop.execute(() -> node.session.end(ErrorCode.SHUTTING_DOWN, "over")));
        linkChannels.forEach(channel -> channel.loop().execute(() -> channel.cut(CloseReason.of(Code.NORMAL, "over"))));
        world.run(Duration.ofSeconds(6));
        sent.values().forEach(Sent::check);
        if (world.hasAlarms()) {
            complaints.add("an alarm is left");
        }
        return complaints;
    }

    private void link(Node from, Node to) {
        from.loop.execute(() -> {
            World.Link link = world.new Link(from.loop, to.loop);
            to.loop.execute(() -> linkChannels.add(ChannelEngine.listen(
                    link.far, to.loop, HANDSHAKE_TIMEOUT, new LinkEnd(to, from), ExchangeObserver.NONE)));
            linkChannels.add(ChannelEngine.connect(
                    link.near,
                    from.loop,
                    MemoryLink.hello("session"),
                    HANDSHAKE_TIMEOUT,
                    new LinkEnd(from, to),
                    ExchangeObserver.NONE));
        });
    }

    private void send() {
        if (calm) {
            return;
        }
        world.after(world.upTo(Duration.ofMillis(120)), this::send);
        Sent next = new Sent(sent.size());
        sent.put(next.command.id(), next);
        connector.loop.execute(() -> connector.session.submit(next.command));
        if (world.chance.nextInt(8) == 0) {
            world.after(world.upTo(Duration.ofSeconds(1)), () -> next.command.cancel(connector.loop, () -> {}));
        }
    }

    private void trouble() {
        if (calm) {
            return;
        }
        world.after(world.upTo(Duration.ofMillis(1500)), this::trouble);
        World.Link link = connector.link;
        if (link != null && world.chance.nextInt(4) > 0) {
            link.cut();
        } else if (link != null) {
            link.stall(world.upTo(Duration.ofSeconds(2)));
        }
    }

    private Future<Buffer> handle(Buffer request, CommandContext context) {
        sent.get(context.commandId()).started();
        Promise<Buffer> answer = Promise.promise();
        int kind = world.chance.nextInt(6);
        if (kind < 2) {
            return Future.succeededFuture(request);
        } else if (kind == 2) {
            context.onCancel(() -> answer.tryComplete(Buffer.buffer("so far")));
        }
        world.after(world.upTo(Duration.ofMillis(800)), () -> answer.tryComplete(request));
        return answer.future();
    }

    private static Session.Setup setup(Handlers handlers, int maxConcurrent, Elsewhere elsewhere) {
        return new Session.Setup(
                "session",
                handlers,
                maxConcurrent,
                ExchangeObserver.NONE,
                new CommandIds(),
                Fence.OPEN,
                elsewhere,
                ReplyMemory.DEFAULT);
    }

    /** A command, and what became of it. */
    private final class Sent implements PendingCommand.Owner {

        private final PendingCommand command;
        private final int number;
        private final String orderKey;
        private int starts;
        private int ends;
        private int lastBefore;
        private @Nullable Outcome outcome;

        Sent(int number) {
            this.number = number;
            this.orderKey = world.chance.nextInt(4) == 0 ? "" : "key " + world.chance.nextInt(2);
            Buffer request = Buffer.buffer(new byte[world.chance.nextInt(15) == 0 ? 150_000 : 10]);
            Delivery delivery = world.chance.nextInt(6) == 0 ? Delivery.AT_MOST_ONCE : Delivery.RESUME;
            Command<Buffer, Buffer> drawn = WORK.command(request).withDelivery(delivery);
            if (!orderKey.isEmpty()) {
                drawn = drawn.withOrderKey(orderKey);
            }
            long deadline = world.nanoTime()
                    + Duration.ofSeconds(1).toNanos()
                    + world.upTo(Duration.ofSeconds(world.chance.nextInt(4) == 0 ? 1 : 6));
            command = new PendingCommand("c" + number, drawn, Payload.of(WORK.request(), request), deadline, this);
        }

        void started() {
            starts++;
            if (starts > 1) {
                complain("ran again");
            }
            lastBefore = orderKey.isEmpty() ? -1 : lastStarted.merge(orderKey, number, Math::max);
        }

        @Override
        public void ended(PendingCommand which, Outcome how) {
            ends++;
            outcome = how;
        }

        void check() {
            if (ends != 1) {
                complain("ended " + ends + " times");
            }
            boolean unexecuted = outcome instanceof Outcome.Refused refused
                    && refused.cause().execution() == Execution.NOT_EXECUTED;
            if (unexecuted && starts > 0) {
                complain("ran, and was called not executed");
            }
            if (outcome instanceof Outcome.Succeeded && starts == 0) {
                complain("succeeded, and never ran");
            }
            if (outcome instanceof Outcome.Succeeded
                    && lastBefore > number) { // what ended unknown may start at any time
                complain("started after c" + lastBefore + " of the same order key");
            }
        }

        private void complain(String what) {
            complaints.add(
                    command.id() + " " + what + ": " + command.delivery() + ", " + orderKey + ", outcome " + outcome);
        }
    }

    /** The connector: one session, and one channel after the other, each to any node. */
    private final class Connector implements ChannelOwner {

        private final Loop loop;
        private final Session session;
        private World.@Nullable Link link;
        private @Nullable ChannelEngine channel;
        private long attaches;
        private boolean stopped;

        Connector(Loop loop) {
            this.loop = loop;
            this.session = new Session(setup(new Handlers(), 0, Elsewhere.NOWHERE), loop, true);
        }

        void attach() {
            if (stopped) {
                return;
            }
            attaches++;
            Node node = nodes.get(world.chance.nextInt(NODES));
            World.Link opened = world.new Link(loop, node.loop);
            link = opened;
            node.loop.execute(
                    () -> ChannelEngine.listen(opened.far, node.loop, HANDSHAKE_TIMEOUT, node, ExchangeObserver.NONE));
            channel = ChannelEngine.connect(
                    opened.near,
                    loop,
                    MemoryLink.hello("session", attaches),
                    HANDSHAKE_TIMEOUT,
                    this,
                    ExchangeObserver.NONE);
        }

        void stop() {
            stopped = true;
            session.end(ErrorCode.SHUTTING_DOWN, "over");
            if (channel != null) {
                channel.cut(CloseReason.of(Code.NORMAL, "over"));
            }
        }

        @Override
        public void helloReply(ChannelEngine attached, Frame.HelloReply frame) {
            attached.activate(frame, session);
        }

        @Override
        public void heartbeatAck(ChannelEngine sender, Frame.HeartbeatAck frame) {}

        @Override
        public void closed(ChannelEngine ended, CloseReason reason) {
            channel = null;
            if (session.isCarriedBy(ended)) {
                session.suspend();
            }
            world.after(world.upTo(Duration.ofMillis(300)), () -> loop.execute(this::attach));
        }
    }

    /** A node, with what it has of the session, whether that is there or at another node. */
    private final class Node implements ChannelOwner, Elsewhere {

        private final int number;
        private final Loop loop;
        private final Session session;

        Node(int number, Loop loop) {
            this.number = number;
            this.loop = loop;
            Handlers handlers = new Handlers();
            handlers.set(WORK, WanderingSession.this::handle);
            this.session = new Session(setup(handlers, maxConcurrent, this), loop, true);
        }

        @Override
        public void hello(ChannelEngine from, Frame.Hello frame) {
            from.introduce(frame);
            if (frame.attachNumber() <= newestAttach) {
                from.abort(CloseReason.of(Code.SUPERSEDED, ""));
                return;
            }
            newestAttach = frame.attachNumber();
            session.moveTo(
                    loop,
                    () -> from.activate(
                            new Frame.HelloReply(number + "-" + frame.attachNumber(), "", LIMITS, Payload.EMPTY),
                            session));
        }

        @Override
        public void heartbeat(ChannelEngine from, Frame.Heartbeat frame) {
            from.send(new Frame.HeartbeatAck(frame.number(), 0));
        }

        @Override
        public void closed(ChannelEngine ended, CloseReason reason) {
            if (session.isCarriedBy(ended)) {
                session.suspend();
            }
        }

        @Override
        public boolean isHere(String firstChannel) {
            return firstChannel.isEmpty() || firstChannel.startsWith(number + "-");
        }

        @Override
        public Optional<Session> linkTo(String firstChannel) {
            return Optional.ofNullable(links.get(number + ">" + firstChannel.charAt(0)));
        }

        @Override
        public Frame.Onward sameSession(long attachNumber) {
            return new Frame.Onward("target", "session", Delivery.RESUME, true, attachNumber);
        }
    }

    /** One end of the link between two nodes. */
    private final class LinkEnd extends ObligingEnd {

        LinkEnd(Node here, Node there) {
            super(Session.relaying(
                    setup(new Handlers(), 0, Elsewhere.NOWHERE),
                    "node " + there.number,
                    here.loop,
                    onward -> Optional.of(here.session)));
            links.put(here.number + ">" + there.number, session);
        }

        @Override
        public void closed(ChannelEngine channel, CloseReason reason) {
            session.end(ErrorCode.CHANNEL_CLOSED, "the link is lost");
        }
    }
}

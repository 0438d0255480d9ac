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
import org.jspecify.annotations.Nullable;

/** One connector and one controller in a {@link World}, commands both ways, and a list of what went against the promises. */
final class Traffic {

    private static final CommandType<Buffer, Buffer> WORK =
            CommandType.of("work.v1", PayloadType.bytes(), PayloadType.bytes());
    private static final int LARGE = 70_000;
    private static final ChannelLimits LIMITS =
            new ChannelLimits(Duration.ofMillis(500), 3, Duration.ofSeconds(10), Duration.ofSeconds(5), 4, 6, 1 << 20);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
    /** Alarms ring late, by the wheel and by the steps of the world. */
    private static final long LATE_NANOS = Duration.ofMillis(60).toNanos();

    /** A request that is encoded, here to as many bytes as it says, and on another thread if the last one was large. */
    private final CommandType<Integer, Buffer> encoded = CommandType.of(
            "encoded.v1",
            PayloadType.of(Integer.class, length -> Buffer.buffer(new byte[length]), Buffer::length),
            PayloadType.bytes());

    private final World world;
    private final Loop connectorLoop;
    private final List<Loop> controllerLoops;
    private final Handlers handlers = new Handlers();
    private final Map<String, Sent> sent = new LinkedHashMap<>();
    private final Map<String, Integer> lastStarted = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private final Connector connector;
    private final Controller controller;
    private final int maxConcurrent;
    private int running;
    private boolean calm;

    Traffic(long seed) {
        world = new World(seed);
        connectorLoop = world.newLoop();
        controllerLoops = List.of(world.newLoop(), world.newLoop());
        maxConcurrent = world.chance.nextInt(3);
        handlers.set(WORK, this::handle);
        handlers.set(encoded, (length, context) -> handle(Buffer.buffer(new byte[10]), context));
        connector = new Connector();
        controller = new Controller();
    }

    List<String> run() {
        connectorLoop.execute(connector::attach);
        world.after(0, this::trouble);
        world.after(0, this::send);
        world.run(Duration.ofSeconds(12));
        calm = true;
        world.run(Duration.ofSeconds(12));
        connectorLoop.execute(connector::stop);
        controller.session.execute(() -> controller.session.end(ErrorCode.SHUTTING_DOWN, "over"));
        world.run(Duration.ofSeconds(6));
        sent.values().forEach(Sent::check);
        if (world.hasAlarms()) {
            complaints.add("an alarm is left");
        }
        return complaints;
    }

    private void send() {
        if (calm) {
            return;
        }
        world.after(world.upTo(Duration.ofMillis(60)), this::send);
        boolean down = world.chance.nextBoolean();
        Session session = down ? controller.session : connector.session;
        Sent next = new Sent(sent.size(), down);
        sent.put(next.command.id(), next);
        Loop from = down ? controllerLoops.get(0) : connectorLoop; // one thread each way, for there to be an order
        from.execute(() -> session.submit(next.command));
        if (world.chance.nextInt(4) == 0) {
            world.after(world.upTo(Duration.ofSeconds(1)), () -> next.command.cancel(connectorLoop, () -> {}));
        }
    }

    private void trouble() {
        if (calm) {
            return;
        }
        world.after(world.upTo(Duration.ofSeconds(2)), this::trouble);
        World.Link link = connector.link;
        int kind = world.chance.nextInt(10);
        if (link != null && kind < 5) {
            link.cut();
        } else if (link != null && kind < 8) {
            link.stall(world.upTo(Duration.ofSeconds(3)));
        } else if (kind == 8) {
            Session forgotten = controller.session;
            forgotten.execute(() -> {
                if (forgotten.state() == Session.State.SUSPENDED) {
                    forgotten.end(ErrorCode.CHANNEL_CLOSED, "its grace is over");
                }
            });
        } else {
            connectorLoop.execute(() -> {
                if (connector.session.state() == Session.State.SUSPENDED) {
                    connector.session.cancelHandlers();
                }
            });
        }
    }

    private Future<Buffer> handle(Buffer request, CommandContext context) {
        Sent command = sent.get(context.commandId());
        command.started(context);
        Promise<Buffer> answer = Promise.promise();
        int kind = world.chance.nextInt(8);
        if (kind == 0) {
            throw new IllegalStateException("a handler that throws");
        } else if (kind < 3) {
            return Future.succeededFuture(request);
        } else if (kind == 3 && command.command.deadlineNanos() != Frame.NO_DEADLINE) {
            return answer.future(); // for ever
        } else if (kind == 4) {
            context.onCancel(() -> answer.tryComplete(Buffer.buffer("so far")));
        } else if (kind == 5) {
            context.onCancel(() -> {
                throw new IllegalStateException("an action that throws");
            });
        }
        world.after(world.upTo(Duration.ofMillis(1500)), () -> answer.tryComplete(request));
        return answer.future();
    }

    private Session newSession(Loop loop, boolean firstLife) {
        Session.Setup setup = new Session.Setup(
                "session", handlers, maxConcurrent, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
        return new Session(setup, loop, firstLife);
    }

    /** A command, and what became of it. */
    private final class Sent implements PendingCommand.Owner {

        private final PendingCommand command;
        private final boolean down;
        private final int number;
        private final String orderKey;
        private int starts;
        private int ends;
        private @Nullable Outcome outcome;
        private long endedAtNanos;

        Sent(int number, boolean down) {
            this.down = down;
            this.number = number;
            this.orderKey = world.chance.nextInt(3) == 0 ? "key " + world.chance.nextInt(2) : "";
            if (world.chance.nextInt(5) == 0) {
                command = command(encoded, world.chance.nextInt(4) == 0 ? 10 : LARGE);
            } else {
                command = command(WORK, Buffer.buffer(new byte[world.chance.nextInt(15) == 0 ? 150_000 : 10]));
            }
        }

        private <Q> PendingCommand command(CommandType<Q, Buffer> type, Q request) {
            Command<Q, Buffer> drawn = type.command(request).withDelivery(delivery());
            if (!orderKey.isEmpty()) {
                drawn = drawn.withOrderKey(orderKey);
            }
            long deadline = world.chance.nextInt(8) == 0
                    ? Frame.NO_DEADLINE
                    : world.nanoTime() + 1 + world.upTo(Duration.ofSeconds(3));
            return new PendingCommand("c" + number, drawn, Payload.of(type.request(), request), deadline, this);
        }

        private Delivery delivery() {
            return Delivery.values()[world.chance.nextInt(Delivery.values().length)];
        }

        void started(CommandContext context) {
            starts++;
            if (starts > 1) {
                complain("ran again");
            }
            if (isAfter(
                    world.nanoTime(), LATE_NANOS)) { // the quickest frame of a connection counts as if it took no time
                complain("started " + (world.nanoTime() - command.deadlineNanos()) / 1_000_000
                        + " ms after its deadline");
            }
            int before = orderKey.isEmpty() ? -1 : lastStarted.merge(orderKey + down, number, Math::max);
            if (before > number) {
                complain("started after c" + before + " of the same order key");
            }
            if (context.isCancelled()) {
                complain("started though it was cancelled");
            }
        }

        private boolean isAfter(long nanos, long slackNanos) {
            return command.deadlineNanos() != Frame.NO_DEADLINE && nanos > command.deadlineNanos() + slackNanos;
        }

        @Override
        public void ended(PendingCommand which, Outcome how) {
            ends++;
            outcome = how;
            endedAtNanos = world.nanoTime();
        }

        void check() {
            if (ends != 1) {
                complain("ended " + ends + " times");
            }
            if (isAfter(endedAtNanos, LATE_NANOS)) {
                complain("ended late");
            }
            boolean unexecuted = outcome instanceof Outcome.Refused refused
                    && refused.cause().execution() == Execution.NOT_EXECUTED;
            if (unexecuted && starts > 0) {
                complain("ran, and was called not executed");
            }
            if (outcome instanceof Outcome.Succeeded && starts == 0) {
                complain("succeeded, and never ran");
            }
        }

        private void complain(String what) {
            complaints.add(command.id() + (down ? " to the connector " : " to the controller ") + what + ": "
                    + command.delivery() + ", " + command.payload.knownLength() + " bytes, outcome " + outcome);
        }
    }

    /** The connector: one session, and one channel after the other. */
    private final class Connector implements ChannelOwner {

        private final Session session = newSession(connectorLoop, true);
        private World.@Nullable Link link;
        private @Nullable ChannelEngine channel;
        private long attaches;
        private boolean stopped;

        void attach() {
            attaches++;
            Loop loop = controllerLoops.get(world.chance.nextInt(controllerLoops.size()));
            World.Link opened = world.new Link(connectorLoop, loop);
            link = opened;
            loop.execute(
                    () -> ChannelEngine.listen(opened.far, loop, HANDSHAKE_TIMEOUT, controller, ExchangeObserver.NONE));
            Frame.Hello hello = MemoryLink.hello("session", attaches);
            channel = ChannelEngine.connect(
                    opened.near, connectorLoop, hello, HANDSHAKE_TIMEOUT, this, ExchangeObserver.NONE);
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
            if (!stopped) {
                world.after(
                        world.upTo(Duration.ofMillis(800)),
                        () -> connectorLoop.execute(() -> {
                            if (!stopped) {
                                attach();
                            }
                        }));
            }
        }
    }

    /** The controller's door for that one session, as it goes from loop to loop. */
    private final class Controller implements ChannelOwner {

        private Session session = newSession(controllerLoops.get(0), true);
        private long newest;
        private @Nullable ChannelEngine channel;

        @Override
        public void hello(ChannelEngine from, Frame.Hello frame) {
            from.introduce(frame);
            Session present = session;
            present.execute(() -> {
                if (present.state() == Session.State.ENDED) {
                    from.loop().execute(() -> {
                        if (session == present) {
                            session = newSession(from.loop(), false);
                        }
                        hello(from, frame);
                    });
                } else if (frame.attachNumber() > newest) {
                    newest = frame.attachNumber();
                    present.moveTo(from.loop(), () -> activate(present, from, frame.attachNumber()));
                } else {
                    from.loop().execute(() -> from.abort(CloseReason.of(Code.SUPERSEDED, "")));
                }
            });
        }

        private void activate(Session carried, ChannelEngine from, long number) {
            if (!carried.loop().inLoop() || number != newest) {
                from.abort(CloseReason.of(Code.SUPERSEDED, ""));
                return;
            }
            ChannelEngine before = channel;
            if (before != null) {
                before.loop().execute(() -> before.abort(CloseReason.of(Code.SUPERSEDED, "")));
            }
            channel = from;
            from.activate(new Frame.HelloReply("channel", "", LIMITS, Payload.EMPTY), carried);
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
    }
}

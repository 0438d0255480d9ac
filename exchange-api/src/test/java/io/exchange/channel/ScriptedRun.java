package io.exchange.channel;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.Delivery;
import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeObserver;
import io.exchange.protocol.ChannelLimits;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A short exchange between a connector, at the near end, and a controller on one manual loop, whose first connection is broken
 * at a chosen frame. It collects what went against the promises.
 */
final class ScriptedRun {

    /** How the connection breaks. */
    enum Break {
        /** Cut, and the frame is lost with it. */
        BEFORE_THE_FRAME,
        /** Cut when the frame has been dealt with. */
        AFTER_THE_FRAME,
        /** Neither the frame nor anything after it arrives at that end; the other direction goes on until somebody notices. */
        ONE_WAY
    }

    /** What comes after that. */
    enum Sequel {
        /** The connector attaches the session again. */
        ATTACHES_AGAIN,
        /** The same, to a controller that knows nothing any more. */
        ATTACHES_ELSEWHERE,
        /** Nothing: the grace ends. */
        STAYS_AWAY
    }

    /** When and how the connection breaks. */
    record Fault(int frame, Break how, Sequel sequel) {}

    static final Fault NONE = new Fault(Integer.MAX_VALUE, Break.BEFORE_THE_FRAME, Sequel.ATTACHES_AGAIN);

    private static final ChannelLimits LIMITS = new ChannelLimits(
            Duration.ofMillis(500), 3, Duration.ofSeconds(10), Duration.ofSeconds(2), 16, 16, 1 << 20);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration BACK_OFF = Duration.ofMillis(50);

    private static final Map<Integer, Buffer> BYTES = new ConcurrentHashMap<>();

    final ManualLoop loop = new ManualLoop();
    private final Fault fault;
    private final int maxConcurrent;
    final ScriptedHandlers scripted = new ScriptedHandlers(this);
    private final List<ScriptedCommand> sent = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Map<Boolean, Integer> lastStarted = new HashMap<>();
    private final Connector connector = new Connector();
    private final Controller controller = new Controller();
    private Runnable afterSecondAttach = () -> {};
    private int frames;
    private boolean deafFar;
    private boolean deafNear;
    private boolean broken;
    private boolean over;

    ScriptedRun(Fault fault, int maxConcurrent) {
        this.fault = fault;
        this.maxConcurrent = maxConcurrent;
    }

    /** Plays a script; gives how many frames came in its first two hundred milliseconds. */
    int play(Consumer<ScriptedRun> script) {
        connector.attach();
        script.accept(this);
        loop.advance(Duration.ofMillis(200));
        int counted = frames;
        loop.advance(Duration.ofSeconds(9));
        if (!broken || fault.sequel != Sequel.STAYS_AWAY) {
            checkAllIsWell();
        }
        over = true;
        connector.session.end(ErrorCode.SHUTTING_DOWN, "over");
        controller.session.end(ErrorCode.SHUTTING_DOWN, "over");
        connector.cut();
        loop.advance(Duration.ofSeconds(3));
        checkNothingIsLeft();
        return counted;
    }

    List<String> complaints() {
        return complaints;
    }

    void complain(String what) {
        complaints.add(what + " [" + fault + "]");
    }

    /** A command starts; all those of one direction have one order key. */
    void started(ScriptedCommand command, boolean down) {
        int number = sent.indexOf(command);
        if (lastStarted.merge(down, number, Math::max) > number) {
            complain(command.id + " started after a later one");
        }
    }

    /** Sends a command, to the connector or to the controller. */
    ScriptedCommand send(boolean down, Delivery delivery, String kind, int bytes) {
        ScriptedCommand command = new ScriptedCommand(this, "c" + sent.size(), down, delivery, kind, bytes);
        sent.add(command);
        command.submit();
        return command;
    }

    void later(int millis, Runnable action) {
        loop.schedule(
                new Alarm(action), loop.nanoTime() + Duration.ofMillis(millis).toNanos());
    }

    /** Something happens when the session has attached again and what is sent again is on its way. */
    void afterSecondAttach(Runnable action) {
        afterSecondAttach = action;
    }

    ScriptedCommand find(String id) {
        return sent.stream()
                .filter(command -> command.id.equals(id))
                .findFirst()
                .orElseThrow();
    }

    Session sender(boolean down) {
        return down ? controller.session : connector.session;
    }

    /** Whether the fault has happened. */
    boolean isBroken() {
        return broken;
    }

    /** Whether each end soon has a channel to the other again. */
    boolean comesBackSoon() {
        return !broken || (fault.how != Break.ONE_WAY && fault.sequel == Sequel.ATTACHES_AGAIN);
    }

    private void checkAllIsWell() {
        ScriptedCommand down = send(true, Delivery.RESUME, "answer", 100_000);
        ScriptedCommand up = send(false, Delivery.RESUME, "flow", 10);
        loop.advance(Duration.ofSeconds(1));
        down.checkSucceeded();
        up.checkSucceeded();
    }

    private void checkNothingIsLeft() {
        sent.forEach(ScriptedCommand::check);
        if (loop.hasAlarms()) {
            complain("an alarm is left");
        }
        for (Session session : List.of(connector.session, controller.session)) {
            if (!session.isIdle() || session.load() > 0) {
                complain("something is pending");
            }
        }
    }

    private Session newSession(boolean firstLife) {
        Session.Setup setup = new Session.Setup(
                "session", scripted.handlers, maxConcurrent, ExchangeObserver.NONE, new CommandIds(), Fence.OPEN);
        return new Session(setup, loop, firstLife);
    }

    private void came(MemoryLink link, boolean atFar, Runnable delivery) {
        int frame = frames;
        frames++;
        if (frame == fault.frame) {
            breakAt(link, atFar, delivery);
        } else if (!(atFar ? deafFar : deafNear)) {
            delivery.run();
        }
    }

    private void breakAt(MemoryLink link, boolean atFar, Runnable delivery) {
        broken = true;
        if (fault.how == Break.ONE_WAY) {
            deafFar |= atFar;
            deafNear |= !atFar;
            return;
        }
        if (fault.how == Break.AFTER_THE_FRAME) {
            delivery.run();
        }
        link.lose();
    }

    /** The connector: one session, and one channel after the other. */
    private final class Connector implements ChannelOwner {

        private final Session session = newSession(true);
        private @Nullable ChannelEngine channel;
        private long attaches;

        void attach() {
            attaches++;
            deafFar = false;
            deafNear = false;
            MemoryLink link = new MemoryLink(loop, false);
            link.watch((atFar, delivery) -> came(link, atFar, delivery));
            ChannelEngine.listen(link.far, loop, HANDSHAKE_TIMEOUT, controller, ExchangeObserver.NONE);
            Frame.Hello hello = MemoryLink.hello("session", attaches);
            channel = ChannelEngine.connect(link.near, loop, hello, HANDSHAKE_TIMEOUT, this, ExchangeObserver.NONE);
        }

        void cut() {
            if (channel != null) {
                channel.cut(CloseReason.of(Code.NORMAL, "over"));
            }
        }

        @Override
        public void helloReply(ChannelEngine attached, Frame.HelloReply frame) {
            attached.activate(frame, session);
            if (attaches == 2) {
                loop.execute(() -> loop.execute(afterSecondAttach));
            }
        }

        @Override
        public void heartbeatAck(ChannelEngine from, Frame.HeartbeatAck frame) {}

        @Override
        public void closed(ChannelEngine ended, CloseReason reason) {
            channel = null;
            if (session.isCarriedBy(ended)) {
                session.suspend();
            }
            if (over) {
                return;
            }
            if (fault.sequel == Sequel.STAYS_AWAY) {
                later(2000, session::cancelHandlers);
            } else {
                later((int) BACK_OFF.toMillis(), this::attach);
            }
        }
    }

    /** The controller's door for that one session. */
    private final class Controller implements ChannelOwner {

        private Session session = newSession(true);

        @Override
        public void hello(ChannelEngine from, Frame.Hello frame) {
            from.introduce(frame);
            if (frame.attachNumber() > 1 && fault.sequel == Sequel.ATTACHES_ELSEWHERE) {
                Session lost = session;
                session = newSession(false);
                lost.end(ErrorCode.CHANNEL_CLOSED, "its node is gone");
            }
            session.moveTo(
                    loop, () -> from.activate(new Frame.HelloReply("channel", "", LIMITS, Payload.EMPTY), session));
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
            if (fault.sequel == Sequel.STAYS_AWAY && !over) {
                later(2000, () -> session.end(ErrorCode.CHANNEL_CLOSED, "its grace is over"));
            }
        }
    }

    /** So many bytes, the same each time, as nobody changes them. */
    static Buffer bytes(int length) {
        return BYTES.computeIfAbsent(length, size -> Buffer.buffer(new byte[size]));
    }
}

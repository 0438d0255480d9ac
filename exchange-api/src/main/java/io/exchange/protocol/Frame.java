package io.exchange.protocol;

import io.exchange.api.CloseReason;
import io.exchange.api.Delivery;
import io.exchange.api.Grant;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that goes over a connection. The connector speaks first, with {@link Hello}; the controller answers with
 * {@link HelloReply} or {@link GoodBye}; everything else follows in any order. Frames of one direction arrive in the
 * order in which they were sent.
 */
public sealed interface Frame {

    /** The version of the protocol that this code speaks. */
    int PROTOCOL_VERSION = 1;

    /** The time left of a command without a deadline. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** The age of a command that is sent for the first time. */
    long NOT_REPEATED = -1;

    /**
     * Hands this frame to the method that is for it.
     *
     * @param receiver the receiver
     */
    void deliverTo(FrameReceiver receiver);

    /**
     * A connector attaches a session.
     *
     * @param protocolVersion the version that the connector speaks
     * @param connectorId the connector, the same for every process life of it
     * @param sessionId one for each process life; of two ids the greater one is the later
     * @param attachNumber one more than that of the last attach of this session
     * @param resumeToken that of the last {@link HelloReply}, empty at first
     * @param targetId the target that it speaks for
     * @param labels what it says of itself
     * @param roles the roles it can take
     * @param told the highest term it was told for each slot, and whether it holds that now
     * @param metadata credentials and the like
     * @param payload whatever the application wants to say
     */
    record Hello(
            int protocolVersion,
            String connectorId,
            String sessionId,
            long attachNumber,
            String resumeToken,
            String targetId,
            Map<String, String> labels,
            Set<String> roles,
            List<Told> told,
            Map<String, String> metadata,
            Payload payload)
            implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.hello(this);
        }
    }

    /**
     * What a connector was told of one slot.
     *
     * @param grant the slot with the highest term that it was told
     * @param held whether it holds it at the moment of the hello
     */
    record Told(Grant grant, boolean held) {}

    /**
     * The controller accepts.
     *
     * @param channelId the id of the channel
     * @param resumeToken to be shown at the next attach of this session
     * @param limits limits and intervals
     * @param payload whatever the application wants to say
     * @param heldNanos how long the controller had the hello before it sent this; 0 if it does not say
     */
    record HelloReply(String channelId, String resumeToken, ChannelLimits limits, Payload payload, long heldNanos)
            implements Frame {

        /** Before it is known how long the hello was held. */
        public HelloReply(String channelId, String resumeToken, ChannelLimits limits, Payload payload) {
            this(channelId, resumeToken, limits, payload, 0);
        }

        /** The same, sent now. */
        public HelloReply withHeldNanos(long nanos) {
            return new HelloReply(channelId, resumeToken, limits, payload, nanos);
        }

        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.helloReply(this);
        }
    }

    /**
     * A command, on one leg of its way.
     *
     * @param id its id, the same on every leg
     * @param leg the number of the path it takes, from 1
     * @param origin the channel by which it was first sent, handed back in every answer; empty the first time
     * @param type the name of its type
     * @param headers its headers
     * @param timeLeftNanos the time to its deadline, {@link #NO_DEADLINE} for none
     * @param repeatAgeNanos the time since it was first sent, {@link #NOT_REPEATED} for the first time
     * @param attempt counts what its sender regards as new executions, from 1
     * @param orderKey commands with the same key start in order; null for none
     * @param fence the slot and term that the receiver must hold, or that the sender holds; null for none
     * @param items which streams of items belong to it
     * @param onward where the node at the other end is to send it on; null for a command that is for that end itself
     * @param payload the request
     */
    record Command(
            String id,
            int leg,
            String origin,
            String type,
            Map<String, String> headers,
            long timeLeftNanos,
            long repeatAgeNanos,
            int attempt,
            @Nullable String orderKey,
            @Nullable Grant fence,
            Items items,
            @Nullable Onward onward,
            Payload payload)
            implements Frame {

        /** A command that is for the end that gets it. */
        public Command(
                String id,
                int leg,
                String origin,
                String type,
                Map<String, String> headers,
                long timeLeftNanos,
                long repeatAgeNanos,
                int attempt,
                @Nullable String orderKey,
                @Nullable Grant fence,
                Items items,
                Payload payload) {
            this(
                    id,
                    leg,
                    origin,
                    type,
                    headers,
                    timeLeftNanos,
                    repeatAgeNanos,
                    attempt,
                    orderKey,
                    fence,
                    items,
                    null,
                    payload);
        }

        /**
         * The same under another id.
         *
         * @param newId the id
         * @return the copy; this one if it has that id already
         */
        public Command withId(String newId) {
            return newId.equals(id) ? this : copy(newId, repeatAgeNanos);
        }

        /**
         * The same as if it were sent for the first time.
         *
         * @return the copy
         */
        public Command anew() {
            return copy(id, NOT_REPEATED);
        }

        private Command copy(String newId, long newAgeNanos) {
            return new Command(
                    newId,
                    leg,
                    origin,
                    type,
                    headers,
                    timeLeftNanos,
                    newAgeNanos,
                    attempt,
                    orderKey,
                    fence,
                    items,
                    onward,
                    payload);
        }

        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.command(this);
        }
    }

    /**
     * Where a node is to send something on. Only between nodes.
     *
     * @param targetId the target
     * @param sessionId the session of it that the node has
     * @param delivery how the command is delivered
     * @param toHandlers whether it is a question to the handlers that the node has for the session, what became of a
     *     command of the connector that came there first
     * @param attachNumber of a question, the attach by which the session came to the node that asks; 0 without a question
     */
    record Onward(String targetId, String sessionId, Delivery delivery, boolean toHandlers, long attachNumber) {

        private static final char COMMAND = '/';
        private static final char QUESTION = '?';

        /** To a session that the node has. */
        public Onward(String targetId, String sessionId, Delivery delivery) {
            this(targetId, sessionId, delivery, false, 0);
        }

        /**
         * Under which id a command goes between nodes, if the same id may go to other sessions there too.
         *
         * @param id the id of the command
         * @return the session's id and that of the command, for all frames of it between the nodes
         */
        public String sharedId(String id) {
            return sessionId + (toHandlers ? QUESTION : COMMAND) + id;
        }

        /**
         * The id under which its sender and its handler know a command.
         *
         * @param id that between the nodes, which is another if it is shared
         * @return the id of the command
         */
        public String ownId(String id) {
            int length = sessionId.length();
            boolean isShared = id.length() > length
                    && id.charAt(length) == (toHandlers ? QUESTION : COMMAND)
                    && id.startsWith(sessionId);
            return isShared ? id.substring(length + 1) : id;
        }
    }

    /** Which streams of items belong to a command. The ordinal is the one on the wire. */
    enum Items {
        /** None. */
        NONE,
        /** From the handler to the caller. */
        DOWN,
        /** From the caller to the handler. */
        UP,
        /** Either way. */
        BOTH
    }

    /**
     * The one answer to a command.
     *
     * @param id the command
     * @param leg the leg on which it came
     * @param origin as it came
     * @param outcome the answer
     */
    record Reply(String id, int leg, String origin, Outcome outcome) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.reply(this);
        }
    }

    /**
     * An element of a stream of a command.
     *
     * @param id the command
     * @param leg the leg
     * @param origin as it came
     * @param up whether it goes from the caller to the handler
     * @param sequence its number in its stream, from 0
     * @param last whether the stream ends with it; a last item has no payload
     * @param payload the element
     */
    record Item(String id, int leg, String origin, boolean up, long sequence, boolean last, Payload payload)
            implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.item(this);
        }
    }

    /**
     * A reader of items can take more.
     *
     * @param id the command
     * @param leg the leg
     * @param origin as it came
     * @param up whether it is for the stream from the caller to the handler
     * @param items how many items more
     * @param bytes how many bytes more
     */
    record Credit(String id, int leg, String origin, boolean up, long items, long bytes) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.credit(this);
        }
    }

    /**
     * Nobody waits for the command any more; its handler may still answer what was done so far.
     *
     * @param id the command
     * @param leg the leg; it counts for all earlier ones too
     * @param origin as the command had it
     * @param onward the session whose handlers run it, as the node at the other end may not know the command; null if that
     *     end runs it itself
     */
    record Cancel(
            String id, int leg, String origin, @Nullable Onward onward) implements Frame {

        /** The leg of a cancel that is for every leg there may have been. */
        public static final int EVERY_LEG = Integer.MAX_VALUE;

        /** To who runs the command itself. */
        public Cancel(String id, int leg, String origin) {
            this(id, leg, origin, null);
        }

        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.cancel(this);
        }
    }

    /**
     * A one-way message.
     *
     * @param type the name of its type
     * @param headers its headers
     * @param onward where the node at the other end is to send it on; null for a message that is for that end itself
     * @param payload the payload
     */
    record Message(
            String type,
            Map<String, String> headers,
            @Nullable Onward onward,
            Payload payload) implements Frame {

        /** A message that is for the end that gets it. */
        public Message(String type, Map<String, String> headers, Payload payload) {
            this(type, headers, null, payload);
        }

        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.message(this);
        }
    }

    /**
     * Stands for a frame whose payload follows in fragments, so that other frames can overtake it.
     *
     * @param head the frame without its payload: a command, reply, item or message
     * @param fragments the number that its fragments carry, unique in its direction of the connection
     * @param length the length of the payload
     */
    record Fragmented(Frame head, long fragments, int length) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.fragmented(this);
        }
    }

    /**
     * The next piece of a payload.
     *
     * @param fragments whose
     * @param bytes the piece; empty where the sender gives the payload up
     */
    record Fragment(long fragments, Buffer bytes) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.fragment(this);
        }
    }

    /**
     * The receiver of fragments has taken bytes in, and the sender may send as many more.
     *
     * @param bytes how many
     */
    record FragmentCredit(long bytes) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.fragmentCredit(this);
        }
    }

    /**
     * The connector lives. Its hello counts as number 0.
     *
     * @param number one more than the last on this channel
     */
    record Heartbeat(long number) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.heartbeat(this);
        }
    }

    /**
     * The controller lives, and renews what the connector holds and was not told to give up.
     *
     * @param number the heartbeat that it answers
     * @param leaseNanos how long what is held holds from when that heartbeat was sent; 0 renews nothing
     */
    record HeartbeatAck(long number, long leaseNanos) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.heartbeatAck(this);
        }
    }

    /**
     * The connector may take a slot, or goes on holding it.
     *
     * @param grant the slot and its term
     * @param heartbeat the heartbeat that this answers: the lease counts from when that was sent
     * @param leaseNanos how long it holds from then
     */
    record Granted(Grant grant, long heartbeat, long leaseNanos) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.granted(this);
        }
    }

    /**
     * The connector has taken the slot.
     *
     * @param grant the slot and its term
     */
    record GrantedAck(Grant grant) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.grantedAck(this);
        }
    }

    /**
     * The connector is to give a slot up.
     *
     * @param grant the slot and its term
     */
    record Revoked(Grant grant) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.revoked(this);
        }
    }

    /**
     * The connector does not hold the slot under this term, and will not again.
     *
     * @param grant the slot and its term
     */
    record RevokedAck(Grant grant) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.revokedAck(this);
        }
    }

    /**
     * The connector can take other roles from now on.
     *
     * @param roles all the roles that it can take
     */
    record Roles(Set<String> roles) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.roles(this);
        }
    }

    /**
     * No new commands from here; close when those in flight have ended. From a connector: it has stepped down from all
     * that it held. In place of {@link HelloReply}: refused.
     *
     * @param reason why, and what to do next
     */
    record GoodBye(CloseReason reason) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.goodBye(this);
        }
    }

    /** The other end has read the good-bye and sends no new commands either. */
    record GoodByeAck() implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.goodByeAck(this);
        }
    }

    /**
     * What a transport hands up in place of something that it could not read: garbage, an unknown frame, an oversize
     * one. It is never sent.
     *
     * @param what what was wrong
     */
    record Malformed(String what) implements Frame {
        @Override
        public void deliverTo(FrameReceiver receiver) {
            receiver.malformed(this);
        }
    }
}

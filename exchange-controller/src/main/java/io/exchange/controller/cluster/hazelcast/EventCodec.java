package io.exchange.controller.cluster.hazelcast;

import io.exchange.api.Grant;
import io.exchange.controller.primary.Attach;
import io.exchange.controller.primary.ElectionRules;
import io.exchange.controller.primary.TargetEvent;
import io.exchange.controller.primary.TargetEventReceiver;
import io.exchange.protocol.Frame.Told;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Events and rules as bytes between nodes of possibly different versions: a kind, the time, then the fields of the kind.
 * Kinds and the order of fields are for ever; fields that come later go to the end. Pure.
 */
final class EventCodec {

    private static final int ATTACHED = 1;
    private static final int SUSPENDED = 2;
    private static final int LEAVING = 3;
    private static final int ENDED = 4;
    private static final int RELEASED = 5;
    private static final int LEASE_OVER = 6;
    private static final int HEALTH_CHANGED = 7;
    private static final int ROLES_CHANGED = 8;
    private static final int MOVE_REQUESTED = 9;
    private static final int NODE_LOST = 10;
    private static final int NODE_LEASE_OVER = 11;
    private static final int SETTLED = 12;
    private static final int SWEPT = 13;

    private EventCodec() {}

    static byte[] encode(TargetEvent event) {
        return event.deliverTo(new Writer()).toBytes();
    }

    /** Gives nothing for a kind that this version does not know. */
    static Optional<TargetEvent> decode(byte[] bytes) {
        BlockReader in = new BlockReader(bytes);
        int kind = in.int8();
        long now = in.int64();
        TargetEvent event = switch (kind) {
            case ATTACHED -> attached(in, now);
            case SUSPENDED -> new TargetEvent.Suspended(in.string(), in.int64(), now);
            case LEAVING -> new TargetEvent.Leaving(in.string(), in.int64(), now);
            case ENDED -> new TargetEvent.Ended(in.string(), in.int64(), now);
            case RELEASED -> new TargetEvent.Released(grant(in), in.string(), now);
            case LEASE_OVER -> new TargetEvent.LeaseOver(grant(in), in.string(), in.int64(), now);
            case HEALTH_CHANGED -> new TargetEvent.HealthChanged(in.string(), in.int64(), in.bool(), now);
            case ROLES_CHANGED ->
                new TargetEvent.RolesChanged(in.string(), in.int64(), new HashSet<>(in.strings()), now);
            case MOVE_REQUESTED -> new TargetEvent.MoveRequested(grant(in), now);
            case NODE_LOST -> new TargetEvent.NodeLost(in.string(), now);
            case NODE_LEASE_OVER -> new TargetEvent.NodeLeaseOver(in.string(), now);
            case SETTLED -> new TargetEvent.Settled(in.int64(), now);
            case SWEPT -> new TargetEvent.Swept(now);
            default -> null;
        };
        return Optional.ofNullable(event);
    }

    private static TargetEvent attached(BlockReader in, long now) {
        Attach attach = new Attach(in.string(), in.string(), in.int64(), in.string(), in.string());
        return new TargetEvent.Attached(
                attach,
                in.stringMap(),
                new HashSet<>(in.strings()),
                in.blocks(block -> new Told(grant(block), block.bool())),
                in.string(),
                in.string(),
                now);
    }

    private static Grant grant(BlockReader in) {
        return new Grant(in.string(), in.int32(), in.int64());
    }

    static byte[] encode(ElectionRules rules) {
        BlockWriter out = new BlockWriter().bool(rules.electing()).int32(rules.otherSlots());
        out.int32(rules.slots().size());
        rules.slots().forEach((role, slots) -> out.string(role).int32(slots));
        return out.toBytes();
    }

    static ElectionRules rules(byte[] bytes) {
        BlockReader in = new BlockReader(bytes);
        boolean electing = in.bool();
        int otherSlots = in.int32();
        Map<String, Integer> slots = new HashMap<>();
        for (int left = in.int32(); left > 0; left--) {
            slots.put(in.string(), in.int32());
        }
        return new ElectionRules(slots, otherSlots, electing);
    }

    private static final class Writer implements TargetEventReceiver<BlockWriter> {

        private static BlockWriter kind(int kind, TargetEvent event) {
            return new BlockWriter().int8(kind).int64(event.now());
        }

        private static void grant(BlockWriter out, Grant grant) {
            out.string(grant.role()).int32(grant.slot()).int64(grant.term());
        }

        @Override
        public BlockWriter attached(TargetEvent.Attached event) {
            Attach attach = event.attach();
            return kind(ATTACHED, event)
                    .string(attach.sessionId())
                    .string(attach.connectorId())
                    .int64(attach.number())
                    .string(attach.channelId())
                    .string(attach.nodeId())
                    .stringMap(event.labels())
                    .strings(event.roles())
                    .blocks(event.told(), (out, told) -> {
                        grant(out, told.grant());
                        out.bool(told.held());
                    })
                    .string(event.resumeShown())
                    .string(event.resumeNext());
        }

        @Override
        public BlockWriter suspended(TargetEvent.Suspended event) {
            return kind(SUSPENDED, event).string(event.sessionId()).int64(event.attachNumber());
        }

        @Override
        public BlockWriter leaving(TargetEvent.Leaving event) {
            return kind(LEAVING, event).string(event.sessionId()).int64(event.attachNumber());
        }

        @Override
        public BlockWriter ended(TargetEvent.Ended event) {
            return kind(ENDED, event).string(event.sessionId()).int64(event.attachNumber());
        }

        @Override
        public BlockWriter released(TargetEvent.Released event) {
            BlockWriter out = kind(RELEASED, event);
            grant(out, event.grant());
            return out.string(event.sessionId());
        }

        @Override
        public BlockWriter leaseOver(TargetEvent.LeaseOver event) {
            BlockWriter out = kind(LEASE_OVER, event);
            grant(out, event.grant());
            return out.string(event.sessionId()).int64(event.attachNumber());
        }

        @Override
        public BlockWriter healthChanged(TargetEvent.HealthChanged event) {
            return kind(HEALTH_CHANGED, event)
                    .string(event.sessionId())
                    .int64(event.attachNumber())
                    .bool(event.healthy());
        }

        @Override
        public BlockWriter rolesChanged(TargetEvent.RolesChanged event) {
            return kind(ROLES_CHANGED, event)
                    .string(event.sessionId())
                    .int64(event.attachNumber())
                    .strings(event.roles());
        }

        @Override
        public BlockWriter moveRequested(TargetEvent.MoveRequested event) {
            BlockWriter out = kind(MOVE_REQUESTED, event);
            grant(out, event.grant());
            return out;
        }

        @Override
        public BlockWriter nodeLost(TargetEvent.NodeLost event) {
            return kind(NODE_LOST, event).string(event.nodeId());
        }

        @Override
        public BlockWriter nodeLeaseOver(TargetEvent.NodeLeaseOver event) {
            return kind(NODE_LEASE_OVER, event).string(event.nodeId());
        }

        @Override
        public BlockWriter settled(TargetEvent.Settled event) {
            return kind(SETTLED, event).int64(event.settling());
        }

        @Override
        public BlockWriter swept(TargetEvent.Swept event) {
            return kind(SWEPT, event);
        }
    }
}

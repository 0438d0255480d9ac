package io.exchange.controller.simulation;

import io.exchange.protocol.Frame;

/** A connection: frames arrive in order and late, until it is cut; then those on the way are lost. */
final class SimChannel {

    final String id;
    final long attachNumber;
    final SimConnector connector;
    final SimNode node;
    private final World world;
    private final boolean endsRelease;
    private final boolean slow;
    private long lastUp;
    private long lastDown;
    private boolean cut;

    SimChannel(Scenario scenario, String id, long attachNumber, SimConnector connector, SimNode node) {
        this.world = scenario.world();
        this.endsRelease = scenario.setup().releaseOnClose();
        this.id = id;
        this.attachNumber = attachNumber;
        this.connector = connector;
        this.node = node;
        this.slow = world.chance(0.1);
    }

    private long delay() {
        return world.about(slow && !world.isCalm() ? World.SECOND : 20 * World.MILLI);
    }

    void toNode(Frame frame) {
        lastUp = Math.max(lastUp, world.now() + delay());
        world.at(lastUp, node, () -> {
            if (!cut) {
                node.receive(this, frame);
            }
        });
    }

    void toConnector(Frame frame) {
        lastDown = Math.max(lastDown, world.now() + delay());
        world.at(lastDown, connector, () -> {
            if (!cut) {
                connector.receive(this, frame);
            }
        });
    }

    /** The link breaks. Either end may see that soon, or only by the silence. */
    void cut() {
        cut = true;
        if (endsRelease) {
            cutDirect();
            return;
        }
        if (world.chance(0.5)) {
            world.at(world.now() + delay(), node, () -> node.closed(this, false));
        }
        if (world.chance(0.5)) {
            world.at(world.now() + delay(), connector, () -> connector.closed(this));
        }
    }

    /** What the node takes for a close at the other end is one: the connector has heard of it before. */
    private void cutDirect() {
        if (connector.isDead() || connector.isRunning()) {
            connector.closed(this);
            world.at(world.now() + delay(), node, () -> node.closed(this, true));
        } else {
            world.at(world.now() + delay(), connector, () -> connector.closed(this));
        }
    }

    /** The connector closes in order: what it sent before arrives first. */
    void closeByConnector() {
        lastUp = Math.max(lastUp, world.now() + delay());
        world.at(lastUp, node, () -> {
            if (!cut) {
                cut = true;
                node.closed(this, true);
            }
        });
    }

    /** The node closes in order: what it sent before arrives first. */
    void closeByNode() {
        lastDown = Math.max(lastDown, world.now() + delay());
        world.at(lastDown, connector, () -> {
            if (!cut) {
                cut = true;
                connector.closed(this);
            }
        });
    }
}

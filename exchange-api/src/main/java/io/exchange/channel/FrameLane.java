package io.exchange.channel;

import io.exchange.protocol.Frame;
import io.exchange.protocol.Payloads;
import java.util.ArrayDeque;

/**
 * Sends the frames of one command in order, although large ones go in fragments that others overtake. Confined to one loop.
 */
final class FrameLane {

    private final ArrayDeque<Frame> waiting = new ArrayDeque<>(0);
    private boolean busy;

    void send(Frame frame, ChannelEngine channel) {
        if (busy) {
            waiting.add(frame);
        } else {
            transmit(frame, channel);
        }
    }

    private void transmit(Frame frame, ChannelEngine channel) {
        busy = channel.sendsInFragments(Payloads.of(frame));
        channel.send(frame, () -> {
            busy = false;
            while (!busy && !waiting.isEmpty()) {
                transmit(waiting.remove(), channel);
            }
        });
    }
}

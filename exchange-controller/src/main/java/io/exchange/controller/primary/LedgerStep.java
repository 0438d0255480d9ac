package io.exchange.controller.primary;

import io.exchange.api.CloseReason;
import io.exchange.protocol.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done after a {@link GrantLedger} was told something.
 *
 * @param frames to be sent, in this order; empty once the channel is gone
 * @param events to be submitted, in this order; those that get lost come again
 * @param close why the channel is to be closed after that, if it is
 */
public record LedgerStep(List<Frame> frames, List<TargetEvent> events, Optional<CloseReason> close, boolean confirm) {

    /** Collects. Lives within one call, on one thread. */
    static final class Draft {
        private final List<Frame> frames = new ArrayList<>(2);
        private final List<TargetEvent> events = new ArrayList<>(0);
        private Optional<CloseReason> close = Optional.empty();
        private boolean confirm;

        void send(Frame frame) {
            frames.add(frame);
        }

        void submit(TargetEvent event) {
            events.add(event);
        }

        void close(CloseReason.Code code, String message) {
            close = Optional.of(CloseReason.of(code, message));
        }

        void confirm() {
            confirm = true;
        }

        LedgerStep finish(boolean open) {
            return new LedgerStep(open ? List.copyOf(frames) : List.of(), List.copyOf(events), close, confirm);
        }
    }
}

package io.exchange.channel;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import io.exchange.protocol.ChannelLimits;

/** How many bytes the large payloads have of the commands of one path that have not ended. Confined to the session's loop. */
final class LargePayloads {

    private long bytes;

    /** Counts a large payload once its length is known, if there is room for it; a repeat had its room before. */
    boolean admit(PendingCommand command, ChannelLimits limits) {
        int length = command.payload.knownLength();
        if (length <= BulkSender.FRAGMENT_BYTES || command.largeBytes > 0) {
            return true;
        }
        boolean hasRoom = bytes == 0 || bytes + length <= limits.maxLargeBytes() || command.isRepeat();
        if (hasRoom) {
            command.largeBytes = length;
            bytes += length;
        }
        return hasRoom;
    }

    /** The command has left. */
    void release(PendingCommand command) {
        bytes -= command.largeBytes;
        command.largeBytes = 0;
    }

    /** Why a command is not admitted. */
    ExchangeException tooMuch(PendingCommand command) {
        return command.refusal(
                ErrorCode.EXHAUSTED, "large payloads of commands that have not ended have " + bytes + " bytes already");
    }
}

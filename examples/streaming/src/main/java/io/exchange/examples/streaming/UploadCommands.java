package io.exchange.examples.streaming;

import io.exchange.api.CommandType;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamType;
import io.vertx.core.buffer.Buffer;

/** The command that both ends share: bytes up, progress down, and a reply that says how much is kept. */
final class UploadCommands {

    /**
     * The request.
     *
     * @param name the name of the file
     * @param offset how much of it is there already: the first byte that follows
     */
    record Upload(String name, long offset) {}

    /**
     * How far the file has come.
     *
     * @param stored the bytes of it that are stored
     */
    record Progress(long stored) {}

    /**
     * The answer, also when the upload was cancelled.
     *
     * @param stored the bytes of the file that are stored; go on from there
     * @param complete whether the sender said that this is all
     */
    record Uploaded(long stored, boolean complete) {}

    static final StreamType<Upload, Buffer, Progress, Uploaded> UPLOAD = StreamType.both(
            CommandType.of("upload.v1", Upload.class, Uploaded.class),
            PayloadType.bytes(),
            PayloadType.json(Progress.class));

    private UploadCommands() {}
}

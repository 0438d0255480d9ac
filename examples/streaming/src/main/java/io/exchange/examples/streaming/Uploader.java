package io.exchange.examples.streaming;

import io.exchange.api.StreamCall;
import io.exchange.connector.ExchangeConnector;
import io.exchange.examples.streaming.UploadCommands.Progress;
import io.exchange.examples.streaming.UploadCommands.Upload;
import io.exchange.examples.streaming.UploadCommands.Uploaded;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/** Sends a file, from any place in it, as fast as the other side stores it. */
final class Uploader {

    private static final int CHUNK_BYTES = 64 << 10;

    private final Vertx vertx;
    private final ExchangeConnector connector;

    Uploader(Vertx vertx, ExchangeConnector connector) {
        this.vertx = vertx;
        this.connector = connector;
    }

    /**
     * Sends a file.
     *
     * @param path the file
     * @param offset the first byte to send
     * @param cancelAt cancels once so many bytes are stored; the size of the file or more for never
     * @param progress told of the bytes that are stored
     * @return what the other side has kept
     */
    Future<Uploaded> send(Path path, long offset, long cancelAt, LongConsumer progress) {
        return vertx.fileSystem()
                .open(path.toString(), new OpenOptions().setRead(true).setWrite(false))
                .compose(file -> send(file, path.getFileName().toString(), offset, cancelAt, progress));
    }

    private Future<Uploaded> send(AsyncFile file, String name, long offset, long cancelAt, LongConsumer progress) {
        // tag::call[]
        StreamCall<Buffer, Progress, Uploaded> call = connector.open(
                UploadCommands.UPLOAD,
                UploadCommands.UPLOAD.command(new Upload(name, offset)).withTimeout(Duration.ofMinutes(5)));
        call.down().handler(item -> {
            progress.accept(item.stored());
            if (item.stored() >= cancelAt) {
                call.cancel();
            }
        });
        file.setReadPos(offset).setReadBufferSize(CHUNK_BYTES);
        Future<Void> piped = file.pipeTo(call.up()).onFailure(cut -> call.cancel());
        // end::call[]
        return call.reply()
                .map(reply -> reply.payload())
                .eventually(() -> piped.otherwiseEmpty().eventually(file::close));
    }
}

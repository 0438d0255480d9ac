package io.exchange.examples.streaming;

import io.exchange.api.ErrorCode;
import io.exchange.api.StreamContext;
import io.exchange.examples.streaming.UploadCommands.Progress;
import io.exchange.examples.streaming.UploadCommands.Upload;
import io.exchange.examples.streaming.UploadCommands.Uploaded;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;

/** Takes files in: stores what comes, tells how far it is, and answers how much it has kept. */
final class Depot {

    private static final long PROGRESS_STEP = 1 << 20;

    private final Vertx vertx;
    private final Path folder;

    Depot(Vertx vertx, Path folder) {
        this.vertx = vertx;
        this.folder = folder;
    }

    Future<Uploaded> take(Upload upload, StreamContext<Buffer, Progress> context) {
        Path name = Path.of(upload.name()).getFileName();
        if (name == null || !name.toString().equals(upload.name())) { // else a stranger could write anywhere
            return Future.failedFuture(context.refusal(ErrorCode.INVALID, "not the name of a file: " + upload.name()));
        }
        String path = folder.resolve(name).toString();
        return vertx.fileSystem()
                .open(path, new OpenOptions().setCreate(true).setWrite(true))
                .compose(file -> new Intake(file, upload.offset(), context).run());
    }

    /** One upload. */
    private static final class Intake {

        private final AsyncFile file;
        private final StreamContext<Buffer, Progress> context;
        private final Promise<Boolean> complete = Promise.promise();
        private long stored;
        private long told;

        Intake(AsyncFile file, long offset, StreamContext<Buffer, Progress> context) {
            this.file = file.setWritePos(offset);
            this.context = context;
            this.stored = offset;
            this.told = offset;
        }

        Future<Uploaded> run() {
            context.up().exceptionHandler(cancelled -> complete.tryComplete(false));
            context.up().endHandler(end -> complete.tryComplete(true));
            context.up().handler(this::store);
            return complete.future()
                    .compose(all -> file.flush().map(all))
                    .eventually(file::close)
                    .map(all -> new Uploaded(stored, all));
        }

        private void store(Buffer bytes) {
            file.write(bytes);
            stored += bytes.length();
            if (stored - told >= PROGRESS_STEP && !context.down().writeQueueFull()) {
                told = stored;
                context.down().write(new Progress(stored));
            }
            if (file.writeQueueFull()) {
                context.up().pause();
                file.drainHandler(drained -> context.up().resume());
            }
        }
    }
}

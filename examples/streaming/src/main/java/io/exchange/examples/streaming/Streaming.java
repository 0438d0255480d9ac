package io.exchange.examples.streaming;

import io.exchange.connector.ConnectorOptions;
import io.exchange.connector.ExchangeConnector;
import io.exchange.controller.ControllerOptions;
import io.exchange.controller.ExchangeController;
import io.exchange.examples.streaming.UploadCommands.Uploaded;
import io.exchange.grpc.GrpcClientOptions;
import io.exchange.grpc.GrpcServerOptions;
import io.exchange.grpc.GrpcServerTransport;
import io.exchange.grpc.GrpcTransport;
import io.exchange.transport.ClientTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Uploads a file over gRPC, cancels half-way, and takes it up again from what the reply said. */
@Command(
        name = "streaming",
        mixinStandardHelpOptions = true,
        version = "1.0.0",
        description = "Uploads a file over gRPC with a progress bar, cancels half-way, and resumes from what the reply"
                + " said; then compares the two files.")
public final class Streaming implements Callable<Integer> {

    @Option(
            names = "--megabytes",
            defaultValue = "200",
            description = "Size of the file that is made up, in MB (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(names = "--file", description = "Upload this file instead.")
    private @Nullable Path file;

    private final PrintStream out = System.out;

    /**
     * Runs the example.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String... arguments) {
        int exitCode = new CommandLine(new Streaming()).execute(arguments);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    @Override
    public Integer call() throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        if (file != null && !Files.isReadable(file)) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), file + " cannot be read: name a file that exists, or leave --file out");
        }
        Path folder = Files.createTempDirectory("exchange-streaming");
        Vertx vertx = Vertx.vertx();
        try {
            Path source = file == null ? madeUpFile(folder.resolve("made-up.bin"), megabytes) : file;
            return run(vertx, source, Files.createDirectory(folder.resolve("depot"))) ? 0 : 1;
        } finally {
            await(vertx.close());
            deleteAll(folder);
        }
    }

    private boolean run(Vertx vertx, Path source, Path depotFolder) throws Exception {
        GrpcServerTransport server = GrpcTransport.server(new GrpcServerOptions().setPort(0));
        Depot depot = new Depot(vertx, depotFolder);
        ExchangeController controller = ExchangeController.create(vertx, new ControllerOptions());
        controller.handle(UploadCommands.UPLOAD, depot::take);
        await(controller.listen(server));
        ClientTransport client = GrpcTransport.client(vertx, new GrpcClientOptions());
        ExchangeConnector connector = ExchangeConnector.create(
                vertx,
                client,
                new ConnectorOptions().setTargetId("workshop").addEndpoint("http://127.0.0.1:" + server.actualPort()));
        await(connector.start().compose(started -> connector.connected()));
        try {
            upload(new Uploader(vertx, connector), source);
            return compare(source, depotFolder.resolve(source.getFileName()));
        } finally {
            await(connector.stop().eventually(client::close).eventually(controller::stop));
        }
    }

    @SuppressWarnings(
            "SystemConsoleNull") // where a newer Java gives one without a terminal, the bar is only less pretty
    private void upload(Uploader uploader, Path source) throws Exception {
        long size = Files.size(source);
        boolean terminal = System.console() != null;
        out.println("Uploading " + source.getFileName() + ", " + size / 1_000_000 + " MB, and cancelling half-way:");
        ProgressBar bar = new ProgressBar(out, terminal, size);
        Uploaded first = await(uploader.send(source, 0, size / 2, bar::show));
        bar.end();
        out.println("Cancelled. The reply says that " + first.stored() + " bytes are stored. Going on from there:");
        ProgressBar rest = new ProgressBar(out, terminal, size);
        long start = System.nanoTime();
        Uploaded second = await(uploader.send(source, first.stored(), Long.MAX_VALUE, rest::show));
        rest.end();
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        out.println("Stored " + second.stored() + " bytes; the second part at "
                + (second.stored() - first.stored()) / 1000 / millis + " MB/s.");
    }

    private boolean compare(Path source, Path copy) throws IOException {
        boolean same = Files.mismatch(source, copy) == -1;
        out.println(same ? "The two files are the same." : "THE TWO FILES DIFFER.");
        return same;
    }

    private static Path madeUpFile(Path path, int megabytes) throws IOException {
        Random random = new Random(megabytes);
        byte[] block = new byte[1_000_000];
        try (OutputStream file = Files.newOutputStream(path)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(block);
                file.write(block);
            }
        }
        return path;
    }

    private static void deleteAll(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.MINUTES);
    }
}

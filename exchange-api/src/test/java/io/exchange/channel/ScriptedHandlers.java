package io.exchange.channel;

import io.exchange.api.CommandContext;
import io.exchange.api.CommandType;
import io.exchange.api.PayloadType;
import io.exchange.api.StreamContext;
import io.exchange.api.StreamType;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** What both ends of a {@link ScriptedRun} do with commands, by the kind that the command is of. */
final class ScriptedHandlers {

    static final CommandType<Buffer, Buffer> WORK = CommandType.of("work.v1", PayloadType.bytes(), PayloadType.bytes());
    static final StreamType<Buffer, Buffer, Buffer, Buffer> FLOW = StreamType.both(
            CommandType.of("flow.v1", PayloadType.bytes(), PayloadType.bytes()),
            PayloadType.bytes(),
            PayloadType.bytes());

    /** A request that is encoded, to as many bytes as it says, and on another thread if the last one was large. */
    final CommandType<Integer, Buffer> encoded = CommandType.of(
            "encoded.v1", PayloadType.of(Integer.class, ScriptedRun::bytes, Buffer::length), PayloadType.bytes());

    final Handlers handlers = new Handlers();
    private final ScriptedRun run;

    ScriptedHandlers(ScriptedRun run) {
        this.run = run;
        handlers.set(WORK, this::work);
        handlers.set(FLOW, this::flow);
        handlers.set(encoded, (length, context) -> work(ScriptedRun.bytes(length), context));
    }

    private Future<Buffer> work(Buffer request, CommandContext context) {
        ScriptedCommand command = run.find(context.commandId());
        command.started();
        Promise<Buffer> answer = Promise.promise();
        switch (command.kind) {
            case "answer", "answer to what is encoded" -> answer.complete(request);
            case "answer later" -> run.later(30, () -> answer.complete(request));
            case "answer on cancel" ->
                context.onCancel(() -> {
                    command.heardOfCancel();
                    answer.complete(Buffer.buffer("so far"));
                });
            case "answer never" -> {}
            default -> throw new IllegalStateException("a handler that throws");
        }
        return answer.future();
    }

    /** Writes as many items as it reads, of the same sizes, and then answers. */
    private Future<Buffer> flow(Buffer request, StreamContext<Buffer, Buffer> context) {
        ScriptedCommand command = run.find(context.commandId());
        command.started();
        Promise<Buffer> answer = Promise.promise();
        context.up().exceptionHandler(answer::tryFail);
        context.up().endHandler(end -> answer.tryComplete(request));
        context.up().handler(item -> command.written(context.down().write(item)));
        return answer.future();
    }
}

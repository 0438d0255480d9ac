package io.exchange.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.CloseReason;
import io.exchange.protocol.Frame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One end of a connection under test: keeps what its listener was told, and what was told against the rules. Its methods
 * are called by the test, on the test's own thread.
 */
public final class End implements ConnectionListener {

    private static final int SECONDS = 20;

    private final Connection connection;
    private final Thread loop;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> batches = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> sendTimes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> writable = new LinkedBlockingQueue<>();
    private final Promise<CloseReason> closed = Promise.promise();
    private final AtomicInteger timesClosed = new AtomicInteger();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    private volatile Consumer<Frame> reaction = frame -> {};
    private volatile Runnable batchReaction = () -> {};
    private boolean calling;
    private int inBatch;

    /**
     * Made on the event loop of the connection, which is not started yet.
     *
     * @param connection the connection
     */
    public End(Connection connection) {
        this.connection = connection;
        this.loop = Thread.currentThread();
    }

    public Connection connection() {
        return connection;
    }

    /** Starts the connection, on its event loop. */
    public void start() {
        call(() -> connection.start(this));
    }

    /** Is done with every frame that comes, on the event loop. */
    public void onFrame(Consumer<Frame> newReaction) {
        reaction = newReaction;
    }

    /** Is done after every batch that comes, on the event loop. */
    public void onBatch(Runnable newReaction) {
        batchReaction = newReaction;
    }

    /** Runs on the event loop, and waits until it has run. */
    public void run(Runnable action) {
        await(Future.future(done -> connection.context().runOnContext(ignored -> {
            try {
                call(action);
                done.complete();
            } catch (Throwable e) {
                done.fail(e);
            }
        })));
    }

    /** Sends frames in one turn of the event loop. */
    public void send(Frame... toSend) {
        run(() -> {
            for (Frame frame : toSend) {
                connection.send(frame);
            }
        });
    }

    /** Closes, for a reason of the test's. */
    public void close(String message) {
        run(() -> connection.close(CloseReason.of(CloseReason.Code.NORMAL, message)));
    }

    /** The next frame that came. */
    public Frame next() {
        return take(frames, "a frame");
    }

    /** The next frames that came. */
    public List<Frame> next(int count) {
        List<Frame> result = new ArrayList<>(count);
        while (result.size() < count) {
            result.add(next());
        }
        return result;
    }

    /** How many frames the next batch had. */
    public int nextBatch() {
        return take(batches, "the end of a batch");
    }

    /** When the next frame was sent, as it says itself. */
    public long nextSendTime() {
        return take(sendTimes, "a frame");
    }

    /** Waits until the connection says that it takes more again. */
    public void awaitWritable() {
        take(writable, "to be writable again");
    }

    /** Waits for the end. */
    public CloseReason closed() {
        return await(closed.future());
    }

    /** Whether the end was told already. */
    public boolean hasClosed() {
        return closed.future().isComplete();
    }

    /** That the end was told once, by now, and no frame is left over. */
    public void assertEnded() {
        closed();
        run(() -> {}); // whatever was told in the same turn has been told
        assertThat(timesClosed).hasValue(1);
        assertThat(frames).isEmpty();
    }

    public void assertNothingAmiss() {
        assertThat(violations).isEmpty();
        assertThat(timesClosed.get()).isLessThanOrEqualTo(1);
    }

    @Override
    public void onFrame(Frame frame, long sentAtNanos) {
        check("onFrame");
        inBatch++;
        reaction.accept(frame);
        sendTimes.add(sentAtNanos);
        frames.add(frame);
    }

    @Override
    public void onBatchEnd() {
        check("onBatchEnd");
        batches.add(inBatch);
        inBatch = 0;
        batchReaction.run();
    }

    @Override
    public void onWritable() {
        check("onWritable");
        writable.add(true);
    }

    @Override
    public void onClosed(CloseReason reason) {
        check("onClosed");
        timesClosed.incrementAndGet();
        closed.tryComplete(reason);
    }

    /** Waits for a future; a failure of it is an {@link AssertionError} with that as its cause's cause. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("within " + SECONDS + " s: " + e, e);
        }
    }

    private static <T> T take(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("%s within %s s", what, SECONDS).isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Calls the connection; whatever it tells meanwhile, it tells against the rules. */
    private void call(Runnable action) {
        calling = true;
        try {
            action.run();
        } finally {
            calling = false;
        }
    }

    private void check(String method) {
        if (Thread.currentThread() != loop) {
            violations.add(method + " on " + Thread.currentThread());
        }
        if (calling) {
            violations.add(method + " from within a call to the connection");
        }
        if (timesClosed.get() > 0) {
            violations.add(method + " after onClosed");
        }
    }
}

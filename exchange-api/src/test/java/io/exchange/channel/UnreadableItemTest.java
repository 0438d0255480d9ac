package io.exchange.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.exchange.api.ErrorCode;
import io.exchange.api.PayloadType;
import io.exchange.protocol.Frame;
import io.exchange.protocol.Payload;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who cannot read an item hears so, and does not leave the writer waiting for credit. */
class UnreadableItemTest {

    private static final int MANY = 3 * ItemReceiver.ITEM_WINDOW;

    private final ManualLoop loop = new ManualLoop();
    private final Credited end = new Credited();
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Integer> read = new ArrayList<>();

    private final class Credited implements StreamEnd {
        private long items;

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void sendCredit(long more, long bytes) {
            items += more;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void check(Payload payload) {}

        @Override
        public boolean sendsInFragments(Payload payload) {
            return false;
        }

        @Override
        public void sendItem(long sequence, Payload payload, Runnable sent) {
            throw new IllegalStateException("it only reads");
        }

        @Override
        public void sendLast(long sequence) {
            throw new IllegalStateException("it only reads");
        }
    }

    @Test
    void the_writer_gets_credit_for_what_is_dropped_and_the_reader_hears_of_it_once() {
        PayloadType<Integer> type = PayloadType.json(Integer.class);
        ItemReceiver<Integer> receiver = new ItemReceiver<>(end, type, loop);
        receiver.open();
        receiver.exceptionHandler(failures::add).handler(read::add);
        for (int i = 0; i < MANY; i++) {
            String json = i == 1 ? "\"no number\"" : String.valueOf(i);
            assertThat(receiver.offer(item(i, Buffer.buffer(json)))).isTrue();
            loop.run();
        }

        assertThat(read).containsExactly(0);
        assertThat(failures).hasSize(1).first().hasFieldOrPropertyWithValue("code", ErrorCode.INVALID);
        assertThat(end.items).isGreaterThan(MANY);
        assertThat(receiver.offer(new Frame.Item("c", 1, "", false, MANY, true, Payload.EMPTY)))
                .isTrue();
        loop.run();
        assertThat(failures).hasSize(1);
    }

    private static Frame.Item item(long sequence, Buffer bytes) {
        return new Frame.Item("c", 1, "", false, sequence, false, Payload.ofBytes(bytes));
    }
}

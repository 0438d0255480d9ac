package io.exchange.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.BeforeTry;

class MessageAssemblerTest implements MessageAssembler.Sink {

    private static final int LIMIT = 300_000;

    private final List<Buffer> messages = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private MessageAssembler assembler = new MessageAssembler(LIMIT, this);

    @BeforeTry
    void beginAnew() {
        messages.clear();
        broken.clear();
        assembler = new MessageAssembler(LIMIT, this);
    }

    @Property(tries = 500)
    void messages_come_out_as_they_went_in_however_they_are_cut(@ForAll long seed) {
        Random random = new Random(seed);
        List<Buffer> sent = new ArrayList<>();
        Buffer stream = Buffer.buffer();
        for (int i = 0; i < 8; i++) {
            Buffer message = message(random, random.nextInt(1 << random.nextInt(18)));
            sent.add(message);
            stream.appendByte((byte) 0).appendInt(message.length()).appendBuffer(message);
        }
        int largest = 1 + random.nextInt(1 << random.nextInt(17));
        for (int at = 0; at < stream.length(); ) {
            int next = Math.min(stream.length(), at + 1 + random.nextInt(largest));
            assembler.add(stream.getBuffer(at, next));
            at = next;
        }
        assertThat(messages).isEqualTo(sent);
        assertThat(broken).isEmpty();
    }

    @Property(tries = 2_000)
    void random_bytes_never_throw(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 10; i++) {
            Buffer noise = message(random, random.nextInt(100));
            if (noise.length() > 1 && random.nextBoolean()) {
                noise.setByte(0, (byte) 0).setByte(1, (byte) 0);
            }
            assembler.add(noise);
        }
        assertThat(broken).hasSizeLessThanOrEqualTo(1);
    }

    @Example
    void a_length_over_the_limit_is_refused_before_anything_is_kept_for_it() {
        assembler.add(Buffer.buffer().appendByte((byte) 0).appendInt(LIMIT + 1).appendByte((byte) 7));
        assertThat(broken).singleElement().asString().contains("300001 bytes is over the limit of 300000");
        assembler.add(Buffer.buffer(new byte[100_000]));
        assertThat(messages).isEmpty();
        assertThat(broken).hasSize(1);
    }

    @Example
    void the_highest_length_of_all_is_not_taken_for_one_below_zero() {
        for (byte b : new byte[] {0, -1, -1, -1, -1}) {
            assembler.add(Buffer.buffer(new byte[] {b}));
        }
        assertThat(broken).singleElement().asString().contains("4294967295 bytes");
    }

    @Example
    void a_compressed_message_is_refused() {
        assembler.add(Buffer.buffer(new byte[] {1, 0, 0, 0, 1, 9}));
        assertThat(broken).containsExactly("a message is compressed");
    }

    @Example
    void an_empty_message_is_a_message() {
        assembler.add(Buffer.buffer(new byte[] {0, 0, 0}));
        assembler.add(Buffer.buffer(new byte[] {0, 0, 0, 0, 0, 0, 0}));
        assertThat(messages).containsExactly(Buffer.buffer(), Buffer.buffer());
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        messages.add(Buffer.buffer(Arrays.copyOfRange(bytes, from, to)));
    }

    @Override
    public void broken(String what) {
        broken.add(what);
    }

    private static Buffer message(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Buffer.buffer(bytes);
    }
}

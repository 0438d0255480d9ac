package io.exchange.examples.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

class StreamingTest {

    @Test
    @Timeout(60)
    void a_file_that_was_cancelled_half_way_is_complete_after_it_was_resumed() {
        assertThat(new CommandLine(new Streaming()).execute("--megabytes=20")).isZero();
    }

    @Test
    @Timeout(10)
    void a_file_that_is_not_there_is_refused_with_the_usage() {
        assertThat(new CommandLine(new Streaming()).execute("--file=no-such-file"))
                .isEqualTo(2);
    }
}

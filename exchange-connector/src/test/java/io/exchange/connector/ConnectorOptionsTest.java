package io.exchange.connector;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

/** What is wrong is refused where it is set, and not when it shows. */
class ConnectorOptionsTest {

    private final ConnectorOptions options = new ConnectorOptions();

    @Test
    void fewer_handlers_than_none_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.setMaxConcurrent(-1))
                .withMessageContaining("0 for any number");
    }

    @Test
    @SuppressWarnings("NullAway")
    void nothing_is_no_value() {
        assertThatNullPointerException()
                .isThrownBy(() -> options.setObserver(null))
                .withMessageContaining("ExchangeObserver.NONE");
        assertThatNullPointerException()
                .isThrownBy(() -> options.setMetadataSupplier(null))
                .withMessageContaining("future of an empty map");
    }
}

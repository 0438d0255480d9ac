package io.exchange.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.exchange.api.HandlerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiDefinitionTest {

    private static final String GOOD = """
            {"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
             "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"$ref": "#/components/responses/R"}}}}},
             "components": {"responses": {"R": {"description": "r"}}, "schemas": {"S": {"type": "string"}}}}
            """;

    @Test
    void a_good_document_is_counted_and_digested() {
        ApiDefinition api = ApiDefinition.parse(GOOD);

        assertThat(api.title()).isEqualTo("T");
        assertThat(api.operations()).isEqualTo(1);
        assertThat(api.schemas()).isEqualTo(1);
        assertThat(api.digest()).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3.0.3|2.0|no OpenAPI 3 document",
                "\"title\"|\"name\"|/info/title is missing",
                "\"version\"|\"v\"|/info/version is missing",
                "\"get\"|\"x-get\"|no operation",
                "operationId|id|has no operationId",
                "responses/R|responses/Q|#/components/responses/Q leads nowhere",
                "\"responses\": {\"200\"|\"x\": {\"200\"|has no responses",
                "{\"openapi\"|{openapi|not JSON",
            })
    void a_bad_document_is_refused_in_the_handlers_own_words(String good, String bad, String complaint) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> ApiDefinition.parse(GOOD.replace(good, bad)))
                .isInstanceOf(HandlerException.class)
                .hasMessageContaining(complaint);
    }
}

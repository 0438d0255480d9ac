package io.exchange.examples.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.exchange.api.HandlerException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * An OpenAPI 3 document that has been checked: it names itself, every operation has an id of its own and answers, and every
 * reference leads somewhere.
 *
 * @param title the name of the API
 * @param version its version
 * @param operations how many operations it has
 * @param schemas how many schemas it declares
 * @param digest the SHA-256 of the document's text, in hexadecimal
 */
record ApiDefinition(String title, String version, int operations, int schemas, String digest) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS =
            List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

    /** Parses and checks a document; throws what a handler throws to answer with an error in its own words. */
    static ApiDefinition parse(String text) {
        JsonNode document = read(text);
        require(document.path("openapi").asText().startsWith("3."), "it is no OpenAPI 3 document");
        require(document.at("/info/title").isTextual(), "/info/title is missing");
        require(document.at("/info/version").isTextual(), "/info/version is missing");
        requireReferences(document, document);
        return new ApiDefinition(
                document.at("/info/title").asText(),
                document.at("/info/version").asText(),
                countOperations(document.path("paths")),
                document.at("/components/schemas").size(),
                digest(text));
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid("it is not JSON: " + e.getOriginalMessage());
        }
    }

    private static int countOperations(JsonNode paths) {
        Set<String> ids = new HashSet<>();
        paths.fields()
                .forEachRemaining(path -> METHODS.stream()
                        .filter(path.getValue()::has)
                        .forEach(method -> ids.add(operationId(
                                path.getKey() + " " + method, path.getValue().get(method), ids))));
        require(!ids.isEmpty(), "it has no operation");
        return ids.size();
    }

    private static String operationId(String where, JsonNode operation, Set<String> taken) {
        String id = operation.path("operationId").asText();
        require(!id.isEmpty(), where + " has no operationId");
        require(!taken.contains(id), "two operations are called " + id);
        require(!operation.path("responses").isEmpty(), where + " has no responses");
        return id;
    }

    private static void requireReferences(JsonNode node, JsonNode document) {
        JsonNode reference = node.path("$ref");
        if (reference.isTextual()) {
            String to = reference.asText();
            require(
                    to.startsWith("#/") && !document.at(to.substring(1)).isMissingNode(),
                    "the reference " + to + " leads nowhere");
        }
        node.forEach(child -> requireReferences(child, document));
    }

    private static void require(boolean holds, String complaint) {
        if (!holds) {
            throw invalid(complaint);
        }
    }

    private static HandlerException invalid(String complaint) {
        return new HandlerException("invalid_definition", "the API definition is refused: " + complaint);
    }

    private static String digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

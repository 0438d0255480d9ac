package io.exchange.examples.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Reads the configuration of a node: what a file says, on top of the defaults, which are those of the documented sample. */
final class Configuration {

    private static final String DEFAULTS = "/controller-node.yaml";

    /** Reads JSON too, which is YAML. */
    private static final ObjectMapper YAML = new ObjectMapper(
                    new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .registerModule(new SimpleModule()
                    .addDeserializer(Duration.class, new Time())
                    .addSerializer(Duration.class, ToStringSerializer.instance));

    private Configuration() {}

    /** What is wrong with a configuration, in words for its author. */
    static final class InvalidException extends Exception {

        private static final long serialVersionUID = 1L;

        InvalidException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The documented sample. */
    static String sample() {
        try (InputStream sample = Objects.requireNonNull(Configuration.class.getResourceAsStream(DEFAULTS))) {
            return new String(sample.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the jar is damaged", e);
        }
    }

    /** Reads a file. */
    static NodeConfig read(Path file) throws IOException, InvalidException {
        return parse(Files.readString(file));
    }

    /** Reads a text. */
    static NodeConfig parse(String text) throws InvalidException {
        try {
            ObjectNode all = YAML.readValue(sample(), ObjectNode.class);
            JsonNode given = YAML.readTree(text);
            if (!given.isMissingNode() && !given.isNull()) {
                merge(all, YAML.treeToValue(given, ObjectNode.class));
            }
            return YAML.treeToValue(all, NodeConfig.class);
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidException("there is no option " + path(e) + "; known here are: " + known(e), e);
        } catch (JsonMappingException e) {
            String where = path(e);
            throw new InvalidException((where.isEmpty() ? "" : where + ": ") + reason(e), e);
        } catch (JsonProcessingException e) {
            throw new InvalidException("it is neither YAML nor JSON: " + e.getMessage(), e);
        }
    }

    /** The configuration as YAML, without secrets. */
    static String shown(NodeConfig config) {
        try {
            return YAML.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration can be written", e);
        }
    }

    /** Objects are merged key by key; anything else replaces; what is left empty keeps its default. */
    private static void merge(ObjectNode defaults, ObjectNode given) {
        given.fields().forEachRemaining(field -> {
            JsonNode present = defaults.path(field.getKey());
            if (present instanceof ObjectNode below && field.getValue() instanceof ObjectNode values) {
                merge(below, values);
            } else if (!field.getValue().isNull() || present.isMissingNode()) {
                defaults.set(field.getKey(), field.getValue());
            }
        });
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String known(UnrecognizedPropertyException e) {
        return e.getKnownPropertyIds().stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }

    private static String reason(JsonMappingException e) {
        return e.getCause() instanceof IllegalArgumentException wrong
                ? String.valueOf(wrong.getMessage())
                : e.getOriginalMessage();
    }

    /** Times as people write them: 10s, 0.5s, 2m. */
    private static final class Time extends StdDeserializer<Duration> {

        private static final long serialVersionUID = 1L;

        Time() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString("");
            try {
                String time = text.toUpperCase(Locale.ROOT);
                return Duration.parse(time.startsWith("PT") ? time : "PT" + time);
            } catch (DateTimeParseException e) {
                throw JsonMappingException.from(parser, "a time is written 10s, 0.5s or 2m, not " + text, e);
            }
        }
    }
}

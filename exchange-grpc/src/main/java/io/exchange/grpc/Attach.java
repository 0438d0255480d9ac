package io.exchange.grpc;

import io.exchange.api.CloseReason;
import io.exchange.api.CloseReason.Code;
import io.exchange.api.ErrorCode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.grpc.common.GrpcStatus;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the call {@code io.exchange.v1.Exchange/Attach} is in terms of HTTP/2: its path, its headers, its status. */
final class Attach {

    static final String SERVICE = "io.exchange.v1.Exchange";
    static final String PATH = "/" + SERVICE + "/Attach";

    static final String CONTENT_TYPE = "content-type";
    static final String GRPC = "application/grpc";
    static final String ENCODING = "grpc-encoding";
    static final String STATUS = "grpc-status";
    static final String STATUS_MESSAGE = "grpc-message";
    static final String IDENTITY = "identity";

    private static final int LONGEST_STATUS_MESSAGE = 256;
    private static final Pattern KEY = Pattern.compile("[0-9a-z_.-]+");
    private static final Set<String> TRANSPORT_HEADERS =
            Set.of(CONTENT_TYPE, "content-length", "te", "host", "connection", "transfer-encoding", "user-agent");

    private Attach() {}

    /**
     * Checks metadata that is to be sent as headers.
     *
     * @throws io.exchange.api.ExchangeException {@link ErrorCode#INVALID} if it cannot be; the message shows no value
     */
    static void checkMetadata(Map<String, String> metadata) {
        metadata.forEach((key, value) -> {
            if (!KEY.matcher(key).matches() || isOfTransport(key)) {
                throw ErrorCode.INVALID.notExecuted("'" + key + "' is no key of metadata: lower case letters, digits,"
                        + " '_', '-' and '.', and none that gRPC uses itself");
            }
            if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                throw ErrorCode.INVALID.notExecuted("the metadata of '" + key + "' is not printable ASCII");
            }
        });
    }

    /** The metadata among the headers of a call; values of the same key are joined by commas. */
    static Map<String, String> metadata(MultiMap headers) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String key = header.getKey().toLowerCase(Locale.ROOT);
            if (!isOfTransport(key)) {
                metadata.merge(key, header.getValue(), (first, next) -> first + "," + next);
            }
        }
        return metadata;
    }

    private static boolean isOfTransport(String key) {
        return key.startsWith(":") || key.startsWith("grpc-") || TRANSPORT_HEADERS.contains(key);
    }

    static boolean isGrpc(@Nullable String contentType) {
        return contentType != null
                && (contentType.equals(GRPC)
                        || contentType.startsWith(GRPC + "+proto")
                        || contentType.startsWith(GRPC + ";"));
    }

    /** What a client makes of the status with which its call ended, null if there was none. */
    static CloseReason reason(@Nullable String status, @Nullable String message) {
        if (status == null) {
            return lost("the call ended without a status");
        }
        GrpcStatus known = status(status);
        if (known == GrpcStatus.OK) {
            return lost("the other end closed the connection");
        }
        String text = "the call ended with " + (known == null ? "an unknown status" : known.name())
                + (message == null || message.isEmpty() ? "" : ": " + readable(message));
        return CloseReason.of(code(known), text);
    }

    static CloseReason lost(String message) {
        return CloseReason.of(Code.CONNECTION_LOST, message);
    }

    private static Code code(@Nullable GrpcStatus status) {
        if (status == GrpcStatus.UNAUTHENTICATED) {
            return Code.UNAUTHENTICATED;
        }
        return status == GrpcStatus.RESOURCE_EXHAUSTED ? Code.EXHAUSTED : Code.CONNECTION_LOST;
    }

    private static @Nullable GrpcStatus status(String number) {
        try {
            return GrpcStatus.valueOf(Integer.parseInt(number));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The text of a status, which comes from a stranger: decoded, cut, on one line. */
    private static String readable(String encoded) {
        String text;
        try {
            text = QueryStringDecoder.decodeComponent(encoded.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            text = encoded;
        }
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > LONGEST_STATUS_MESSAGE ? line.substring(0, LONGEST_STATUS_MESSAGE) + "…" : line;
    }
}

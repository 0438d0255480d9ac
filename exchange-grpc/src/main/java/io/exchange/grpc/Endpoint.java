package io.exchange.grpc;

import io.exchange.api.ErrorCode;
import io.exchange.api.ExchangeException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a controller is.
 *
 * @param host a name or an address, without brackets
 * @param port the port
 * @param tls whether to speak TLS there
 */
record Endpoint(String host, int port, boolean tls) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_PORT = 65_535;

    /**
     * Reads {@code http://host:port} or {@code https://host:port}; without a port, that of the scheme.
     *
     * @throws ExchangeException {@link ErrorCode#INVALID} if it is neither
     */
    static Endpoint parse(String text) {
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException e) {
            throw invalid(text, "it is no URI: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw invalid(text, "it begins with neither http:// nor https://");
        }
        if (uri.getRawUserInfo() != null) {
            throw ErrorCode.INVALID.notExecuted("an endpoint names a user: credentials go into metadata");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw invalid(text, "it names no host");
        }
        boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (more || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw invalid(text, "nothing may follow host and port");
        }
        boolean tls = scheme.equals("https");
        int port = uri.getPort() < 0 ? (tls ? HTTPS_PORT : HTTP_PORT) : uri.getPort();
        if (port < 1 || port > MAX_PORT) {
            throw invalid(text, "there is no port " + port);
        }
        return new Endpoint(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, tls);
    }

    private static ExchangeException invalid(String text, String why) {
        return ErrorCode.INVALID.notExecuted("'" + text + "' is no endpoint: " + why);
    }
}

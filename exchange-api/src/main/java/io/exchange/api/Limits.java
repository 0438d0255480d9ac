package io.exchange.api;

import java.util.Map;

/** What names and ids must keep to, checked where they enter. */
public final class Limits {

    /** The longest id or name, in characters. */
    public static final int MAX_NAME_LENGTH = 256;

    /** The most characters in all of the headers of a command or a message. */
    public static final int MAX_HEADERS_LENGTH = 16 << 10;

    /** The most characters in what is said of a failure; what is longer is cut before it is sent. */
    public static final int MAX_TEXT_LENGTH = 4 << 10;

    private Limits() {}

    /**
     * Whether headers are within {@link #MAX_HEADERS_LENGTH}.
     *
     * @param headers the headers
     * @return whether they may be sent
     */
    public static boolean takesHeaders(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return true;
        }
        int length = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            length += header.getKey().length() + header.getValue().length();
        }
        return length <= MAX_HEADERS_LENGTH;
    }

    /**
     * Checks an id or a name.
     *
     * @param what what it names, for the message
     * @param name the name
     * @return the name
     * @throws IllegalArgumentException if it is null, empty, longer than {@value #MAX_NAME_LENGTH} characters, or has a
     *     control character
     */
    public static String requireName(String what, String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        if (name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    what + " has " + name.length() + " characters, more than " + MAX_NAME_LENGTH);
        }
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < ' ') {
                throw new IllegalArgumentException(what + " has a control character at " + i);
            }
        }
        return name;
    }
}

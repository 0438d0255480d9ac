package io.exchange.api;

/** What names and ids must keep to, checked where they enter. */
public final class Limits {

    /** The longest id or name, in characters. */
    public static final int MAX_NAME_LENGTH = 256;

    private Limits() {}

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
